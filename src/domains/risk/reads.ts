import { sql } from 'kysely'
import { dayOf } from '../../platform/clock.ts'
import type { Ctx } from '../../platform/context.ts'
import type { Reading } from '../../platform/readings.ts'
import { latestSnapshot } from '../../platform/snapshots.ts'
import { resolveAccount } from '../accounts/reads.ts'
import { decideChurn, isStale, nextRenewal } from '../revenue/model.ts'
import { churnVerdicts } from '../revenue/reads/churn.ts'
import { departuresOf } from '../revenue/reads/departures.ts'
import { movementsOf } from '../revenue/reads/movements.ts'
import { measureObserved, observedOf } from '../revenue/reads/observed.ts'
import { arrOf, standingsOf } from '../revenue/reads/standings.ts'
import { workspaceOf } from '../team/reads.ts'
import {
  defaultBelief,
  ladder,
  ladderOf,
  priorOf,
  riskReadings,
  type Frame,
  type History,
  type Spell,
  type Subject,
} from './model.ts'
import { Prior, type AccountRisk, type RiskModel } from './schema.ts'

export const priorKind = 'risk.prior'

type Model = Readonly<{
  prior: Prior
  snapshotId: string | null
  version: number | null
  asOf: string | null
}>

/** The newest prior; the belief alone while nothing was ever counted. */
export async function currentPrior(ctx: Ctx): Promise<Model> {
  const snapshot = await latestSnapshot(ctx, priorKind)
  if (!snapshot)
    return {
      prior: priorOf([], null, defaultBelief),
      snapshotId: null,
      version: null,
      asOf: null,
    }
  return {
    prior: Prior.parse(snapshot.value),
    snapshotId: snapshot.id,
    version: snapshot.version,
    asOf: snapshot.asOf,
  }
}

export async function riskModel(ctx: Ctx): Promise<RiskModel> {
  const { prior, ...model } = await currentPrior(ctx)
  return {
    kind: 'prior',
    ...model,
    ...prior,
    basis: prior.company.months === 0 ? 'belief' : 'belief_and_data',
    ladder: ladderOf(prior.company.events),
    rungs: [...ladder],
  }
}

type AccountRow = Readonly<{
  id: string
  segment: string | null
  stage: string | null
  startedOn: string | null
}>

/** Accounts that count, with the earliest start that they or those merged into them have. */
async function accountRows(ctx: Ctx, after: string | null, limit: number): Promise<AccountRow[]> {
  const { rows } = await sql<AccountRow>`
    select root.id, root.segment, root.stage,
      (select min(started_on) from account member
        where member.workspace_id = root.workspace_id and member.root_id = root.id) as started_on
    from account root
    where root.workspace_id = ${ctx.workspace} and root.merged_into is null
      ${after ? sql`and root.id > ${after}` : sql``}
    order by root.id limit ${limit}`.execute(ctx.pg)
  return rows
}

/** Stretches with recurring revenue, straight from what was paid, so that they never lag behind an import. */
async function spellsOf(ctx: Ctx, accountIds: readonly string[]): Promise<Map<string, Spell[]>> {
  const { rows } = await sql<Spell & { accountId: string }>`
    select account_id, "from", "to" from (
      select account_id, kind, on_day as "from",
        lead(on_day) over (partition by account_id order by on_day) as "to"
      from (${movementsOf(ctx, accountIds)}) movement
      where kind in ('new', 'reactivation', 'churn')) edge
    where kind <> 'churn' order by account_id, "from"`.execute(ctx.pg)
  const spells = new Map<string, Spell[]>()
  for (const { accountId, ...spell } of rows) {
    const earlier = spells.get(accountId)
    if (earlier) earlier.push(spell)
    else spells.set(accountId, [spell])
  }
  return spells
}

const chunk = 1_000

/** What is known about the staying and leaving of every customer on a day, in chunks. */
async function* historiesOn(ctx: Ctx, day: string): AsyncGenerator<History[]> {
  for (let after: string | null = null; ;) {
    const accounts: AccountRow[] = await accountRows(ctx, after, chunk)
    if (accounts.length === 0) return
    const ids = accounts.map(({ id }) => id)
    const [verdicts, spells, departures] = await Promise.all([
      churnVerdicts(ctx, ids, day),
      spellsOf(ctx, ids),
      departuresOf(ctx, ids, day),
    ])
    const verdictOf = new Map(verdicts.map((verdict) => [verdict.accountId, verdict]))
    yield accounts.map(({ id, segment, startedOn }) => ({
      segment,
      startedOn,
      verdict: verdictOf.get(id) ?? { left: null, on: null, decidedBy: null },
      spells: spells.get(id) ?? [],
      departures: departures.get(id) ?? [],
    }))
    after = ids.at(-1) ?? null
  }
}

/** What the risk of these accounts is computed for, with the frame that they share. */
async function subjectsOf(ctx: Ctx, accountIds: readonly string[], day: string): Promise<Subject[]> {
  const { churnRule } = await workspaceOf(ctx)
  const [standings, observed, { rows }] = await Promise.all([
    standingsOf(ctx, accountIds, day),
    observedOf(ctx, accountIds),
    sql<Pick<AccountRow, 'id' | 'segment' | 'stage'>>`
      select id, segment, stage from account
      where workspace_id = ${ctx.workspace} and id = any(${[...accountIds]}::uuid[]) and merged_into is null
      order by id`.execute(ctx.pg),
  ])
  const standingOf = new Map(standings.map((standing) => [standing.accountId, standing]))
  return rows.flatMap(({ id, segment, stage }) => {
    const standing = standingOf.get(id)
    if (!standing) return []
    const through = observed.get(id) ?? null
    return [
      {
        accountId: id,
        segment,
        stage,
        verdict: decideChurn(churnRule, standing.says),
        renewal: nextRenewal(standing.saidRenewsOn, standing.running, day),
        arrCents: arrOf(standing),
        staleSince: isStale(through, day) ? through : null,
      },
    ]
  })
}

/** The risk readings of these accounts against the newest prior: the same for one account and for all. */
export async function computeRisk(ctx: Ctx, accountIds: readonly string[], asOf: Date): Promise<Reading[]> {
  const [{ prior, snapshotId }, { timeZone, currency }] = [await currentPrior(ctx), await workspaceOf(ctx)]
  const day = dayOf(asOf, timeZone)
  const frame: Frame = { prior, snapshotId, asOf: asOf.toISOString(), day, currency }
  const readings: Reading[] = []
  for (let at = 0; at < accountIds.length; at += chunk) {
    const subjects = await subjectsOf(ctx, accountIds.slice(at, at + chunk), day)
    for (const subject of subjects) readings.push(...riskReadings(subject, frame))
  }
  return readings
}

/** The risk of one account as it is now. */
export async function accountRisk(ctx: Ctx, anyId: string): Promise<AccountRisk> {
  const id = await resolveAccount(ctx, anyId)
  const [renewal, expectedLoss] = await computeRisk(ctx, [id], ctx.clock())
  if (!renewal || !expectedLoss) throw new Error(`account ${id} has no risk`)
  const shown = (reading: Reading) => ({
    ...reading,
    contributions: [...reading.contributions],
    evidence: [...reading.evidence],
  })
  return { renewal: shown(renewal), expectedLoss: shown(expectedLoss) }
}

/** The prior as the records stand, up to the last day that their sources speak for. */
export async function measurePrior(ctx: Ctx): Promise<Prior> {
  const through = await measureObserved(ctx)
  const histories: History[] = []
  if (through !== null) for await (const some of historiesOn(ctx, through)) histories.push(...some)
  return priorOf(histories, through)
}
