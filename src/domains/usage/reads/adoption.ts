import { sql } from 'kysely'
import { dayOf } from '../../../platform/clock.ts'
import type { Ctx } from '../../../platform/context.ts'
import { churnVerdicts } from '../../revenue/reads/churn.ts'
import { observedThrough } from '../../revenue/reads/observed.ts'
import { workspaceOf } from '../../team/reads.ts'
import { compareAdoption, monthsLater, type Followed } from '../model/adoption.ts'
import { adoptionWeeks } from '../model/known.ts'
import { addDays } from '../model/weeks.ts'
import type { AdoptionStudy } from '../schema.ts'

type Adoption = Readonly<{
  accountId: string
  startedOn: string | null
  active: number | null
  observed: number | null
  soFar: boolean | null
}>

/** The readings of early adoption, as they stand. */
async function adoptions(ctx: Ctx): Promise<Adoption[]> {
  const { rows } = await sql<Adoption>`
    select a.id as account_id, r.detail ->> 'startedOn' as started_on, (r.detail ->> 'active')::int as active,
      r.n as observed, (r.detail ->> 'soFar')::boolean as so_far
    from account a
    left join reading r on r.workspace_id = a.workspace_id and r.account_id = a.id
      and r.code = 'usage.early_adoption' and r.state <> 'not_enough_data'
    where a.workspace_id = ${ctx.workspace} and a.merged_into is null order by a.id`.execute(ctx.pg)
  return rows
}

/** What accounts paid a year on a day of their own, in minor units of the workspace's currency. */
async function yearlyCentsOn(
  ctx: Ctx,
  days: readonly Readonly<{ accountId: string; day: string }>[],
): Promise<Map<string, number>> {
  const { rows } = await sql<{ accountId: string; cents: number }>`
    select wanted.account_id, movement.cents from unnest(${days.map(({ accountId }) => accountId)}::uuid[],
      ${days.map(({ day }) => day)}::date[]) as wanted(account_id, day)
    cross join lateral (
      select sum(mrr_after_cents) * 12 as cents from (
        select distinct on (m.account_id) m.mrr_after_cents from revenue_movement m
        join account member on member.id = m.account_id and member.root_id = wanted.account_id
        where m.workspace_id = ${ctx.workspace} and m.on_day <= wanted.day
        order by m.account_id, m.on_day desc) last) movement
    where movement.cents is not null`.execute(ctx.pg)
  return new Map(rows.map(({ accountId, cents }) => [accountId, cents]))
}

/**
 * Whether accounts that used the product in at least `weeks` of their first 26 weeks left more rarely in the `months`
 * after those. Only accounts whose 26 weeks and whose follow-up are wholly known count, and only those who were still
 * customers when the follow-up began: who has left cannot reach anything.
 */
export async function adoptionStudy(
  ctx: Ctx,
  { weeks, months }: Readonly<{ weeks: number; months: number }>,
): Promise<AdoptionStudy> {
  const { timeZone, currency } = await workspaceOf(ctx)
  const today = dayOf(ctx.clock(), timeZone)
  const [rows, verdicts, through] = await Promise.all([
    adoptions(ctx),
    churnVerdicts(ctx, null, today),
    observedThrough(ctx),
  ])
  const verdictOf = new Map(verdicts.map((verdict) => [verdict.accountId, verdict]))
  const leftOut = { notKnown: 0, young: 0, notObserved: 0, leftBefore: 0, dayNotKnown: 0 }
  const begun: { accountId: string; activeWeeks: number; day: string; left: boolean }[] = []
  for (const { accountId, startedOn, active, observed, soFar } of rows) {
    const verdict = verdictOf.get(accountId)
    if (startedOn === null || active === null || !verdict || verdict.left === null) leftOut.notKnown += 1
    else if (verdict.left && verdict.on === null) leftOut.dayNotKnown += 1
    else {
      const day = addDays(startedOn, adoptionWeeks * 7)
      const end = monthsLater(day, months)
      if (verdict.left && verdict.on !== null && verdict.on <= day) leftOut.leftBefore += 1
      else if (soFar !== false || through === null || end > through) leftOut.young += 1
      else if (observed !== adoptionWeeks) leftOut.notObserved += 1
      else
        begun.push({
          accountId,
          activeWeeks: active,
          day,
          left: verdict.left && verdict.on !== null && verdict.on <= end,
        })
    }
  }
  const paid = await yearlyCentsOn(ctx, begun)
  const followed = begun.map(({ accountId, activeWeeks, left }): Followed => ({
    activeWeeks,
    left,
    yearlyCents: paid.get(accountId) ?? null,
  }))
  return {
    asOf: ctx.clock().toISOString(),
    through,
    weeks,
    of: adoptionWeeks,
    months,
    currency,
    ...compareAdoption(followed, weeks),
    leftOut,
    randomised: false,
  }
}
