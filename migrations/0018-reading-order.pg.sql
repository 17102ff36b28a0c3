-- whether an account is due only because of a pass over many (they wait behind those that something touched), and since when
alter table reading_due
  add column passing boolean not null default false,
  add column since timestamptz not null default now();
create index reading_due_order on reading_due (workspace_id, passing, since, account_id);
