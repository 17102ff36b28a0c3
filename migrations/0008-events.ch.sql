-- product events as they came. The same message again replaces itself, the first one received wins (its version is
-- higher); readers group by message_id, because a retry may fall on the neighbouring day.
CREATE TABLE IF NOT EXISTS event (
  workspace_id UUID,
  -- surrogate of the user, or of the anonymous id
  user_key String,
  day Date,
  message_id String,
  type LowCardinality(String),
  name String,
  group_id String,
  at DateTime64(3, 'UTC'),
  received_at DateTime64(3, 'UTC'),
  by LowCardinality(String),
  write_key_id UUID,
  library LowCardinality(String),
  properties String,
  version UInt64,
  INDEX received received_at TYPE minmax GRANULARITY 1
) ENGINE = ReplacingMergeTree(version)
ORDER BY (workspace_id, user_key, day, message_id)
SETTINGS fsync_after_insert = 1, index_granularity = 1024;
