import { sql } from 'kysely'
import type { Ctx } from '../../../platform/context.ts'
import { latestSnapshot } from '../../../platform/snapshots.ts'
import { listMembers, workspaceOf } from '../../team/reads.ts'
import { effectiveRules, isBuiltIn } from '../model/built-in.ts'
import { partsOf } from '../model/catalogue.ts'
import {
  MeasuredEffects,
  RuleDefinition,
  type Rule,
  type RuleChoices,
  type RuleFeedback,
  type TodaySettings,
  type TodaySettingsShown,
  type Why,
} from '../schema.ts'
import type { z } from 'zod'

type Scope = Pick<Ctx, 'pg' | 'workspace'>

/** The newest version of every rule that people saved, with those that they removed. */
export async function savedRules(ctx: Scope): Promise<(Rule & { removed: boolean })[]> {
  const { rows } = await sql<Rule & { removed: boolean }>`
    select distinct on (r.code) r.code, r.version, r.enabled, r.definition, r.removed, r.created_at as changed_at,
      u.name as changed_by
    from today_rule r left join app_user u on u.id = r.created_by
    where r.workspace_id = ${ctx.workspace} order by r.code, r.version desc`.execute(ctx.pg)
  // What was saved before a field came has what the field means without it.
  return rows.map((row) => ({ ...row, definition: RuleDefinition.parse(row.definition) }))
}

export async function listRules(ctx: Scope): Promise<Rule[]> {
  const saved = (await savedRules(ctx)).filter(({ removed }) => !removed)
  return effectiveRules(saved.map(({ removed: _removed, ...rule }) => rule))
}

const feedbackDays = 90
const newestComments = 5

/** What the team said of each rule's items in the last 90 days, by its code. */
async function feedback(ctx: Pick<Ctx, 'pg' | 'workspace' | 'clock'>): Promise<Map<string, RuleFeedback>> {
  const since = new Date(ctx.clock().getTime() - feedbackDays * 86_400_000).toISOString()
  // An act on many is one opinion.
  const { rows } = await sql<{
    ruleCode: string
    decided: number
    notUseful: number
    whys: { why: Why | null; count: number }[] | null
    comments: string[] | null
  }>`
    with said as (
      select distinct on (coalesce(batch_id, id)) rule_code, decision, why, comment, decided_at
      from today_decision
      where workspace_id = ${ctx.workspace} and undone_at is null and decision <> 'reassigned'
        and decided_at >= ${since}::timestamptz),
    reason as (
      select rule_code, why, count(*) as n from said where decision = 'not_useful' group by 1, 2)
    select s.rule_code, count(*) as decided, count(*) filter (where decision = 'not_useful') as not_useful,
      (select jsonb_agg(jsonb_build_object('why', r.why, 'count', r.n) order by r.n desc, r.why)
        from reason r where r.rule_code = s.rule_code) as whys,
      (array_agg(comment order by decided_at desc)
        filter (where decision = 'not_useful' and comment is not null))[1:${sql.lit(newestComments)}] as comments
    from said s group by s.rule_code`.execute(ctx.pg)
  return new Map(
    rows.map(({ ruleCode, whys, comments, ...row }) => [
      ruleCode,
      { ...row, whys: whys ?? [], comments: comments ?? [] },
    ]),
  )
}

export async function rulesWithFeedback(ctx: Ctx) {
  const [rules, said] = await Promise.all([listRules(ctx), feedback(ctx)])
  const none: RuleFeedback = { decided: 0, notUseful: 0, whys: [], comments: [] }
  return rules.map((rule) => ({
    ...rule,
    own: !isBuiltIn(rule.code),
    feedback: said.get(rule.code) ?? none,
  }))
}

/** Distinct values of a column of accounts that count, each read once from the few there are. */
async function valuesOf(ctx: Scope, column: 'segment' | 'stage'): Promise<string[]> {
  const { rows } = await sql<{ value: string }>`
    select distinct ${sql.ref(column)} as value from account
    where workspace_id = ${ctx.workspace} and merged_into is null and ${sql.ref(column)} is not null
    order by 1 limit 200`.execute(ctx.pg)
  return rows.map(({ value }) => value)
}

/** Codes of the readings that some account has: one look into the index for each. */
async function codesOf(ctx: Scope): Promise<string[]> {
  const { rows } = await sql<{ code: string }>`
    with recursive found as (
      select (select min(code) from reading where workspace_id = ${ctx.workspace}) as code
      union all
      select (select min(code) from reading where workspace_id = ${ctx.workspace} and code > found.code)
      from found where found.code is not null)
    select code from found where code is not null`.execute(ctx.pg)
  return rows.map(({ code }) => code)
}

/** What a rule can be made of here. */
export async function ruleChoices(ctx: Ctx): Promise<RuleChoices> {
  const [codes, segments, stages, members, { currency }] = await Promise.all([
    codesOf(ctx),
    valuesOf(ctx, 'segment'),
    valuesOf(ctx, 'stage'),
    listMembers(ctx),
    workspaceOf(ctx),
  ])
  return {
    parts: partsOf(codes),
    segments,
    stages: stages.filter((stage) => stage !== 'left'),
    owners: members.map(({ id, name }) => ({ id, name })),
    currency,
  }
}

export async function settingsOf(ctx: Scope): Promise<z.output<typeof TodaySettings>> {
  const row = await ctx.pg
    .selectFrom('todaySetting')
    .select('smallBelowCents')
    .where('workspaceId', '=', ctx.workspace)
    .executeTakeFirst()
  return { smallBelowCents: row?.smallBelowCents ?? null }
}

/** Yearly revenue of the median customer who pays; null where none is known. */
export async function medianRevenue(ctx: Scope): Promise<number | null> {
  const { rows } = await sql<{ median: number | null }>`
    select percentile_disc(0.5) within group (order by r.value) as median from reading r
    join account a on a.id = r.account_id and a.merged_into is null
    where r.workspace_id = ${ctx.workspace} and r.code = 'revenue.arr' and r.state <> 'not_enough_data'
      and r.value > 0`.execute(ctx.pg)
  return rows[0]?.median ?? null
}

export async function shownSettings(ctx: Ctx): Promise<z.output<typeof TodaySettingsShown>> {
  const [settings, medianCents, { currency }] = await Promise.all([
    settingsOf(ctx),
    medianRevenue(ctx),
    workspaceOf(ctx),
  ])
  return { ...settings, medianCents, currency }
}

export const effectsKind = 'today.effects'

/** What outcomes measured of rules, when they were last counted. */
export async function measuredEffects(ctx: Scope): Promise<MeasuredEffects> {
  const snapshot = await latestSnapshot(ctx, effectsKind)
  return snapshot ? MeasuredEffects.parse(snapshot.value) : {}
}
