-- counts of use of an import on their way: what a later batch or a second reading repeats replaces itself by row number.
-- Published into usage_count when the file is read to its end, then dropped.
CREATE TABLE IF NOT EXISTS import_usage (
  import_id UUID,
  row_number UInt64,
  workspace_id UUID,
  account_id UUID,
  day Date,
  -- source and the id it gives, or the content where it gives none
  identity String,
  row_key String,
  feature String,
  user String,
  count Float64,
  seconds Float64,
  errors Float64
) ENGINE = ReplacingMergeTree
PARTITION BY import_id
ORDER BY (import_id, row_number)
SETTINGS fsync_after_insert = 1;
