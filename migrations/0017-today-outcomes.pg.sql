-- a rule that people made can be taken away: by a version that says so
alter table today_rule add column removed boolean not null default false;

alter table today_decision
  -- decisions of one act on many customers, taken back together
  add column batch_id uuid,
  -- why something was not useful
  add column why text check (why in ('wrong_time', 'not_true', 'known', 'no_use', 'other')),
  -- snoozed until something changes: the readings of the rule as they were then, by code
  add column watch jsonb;
create index today_decision_batch on today_decision (workspace_id, batch_id) where batch_id is not null;
create index today_decision_rule on today_decision (workspace_id, rule_code, account_id) where undone_at is null;

create table today_setting (
  workspace_id uuid primary key references workspace on delete cascade,
  -- customers that pay less a year are small: those with the same reason are one item; null: the median customer
  small_below_cents bigint check (small_below_cents >= 0)
);

-- what rules raised, and what became of it: an occurrence a row, the first of each episode with its outcome
create table today_raised (
  workspace_id uuid not null references workspace on delete cascade,
  rule_code text not null,
  account_id uuid not null references account on delete cascade,
  occurrence text not null,
  -- first day on which the rule raised this customer without a gap of more than 14 days
  episode_on date not null,
  first_on date not null,
  last_on date not null,
  rule_version integer not null,
  -- not shown, to learn what acting achieves; decided by chance when the episode began
  held_out boolean not null,
  arr_cents bigint,
  at_stake_cents bigint,
  -- still a customer so many days after the episode began, and whether the rule no longer held then
  stays_30 boolean,
  stays_60 boolean,
  stays_90 boolean,
  eased_30 boolean,
  eased_60 boolean,
  eased_90 boolean,
  primary key (workspace_id, rule_code, account_id, occurrence)
);
create index today_raised_account on today_raised (account_id);
create index today_raised_episode on today_raised (workspace_id, rule_code, first_on) where first_on = episode_on;

-- a rule tried on the past, by what it says
create table today_trial (
  id uuid primary key,
  workspace_id uuid not null references workspace on delete cascade,
  digest text not null,
  definition jsonb not null,
  -- the day at the workspace on which it was asked for
  on_day date not null,
  state text not null check (state in ('waiting', 'running', 'done', 'failed')),
  steps_done integer not null default 0,
  steps integer not null default 0,
  result jsonb,
  created_by uuid references app_user on delete set null,
  created_at timestamptz not null,
  finished_at timestamptz,
  unique (workspace_id, digest, on_day)
);
