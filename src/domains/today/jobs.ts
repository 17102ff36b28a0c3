import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { dayOf } from '../../platform/clock.ts'
import type { Ctx } from '../../platform/context.ts'
import type { Job } from '../../platform/jobs/runner.ts'
import type { Reader, Reading } from '../../platform/readings.ts'
import { churnVerdicts } from '../revenue/reads/churn.ts'
import { observedThrough } from '../revenue/reads/observed.ts'
import { workspaceOf } from '../team/reads.ts'
import { keepEffects, recordRaised } from './actions/raised.ts'
import { trialDone, trialFailed, trialJob, trialProgress } from './actions/trials.ts'
import {
  caveatsOf,
  count,
  emptyTally,
  followDays,
  judge,
  obstaclesOf,
  originsOf,
  resultOf,
  type Judged,
} from './model/trial.ts'
import { countHits, plusDays } from './reads/found.ts'
import { measureEffects } from './reads/outcomes.ts'
import { measuredEffects } from './reads/rules.ts'
import { accountsPage, assumedOf, extentOf, openTrial } from './reads/trials.ts'
import type { RuleDefinition, TrialResult } from './schema.ts'

/** Records what is raised, follows what was, and measures what acting achieves; what did not move is no new version. */
export async function recordDay(ctx: Ctx): Promise<void> {
  await recordRaised(ctx, { through: await observedThrough(ctx) })
  const [before, now] = [await measuredEffects(ctx), await measureEffects(ctx)]
  if (!isDeepStrictEqual(before, now)) await keepEffects(ctx, now)
}

const chunk = 1_000
/** More customers than this are tried by a sample of them. */
const accountsAtMost = 20_000

/** Who of these was a customer on a day, and who of them left in the 90 days after it. */
async function followedFrom(
  ctx: Ctx,
  accountIds: readonly string[],
  day: string,
): Promise<Map<string, boolean>> {
  const then = await churnVerdicts(ctx, accountIds, day)
  const stayed = then.flatMap(({ accountId, left }) => (left === false ? [accountId] : []))
  if (stayed.length === 0) return new Map()
  const after = await churnVerdicts(ctx, stayed, plusDays(day, followDays))
  return new Map(after.flatMap(({ accountId, left }) => (left === null ? [] : [[accountId, left] as const])))
}

/** Judges customers on a day of the past, by the readers that compute what the rule reads, as of that day. */
async function judgeOn(
  ctx: Ctx,
  readers: readonly Reader[],
  definition: RuleDefinition,
  accountIds: readonly string[],
  day: string,
): Promise<Judged[]> {
  const left = await followedFrom(ctx, accountIds, day)
  if (left.size === 0) return []
  // Noon is the same day in nearly every time zone.
  const at = new Date(`${day}T12:00:00Z`)
  const byAccount = new Map<string, Reading[]>()
  for (const reader of readers)
    for (const reading of await reader.compute(ctx, [...left.keys()], at)) {
      const mine = byAccount.get(reading.accountId)
      if (mine) mine.push(reading)
      else byAccount.set(reading.accountId, [reading])
    }
  return [...left].map(([accountId, gone]) =>
    judge(definition, accountId, byAccount.get(accountId) ?? [], day, gone),
  )
}

type Progress = (done: number, of: number) => Promise<unknown>

/** Tries a rule on the months that can be followed to their end. Holds one chunk of customers at a time. */
export async function tryOnThePast(
  ctx: Ctx,
  readers: readonly Reader[],
  definition: RuleDefinition,
  progress: Progress,
  signal: AbortSignal,
): Promise<TrialResult> {
  const today = dayOf(ctx.clock(), (await workspaceOf(ctx)).timeZone)
  const codes =
    definition.source.kind === 'readings' ? definition.source.all.map(({ reading }) => reading) : []
  const needed = readers.filter((reader) => reader.codes.some((code) => codes.includes(code)))
  const [extent, observed, now, obstacles] = [
    await extentOf(ctx, definition.scope),
    await observedThrough(ctx),
    await countHits(
      ctx,
      { code: '', version: 0, enabled: true, definition, changedAt: null, changedBy: null },
      today,
    ),
    obstaclesOf(definition),
  ]
  const through = observed !== null && observed < today ? observed : today
  const origins = obstacles.length > 0 || extent.since === null ? [] : originsOf(through, extent.since)
  const share = Math.min(1, accountsAtMost / Math.max(1, extent.accounts))
  const perOrigin = Math.max(1, Math.ceil((extent.accounts * share) / chunk))
  const tally = emptyTally()
  let accounts = 0
  let done = 0
  for (const [at, day] of origins.entries()) {
    let after: string | null = null
    for (;;) {
      if (signal.aborted) throw new Error('the trial was stopped and starts again')
      const ids: string[] = await accountsPage(ctx, definition.scope, { after, limit: chunk, share })
      if (ids.length === 0) break
      count(tally, at, await judgeOn(ctx, needed, definition, ids, day))
      if (at === 0) accounts += ids.length
      after = ids.at(-1) ?? null
      done += 1
      await progress(Math.min(done, origins.length * perOrigin), origins.length * perOrigin)
    }
  }
  const short = origins.length > 0 && origins.length < 12
  return resultOf(tally, {
    origins,
    accounts,
    sampled: share < 1,
    now,
    assumed: await assumedOf(ctx, codes),
    gaps: [
      ...obstacles,
      ...(obstacles.length === 0 && origins.length === 0 ? [{ code: 'no_past', params: {} }] : []),
      ...(short ? [{ code: 'short_past', params: { months: origins.length } }] : []),
      ...(origins.length > 0 ? caveatsOf(definition) : []),
    ],
    possible: origins.length > 0,
  })
}

const TrialPayload = z.object({ id: z.uuid() })

/** Everything of Today that runs later or at night; `readers` are those of all domains. */
export const todayJobs = (readers: readonly Reader[]): readonly Job[] => [
  // Twice a day, so that no day of any time zone is left out.
  { name: 'today.record', cron: '25 3,15 * * *', run: recordDay },
  {
    name: trialJob,
    payload: TrialPayload,
    async run(ctx, payload, signal) {
      const { id } = TrialPayload.parse(payload)
      const definition = await openTrial(ctx, id)
      if (!definition) return
      try {
        const progress: Progress = (done, of) => trialProgress(ctx, id, done, of)
        await trialDone(ctx, id, await tryOnThePast(ctx, readers, definition, progress, signal))
      } catch (error) {
        // A stopped process takes it up again; what fails by itself is told.
        if (!signal.aborted) await trialFailed(ctx, id)
        throw error
      }
    },
  },
]
