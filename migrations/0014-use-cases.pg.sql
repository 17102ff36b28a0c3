-- features that matter, for the customers of some segments; without segments for those of no other use case
create table use_case (
  id uuid primary key,
  workspace_id uuid not null references workspace on delete cascade,
  name text not null,
  segments text[],
  features text[] not null check (cardinality(features) > 0),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  check (segments is null or cardinality(segments) > 0)
);
create unique index use_case_name on use_case (workspace_id, lower(name));
create unique index use_case_for_all_others on use_case (workspace_id) where segments is null;

-- which readers an account is due for, by name; null: all
alter table reading_due add column readers text[];
