-- keys with which products send events: secret ones for servers, public ones for pages of the listed origins
create table write_key (
  id uuid primary key,
  workspace_id uuid not null references workspace on delete cascade,
  name text not null,
  kind text not null check (kind in ('server', 'browser')),
  prefix text not null,
  secret_hash bytea not null unique,
  -- a browser key stands in every page that uses it; a secret one is never stored
  public_key text,
  origins text[] not null default '{}',
  created_by uuid references app_user on delete set null,
  created_at timestamptz not null default now(),
  revoked_at timestamptz,
  check ((kind = 'browser') = (public_key is not null)),
  check ((kind = 'browser') = (cardinality(origins) > 0))
);
create index write_key_workspace on write_key (workspace_id);

-- events that could not be taken, as they came (JSON text), until somebody mends or dismisses them
create table event_reject (
  id uuid primary key,
  workspace_id uuid not null references workspace on delete cascade,
  write_key_id uuid references write_key on delete set null,
  received_at timestamptz not null,
  -- how far the sender's clock was ahead, in milliseconds
  skew_ms bigint not null,
  reason text not null,
  raw text not null,
  state text not null default 'open' check (state in ('open', 'replayed', 'dismissed')),
  settled_at timestamptz
);
create index event_reject_open on event_reject (workspace_id, state, id desc);

-- who hides behind the surrogate that the events carry; the one place where it can be told
create table event_user (
  workspace_id uuid not null references workspace on delete cascade,
  key text not null,
  kind text not null check (kind in ('user', 'anonymous')),
  external_id text not null,
  -- what servers and what pages said of the user: never mixed, because a page can say anything
  server_traits jsonb not null default '{}',
  browser_traits jsonb not null default '{}',
  person_id uuid references person on delete set null,
  -- accounts in which use of this user may have been counted
  counted_in text[] not null default '{}',
  erased_at timestamptz,
  primary key (workspace_id, key)
);
create index event_user_person on event_user (person_id) where person_id is not null;

-- an anonymous or former id, and whose it turned out to be; the earliest sign counts
create table event_link (
  workspace_id uuid not null references workspace on delete cascade,
  key text not null,
  user_key text not null,
  at timestamptz not null,
  primary key (workspace_id, key)
);
create index event_link_user on event_link (workspace_id, user_key);

-- in which group a user was from then on
create table event_member (
  workspace_id uuid not null references workspace on delete cascade,
  key text not null,
  at timestamptz not null,
  group_id text not null,
  primary key (workspace_id, key, at)
);
create index event_member_group on event_member (workspace_id, group_id);

create table event_group (
  workspace_id uuid not null references workspace on delete cascade,
  external_id text not null,
  traits jsonb not null default '{}',
  -- a server named it; groups that only pages named become no account
  by_server boolean not null default false,
  account_id uuid references account on delete set null,
  primary key (workspace_id, external_id)
);

-- days of users whose counts must be made again; -infinity stands for all of their days
create table event_due (
  workspace_id uuid not null references workspace on delete cascade,
  key text not null,
  day date not null,
  marked_at timestamptz not null,
  primary key (workspace_id, key, day)
);
create index event_due_order on event_due (workspace_id, marked_at);
