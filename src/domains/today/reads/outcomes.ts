import { sql } from 'kysely'
import type { Ctx } from '../../../platform/context.ts'
import { workspaceOf } from '../../team/reads.ts'
import { effectFrom, outcomeDays, outcomeOf, type Cases } from '../model/outcomes.ts'
import { effectOf } from '../model/rank.ts'
import type { MeasuredEffects, Outcomes } from '../schema.ts'
import { listRules, measuredEffects } from './rules.ts'

type Scope = Pick<Ctx, 'pg' | 'workspace'>

/** Somebody who acts within so many days of the first day of a case has acted on it. */
const actedWithinDays = 30

/** Cases of every rule by arm, act and days. A case is an episode: a customer that a rule raised without a long gap. */
export async function casesOf(ctx: Scope): Promise<Cases[]> {
  const { timeZone } = await workspaceOf(ctx)
  const { rows } = await sql<Cases>`
    with episode as (
      select t.*, exists (
        select from account about join today_decision d on d.account_id = about.id
        where about.root_id = a.root_id and d.workspace_id = t.workspace_id and d.rule_code = t.rule_code
          and d.decision = 'done' and d.undone_at is null
          and (d.decided_at at time zone ${timeZone})::date
            between t.first_on and t.first_on + ${sql.lit(actedWithinDays)}::int) as acted
      from today_raised t join account a on a.id = t.account_id
      where t.workspace_id = ${ctx.workspace} and t.first_on = t.episode_on)
    select rule_code, held_out, acted, h.days, count(*) filter (where stays is not null) as n,
      count(*) filter (where stays) as kept,
      count(*) filter (where stays is not null and eased is not null) as eased_of,
      count(*) filter (where stays is not null and eased) as eased,
      coalesce(sum(arr_cents) filter (where stays is not null), 0) as arr_cents,
      count(*) filter (where stays is null) as waiting
    from episode cross join lateral (values (30, stays_30, eased_30), (60, stays_60, eased_60), (90, stays_90, eased_90))
      h(days, stays, eased)
    group by 1, 2, 3, 4`.execute(ctx.pg)
  return rows
}

/** What outcomes measure of each rule now, by its code. */
export async function measureEffects(ctx: Scope): Promise<MeasuredEffects> {
  const cases = await casesOf(ctx)
  const codes = [...new Set(cases.map(({ ruleCode }) => ruleCode))].toSorted()
  return Object.fromEntries(
    codes.flatMap((code) => {
      const effect = effectFrom(outcomeOf(code, 90, cases))
      return effect ? [[code, effect]] : []
    }),
  )
}

/** What acting achieved, for every rule that ranks by money. */
export async function outcomes(ctx: Ctx): Promise<Outcomes> {
  const [rules, cases, effects, { currency }, { rows }] = await Promise.all([
    listRules(ctx),
    casesOf(ctx),
    measuredEffects(ctx),
    workspaceOf(ctx),
    sql<{ since: string | null }>`
      select min(first_on) as since from today_raised where workspace_id = ${ctx.workspace}`.execute(ctx.pg),
  ])
  return {
    currency,
    since: rows[0]?.since ?? null,
    rules: rules
      .filter(({ definition }) => definition.source.kind === 'readings')
      .map((rule) => ({
        code: rule.code,
        name: rule.definition.name,
        effect: effectOf(rule, effects),
        outcomes: outcomeDays.map((days) => outcomeOf(rule.code, days, cases)),
      })),
  }
}

/** An episode whose outcome after so many days is not known yet. */
export type Open = Readonly<{ ruleCode: string; accountId: string; occurrence: string; firstOn: string }>

/** Nobody waits longer than this for a source to say what became of a customer. */
const patienceDays = 120

/** Episodes that began on or before the day `until`, whose outcome after `days` days is open. */
export async function openOutcomes(
  ctx: Scope,
  days: 30 | 60 | 90,
  until: string,
  limit: number,
): Promise<Open[]> {
  const column = sql.ref(`t.stays_${days}`)
  const { rows } = await sql<Open>`
    select t.rule_code, t.account_id, t.occurrence, t.first_on from today_raised t
    where t.workspace_id = ${ctx.workspace} and t.first_on = t.episode_on and ${column} is null
      and t.first_on <= ${until}::date and t.first_on > ${until}::date - ${sql.lit(patienceDays)}::int
    order by t.first_on, t.rule_code, t.account_id limit ${limit}`.execute(ctx.pg)
  return rows
}
