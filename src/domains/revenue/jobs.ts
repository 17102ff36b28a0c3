import { sql, type Transaction } from 'kysely'
import { dayOf } from '../../platform/clock.ts'
import type { Ctx } from '../../platform/context.ts'
import type { Tables } from '../../platform/db/tables.ts'
import { emitFact, type FactConsumer } from '../../platform/facts.ts'
import type { Job } from '../../platform/jobs/runner.ts'
import {
  markAllDue,
  type Contribution,
  type Evidence,
  type Reader,
  type Reading,
} from '../../platform/readings.ts'
import { latestSnapshot } from '../../platform/snapshots.ts'
import { importFinished } from '../imports/import-type.ts'
import { largestRemainder } from '../../stats/rounding/largest-remainder.ts'
import { workspaceOf } from '../team/reads.ts'
import { recordObserved } from './actions.ts'
import { decideChurn, isStale, nextRenewal, type ChurnVerdict } from './model.ts'
import { leftAccounts } from './reads/churn.ts'
import { leftOutOf } from './reads/left-out.ts'
import { movementsOf } from './reads/movements.ts'
import { measureObserved, observedKind, observedOf } from './reads/observed.ts'
import { arrOf, mrrOf, standingsOf, type RunningPiece, type Standing } from './reads/standings.ts'
import { Observed } from './schema.ts'

/**
 * Brings the movements of the accounts that `accountIds` count as in line with their subscriptions or invoices; rows
 * that stand already are not written again. Safe to repeat; accounts merged away lose their rows.
 */
export async function deriveRevenue(ctx: Ctx, accountIds: readonly string[]): Promise<void> {
  if (accountIds.length === 0) return
  await ctx.pg.transaction().execute(async (pg) => {
    const { workspace } = ctx
    // Two passes wait for each other, so that the later one writes what it saw and not what the earlier one did.
    await sql`select pg_advisory_xact_lock(hashtextextended(${`${workspace} revenue_movement`}, 0))`.execute(
      pg,
    )
    // A full join is never done row by row, whatever the planner expects.
    await sql`
      with difference as materialized (
        select account_id, on_day, fresh.kind, fresh.delta_cents, fresh.mrr_after_cents
        from (${movementsOf({ pg, workspace }, accountIds)}) fresh
        full join (
          select * from revenue_movement where workspace_id = ${workspace} and account_id = any(array(
            select id from account where workspace_id = ${workspace} and root_id = any(array(
              select root_id from account where workspace_id = ${workspace} and id = any(${[...accountIds]}::uuid[])))))
        ) stored using (account_id, on_day)
        where (fresh.kind, fresh.delta_cents, fresh.mrr_after_cents)
          is distinct from (stored.kind, stored.delta_cents, stored.mrr_after_cents)),
      gone as (
        delete from revenue_movement m using difference d
        where m.workspace_id = ${workspace} and m.account_id = d.account_id and m.on_day = d.on_day and d.kind is null)
      insert into revenue_movement (workspace_id, account_id, on_day, kind, delta_cents, mrr_after_cents)
      select ${workspace}::uuid, d.* from difference d where kind is not null
      on conflict (workspace_id, account_id, on_day) do update set
        kind = excluded.kind, delta_cents = excluded.delta_cents, mrr_after_cents = excluded.mrr_after_cents`.execute(
      pg,
    )
  })
}

const midnight = (day: string): string => `${day}T00:00:00.000Z`

type Frame = Readonly<{
  asOf: string
  /** The last day that is known of the account, where that is too long ago to stand for today. */
  staleSince: string | null
  day: string
  currency: string
  standing: Standing
  verdict: ChurnVerdict
}>

const evidenceOf = (piece: RunningPiece): Evidence => ({
  kind: piece.kind,
  id: piece.id,
  at: piece.startsOn,
  code: `revenue.${piece.kind}`,
  params: {
    plan: piece.plan,
    amountCents: piece.amountCents,
    currency: piece.currency,
    termMonths: piece.termMonths,
    endsOn: piece.endsOn,
  },
})

const reading = (frame: Frame, code: string, rest: Partial<Reading>): Reading => ({
  accountId: frame.standing.accountId,
  code,
  state: frame.staleSince === null ? 'ok' : 'stale',
  value: null,
  low: null,
  high: null,
  n: frame.standing.running.length,
  asOf: frame.staleSince === null ? frame.asOf : midnight(frame.staleSince),
  snapshotId: null,
  contributions: [],
  evidence: frame.standing.running.map(evidenceOf),
  detail: {},
  ...rest,
})

/** Parts of the revenue of `months` months, in whole units; what brings their sum to `value` is a part of its own. */
function partsOf({ standing, verdict }: Frame, months: number, value: number): Contribution[] {
  const rated = standing.running.flatMap((piece) =>
    piece.yearCents === null ? [] : [{ ...piece, exact: (piece.yearCents * months) / 12 }],
  )
  const amounts = largestRemainder(rated.map(({ exact }) => exact))
  const parts = rated.map(({ id, kind, plan }, at) => ({
    code: `revenue.${kind}`,
    params: { id, plan },
    amount: amounts[at] ?? 0,
  }))
  const rest = value - parts.reduce((sum, part) => sum + part.amount, 0)
  if (rest === 0) return parts
  const code = verdict.left === true ? 'revenue.left' : 'revenue.credit_notes'
  return [...parts, { code, params: { decidedBy: verdict.decidedBy, on: verdict.on }, amount: rest }]
}

/** Revenue over `months` months in minor units of the workspace's currency; nothing for a customer who left. */
function amountReading(frame: Frame, code: string, months: 1 | 12): Reading {
  const { standing, verdict, currency } = frame
  const paid = months === 12 ? arrOf(standing) : mrrOf(standing)
  const leftOut = leftOutOf(standing.running)
  const detail = {
    currency,
    leftOut,
    firstPaidOn: standing.firstPaidOn,
    left: verdict.left === true ? { on: verdict.on, decidedBy: verdict.decidedBy } : null,
  }
  if (verdict.left !== true && paid === null) {
    const missing = standing.known ? ['exchange_rate'] : ['subscriptions']
    return reading(frame, code, { state: 'not_enough_data', detail: { ...detail, missing } })
  }
  const value = verdict.left === true ? 0 : (paid ?? 0)
  return reading(frame, code, { value, contributions: partsOf(frame, months, value), detail })
}

/** Days to the next renewal, or why there is none. */
function renewalReading(frame: Frame): Reading {
  const { standing, verdict, day } = frame
  const none = (detail: Record<string, unknown>) =>
    reading(frame, 'revenue.renewal', { state: 'not_enough_data', detail })
  if (verdict.left === true)
    return none({
      missing: [],
      notApplicable: 'left',
      left: { on: verdict.on, decidedBy: verdict.decidedBy },
    })
  const renewal = nextRenewal(standing.saidRenewsOn, standing.running, day)
  if (!renewal) return none({ missing: ['running_subscription'] })
  const decider = standing.running.find(({ id }) => id === renewal.decidedBy?.id)
  const evidence: Evidence = {
    kind: decider?.kind ?? 'account',
    id: decider?.id ?? standing.accountId,
    at: renewal.renewsOn,
    code: `renewal.${renewal.from}`,
    params: {
      startsOn: decider?.startsOn ?? null,
      termMonths: renewal.termMonths,
      plan: decider?.plan ?? null,
    },
  }
  return reading(frame, 'revenue.renewal', {
    value: renewal.days,
    contributions: [{ code: `renewal.${renewal.from}`, params: evidence.params, amount: renewal.days }],
    evidence: [evidence],
    detail: {
      renewsOn: renewal.renewsOn,
      from: renewal.from,
      termMonths: renewal.termMonths,
      monthly: renewal.termMonths === 1,
    },
  })
}

const revenueReader: Reader = {
  codes: ['revenue.arr', 'revenue.mrr', 'revenue.renewal'],
  derive: deriveRevenue,
  async compute(ctx, accountIds, asOf) {
    const { timeZone, currency, churnRule } = await workspaceOf(ctx)
    const day = dayOf(asOf, timeZone)
    const [standings, observed] = await Promise.all([
      standingsOf(ctx, accountIds, day),
      observedOf(ctx, accountIds),
    ])
    return standings.flatMap((standing) => {
      const verdict = decideChurn(churnRule, standing.says)
      const through = observed.get(standing.accountId) ?? null
      const staleSince = isStale(through, day) ? through : null
      const frame: Frame = { asOf: asOf.toISOString(), staleSince, day, currency, standing, verdict }
      return [
        amountReading(frame, 'revenue.arr', 12),
        amountReading(frame, 'revenue.mrr', 1),
        renewalReading(frame),
      ]
    })
  },
}

export const revenueReaders: readonly Reader[] = [revenueReader]

/** The currency, the rule for churn and the time zone of the workspace change every reading of revenue. */
const rulesChanged: FactConsumer = {
  kinds: ['workspace.changed'],
  async hear(ctx, fact) {
    const fields = fact.payload.fields
    const moves = ['currency', 'churnRule', 'timeZone']
    if (Array.isArray(fields) && fields.some((field) => moves.includes(String(field))))
      await markAllDue(ctx.pg, ctx.workspace)
  },
}

/** How far the sources see; when that moves, the readings of all move with it. */
async function refreshObserved(ctx: Ctx): Promise<void> {
  const [before, through] = [await latestSnapshot(ctx, observedKind), await measureObserved(ctx)]
  if (before === null || Observed.parse(before.value).through !== through)
    await recordObserved(ctx, { through })
}

/** A file, or taking one back, changes how far the sources see, for customers too whom it does not name. */
const sourcesChanged: FactConsumer = { kinds: [importFinished], hear: refreshObserved }

export const revenueConsumers: readonly FactConsumer[] = [rulesChanged, sourcesChanged]

const dayBefore = (day: string): string =>
  new Date(Date.parse(midnight(day)) - 86_400_000).toISOString().slice(0, 10)

/**
 * Announces, once each, the customers whose last subscription ended as it was planned after day `last` and until `day`;
 * without a `last` those of `day` alone. Who has come back meanwhile is not announced.
 */
async function announceEnds(
  pg: Transaction<Tables>,
  ctx: Ctx,
  last: string | null,
  day: string,
): Promise<void> {
  const since = last ?? dayBefore(day)
  const ended = (await leftAccounts({ ...ctx, pg }, day)).flatMap(({ accountId, on, decidedBy }) =>
    on !== null && on > since && decidedBy === 'subscriptions' ? [{ accountId, on, decidedBy }] : [],
  )
  const told = await pg
    .selectFrom('fact')
    .select(['accountId', 'validAt'])
    .where('workspaceId', '=', ctx.workspace)
    .where('kind', '=', 'account.left')
    .where('validAt', '>', midnight(since))
    .execute()
  const key = (accountId: string | null, at: string) => `${accountId} ${Date.parse(at)}`
  const known = new Set(told.map(({ accountId, validAt }) => key(accountId, validAt)))
  for (const { accountId, on, decidedBy } of ended)
    if (!known.has(key(accountId, midnight(on))))
      await emitFact(pg, ctx, {
        kind: 'account.left',
        accountId,
        validAt: midnight(on),
        payload: { decidedBy },
      })
}

/** A new day brings renewals nearer, starts and ends subscriptions and applies the rates dated on it. */
const newDay: Job = {
  name: 'revenue.new_day',
  // Every minute: midnight comes at another time in each time zone, and nobody knows how long the server was off.
  cron: '* * * * *',
  run: async (ctx) => {
    const workspace = await ctx.pg
      .selectFrom('workspace')
      .select(['timeZone', 'revenueDay'])
      .where('id', '=', ctx.workspace)
      .executeTakeFirst()
    if (!workspace) return
    const { timeZone, revenueDay } = workspace
    const day = dayOf(ctx.clock(), timeZone)
    if (day === revenueDay) return
    await ctx.pg.transaction().execute(async (pg) => {
      const { numUpdatedRows } = await pg
        .updateTable('workspace')
        .set({ revenueDay: day })
        .where('id', '=', ctx.workspace)
        .where('revenueDay', 'is not distinct from', revenueDay)
        .executeTakeFirst()
      if (numUpdatedRows === 0n) return
      await announceEnds(pg, ctx, revenueDay, day)
      await markAllDue(pg, ctx.workspace)
    })
    await refreshObserved(ctx)
  },
}

export const revenueJobs: readonly Job[] = [newDay]
