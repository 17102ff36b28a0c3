-- whether an account is due only because of a pass over many, and since when it waits
alter table reading_due
  add column passing boolean not null default false,
  add column since timestamptz not null default now();
create index reading_due_waiting on reading_due (workspace_id, since, account_id);
