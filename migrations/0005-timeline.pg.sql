-- everything that happened at an account, one row each. Key: (at, record_id, kind). What the interface needs to word
-- an entry is in params; names of people and of the team are looked up for the page that is shown.
create view timeline_entry as
select workspace_id, account_id, opened_at as at, 'ticket_opened' as kind, id as record_id,
  jsonb_build_object('ticketId', id, 'subject', subject, 'category', category, 'priority', priority,
    'priorityLabel', priority_label, 'state', state, 'personId', person_id) as params
from ticket
union all
select t.workspace_id, t.account_id, e.at, 'ticket_reopened', e.id,
  jsonb_build_object('ticketId', t.id, 'subject', t.subject, 'priority', t.priority, 'personId', t.person_id)
from ticket t join ticket_event e on e.ticket_id = t.id
where e.kind = 'reopened'
union all
select workspace_id, account_id, solved_at, 'ticket_solved', id,
  jsonb_build_object('ticketId', id, 'subject', subject, 'priority', priority, 'openedAt', opened_at,
    'reopenCount', reopen_count, 'personId', person_id)
from ticket
where solved_at is not null
union all
select workspace_id, account_id, at, 'message', id,
  jsonb_build_object('channel', channel, 'direction', direction, 'subject', subject, 'text', left(body, 400),
    'cut', length(body) > 400, 'durationSeconds', duration_seconds, 'personId', person_id, 'userId', user_id)
from message
union all
select a.workspace_id, a.account_id, a.answered_at, 'survey_answer', a.id,
  jsonb_build_object('surveyId', s.id, 'survey', s.name, 'surveyKind', s.kind, 'score', a.score,
    'scaleMin', s.scale_min, 'scaleMax', s.scale_max, 'text', left(a.comment, 400), 'cut', length(a.comment) > 400,
    'personId', a.person_id)
from survey_answer a join survey s on s.id = a.survey_id
union all
select workspace_id, account_id, at, 'note', id,
  jsonb_build_object('text', left(body, 400), 'cut', length(body) > 400, 'userId', author_id)
from note
union all
select workspace_id, account_id, done_at, 'task_done', id,
  jsonb_build_object('title', title, 'dueOn', due_on, 'userId', owner_id)
from task
where done_at is not null
union all
select workspace_id, account_id, on_day::timestamp at time zone 'UTC', 'churn_event', id,
  jsonb_build_object('day', on_day, 'reason', reason, 'text', left(comment, 400), 'cut', length(comment) > 400,
    'isReactivation', is_reactivation, 'refundCents', refund_cents, 'currency', currency)
from churn_event
union all
-- a movement has no id of its own: an account has at most one a day
select workspace_id, account_id, on_day::timestamp at time zone 'UTC', 'revenue_movement', account_id,
  jsonb_build_object('day', on_day, 'movement', kind, 'deltaCents', delta_cents, 'mrrAfterCents', mrr_after_cents)
from revenue_movement
union all
select workspace_id, account_id, from_on::timestamp at time zone 'UTC', 'person_arrived', id,
  jsonb_build_object('day', from_on, 'role', role, 'personId', person_id)
from person_role
where from_on is not null
union all
select workspace_id, account_id, to_on::timestamp at time zone 'UTC', 'person_left', id,
  jsonb_build_object('day', to_on, 'role', role, 'personId', person_id)
from person_role
where to_on is not null;
