import { sql, type RawBuilder } from 'kysely'
import { dayOf } from '../../../platform/clock.ts'
import type { Ctx } from '../../../platform/context.ts'
import { dueTasks } from '../../work/reads.ts'
import { askedStates, countdowns, factOf } from '../model/conditions.ts'
import { occasionFacts, occurrenceOf, taskOccurrence } from '../model/occurrence.ts'
import type { Beyond, Candidate, Small } from '../model/rank.ts'
import type { Condition, Rule, RuleDefinition, RuleScope, TodayItem } from '../schema.ts'

export type Scope = Pick<Ctx, 'pg' | 'workspace' | 'clock'>

/** More than this from one rule is a condition of the business, not a list for a morning: its small ones are summed, the others counted. */
export const candidatesPerRule = 2_000

/** What a condition tests, as it is on the day `today`. */
function partSql(alias: string, { reading, part }: Pick<Condition, 'reading' | 'part'>, today: string) {
  const column = (name: string) => sql<number>`${sql.ref(`${alias}.${name}`)}`
  const fact = (name: string) => sql`${sql.ref(`${alias}.detail`)} -> ${name}::text`
  const text = (name: string) => sql`${sql.ref(`${alias}.detail`)} ->> ${name}::text`
  if (part === 'low' || part === 'high') return column(part)
  const name = factOf(part)
  if (name !== null)
    return sql<number>`case when jsonb_typeof(${fact(name)}) = 'number'
      then (${text(name)})::double precision end`
  const day = countdowns[reading]
  return day
    ? sql<number>`case when jsonb_typeof(${fact(day)}) = 'string'
        then ((${text(day)})::date - ${today}::date)::double precision else ${column('value')} end`
    : column('value')
}

/** One condition as SQL over the reading's row. Everything that a person wrote is a parameter in it. */
function conditionSql(alias: string, condition: Condition, today: string): RawBuilder<boolean> {
  const { part, op, value } = condition
  if (part === 'state') return sql<boolean>`${sql.ref(`${alias}.state`)} = ${String(value)}::text`
  if (typeof value !== 'number')
    // Compared as text: true, false and words alike.
    return sql<boolean>`${sql.ref(`${alias}.detail`)} ->> ${factOf(part)}::text = ${String(value)}::text`
  const sign = { at_least: sql`>=`, at_most: sql`<=`, is: sql`=` }[op]
  return sql<boolean>`${partSql(alias, condition, today)} ${sign} ${value}::double precision`
}

/** A customer with what is known of its money. */
export type Known = Readonly<{
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
export const hasLeft = sql<boolean>`(coalesce(a.stage = 'left', false) or exists (
  select from reading l where l.workspace_id = a.workspace_id and l.account_id = a.id and l.code = 'revenue.arr'
    and jsonb_typeof(l.detail -> 'left') = 'object'))`
const accountColumns = sql`a.id as account_id, a.name as account_name, a.segment, a.owner_id, u.name as owner_name`
/** All of it stands in the index of values, so that the wide rows of everybody need not be read. */
const moneyColumns = sql`
  arr.value as arr_cents, risk.value as risk_value, risk.low as risk_low, risk.high as risk_high,
  coalesce(arr.state = 'stale', false) or coalesce(risk.state = 'stale', false) as money_stale`
const asOfOne = (code: string) => sql`(
  select one.as_of from reading one
  where one.workspace_id = a.workspace_id and one.account_id = a.id and one.code = ${sql.lit(code)})`
const moneyAsOf = sql`least(${asOfOne('revenue.arr')}, ${asOfOne('risk.renewal')}) as money_as_of`
const moneyJoins = sql`
  left join reading arr on arr.workspace_id = a.workspace_id and arr.account_id = a.id and arr.code = 'revenue.arr'
  left join reading risk on risk.workspace_id = a.workspace_id and risk.account_id = a.id
    and risk.code = 'risk.renewal'`
const ownerJoin = sql`left join app_user u on u.id = a.owner_id`

type Row = Omit<Known, 'hasLeft'> &
  Readonly<{
    readingCode: string
    readingValue: number
    readingAsOf: string
    readingsStale: boolean
    /** Rests on a stale reading that says how things are, not on which day something comes. */
    outdated: boolean
    heldOut: boolean
    detail: Record<string, unknown>
    evidence: TodayItem['evidence']
  }>

/** The day at the workspace with its time zone, whose list it is (null for the team), and what counts as small. */
export type Asked = Readonly<{
  today: string
  timeZone: string
  personId: string | null
  smallBelowCents: number | null
  /** How many candidates of a rule are told one by one; null for all. */
  limit: number | null
}>

/** What a rule found: those that can come onto the list, and what there is besides. */
export type Found = Readonly<{ items: Candidate[]; beyond: Beyond }>

const nothingBeyond: Beyond = { small: [], others: 0, heldOut: 0, outdated: 0 }

/** Narrows to customers of a person, or of which an item of this rule was given to them. */
const ownedBy = (personId: string, ruleCode: string) => sql`
  and (a.owner_id = ${personId} or a.id in (
    select given.root_id from today_decision d join account given on given.id = d.account_id
    where d.workspace_id = a.workspace_id and d.rule_code = ${ruleCode} and d.decision = 'reassigned'
      and d.assignee_id = ${personId} and d.undone_at is null))`

export const insideScope = ({ segments, stages, ownerIds }: RuleScope) => sql`
  ${segments ? sql`and a.segment = any(${segments}::text[])` : sql``}
  ${stages ? sql`and a.stage = any(${stages}::text[])` : sql``}
  ${ownerIds ? sql`and a.owner_id = any(${ownerIds}::uuid[])` : sql``}`

const quarterOf = (day: string): string => `${day.slice(0, 4)}-${Math.ceil(Number(day.slice(5, 7)) / 3)}`

/** Days without being raised after which a rule raises a customer anew. */
export const episodeGapDays = 14

/**
 * Drawn to be left alone: as it was drawn when the episode began, else by a hash of customer, rule and quarter, which is
 * the same whenever and wherever it is computed.
 */
const heldOut = ({ code, definition }: Rule, today: string) =>
  definition.holdOut === 0
    ? sql`false`
    : sql`coalesce(
        (select t.held_out from today_raised t
          where t.workspace_id = a.workspace_id and t.rule_code = ${code} and t.account_id = a.id
            and t.last_on >= ${today}::date - ${sql.lit(episodeGapDays)}::int order by t.last_on desc limit 1),
        ('x' || left(md5(a.id::text || ' ' || ${code}::text || ' ' || ${quarterOf(today)}::text), 8))::bit(32)::bigint
          / 4294967296.0 < ${definition.holdOut}::double precision)`

/** The parts of a query for the customers for which every condition of a rule holds. The first condition gives the reason. */
function hitsOf(ctx: Scope, rule: Rule, conditions: readonly Condition[], today: string) {
  const codes = [...new Set(conditions.map((condition) => condition.reading))]
  const alias = (code: string) => `r${codes.indexOf(code)}`
  const asked = askedStates(conditions)
  const joins = codes.map(
    (code) => sql`
      join reading ${sql.ref(alias(code))} on ${sql.ref(`${alias(code)}.workspace_id`)} = a.workspace_id
        and ${sql.ref(`${alias(code)}.account_id`)} = a.id and ${sql.ref(`${alias(code)}.code`)} = ${code}
        ${asked.has(code) ? sql`` : sql`and ${sql.ref(`${alias(code)}.state`)} <> 'not_enough_data'`}`,
  )
  const stale = (code: string) => sql`${sql.ref(`${alias(code)}.state`)} = 'stale'`
  const either = (all: readonly string[]) => sql`(${sql.join([sql`false`, ...all.map(stale)], sql` or `)})`
  const tests = conditions.map((condition) => conditionSql(alias(condition.reading), condition, today))
  return {
    joins: sql.join(joins, sql` `),
    stale: either(codes),
    // A day to come is one however long ago it was told, and who asks for a state wants it as it is.
    outdated: either(codes.filter((code) => !(code in countdowns) && !asked.has(code))),
    asOf: sql`least(${sql.join(codes.map((code) => sql.ref(`${alias(code)}.as_of`)))})`,
    where: sql`a.workspace_id = ${ctx.workspace} and a.merged_into is null and not ${hasLeft}
      ${insideScope(rule.definition.scope)} and ${sql.join(tests, sql` and `)}`,
  }
}

type SmallRow = readonly [accountId: string, value: number, low: number | null, high: number | null]

const toSmall = ([accountId, value, low, high]: SmallRow): Small => ({
  accountId,
  atStakeCents: { value, low, high },
})

/**
 * Customers for which every condition of a rule holds: those with most at stake, and all about whom somebody decided
 * something. Of the others the small ones come with their money alone, if the rule makes one item of them.
 */
async function accountsOf(
  ctx: Scope,
  rule: Rule,
  conditions: readonly Condition[],
  { today, timeZone, personId, smallBelowCents, limit }: Asked,
): Promise<Found> {
  const [first] = conditions
  if (!first) return { items: [], beyond: nothingBeyond }
  const { joins, stale, outdated, asOf, where } = hitsOf(ctx, rule, conditions, today)
  const sums = rule.enabled && rule.definition.minutesForMany !== null && !rule.definition.floor
  const small = sql`(not outdated and not held_out and arr_cents < ${sums ? smallBelowCents : null}::double precision
    and stake is not null) is true`
  const cents = (end: string) => sql`floor(arr.value * ${sql.ref(`risk.${end}`)} + 0.5)`
  const { rows } = await sql<
    Row & {
      beyondSmall: SmallRow[] | null
      beyondOthers: number | null
      beyondHeldOut: number | null
      beyondOutdated: number | null
    }
  >`
    with hit as materialized (
      select a.id, ${moneyColumns}, ${outdated} as outdated, ${heldOut(rule, today)} as held_out,
        ${cents('value')} as stake, ${cents('low')} as stake_low, ${cents('high')} as stake_high,
        ${asOf} as reading_as_of, ${stale} as readings_stale,
        row_number() over (order by ${outdated}, arr.value * risk.value desc nulls last, a.id) as place,
        a.id in (
          select about.root_id from today_decision d join account about on about.id = d.account_id
          where d.workspace_id = ${ctx.workspace} and d.rule_code = ${rule.code} and d.undone_at is null) as decided
      from account a ${joins} ${moneyJoins}
      where ${where} ${personId ? ownedBy(personId, rule.code) : sql``}),
    listed as (select * from hit where place <= ${limit ?? 2_147_483_647}::int or decided),
    beyond as materialized (
      select json_agg(json_build_array(id, stake, stake_low, stake_high)) filter (where ${small}) as small,
        count(*) filter (where outdated) as outdated,
        count(*) filter (where held_out and not outdated) as held_out,
        count(*) filter (where not outdated and not held_out and not ${small}) as others
      from hit where not (place <= ${limit ?? 2_147_483_647}::int or decided))
    select ${accountColumns}, listed.arr_cents, listed.risk_value, listed.risk_low, listed.risk_high,
      ${moneyAsOf}, listed.money_stale, listed.reading_as_of, listed.readings_stale, listed.outdated,
      listed.held_out, r0.code as reading_code,
      ${partSql('r0', { reading: first.reading, part: 'value' }, today)} as reading_value, r0.detail, r0.evidence,
      case when place = 1 then beyond.small end as beyond_small,
      case when place = 1 then beyond.others end as beyond_others,
      case when place = 1 then beyond.held_out end as beyond_held_out,
      case when place = 1 then beyond.outdated end as beyond_outdated
    from listed cross join beyond join account a on a.id = listed.id
      join reading r0 on r0.workspace_id = a.workspace_id and r0.account_id = a.id and r0.code = ${first.reading}
      ${ownerJoin}
    order by place`.execute(ctx.pg)
  const head = rows[0]
  return {
    items: rows.map((row) => readingCandidate(rule.code, row, timeZone)),
    beyond: {
      small: (head?.beyondSmall ?? []).map(toSmall),
      others: head?.beyondOthers ?? 0,
      heldOut: head?.beyondHeldOut ?? 0,
      outdated: head?.beyondOutdated ?? 0,
    },
  }
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
    heldOut: row.heldOut,
    ...moneyPart(row),
    dueOn: null,
    customerLeft: false,
  }
}

/** What is known of the money of these customers, by id. */
async function knownOf(ctx: Scope, accountIds: readonly string[]): Promise<Map<string, Known>> {
  const { rows } = await sql<Known>`
    select ${accountColumns}, ${moneyColumns}, ${moneyAsOf}, ${hasLeft} as has_left from account a ${moneyJoins} ${ownerJoin}
    where a.workspace_id = ${ctx.workspace} and a.id = any(${[...accountIds]}::uuid[])`.execute(ctx.pg)
  return new Map(rows.map((row) => [row.accountId, row]))
}

async function membersById(ctx: Scope): Promise<Map<string, { id: string; name: string }>> {
  const rows = await ctx.pg
    .selectFrom('membership')
    .innerJoin('appUser', 'appUser.id', 'membership.userId')
    .select(['appUser.id', 'appUser.name'])
    .where('membership.workspaceId', '=', ctx.workspace)
    .execute()
  return new Map(rows.map((row) => [row.id, row]))
}

export const plusDays = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)

async function taskCandidates(
  ctx: Scope,
  ruleCode: string,
  source: Extract<RuleDefinition['source'], { kind: 'tasks' }>,
  { today, personId }: Asked,
): Promise<Found> {
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
      heldOut: false,
      ...moneyPart(customer),
      dueOn,
      customerLeft: customer?.hasLeft ?? false,
    }
  })
  return { items, beyond: { ...nothingBeyond, others: total - items.length } }
}

/** What a rule finds now. A rule on tasks has its owners from the tasks; a scope narrows rules on readings. */
export function foundBy(ctx: Scope, rule: Rule, asked: Asked): Promise<Found> {
  const { source } = rule.definition
  return source.kind === 'tasks'
    ? taskCandidates(ctx, rule.code, source, asked)
    : accountsOf(ctx, rule, source.all, asked)
}

/** A customer that a rule raises, with what the record of it says. */
export type Raised = Readonly<{
  accountId: string
  occurrence: string
  heldOut: boolean
  arrCents: number | null
  atStakeCents: number | null
}>

/** Of a wide detail only what tells one occasion from the next. */
const factsOf = (alias: string) =>
  sql`jsonb_build_object(${sql.join(
    occasionFacts.flatMap((name) => [sql.lit(name), sql`${sql.ref(`${alias}.detail`)} -> ${sql.lit(name)}`]),
  )})`

/** The customers that a rule raises now, in the order of their ids: those after `after`, at most `limit`. */
export async function raisedPage(
  ctx: Scope,
  rule: Rule,
  page: Readonly<{ today: string; after: string | null; limit: number }>,
): Promise<Raised[]> {
  const { source } = rule.definition
  if (source.kind === 'tasks') return []
  const { joins, outdated, asOf, where } = hitsOf(ctx, rule, source.all, page.today)
  const { rows } = await sql<
    Omit<Raised, 'occurrence'> & {
      code: string
      asOf: string
      detail: Record<string, unknown>
      evidence: TodayItem['evidence']
    }
  >`
    select a.id as account_id, ${heldOut(rule, page.today)} as held_out, round(arr.value) as arr_cents,
      floor(arr.value * risk.value + 0.5) as at_stake_cents, r0.code, ${asOf} as as_of, r0.evidence,
      ${factsOf('r0')} as detail
    from account a ${joins} ${moneyJoins}
    where ${where} and not ${outdated} ${page.after ? sql`and a.id > ${page.after}` : sql``}
    order by a.id limit ${page.limit}`.execute(ctx.pg)
  return rows.map(({ code, asOf: at, detail, evidence, ...row }) => ({
    ...row,
    occurrence: occurrenceOf({ code, asOf: at, detail, evidence }),
  }))
}

/** How many customers a rule would raise now. */
export async function countHits(ctx: Scope, rule: Rule, today: string): Promise<number> {
  const { source } = rule.definition
  if (source.kind === 'tasks') return 0
  const { joins, outdated, where } = hitsOf(ctx, rule, source.all, today)
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from account a ${joins} where ${where} and not ${outdated}`.execute(ctx.pg)
  return rows[0]?.n ?? 0
}
