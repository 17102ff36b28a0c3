create table import (
  id uuid primary key,
  workspace_id uuid not null references workspace on delete cascade,
  file_name text not null,
  file_bytes bigint not null,
  file_sha256 text not null,
  state text not null check (state in
    ('uploaded', 'checking', 'checked', 'waiting', 'running', 'done', 'failed', 'undoing', 'undone')),
  kind text,
  -- how the file is read (encoding, delimiter, sheet) and what its columns look like
  inspection jsonb not null default '{}',
  -- which column fills which field, and the answers to what was asked
  plan jsonb not null default '{}',
  rows_done bigint not null default 0,
  bytes_done bigint not null default 0,
  counts jsonb not null default '{}',
  -- totals, disagreements and the rules that decided, for the report
  report jsonb not null default '{}',
  error jsonb,
  -- order of its rows among the versions in the event store; a later run or undo has a larger one
  version bigint,
  created_by uuid references app_user on delete set null,
  created_at timestamptz not null,
  started_at timestamptz,
  finished_at timestamptz
);
create index import_workspace on import (workspace_id, created_at desc);
create index import_sha256 on import (workspace_id, file_sha256);

create table import_template (
  id uuid primary key,
  workspace_id uuid not null references workspace on delete cascade,
  name text not null,
  kind text not null,
  -- header names that it fits
  header jsonb not null,
  plan jsonb not null,
  created_by uuid references app_user on delete set null,
  created_at timestamptz not null,
  unique (workspace_id, name)
);

-- what a source calls a record of ours; variant > 0 keeps a repeated id with other content apart
create table source_record (
  workspace_id uuid not null references workspace on delete cascade,
  source text not null,
  entity text not null,
  external_id text not null,
  variant integer not null default 0,
  record_id uuid not null,
  content_hash bytea not null,
  -- the import that wrote this content, and the one that saw it last
  import_id uuid references import on delete set null,
  seen_import_id uuid,
  -- row of that import which took this variant
  seen_row bigint,
  primary key (workspace_id, source, entity, external_id, variant)
);
create index source_record_record on source_record (workspace_id, entity, record_id);
create index source_record_import on source_record (import_id);

-- rows that were refused, repeated or disagree: nothing of the file is lost
create table import_issue (
  id bigint generated always as identity primary key,
  workspace_id uuid not null references workspace on delete cascade,
  import_id uuid not null references import on delete cascade,
  phase text not null check (phase in ('check', 'run')),
  severity text not null check (severity in ('error', 'warning')),
  code text not null,
  params jsonb not null default '{}',
  row_number bigint,
  -- line of the text file, or row of the sheet
  line_number bigint,
  column_name text,
  raw jsonb
);
create index import_issue_import on import_issue (import_id, phase, id);

-- what an import changed, so that it can be undone: before is null for a new record
create table import_change (
  id bigint generated always as identity primary key,
  workspace_id uuid not null references workspace on delete cascade,
  import_id uuid not null references import on delete cascade,
  entity text not null,
  record_id uuid not null,
  before jsonb,
  -- of the whole record right after the change: tells whether somebody changed it since
  after_hash bytea,
  -- the row of source_record that was written with it, and what it held before
  source text,
  external_id text,
  variant integer,
  source_before jsonb
);
create index import_change_import on import_change (import_id, id desc);

-- an optional reference to a record that was not known when its row came: filled in when that record arrives
create table pending_reference (
  workspace_id uuid not null references workspace on delete cascade,
  import_id uuid not null references import on delete cascade,
  entity text not null,
  record_id uuid not null,
  column_name text not null,
  source text not null,
  target_entity text not null,
  target_external_id text not null,
  resolved_by uuid,
  primary key (import_id, entity, record_id, column_name)
);
create index pending_reference_open on pending_reference (workspace_id) where resolved_by is null;
