-- counts of use as a source reported them. A row's key is what its source calls it; a later version replaces it,
-- deleted = 1 takes it back.
CREATE TABLE IF NOT EXISTS usage_count (
  workspace_id UUID,
  account_id UUID,
  day Date,
  row_key String,
  feature LowCardinality(String),
  users Array(String),
  count Float64,
  seconds Float64,
  errors Float64,
  import_id UUID,
  -- the later import that replaced this row, or the nil UUID
  superseded_by UUID DEFAULT '00000000-0000-0000-0000-000000000000',
  version UInt64,
  deleted UInt8,
  recorded_at DateTime64(3, 'UTC'),
  recorded_from LowCardinality(String)
) ENGINE = ReplacingMergeTree(version)
ORDER BY (workspace_id, account_id, day, row_key)
SETTINGS fsync_after_insert = 1;

-- one row an account and day, rolled up again from usage_count whenever that day is touched; small granules, because
-- accounts are read in batches that lie scattered
CREATE TABLE IF NOT EXISTS usage_day (
  workspace_id UUID,
  account_id UUID,
  day Date,
  events Float64,
  users Array(String),
  features Array(LowCardinality(String)),
  seconds Float64,
  errors Float64,
  version UInt64
) ENGINE = ReplacingMergeTree(version)
ORDER BY (workspace_id, account_id, day)
SETTINGS fsync_after_insert = 1, index_granularity = 512;

CREATE TABLE IF NOT EXISTS reading_history (
  workspace_id UUID,
  account_id UUID,
  code LowCardinality(String),
  as_of DateTime64(3, 'UTC'),
  state LowCardinality(String),
  value Nullable(Float64),
  low Nullable(Float64),
  high Nullable(Float64),
  n Nullable(Int32),
  recorded_at DateTime64(3, 'UTC')
) ENGINE = ReplacingMergeTree(recorded_at)
ORDER BY (workspace_id, account_id, code, as_of)
SETTINGS fsync_after_insert = 1;
