-- which user made how many events (where a row names one user), and whether live events or files told of the day
ALTER TABLE usage_day
  ADD COLUMN IF NOT EXISTS user_events Map(String, Float64),
  ADD COLUMN IF NOT EXISTS live UInt8 DEFAULT 0,
  ADD COLUMN IF NOT EXISTS filed UInt8 DEFAULT 1;
