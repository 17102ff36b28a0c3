import { sql } from 'kysely'
import { z } from 'zod'
import { action, type Tx } from '../../../platform/action.ts'
import { dayOf } from '../../../platform/clock.ts'
import { jsonRows } from '../../../platform/db/pg.ts'
import { keepSnapshot } from '../../../platform/snapshots.ts'
import { churnVerdicts } from '../../revenue/reads/churn.ts'
import { workspaceOf } from '../../team/reads.ts'
import { outcomeDays } from '../model/outcomes.ts'
import { episodeGapDays, plusDays, raisedPage, type Raised } from '../reads/found.ts'
import { openOutcomes, type Open } from '../reads/outcomes.ts'
import { effectsKind, listRules } from '../reads/rules.ts'
import { MeasuredEffects, type Rule } from '../schema.ts'

const pageSize = 2_000
/** Whether a rule still held is told within so many days of the day that is asked for, or not at all. */
const easedWithinDays = 7

/** Records that a rule raised these customers today: their episode goes on, or begins, with the arm that was drawn. */
async function keepRaised(tx: Tx, rule: Rule, today: string, raised: readonly Raised[]): Promise<void> {
  await sql`
    insert into today_raised (workspace_id, rule_code, account_id, occurrence, episode_on, first_on, last_on,
      rule_version, held_out, arr_cents, at_stake_cents)
    select ${tx.workspace}::uuid, ${rule.code}, r."accountId", r.occurrence, coalesce(e.episode_on, ${today}::date),
      ${today}::date, ${today}::date, ${rule.version}::int, coalesce(e.held_out, r."heldOut"), r."arrCents",
      r."atStakeCents"
    from jsonb_to_recordset(${jsonRows(raised)}) as r("accountId" uuid, occurrence text, "heldOut" boolean,
      "arrCents" bigint, "atStakeCents" bigint)
    left join lateral (
      select t.episode_on, t.held_out from today_raised t
      where t.workspace_id = ${tx.workspace} and t.rule_code = ${rule.code} and t.account_id = r."accountId"
        and t.last_on >= ${today}::date - ${sql.lit(episodeGapDays)}::int
      order by t.last_on desc, t.first_on limit 1) e on true
    on conflict (workspace_id, rule_code, account_id, occurrence) do update
      set last_on = greatest(today_raised.last_on, excluded.last_on)`.execute(tx.pg)
}

async function recordRule(tx: Tx, rule: Rule, today: string): Promise<number> {
  let count = 0
  for (let after: string | null = null; ;) {
    const page: Raised[] = await raisedPage(tx, rule, { today, after, limit: pageSize })
    if (page.length > 0) await keepRaised(tx, rule, today, page)
    count += page.length
    if (page.length < pageSize) return count
    after = page.at(-1)!.accountId
  }
}

/** Writes what became of these episodes of one day: still a customer, and whether the rule had ceased to hold. */
async function keepOutcomes(
  tx: Tx,
  days: (typeof outcomeDays)[number],
  firstOn: string,
  episodes: readonly Open[],
  at: Readonly<{ today: string; enabled: readonly string[] }>,
): Promise<number> {
  const on = plusDays(firstOn, days)
  const verdicts = await churnVerdicts(
    tx,
    episodes.map(({ accountId }) => accountId),
    on,
  )
  const left = new Map(verdicts.map((verdict) => [verdict.accountId, verdict.left]))
  const known = episodes.flatMap((episode) => {
    const gone = left.get(episode.accountId)
    return gone === undefined || gone === null ? [] : [{ ...episode, stays: !gone }]
  })
  const fresh = at.today <= plusDays(on, easedWithinDays)
  await sql`
    update today_raised t set ${sql.ref(`stays_${days}`)} = o.stays,
      ${sql.ref(`eased_${days}`)} = case when ${fresh}::boolean and t.rule_code = any(${[...at.enabled]}::text[]) then
        not exists (select from today_raised later where later.workspace_id = t.workspace_id
          and later.rule_code = t.rule_code and later.account_id = t.account_id and later.last_on >= ${on}::date) end
    from jsonb_to_recordset(${jsonRows(known)}) as o("ruleCode" text, "accountId" uuid, occurrence text, stays boolean)
    where t.workspace_id = ${tx.workspace} and t.rule_code = o."ruleCode" and t.account_id = o."accountId"
      and t.occurrence = o.occurrence`.execute(tx.pg)
  return known.length
}

const openAtMost = 50_000

/** Follows episodes to the days after which outcomes are told, as far as the sources of revenue speak. */
async function followUp(
  tx: Tx,
  at: Readonly<{ today: string; through: string; enabled: readonly string[] }>,
): Promise<number> {
  let count = 0
  for (const days of outcomeDays) {
    const open = await openOutcomes(tx, days, plusDays(at.through, -days), openAtMost)
    for (const firstOn of new Set(open.map((episode) => episode.firstOn))) {
      const episodes = open.filter((episode) => episode.firstOn === firstOn)
      count += await keepOutcomes(tx, days, firstOn, episodes, at)
    }
  }
  return count
}

/**
 * Records what the rules raise today and what became of what they raised before. `through`: the last day that the sources
 * of revenue speak for. Safe to repeat on the same day.
 */
export const recordRaised = action({
  name: 'today.record',
  role: 'admin',
  scope: 'settings',
  input: z.object({ through: z.iso.date().nullable() }),
  async run(tx, { through }) {
    const today = dayOf(tx.clock(), (await workspaceOf(tx)).timeZone)
    const rules = (await listRules(tx)).filter(({ enabled }) => enabled)
    let raised = 0
    for (const rule of rules) raised += await recordRule(tx, rule, today)
    const until = through !== null && through < today ? through : today
    const enabled = rules.map(({ code }) => code)
    const outcomes = through === null ? 0 : await followUp(tx, { today, through: until, enabled })
    tx.audit({ kind: 'workspace', id: tx.workspace, changes: { day: today, raised, outcomes } })
  },
})

/** Records one item at the moment when it is decided about: the record does not wait for the night. */
export async function recordDecided(
  tx: Tx,
  rule: Rule,
  accountIds: readonly string[],
  occurrences: ReadonlyMap<string, string>,
): Promise<void> {
  if (rule.definition.source.kind !== 'readings' || accountIds.length === 0) return
  const today = dayOf(tx.clock(), (await workspaceOf(tx)).timeZone)
  const { rows } = await sql<{ accountId: string; arrCents: number | null; atStakeCents: number | null }>`
    select a.id as account_id, round(arr.value) as arr_cents, floor(arr.value * risk.value + 0.5) as at_stake_cents
    from account a
    left join reading arr on arr.workspace_id = a.workspace_id and arr.account_id = a.id and arr.code = 'revenue.arr'
    left join reading risk on risk.workspace_id = a.workspace_id and risk.account_id = a.id
      and risk.code = 'risk.renewal'
    where a.workspace_id = ${tx.workspace} and a.id = any(${[...accountIds]}::uuid[])`.execute(tx.pg)
  await keepRaised(
    tx,
    rule,
    today,
    rows.map((row) => ({ ...row, occurrence: occurrences.get(row.accountId)!, heldOut: false })),
  )
}

/** Keeps what outcomes measure as a new version, by which Today ranks. */
export const keepEffects = action({
  name: 'today.measure',
  role: 'admin',
  scope: 'settings',
  input: MeasuredEffects,
  async run(tx, effects) {
    const id = await keepSnapshot(tx, effectsKind, tx.clock(), effects)
    tx.audit({ kind: 'snapshot', id, changes: { rules: Object.keys(effects) } })
  },
})
