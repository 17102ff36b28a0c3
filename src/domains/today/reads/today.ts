import { sql } from 'kysely'
import { dayOf } from '../../../platform/clock.ts'
import type { Ctx } from '../../../platform/context.ts'
import { jsonRows } from '../../../platform/db/pg.ts'
import { notFound } from '../../../platform/errors.ts'
import { workspaceOf } from '../../team/reads.ts'
import { countdowns } from '../model/conditions.ts'
import {
  heldToday,
  itemsOfMany,
  rankToday,
  type Candidate,
  type Decision,
  type TodayInput,
} from '../model/rank.ts'
import type { HeldCode, HeldList, ManyList, Rule, TodayItem, TodayList, Watched } from '../schema.ts'
import { candidatesPerRule, foundBy, hasLeft, type Scope } from './found.ts'
import { listRules, measuredEffects, medianRevenue, settingsOf } from './rules.ts'

const listLimit = 50
const heldLimit = 200
const manyLimit = 200

type DecisionRow = Omit<Decision, 'assignee'> & { assigneeId: string | null; assigneeName: string | null }

/**
 * What was decided about these candidates and not undone, oldest first; accounts merged since count as one. Snoozes that
 * last from week to week are among them whatever their week.
 */
async function decisionsOn(ctx: Scope, candidates: readonly Candidate[], today: string): Promise<Decision[]> {
  const keys = [
    ...new Map(
      candidates.map(({ ruleCode, occurrence }) => [`${ruleCode} ${occurrence}`, { ruleCode, occurrence }]),
    ).values(),
  ]
  const codes = [...new Set(keys.map(({ ruleCode }) => ruleCode))]
  const { rows } = await sql<DecisionRow>`
    select d.id, a.root_id as account_id, d.rule_code, d.occurrence, d.decision, d.until_on, d.watch, d.why, d.comment,
      d.decided_at as at, b.name as by, d.assignee_id, u.name as assignee_name
    from today_decision d left join account a on a.id = d.account_id left join app_user u on u.id = d.assignee_id
      left join app_user b on b.id = d.decided_by
    where d.workspace_id = ${ctx.workspace} and d.undone_at is null and (
      (d.rule_code, d.occurrence) in (
        select "ruleCode", occurrence from jsonb_to_recordset(${jsonRows(keys)}) as k("ruleCode" text, occurrence text))
      or (d.rule_code = any(${codes}::text[]) and d.decision = 'snoozed'
        and (d.watch is not null or (d.until_on > ${today}::date and d.occurrence like 'week %'))))
    order by d.decided_at, d.id`.execute(ctx.pg)
  return rows.map(({ assigneeId, assigneeName, ...decision }) => ({
    ...decision,
    assignee: assigneeId && assigneeName ? { id: assigneeId, name: assigneeName } : null,
  }))
}

/** These readings of these accounts as a snooze remembers them, by account and code. */
export async function watchedOf(
  ctx: Pick<Ctx, 'pg' | 'workspace'>,
  accountIds: readonly string[],
  codes: readonly string[],
): Promise<Map<string, Map<string, Watched>>> {
  if (accountIds.length === 0 || codes.length === 0) return new Map()
  const { rows } = await sql<
    Omit<Watched, 'fact'> & { accountId: string; code: string; detail: Record<string, unknown> }
  >`
    select account_id, code, state, value, low, high,
      jsonb_build_object('renewsOn', detail -> 'renewsOn') as detail,
      array(select e ->> 'id' from jsonb_array_elements(evidence) e where e ->> 'id' is not null) as evidence
    from reading where workspace_id = ${ctx.workspace} and account_id = any(${[...accountIds]}::uuid[])
      and code = any(${[...codes]}::text[])`.execute(ctx.pg)
  const found = new Map<string, Map<string, Watched>>()
  for (const { accountId, code, detail, ...row } of rows) {
    const day = detail[countdowns[code] ?? '']
    const readings = found.get(accountId) ?? new Map<string, Watched>()
    readings.set(code, { ...row, fact: typeof day === 'string' ? day : null })
    found.set(accountId, readings)
  }
  return found
}

/** How much was looked at: customers, those of a person, and the readings and tasks that rules test. */
async function scopeOf(
  ctx: Scope,
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

type Wanted = Readonly<{
  personId: string | null
  /** Only this rule. */
  ruleCode?: string
  /** All candidates one by one, not only those that can come onto the list. */
  all?: boolean
}>

/** Everything that the list is decided from. */
export async function gather(ctx: Scope, { personId, ruleCode, all }: Wanted) {
  const [workspace, rules, settings, median, effects] = await Promise.all([
    workspaceOf(ctx),
    listRules(ctx),
    settingsOf(ctx),
    medianRevenue(ctx),
    measuredEffects(ctx),
  ])
  // What nobody ever switched on holds nothing back.
  const used = rules.filter(({ enabled, version }) => enabled || version > 0)
  const wanted = ruleCode === undefined ? used : used.filter(({ code }) => code === ruleCode)
  const today = dayOf(ctx.clock(), workspace.timeZone)
  const smallBelowCents = settings.smallBelowCents ?? median
  const asked = {
    today,
    timeZone: workspace.timeZone,
    personId,
    smallBelowCents,
    limit: all ? null : candidatesPerRule,
  }
  const found = await Promise.all(wanted.map((rule) => foundBy(ctx, rule, asked)))
  const candidates = found.flatMap(({ items }) => items)
  const decisions = await decisionsOn(ctx, candidates, today)
  const watching = decisions.filter(({ watch }) => watch !== null)
  const watched = await watchedOf(
    ctx,
    [...new Set(watching.flatMap(({ accountId }) => accountId ?? []))],
    [...new Set(watching.flatMap(({ watch }) => Object.keys(watch ?? {})))],
  )
  const input: TodayInput = {
    rules: wanted,
    candidates,
    beyond: new Map(found.map(({ beyond }, at) => [wanted[at]!.code, beyond])),
    decisions,
    watched,
    effects,
    smallBelowCents,
    today,
    personId,
    limit: listLimit,
  }
  return { input, workspace }
}

/** What is worth doing now, ranked, for a person or for the team. */
export async function today(ctx: Ctx, personId: string | null): Promise<TodayList> {
  const { input, workspace } = await gather(ctx, { personId })
  return {
    asOf: ctx.clock().toISOString(),
    today: input.today,
    currency: workspace.currency,
    smallBelowCents: input.smallBelowCents,
    scope: await scopeOf(ctx, input.rules, personId),
    ...rankToday(input),
  }
}

/** The customers of an item of many, those with most at stake first: the first of them, and how many there are. */
export async function manyOf(ctx: Ctx, personId: string | null, ruleCode: string): Promise<ManyList> {
  const { input, workspace } = await gather(ctx, { personId, ruleCode })
  if (input.rules.length === 0) throw notFound('rule')
  const items = itemsOfMany(input, ruleCode)
  return {
    items: items.slice(0, manyLimit),
    total: items.length + (input.beyond.get(ruleCode)?.small.length ?? 0),
    currency: workspace.currency,
    today: input.today,
  }
}

/** Every customer of an item of many, for whoever decides about all of them. */
export async function allOfMany(ctx: Scope, personId: string | null, ruleCode: string): Promise<TodayItem[]> {
  const { input } = await gather(ctx, { personId, ruleCode, all: true })
  if (input.rules.length === 0) throw notFound('rule')
  return itemsOfMany(input, ruleCode)
}

/** What was found and is held back one by one: what, why, by whom and until when. */
export async function heldBack(
  ctx: Ctx,
  personId: string | null,
  code: HeldCode | undefined,
): Promise<HeldList> {
  const { input } = await gather(ctx, { personId })
  const rules = new Map(input.rules.map((rule) => [rule.code, rule]))
  const held = heldToday(input).filter((one) => code === undefined || one.code === code)
  return {
    today: input.today,
    total: held.length,
    items: held.slice(0, heldLimit).map(({ code: why, candidate, decision }) => {
      const { name, action } = rules.get(candidate.ruleCode)!.definition
      const { account, title, reason, ruleCode, occurrence } = candidate
      return {
        key: [ruleCode, account?.id ?? '-', occurrence].join('|'),
        code: why,
        rule: { code: ruleCode, name, action },
        account,
        title,
        reason,
        decisionId: decision?.id ?? null,
        by: decision?.by ?? null,
        at: decision?.at ?? null,
        untilOn: decision?.untilOn ?? null,
        untilChange: decision?.watch != null,
        why: decision?.why ?? null,
        comment: decision?.comment ?? null,
      }
    }),
  }
}
