create table workspace (
  id uuid primary key,
  name text not null,
  currency char(3) not null,
  time_zone text not null,
  -- which record decides that a customer has left: see domains/revenue
  churn_rule text not null default 'subscriptions' check (churn_rule in ('subscriptions', 'churn_events', 'flag')),
  -- the last day, in its time zone, on which ends that were planned were announced and all readings asked for again
  revenue_day date,
  created_at timestamptz not null default now()
);

create table app_user (
  id uuid primary key,
  email text not null,
  name text not null,
  password_hash text not null,
  created_at timestamptz not null default now(),
  password_changed_at timestamptz not null default now(),
  check (email = lower(email))
);
create unique index app_user_email on app_user (email);

create table membership (
  workspace_id uuid not null references workspace on delete cascade,
  user_id uuid not null references app_user on delete cascade,
  role text not null check (role in ('owner', 'admin', 'leader', 'csm', 'viewer')),
  created_at timestamptz not null default now(),
  primary key (workspace_id, user_id)
);
create index membership_user on membership (user_id);

create table session (
  token_hash bytea primary key,
  user_id uuid not null references app_user on delete cascade,
  workspace_id uuid not null references workspace on delete cascade,
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  expires_at timestamptz not null,
  ip text,
  user_agent text
);
create index session_of_user on session (user_id);

create table api_key (
  id uuid primary key,
  workspace_id uuid not null references workspace on delete cascade,
  name text not null,
  -- the first characters, shown so that a key can be told from others
  prefix text not null,
  secret_hash bytea not null unique,
  role text not null check (role in ('admin', 'leader', 'csm', 'viewer')),
  scopes text[] not null,
  created_by uuid references app_user on delete set null,
  created_at timestamptz not null default now(),
  last_used_at timestamptz,
  revoked_at timestamptz
);
create index api_key_workspace on api_key (workspace_id);

create table invitation (
  id uuid primary key,
  workspace_id uuid not null references workspace on delete cascade,
  email text not null,
  role text not null check (role in ('owner', 'admin', 'leader', 'csm', 'viewer')),
  token_hash bytea not null unique,
  invited_by uuid references app_user on delete set null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  accepted_at timestamptz,
  revoked_at timestamptz
);
create index invitation_workspace on invitation (workspace_id);

-- one row while no owner exists: the hash of the link that may create one
create table setup_token (
  only_one boolean primary key default true check (only_one),
  token_hash bytea not null,
  created_at timestamptz not null default now()
);

create table rate_limit (
  key text primary key,
  points integer not null default 0,
  expire bigint
);

create table audit (
  id bigint generated always as identity primary key,
  workspace_id uuid not null references workspace on delete cascade,
  at timestamptz not null,
  actor_kind text not null,
  actor_id uuid,
  actor_name text not null,
  action text not null,
  subject_kind text,
  subject_id uuid,
  changes jsonb,
  request_id text not null
);
create index audit_workspace on audit (workspace_id, id desc);
create index audit_subject on audit (workspace_id, subject_id);

create table fact (
  id bigint generated always as identity primary key,
  workspace_id uuid not null references workspace on delete cascade,
  kind text not null,
  account_id uuid,
  valid_at timestamptz not null,
  recorded_at timestamptz not null,
  recorded_from text not null check (recorded_from in ('observed', 'file', 'assumed')),
  payload jsonb not null,
  delivered_at timestamptz
);
create index fact_undelivered on fact (workspace_id, id) where delivered_at is null;

-- versioned priors, company means and quantiles that readings are computed against
create table snapshot (
  id uuid primary key,
  workspace_id uuid not null references workspace on delete cascade,
  kind text not null,
  version integer not null,
  as_of timestamptz not null,
  value jsonb not null,
  created_at timestamptz not null default now(),
  unique (workspace_id, kind, version)
);

-- the latest value of every reading of every account
create table reading (
  workspace_id uuid not null references workspace on delete cascade,
  account_id uuid not null,
  code text not null,
  state text not null check (state in ('ok', 'not_enough_data', 'stale')),
  value double precision,
  low double precision,
  high double precision,
  n integer,
  as_of timestamptz not null,
  snapshot_id uuid,
  contributions jsonb not null default '[]',
  evidence jsonb not null default '[]',
  -- what is missing, series for a sparkline and other facts of the reading
  detail jsonb not null default '{}',
  computed_at timestamptz not null,
  primary key (workspace_id, account_id, code),
  check (state <> 'not_enough_data' or value is null)
);
-- answers filters and sorts without the wide rows
create index reading_value on reading (workspace_id, code, account_id) include (value, low, high, state);
-- few rows: the customers whose revenue says that they left
create index reading_left on reading (workspace_id, account_id)
  where code = 'revenue.arr' and jsonb_typeof(detail -> 'left') = 'object';

-- accounts whose readings must be computed again
create table reading_due (
  workspace_id uuid not null references workspace on delete cascade,
  account_id uuid not null,
  enqueued_at timestamptz not null default now(),
  primary key (workspace_id, account_id)
);

create table worker_process (
  lock_key integer primary key,
  worker_ids text[] not null
);
