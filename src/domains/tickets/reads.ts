import { sql, type RawBuilder } from 'kysely'
import type { Ctx } from '../../platform/context.ts'
import { notFound } from '../../platform/errors.ts'
import { resolveAccount } from '../accounts/reads.ts'
import type {
  PriorityCount,
  Ticket,
  TicketEvent,
  TicketPage,
  TicketTotals,
  TicketWithHistory,
} from './schema.ts'

export type Scope = Pick<Ctx, 'pg' | 'workspace'>

const open = sql`t.state in ('new', 'open', 'waiting')`

const columns = sql`
  t.id, root.id as account_id, root.name as account_name, t.person_id, t.subject, t.category, t.priority,
  t.priority_label, t.state, t.state_label, t.opened_at, t.first_response_at, t.solved_at, t.closed_at,
  t.reopen_count, t.reassignment_count, t.assignee, t.assignment_group, t.sla_met, t.escalated, t.satisfaction`
const tickets = sql`
  ticket t left join account a on a.id = t.account_id left join account root on root.id = a.root_id`

type Page = Readonly<{ after?: string | undefined; limit: number }>

/** Newest first; `after` is the last ticket of the page before. */
async function page(ctx: Scope, condition: RawBuilder<unknown>, { after, limit }: Page): Promise<TicketPage> {
  const beyond = after
    ? sql`and (t.opened_at, t.id) < (
        select opened_at, id from ticket where workspace_id = ${ctx.workspace} and id = ${after})`
    : sql``
  const { rows } = await sql<Ticket>`
    select ${columns} from ${tickets} where t.workspace_id = ${ctx.workspace} and ${condition} ${beyond}
    order by t.opened_at desc, t.id desc limit ${limit + 1}`.execute(ctx.pg)
  const shown = rows.slice(0, limit)
  return { rows: shown, next: rows.length > limit ? (shown.at(-1)?.id ?? null) : null }
}

/** Tickets of an account and of those merged into it, newest first. */
export async function ticketsOf(
  ctx: Ctx,
  anyAccountId: string,
  { openOnly = false, ...at }: Page & { openOnly?: boolean | undefined },
): Promise<TicketPage> {
  const accountId = await resolveAccount(ctx, anyAccountId)
  const members = sql`t.account_id in (
    select id from account where workspace_id = ${ctx.workspace} and root_id = ${accountId})`
  return page(ctx, openOnly ? sql`${members} and ${open}` : members, at)
}

/** Open tickets of the workspace, all or those of a priority, newest first. */
export const openTickets = (
  ctx: Scope,
  { priority, ...at }: Page & { priority?: number | undefined },
): Promise<TicketPage> =>
  page(ctx, priority === undefined ? open : sql`${open} and t.priority = ${priority}`, at)

export async function openByPriority(ctx: Scope): Promise<PriorityCount[]> {
  const { rows } = await sql<PriorityCount>`
    select t.priority, count(*) as tickets from ticket t
    where t.workspace_id = ${ctx.workspace} and ${open}
    group by t.priority order by t.priority nulls last`.execute(ctx.pg)
  return rows
}

export async function getTicket(ctx: Scope, id: string): Promise<TicketWithHistory> {
  const { rows } = await sql<Omit<TicketWithHistory, 'history'>>`
    select ${columns}, t.custom from ${tickets}
    where t.workspace_id = ${ctx.workspace} and t.id = ${id}`.execute(ctx.pg)
  const [ticket] = rows
  if (!ticket) throw notFound('ticket')
  const { rows: history } = await sql<TicketEvent>`
    select id, at, kind, from_value as from, to_value as to, actor from ticket_event
    where workspace_id = ${ctx.workspace} and ticket_id = ${id} order by seq, at, id`.execute(ctx.pg)
  return { ...ticket, history }
}

/** The position after the last event of a ticket. */
export async function nextSeq(ctx: Scope, ticketId: string): Promise<number> {
  const { rows } = await sql<{ next: number }>`
    select coalesce(max(seq), -1) + 1 as next from ticket_event
    where workspace_id = ${ctx.workspace} and ticket_id = ${ticketId}`.execute(ctx.pg)
  return rows[0]?.next ?? 0
}

/** How many of the rows that say so; null where none does, for what nobody told is not nought. */
const countOf = (told: RawBuilder<unknown>, condition: RawBuilder<unknown>): RawBuilder<unknown> =>
  sql`case when count(${told}) > 0 then count(*) filter (where ${condition}) end`

const spread = (value: RawBuilder<unknown>): RawBuilder<unknown> => sql`
  jsonb_build_object('n', count(${value}), 'mean', avg(${value}),
    'median', percentile_cont(0.5) within group (order by ${value}),
    'p90', percentile_cont(0.9) within group (order by ${value}))`

/**
 * Totals over tickets opened from a day to before another (UTC), or over all. Raised and lowered compare the last
 * priority with the first; quantiles interpolate.
 */
export async function ticketTotals(
  ctx: Scope,
  { from, to }: { from?: string | undefined; to?: string | undefined } = {},
): Promise<TicketTotals> {
  const hours = sql`extract(epoch from solved_at - opened_at)::float8 / 3600`
  const responseMinutes = sql`extract(epoch from first_response_at - opened_at)::float8 / 60`
  const chosen = sql`
    chosen as (
      select t.*, ${open} as is_open, coalesce(first.priority, t.priority) as first_priority
      from ticket t left join (
        select distinct on (ticket_id) ticket_id, coalesce(from_value, to_value)::integer as priority
        from ticket_event where workspace_id = ${ctx.workspace} and kind = 'priority'
        order by ticket_id, seq, at) first on first.ticket_id = t.id
      where t.workspace_id = ${ctx.workspace}
        ${from ? sql`and t.opened_at >= ${from}::date::timestamp at time zone 'UTC'` : sql``}
        ${to ? sql`and t.opened_at < ${to}::date::timestamp at time zone 'UTC'` : sql``})`
  const { rows } = await sql<Omit<TicketTotals, 'byPriority'>>`
    with ${chosen}
    select count(*) as tickets, count(*) filter (where is_open) as open,
      ${countOf(sql`reopen_count`, sql`reopen_count > 0`)} as reopened, count(reopen_count) as reopened_of,
      count(*) filter (where priority < first_priority) as raised,
      count(*) filter (where priority > first_priority) as lowered,
      ${countOf(sql`sla_met`, sql`sla_met`)} as sla_met,
      ${countOf(sql`sla_met`, sql`not sla_met`)} as sla_missed,
      coalesce(sum(log_rows), 0) as log_rows,
      ${spread(sql`reassignment_count`)}
        || jsonb_build_object('threeOrMore',
          ${countOf(sql`reassignment_count`, sql`reassignment_count >= 3`)}) as reassignments,
      ${spread(responseMinutes)} as first_response_minutes
    from chosen`.execute(ctx.pg)
  const { rows: byPriority } = await sql<TicketTotals['byPriority'][number]>`
    with ${chosen}
    select priority, count(*) as tickets, count(*) filter (where is_open) as open,
      ${spread(hours)} as resolution_hours, ${spread(responseMinutes)} as first_response_minutes
    from chosen group by priority order by priority nulls last`.execute(ctx.pg)
  const [totals] = rows
  if (!totals) throw new Error('an aggregate without a row')
  return { ...totals, byPriority }
}

/** Whether tickets of customers are kept at all: only then is an account without one known to have none. */
export async function ticketsKnown(ctx: Scope): Promise<boolean> {
  const { rows } = await sql<{ known: boolean }>`
    select exists (select from ticket where workspace_id = ${ctx.workspace} and account_id is not null) as known`.execute(
    ctx.pg,
  )
  return rows[0]?.known === true
}

/** Whether some stored reading says otherwise than `known`. */
export async function readingsDisagree(ctx: Scope, known: boolean): Promise<boolean> {
  const { rows } = await sql<{ disagree: boolean }>`
    select exists (select from reading where workspace_id = ${ctx.workspace} and code = 'tickets.open'
      and (state = 'not_enough_data') = ${known}) as disagree`.execute(ctx.pg)
  return rows[0]?.disagree === true
}

/**
 * Tickets of accounts that are open at an instant, with the account that counts; and how many tickets each had until
 * then. Of the past it is known when a ticket was solved or closed, not whether it was opened again in between.
 */
export async function ticketLoad(ctx: Scope, accountIds: readonly string[], asOf: Date) {
  const at = sql`${asOf.toISOString()}::timestamptz`
  const openThen = sql`t.opened_at <= ${at} and (${open} or coalesce(t.solved_at, t.closed_at) > ${at})`
  // An array is looked up in the index of root_id; a subquery may read every account for a few.
  const roots = sql`any(array(
    select root_id from account where workspace_id = ${ctx.workspace} and id = any(${[...accountIds]}::uuid[])))`
  const [{ rows: accounts }, { rows: opened }, known] = await Promise.all([
    sql<{ accountId: string; ever: number }>`
      select a.root_id as account_id, count(t.id) as ever
      from account a left join ticket t on t.workspace_id = a.workspace_id and t.account_id = a.id
        and t.opened_at <= ${at}
      where a.workspace_id = ${ctx.workspace} and a.root_id = ${roots}
      group by a.root_id order by a.root_id`.execute(ctx.pg),
    sql<OpenTicket>`
      select a.root_id as account_id, t.id, t.priority, t.subject, t.opened_at
      from ticket t join account a on a.id = t.account_id
      where t.workspace_id = ${ctx.workspace} and a.root_id = ${roots} and ${openThen}
      order by t.priority nulls last, t.opened_at, t.id`.execute(ctx.pg),
    ticketsKnown(ctx),
  ])
  return { accounts, opened, known }
}
export type OpenTicket = Readonly<{
  accountId: string
  id: string
  priority: number | null
  subject: string | null
  openedAt: string
}>
