-- Days of users whose counts must be made again, as the writes that touched them left them: rows are only added and
-- deleted, so that those who mark and those who count never wait for each other. -infinity stands for all days.
alter table event_due rename to event_due_before;
create table event_due (
  workspace_id uuid not null references workspace on delete cascade,
  id bigint generated always as identity,
  day date not null,
  keys text[] not null,
  primary key (workspace_id, id)
);
insert into event_due (workspace_id, day, keys)
select workspace_id, day, array_agg(key order by key) from event_due_before group by workspace_id, day;
drop table event_due_before;

-- names of events that count as features of their own: the first ones that were counted, up to a limit
create table event_feature (
  workspace_id uuid not null references workspace on delete cascade,
  name text not null,
  first_counted_at timestamptz not null default now(),
  primary key (workspace_id, name)
);
