create table custom_field (
  workspace_id uuid not null references workspace on delete cascade,
  entity text not null check (entity in ('account', 'person')),
  key text not null check (key ~ '^[a-z][a-z0-9_]{0,62}$'),
  label text not null,
  type text not null check (type in ('text', 'number', 'boolean', 'date', 'choice')),
  options jsonb not null default '[]',
  position integer not null default 0,
  primary key (workspace_id, entity, key)
);

create table account (
  id uuid primary key,
  workspace_id uuid not null references workspace on delete cascade,
  name text not null,
  domain text,
  parent_id uuid references account,
  stage text not null default 'adopting'
    check (stage in ('evaluating', 'onboarding', 'adopting', 'renewing', 'expanding', 'in_crisis', 'left')),
  owner_id uuid references app_user on delete set null,
  segment text,
  region text,
  plan text,
  seats integer check (seats >= 0),
  time_zone text,
  -- first day as a customer, when a source says so
  started_on date,
  -- what a source's own churn flag says; the rule of the workspace decides whether it counts
  churn_flag boolean,
  -- the next renewal, when a source says so; otherwise it follows from the subscriptions
  renews_on date,
  custom jsonb not null default '{}',
  merged_into uuid references account,
  -- the account that this one stands for after merges: itself, or the end of its chain of merged_into
  root_id uuid not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index account_root on account (root_id);
create index account_name on account (workspace_id, lower(name), id) where merged_into is null;
create index account_segment on account (workspace_id, segment);
create index account_owner on account (workspace_id, owner_id);
create index account_parent on account (parent_id) where parent_id is not null;
create index account_merged on account (merged_into) where merged_into is not null;

create function account_is_its_own_root() returns trigger language plpgsql as $$
begin
  new.root_id := coalesce(new.root_id, new.id);
  return new;
end $$;
create trigger account_root before insert on account for each row execute function account_is_its_own_root();

create table person (
  id uuid primary key,
  workspace_id uuid not null references workspace on delete cascade,
  name text,
  email text,
  title text,
  time_zone text,
  custom jsonb not null default '{}',
  merged_into uuid references person,
  -- the person that this one stands for after merges: itself, or the end of its chain of merged_into
  root_id uuid not null,
  erased_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index person_root on person (root_id);
create index person_email on person (workspace_id, lower(email));
create index person_merged on person (merged_into) where merged_into is not null;

create function person_is_its_own_root() returns trigger language plpgsql as $$
begin
  new.root_id := coalesce(new.root_id, new.id);
  return new;
end $$;
create trigger person_root before insert on person for each row execute function person_is_its_own_root();

-- a person's part at an account, from the day it began to the day before it ended
create table person_role (
  id uuid primary key,
  workspace_id uuid not null references workspace on delete cascade,
  person_id uuid not null references person on delete cascade,
  account_id uuid not null references account on delete cascade,
  -- null while nobody has said what the person's part is
  role text check (role in ('buyer', 'champion', 'admin', 'user')),
  from_on date,
  to_on date,
  check (to_on is null or from_on is null or to_on >= from_on)
);
create index person_role_account on person_role (account_id);
create index person_role_person on person_role (person_id);

create table subscription (
  id uuid primary key,
  workspace_id uuid not null references workspace on delete cascade,
  account_id uuid not null references account on delete cascade,
  plan text,
  seats integer check (seats >= 0),
  -- recurring revenue a month, in minor units
  mrr_cents bigint not null check (mrr_cents >= 0),
  currency char(3) not null,
  term_months integer check (term_months between 1 and 120),
  is_trial boolean not null default false,
  auto_renew boolean,
  starts_on date not null,
  -- first day without service; null while it runs
  ends_on date,
  check (ends_on is null or ends_on >= starts_on)
);
create index subscription_account on subscription (account_id, starts_on);

create table invoice (
  id uuid primary key,
  workspace_id uuid not null references workspace on delete cascade,
  account_id uuid not null references account on delete cascade,
  number text,
  amount_cents bigint not null,
  currency char(3) not null,
  issued_on date not null,
  -- service period paid for, half-open; null for a one-off charge
  period_from date,
  period_to date,
  check ((period_from is null) = (period_to is null)),
  check (period_to is null or period_to > period_from)
);
create index invoice_account on invoice (account_id, issued_on);

-- units of the workspace's currency for one unit of another, from a day on
create table exchange_rate (
  workspace_id uuid not null references workspace on delete cascade,
  currency char(3) not null,
  from_on date not null,
  rate numeric not null check (rate > 0),
  primary key (workspace_id, currency, from_on)
);

-- recurring revenue of an account as steps: derived from subscriptions or invoices, computed again for touched accounts
create table revenue_movement (
  workspace_id uuid not null references workspace on delete cascade,
  account_id uuid not null references account on delete cascade,
  on_day date not null,
  kind text not null check (kind in ('new', 'expansion', 'contraction', 'churn', 'reactivation')),
  delta_cents bigint not null,
  mrr_after_cents bigint not null,
  primary key (workspace_id, account_id, on_day)
);
create index revenue_movement_account on revenue_movement (account_id, on_day);
create index revenue_movement_day on revenue_movement (workspace_id, on_day);

create table churn_event (
  id uuid primary key,
  workspace_id uuid not null references workspace on delete cascade,
  account_id uuid not null references account on delete cascade,
  on_day date not null,
  reason text,
  comment text,
  is_reactivation boolean not null default false,
  refund_cents bigint,
  currency char(3)
);
create index churn_event_account on churn_event (account_id, on_day);

create table ticket (
  id uuid primary key,
  workspace_id uuid not null references workspace on delete cascade,
  account_id uuid references account on delete cascade,
  person_id uuid references person on delete set null,
  subject text,
  category text,
  -- 1 is the most severe
  priority smallint check (priority between 1 and 5),
  priority_label text,
  state text not null check (state in ('new', 'open', 'waiting', 'solved', 'closed')),
  state_label text,
  opened_at timestamptz not null,
  first_response_at timestamptz,
  solved_at timestamptz,
  closed_at timestamptz,
  -- null where the source does not count
  reopen_count integer,
  reassignment_count integer,
  assignee text,
  assignment_group text,
  sla_met boolean,
  escalated boolean,
  satisfaction numeric,
  custom jsonb not null default '{}',
  -- rows of an event log that told of it; 0 where none did
  log_rows integer not null default 0
);
create index ticket_account on ticket (account_id, opened_at desc);
create index ticket_solved on ticket (account_id, solved_at desc) where solved_at is not null;
create index ticket_person on ticket (person_id) where person_id is not null;
create index ticket_opened on ticket (workspace_id, opened_at desc);
create index ticket_open on ticket (workspace_id, priority) where state in ('new', 'open', 'waiting');

create table ticket_event (
  id uuid primary key,
  workspace_id uuid not null references workspace on delete cascade,
  ticket_id uuid not null references ticket on delete cascade,
  at timestamptz not null,
  -- order within the same instant, as the source gave it
  seq integer not null,
  kind text not null check (kind in ('opened', 'state', 'priority', 'assignment', 'reopened', 'updated')),
  from_value text,
  to_value text,
  actor text
);
create index ticket_event_ticket on ticket_event (ticket_id, at, seq);

create table survey (
  id uuid primary key,
  workspace_id uuid not null references workspace on delete cascade,
  name text not null,
  kind text not null check (kind in ('nps', 'csat', 'ces', 'exit', 'other')),
  scale_min numeric not null,
  scale_max numeric not null check (scale_max > scale_min),
  created_at timestamptz not null default now(),
  unique (workspace_id, name)
);

create table survey_answer (
  id uuid primary key,
  workspace_id uuid not null references workspace on delete cascade,
  survey_id uuid not null references survey on delete cascade,
  account_id uuid references account on delete cascade,
  person_id uuid references person on delete set null,
  answered_at timestamptz not null,
  score numeric,
  comment text
);
create index survey_answer_account on survey_answer (account_id, answered_at desc);
create index survey_answer_person on survey_answer (person_id, answered_at desc) where person_id is not null;
create index survey_answer_survey on survey_answer (survey_id, answered_at);

create table message (
  id uuid primary key,
  workspace_id uuid not null references workspace on delete cascade,
  account_id uuid references account on delete cascade,
  person_id uuid references person on delete set null,
  user_id uuid references app_user on delete set null,
  channel text not null check (channel in ('email', 'call', 'chat', 'meeting', 'other')),
  direction text not null check (direction in ('in', 'out')),
  at timestamptz not null,
  subject text,
  body text,
  duration_seconds integer check (duration_seconds >= 0)
);
create index message_account on message (account_id, at desc);
create index message_person on message (person_id, at desc) where person_id is not null;

create table note (
  id uuid primary key,
  workspace_id uuid not null references workspace on delete cascade,
  account_id uuid not null references account on delete cascade,
  author_id uuid references app_user on delete set null,
  at timestamptz not null,
  body text not null,
  updated_at timestamptz not null
);
create index note_account on note (account_id, at desc);

create table task (
  id uuid primary key,
  workspace_id uuid not null references workspace on delete cascade,
  account_id uuid references account on delete cascade,
  title text not null,
  body text,
  owner_id uuid references app_user on delete set null,
  due_on date,
  done_at timestamptz,
  created_by uuid references app_user on delete set null,
  created_at timestamptz not null
);
create index task_account on task (account_id);
create index task_done on task (account_id, done_at desc) where done_at is not null;
create index task_due on task (workspace_id, due_on) where done_at is null;

create table saved_view (
  id uuid primary key,
  workspace_id uuid not null references workspace on delete cascade,
  name text not null,
  owner_id uuid references app_user on delete cascade,
  shared boolean not null default false,
  filter jsonb not null default '[]',
  sort jsonb not null default '[]',
  columns jsonb not null default '[]',
  position integer not null default 0,
  created_at timestamptz not null
);
create index saved_view_workspace on saved_view (workspace_id, position);

-- pinned accounts of a person
create table pin (
  workspace_id uuid not null references workspace on delete cascade,
  user_id uuid not null references app_user on delete cascade,
  account_id uuid not null references account on delete cascade,
  pinned_at timestamptz not null,
  primary key (workspace_id, user_id, account_id)
);
create index pin_account on pin (account_id);

-- what brings an account to Today: data, read and edited by people; every edit is a new version
create table today_rule (
  id uuid primary key,
  workspace_id uuid not null references workspace on delete cascade,
  code text not null,
  version integer not null,
  enabled boolean not null,
  definition jsonb not null,
  created_by uuid references app_user on delete set null,
  created_at timestamptz not null,
  unique (workspace_id, code, version)
);

-- what a person decided about an item of Today
create table today_decision (
  id uuid primary key,
  workspace_id uuid not null references workspace on delete cascade,
  -- null: a task that belongs to no customer
  account_id uuid references account on delete cascade,
  rule_code text not null,
  -- which occurrence of the reason: a renewal day, a ticket, a task
  occurrence text not null,
  decision text not null check (decision in ('done', 'snoozed', 'reassigned', 'not_useful')),
  until_on date,
  assignee_id uuid references app_user on delete set null,
  -- who had the task before it was reassigned, for taking that back
  was_owner_id uuid references app_user on delete set null,
  comment text,
  decided_by uuid references app_user on delete set null,
  decided_at timestamptz not null,
  undone_at timestamptz
);
create index today_decision_account on today_decision (account_id);
create index today_decision_open on today_decision (workspace_id, rule_code, occurrence) where undone_at is null;

-- ids that were erased on request: survives a restore, holds nothing personal
create table erasure (
  workspace_id uuid not null references workspace on delete cascade,
  person_id uuid not null,
  erased_at timestamptz not null,
  primary key (workspace_id, person_id)
);

-- whatever writes later (an import run again, a restore) cannot bring back what was erased
create function erased_person_stays_erased() returns trigger language plpgsql as $$
begin
  if new.erased_at is not null
    or exists (select from erasure where workspace_id = new.workspace_id and person_id = new.id) then
    new.name := null;
    new.email := null;
    new.title := null;
    new.time_zone := null;
    new.custom := '{}';
    new.erased_at := coalesce(new.erased_at, now());
  end if;
  return new;
end $$;
create trigger person_erased before insert or update on person
  for each row execute function erased_person_stays_erased();

-- takes away the columns named as arguments, when the row is of an erased person
create function text_of_erased_person_stays_away() returns trigger language plpgsql as $$
begin
  if exists (select from erasure where workspace_id = new.workspace_id and person_id = new.person_id) then
    new := jsonb_populate_record(new, (select jsonb_object_agg(name, null) from unnest(tg_argv) name));
  end if;
  return new;
end $$;
create trigger message_erased before insert or update on message for each row
  when (new.person_id is not null) execute function text_of_erased_person_stays_away('subject', 'body');
create trigger survey_answer_erased before insert or update on survey_answer for each row
  when (new.person_id is not null) execute function text_of_erased_person_stays_away('comment');
create trigger ticket_erased before insert or update on ticket for each row
  when (new.person_id is not null) execute function text_of_erased_person_stays_away('subject');
