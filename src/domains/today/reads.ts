import { sql, type RawBuilder } from 'kysely'
import { dayOf } from '../../platform/clock.ts'
import type { Ctx } from '../../platform/context.ts'
import { jsonRows } from '../../platform/db/pg.ts'
import { workspaceOf } from '../team/reads.ts'
import { dueTasks } from '../work/reads.ts'
import {
  effectiveRules,
  occurrenceOf,
  rankToday,
  taskOccurrence,
  type Candidate,
  type Decision,
} from './model.ts'
import type { Condition, Rule, RuleDefinition, TodayItem, TodayList } from './schema.ts'

const listLimit = 50
/** More than this from one rule is a condition of the business, not a list for a morning: it is only counted. */
const candidatesPerRule = 2_000

export async function listRules(ctx: Pick<Ctx, 'pg' | 'workspace'>): Promise<Rule[]> {
  const { rows } = await sql<Rule>`
    select distinct on (r.code) r.code, r.version, r.enabled, r.definition, r.created_at as changed_at,
      u.name as changed_by
    from today_rule r left join app_user u on u.id = r.created_by
    where r.workspace_id = ${ctx.workspace} order by r.code, r.version desc`.execute(ctx.pg)
  return effectiveRules(rows)
}

/** Readings whose value counts days to a day of their detail: the count ages, the day does not. */
const countdowns: Readonly<Record<string, string>> = { 'revenue.renewal': 'renewsOn' }

/** What a condition tests, as it is on the day `today`. */
function partSql(alias: string, { reading, part }: Pick<Condition, 'reading' | 'part'>, today: string) {
  const fact = (name: string) => sql`${sql.ref(`${alias}.detail`)} -> ${name}::text`
  const text = (name: string) => sql`${sql.ref(`${alias}.detail`)} ->> ${name}::text`
  const day = countdowns[reading]
  if (part === 'value')
    return day
      ? sql<number>`case when jsonb_typeof(${fact(day)}) = 'string'
          then ((${text(day)})::date - ${today}::date)::double precision else ${sql.ref(`${alias}.value`)} end`
      : sql<number>`${sql.ref(`${alias}.value`)}`
  const name = part.slice('detail.'.length)
  return sql<number>`case when jsonb_typeof(${fact(name)}) = 'number'
    then (${text(name)})::double precision end`
}

/** One condition as SQL over the reading's row. Everything that a person wrote is a parameter in it. */
function conditionSql(alias: string, condition: Condition, today: string): RawBuilder<boolean> {
  const { part, op, value } = condition
  if (typeof value !== 'number') {
    // Compared as text: true, false and words alike.
    const name = part.slice('detail.'.length)
    return sql<boolean>`${sql.ref(`${alias}.detail`)} ->> ${name}::text = ${String(value)}::text`
  }
  const sign = { at_least: sql`>=`, at_most: sql`<=`, is: sql`=` }[op]
  return sql<boolean>`${partSql(alias, condition, today)} ${sign} ${value}::double precision`
}

/** A customer with what is known of its money. */
type Known = Readonly<{
  accountId: string
  accountName: string
  segment: string | null
  ownerId: string | null
  ownerName: string | null
  arrCents: number | null
  riskValue: number | null
  riskLow: number | null
  riskHigh: number | null
  /** The older of revenue and risk, and whether one of them is stale. */
  moneyAsOf: string | null
  moneyStale: boolean
  hasLeft: boolean
}>

/** Left by its stage, or by the verdict that the revenue domain leaves with its reading (index reading_left). */
const hasLeft = sql<boolean>`(coalesce(a.stage = 'left', false) or exists (
  select from reading l where l.workspace_id = a.workspace_id and l.account_id = a.id and l.code = 'revenue.arr'
    and jsonb_typeof(l.detail -> 'left') = 'object'))`
const knownColumns = sql`
  a.id as account_id, a.name as account_name, a.segment, a.owner_id, u.name as owner_name,
  arr.value as arr_cents, risk.value as risk_value, risk.low as risk_low, risk.high as risk_high,
  least(arr.as_of, risk.as_of) as money_as_of,
  coalesce(arr.state = 'stale', false) or coalesce(risk.state = 'stale', false) as money_stale`
const moneyJoins = sql`
  left join app_user u on u.id = a.owner_id
  left join reading arr on arr.workspace_id = a.workspace_id and arr.account_id = a.id and arr.code = 'revenue.arr'
  left join reading risk on risk.workspace_id = a.workspace_id and risk.account_id = a.id
    and risk.code = 'risk.renewal'`

type Row = Omit<Known, 'hasLeft'> &
  Readonly<{
    readingCode: string
    readingValue: number
    readingAsOf: string
    readingsStale: boolean
    /** Rests on a stale reading that says how things are, not on which day something comes. */
    outdated: boolean
    detail: Record<string, unknown>
    evidence: TodayItem['evidence']
  }>

/** The day at the workspace with its time zone, and whose list it is; null for the whole team. */
type Asked = Readonly<{ today: string; timeZone: string; personId: string | null }>

/** What a rule found: those that can come onto the list, and how many there are in all. */
type Found<Item> = Readonly<{ items: Item[]; total: number }>

/** Narrows to customers of a person, or of which an item of this rule was given to them. */
const ownedBy = (personId: string, ruleCode: string) => sql`
  and (a.owner_id = ${personId} or a.id in (
    select given.root_id from today_decision d join account given on given.id = d.account_id
    where d.workspace_id = a.workspace_id and d.rule_code = ${ruleCode} and d.decision = 'reassigned'
      and d.assignee_id = ${personId} and d.undone_at is null))`

/**
 * Customers for which every condition of a rule holds: those with most at stake, and all about whom somebody decided
 * something, so that the others are beyond the list and nothing else. The first condition gives the reason.
 */
async function accountsOf(
  ctx: Ctx,
  ruleCode: string,
  conditions: readonly Condition[],
  { today, personId }: Asked,
): Promise<Found<Row>> {
  const [first] = conditions
  if (!first) return { items: [], total: 0 }
  const codes = [...new Set(conditions.map((condition) => condition.reading))]
  const alias = (code: string) => `r${codes.indexOf(code)}`
  const joins = codes.map(
    (code) => sql`
      join reading ${sql.ref(alias(code))} on ${sql.ref(`${alias(code)}.workspace_id`)} = a.workspace_id
        and ${sql.ref(`${alias(code)}.account_id`)} = a.id and ${sql.ref(`${alias(code)}.code`)} = ${code}
        and ${sql.ref(`${alias(code)}.state`)} <> 'not_enough_data'`,
  )
  const tests = conditions.map((condition) => conditionSql(alias(condition.reading), condition, today))
  const stale = (code: string) => sql`${sql.ref(`${alias(code)}.state`)} = 'stale'`
  const outdated = sql`(${sql.join([sql`false`, ...codes.filter((code) => !(code in countdowns)).map(stale)], sql` or `)})`
  const asOf = codes.map((code) => sql.ref(`${alias(code)}.as_of`))
  const { rows } = await sql<Row & { total: number }>`
    select * from (
    select ${knownColumns}, r0.code as reading_code, ${partSql('r0', { reading: first.reading, part: 'value' }, today)}
        as reading_value,
      least(${sql.join(asOf)}) as reading_as_of, (${sql.join(codes.map(stale), sql` or `)}) as readings_stale,
      ${outdated} as outdated,
      r0.detail, r0.evidence, count(*) over () as total,
      row_number() over (order by ${outdated}, arr.value * risk.value desc nulls last, a.id) as place,
      a.id in (
        select about.root_id from today_decision d join account about on about.id = d.account_id
        where d.workspace_id = ${ctx.workspace} and d.rule_code = ${ruleCode} and d.undone_at is null) as decided
    from account a ${sql.join(joins, sql` `)} ${moneyJoins}
    where a.workspace_id = ${ctx.workspace} and a.merged_into is null and not ${hasLeft}
      and ${sql.join(tests, sql` and `)}
      ${personId ? ownedBy(personId, ruleCode) : sql``}) found
    where place <= ${candidatesPerRule} or decided`.execute(ctx.pg)
  return { items: rows, total: rows[0]?.total ?? 0 }
}

const earlier = (a: string, b: string | null): string => (b !== null && Date.parse(b) < Date.parse(a) ? b : a)

const moneyPart = (known: Omit<Known, 'hasLeft'> | undefined): Pick<Candidate, 'arrCents' | 'risk'> => ({
  arrCents: known?.arrCents ?? null,
  risk:
    known === undefined || known.riskValue === null
      ? null
      : { value: known.riskValue, low: known.riskLow, high: known.riskHigh },
})

function readingCandidate(ruleCode: string, row: Row, timeZone: string): Candidate {
  const { series: _series, oldestAt, ...others } = row.detail
  const oldestOn = typeof oldestAt === 'string' ? dayOf(new Date(oldestAt), timeZone) : null
  const facts = { ...others, ...(oldestOn && { oldestOn }) }
  return {
    ruleCode,
    account: { id: row.accountId, name: row.accountName, segment: row.segment },
    owner: row.ownerId && row.ownerName ? { id: row.ownerId, name: row.ownerName } : null,
    taskId: null,
    title: null,
    reason: { code: row.readingCode, params: { ...facts, value: row.readingValue } },
    evidence: row.evidence,
    occurrence: occurrenceOf({
      code: row.readingCode,
      asOf: row.readingAsOf,
      detail: row.detail,
      evidence: row.evidence,
    }),
    asOf: earlier(row.readingAsOf, row.moneyAsOf),
    stale: row.readingsStale || row.moneyStale,
    outdated: row.outdated,
    ...moneyPart(row),
    dueOn: null,
    customerLeft: false,
  }
}

/** What is known of the money of these customers, by id. */
async function knownOf(ctx: Ctx, accountIds: readonly string[]): Promise<Map<string, Known>> {
  const { rows } = await sql<Known>`
    select ${knownColumns}, ${hasLeft} as has_left from account a ${moneyJoins}
    where a.workspace_id = ${ctx.workspace} and a.id = any(${[...accountIds]}::uuid[])`.execute(ctx.pg)
  return new Map(rows.map((row) => [row.accountId, row]))
}

async function membersById(ctx: Ctx): Promise<Map<string, { id: string; name: string }>> {
  const rows = await ctx.pg
    .selectFrom('membership')
    .innerJoin('appUser', 'appUser.id', 'membership.userId')
    .select(['appUser.id', 'appUser.name'])
    .where('membership.workspaceId', '=', ctx.workspace)
    .execute()
  return new Map(rows.map((row) => [row.id, row]))
}

const plusDays = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)

async function taskCandidates(
  ctx: Ctx,
  ruleCode: string,
  source: Extract<RuleDefinition['source'], { kind: 'tasks' }>,
  { today, personId }: Asked,
): Promise<Found<Candidate>> {
  const until = plusDays(today, source.dueWithinDays)
  const { tasks, total } = await dueTasks(ctx, { until, personId, limit: candidatesPerRule })
  const [known, members] = await Promise.all([
    knownOf(ctx, [...new Set(tasks.flatMap(({ accountId }) => accountId ?? []))]),
    membersById(ctx),
  ])
  const now = ctx.clock().toISOString()
  const items = tasks.map(({ id, title, accountId, ownerId, dueOn }): Candidate => {
    const customer = accountId ? known.get(accountId) : undefined
    return {
      ruleCode,
      account: customer
        ? { id: customer.accountId, name: customer.accountName, segment: customer.segment }
        : null,
      owner: members.get(ownerId ?? customer?.ownerId ?? '') ?? null,
      taskId: id,
      title,
      reason: { code: 'task.due', params: { dueOn } },
      evidence: [{ kind: 'task', id, at: dueOn, code: 'task.due', params: { title } }],
      occurrence: taskOccurrence(id),
      asOf: earlier(now, customer?.moneyAsOf ?? null),
      stale: customer?.moneyStale ?? false,
      outdated: false,
      ...moneyPart(customer),
      dueOn,
      customerLeft: customer?.hasLeft ?? false,
    }
  })
  return { items, total }
}

async function candidatesOf(ctx: Ctx, { code, definition }: Rule, asked: Asked): Promise<Found<Candidate>> {
  const { source } = definition
  if (source.kind === 'tasks') return taskCandidates(ctx, code, source, asked)
  const { items, total } = await accountsOf(ctx, code, source.all, asked)
  return { items: items.map((row) => readingCandidate(code, row, asked.timeZone)), total }
}

/** What was decided about these candidates and not undone, oldest first; accounts merged since count as one. */
async function decisionsOn(ctx: Ctx, candidates: readonly Candidate[]): Promise<Decision[]> {
  const keys = candidates.map(({ ruleCode, occurrence }) => ({ ruleCode, occurrence }))
  const { rows } = await sql<
    Omit<Decision, 'assignee'> & { assigneeId: string | null; assigneeName: string | null }
  >`
    select a.root_id as account_id, d.rule_code, d.occurrence, d.decision, d.until_on, d.assignee_id,
      u.name as assignee_name
    from today_decision d left join account a on a.id = d.account_id left join app_user u on u.id = d.assignee_id
    where d.workspace_id = ${ctx.workspace} and d.undone_at is null and (d.rule_code, d.occurrence) in (
      select "ruleCode", occurrence from jsonb_to_recordset(${jsonRows(keys)}) as k("ruleCode" text, occurrence text))
    order by d.decided_at, d.id`.execute(ctx.pg)
  return rows.map(({ assigneeId, assigneeName, ...decision }) => ({
    ...decision,
    assignee: assigneeId && assigneeName ? { id: assigneeId, name: assigneeName } : null,
  }))
}

/** How much was looked at: customers, those of a person, and the readings and tasks that rules test. */
async function scopeOf(
  ctx: Ctx,
  rules: readonly Rule[],
  personId: string | null,
): Promise<TodayList['scope']> {
  const sources = rules.filter(({ enabled }) => enabled).map(({ definition }) => definition.source)
  const codes = sources.flatMap((source) =>
    source.kind === 'readings' ? source.all.map(({ reading }) => reading) : [],
  )
  const tasks = sources.some(({ kind }) => kind === 'tasks')
  const { rows } = await sql<TodayList['scope']>`
    with alive as (
      select a.id, a.owner_id from account a
      where a.workspace_id = ${ctx.workspace} and a.merged_into is null and not ${hasLeft}),
    looked as (select * from alive where ${personId}::uuid is null or owner_id = ${personId}::uuid)
    select (select count(*) from alive) as accounts,
      case when ${personId}::uuid is not null then (select count(*) from looked) end as own,
      (select count(*) from reading r join looked on looked.id = r.account_id
        where r.workspace_id = ${ctx.workspace} and r.code = any(${[...new Set(codes)]}::text[])
          and r.state <> 'not_enough_data')
      + (select count(*) from task t left join account a on a.id = t.account_id
        where ${tasks}::boolean and t.workspace_id = ${ctx.workspace} and t.done_at is null and t.due_on is not null
          and (${personId}::uuid is null or coalesce(t.owner_id, a.owner_id) = ${personId}::uuid)) as signals`.execute(
    ctx.pg,
  )
  return rows[0]!
}

/** What is worth doing now, ranked, for a person or for the team. */
export async function today(ctx: Ctx, personId: string | null): Promise<TodayList> {
  const now = ctx.clock()
  const [workspace, rules] = await Promise.all([workspaceOf(ctx), listRules(ctx)])
  const day = dayOf(now, workspace.timeZone)
  const candidates: Candidate[] = []
  const more = new Map<string, number>()
  for (const rule of rules) {
    const { items, total } = await candidatesOf(ctx, rule, {
      today: day,
      timeZone: workspace.timeZone,
      personId,
    })
    candidates.push(...items)
    more.set(rule.code, total - items.length)
  }
  const [decisions, scope] = await Promise.all([decisionsOn(ctx, candidates), scopeOf(ctx, rules, personId)])
  return {
    asOf: now.toISOString(),
    today: day,
    currency: workspace.currency,
    scope,
    ...rankToday({ rules, candidates, more, decisions, today: day, personId, limit: listLimit }),
  }
}
