import { z } from 'zod'
import type { Ctx } from '../../platform/context.ts'
import type { FactConsumer } from '../../platform/facts.ts'
import { importFinished } from '../imports/import-type.ts'
import { personErased, PersonErased } from '../people/schema.ts'
import { markUsersOfGroups, markWaiting, recordUse, settleMarks, type CountedDays } from './actions/count.ts'
import { eraseUsers } from './actions/erase.ts'
import { tallyUsers } from './actions/features.ts'
import { allDays } from './actions/keep.ts'
import { resolveGroups, resolvePeople } from './actions/resolve.ts'
import { countUse } from './model.ts'
import * as reads from './reads.ts'

const batch = 1_000
/** As many as possible: users whom several of them name are counted once. */
const marksAtOnce = 200

/** What follows from counts that moved. */
type Follow = (counted: CountedDays) => Promise<void>

/** Counts again what some users did on some days, under all their ids. */
async function countUsers(
  ctx: Ctx,
  keys: readonly string[],
  days: readonly string[] | 'all',
  lastMark: number,
): Promise<CountedDays> {
  const roots = await reads.clustersOf(ctx, keys)
  const all = [...roots.keys()]
  await resolvePeople(ctx, all)
  const belongings = await reads.belongingsOf(ctx, roots)
  const tallies = await tallyUsers(ctx, roots, days)
  const groups = new Set([
    ...tallies.flatMap(({ groupId }) => (groupId ? [groupId] : [])),
    ...[...belongings.values()].flatMap(({ memberships }) => memberships.map(({ groupId }) => groupId)),
  ])
  const counting = { keys: new Set(all), days, lastMark }
  await resolveGroups(ctx, [...groups], (tied) => markUsersOfGroups(ctx, tied, counting))
  const accounts = await reads.accountsOfGroups(ctx, [...groups])
  const uses = countUse(tallies, belongings, accounts)
  const before = await reads.liveCountsOf(ctx, all, await reads.countedIn(ctx, all), days)
  return recordUse(ctx, uses, before)
}

/** Counts days of users again, so many users at a time. */
async function countAll(
  ctx: Ctx,
  keys: Iterable<string>,
  days: readonly string[] | 'all',
  lastMark: number,
  follow: Follow,
): Promise<void> {
  const list = [...keys]
  for (let at = 0; at < list.length; at += batch) {
    const counted = await countUsers(ctx, list.slice(at, at + batch), days, lastMark)
    if (counted.days.length > 0) await follow(counted)
  }
}

/**
 * Counts the days that are due next, and does what follows. A mark leaves the list when all that is done, so a crash
 * loses none. Answers whether there was anything to count.
 */
export async function countNext(ctx: Ctx, follow: Follow): Promise<boolean> {
  const marks = await reads.nextMarks(ctx, marksAtOnce)
  if (marks.length === 0) return false
  const whole = new Set(marks.filter(({ day }) => day === allDays).flatMap(({ keys }) => keys))
  const days = marks.filter(({ day }) => day !== allDays)
  const single = new Set(days.flatMap(({ keys }) => keys).filter((key) => !whole.has(key)))
  const lastMark = marks.at(-1)!.id
  await countAll(ctx, whole, 'all', lastMark, follow)
  await countAll(ctx, single, [...new Set(days.map(({ day }) => day))], lastMark, follow)
  await settleMarks(ctx, marks)
  return true
}

const Finished = z.object({ kind: z.string() })

export const eventConsumers: readonly FactConsumer[] = [
  {
    kinds: [importFinished],
    async hear(ctx, fact) {
      // Accounts and people that were not known may be known now.
      if (['accounts', 'people'].includes(Finished.parse(fact.payload).kind)) await markWaiting(ctx)
    },
  },
  { kinds: [personErased], hear: (ctx, fact) => eraseUsers(ctx, PersonErased.parse(fact.payload)) },
]
