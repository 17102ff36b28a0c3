import type { Reading } from '../../../platform/readings.ts'
import { breadth } from './breadth.ts'
import { earlyAdoption } from './early-adoption.ts'
import { knownOf, missing, type Part, type Scale, type Source, type Use } from './known.ts'
import { lastUsed } from './rhythm.ts'
import { activeUsers, powerUsers } from './users.ts'
import { weeklyActive, weeklyTrend } from './weekly.ts'
import { horizonOf } from './weeks.ts'

export const usageCodes = [
  'usage.weekly_active',
  'usage.trend',
  'usage.breadth',
  'usage.early_adoption',
  'usage.active_users',
  'usage.last_used',
  'usage.power_users',
] as const
type Code = (typeof usageCodes)[number]

type Frame = Readonly<{ use: Use; asOf: Date; stale: boolean; snapshotId: string | null }>

const reading = ({ use, asOf, stale, snapshotId }: Frame, code: Code, part: Part): Reading => ({
  accountId: use.accountId,
  code,
  state: part.value === null ? 'not_enough_data' : stale ? 'stale' : 'ok',
  asOf: asOf.toISOString(),
  snapshotId,
  ...part,
})

const allOf = (frame: Frame, part: Part): Reading[] => usageCodes.map((code) => reading(frame, code, part))

/** All readings of use of one account, as far as its source reaches. */
export function usageReadings(use: Use, source: Source | null, scale: Scale | null, now: Date): Reading[] {
  if (!source)
    return allOf({ use, asOf: now, stale: false, snapshotId: null }, missing('no_usage_data', null))
  const horizon = horizonOf(now, source.coverage, use.sendsEvents)
  const frame = { use, asOf: horizon.asOf, stale: horizon.stale, snapshotId: source.snapshotId }
  const known = knownOf(use, source, horizon)
  if (!known) return allOf({ ...frame, stale: false }, missing('no_usage_rows', null))
  const parts: Record<Code, Part> = {
    'usage.weekly_active': weeklyActive(known),
    'usage.trend': weeklyTrend(known),
    'usage.breadth': breadth(known),
    'usage.early_adoption': earlyAdoption(known),
    'usage.active_users': activeUsers(known),
    'usage.last_used': lastUsed(known),
    'usage.power_users': powerUsers(known, scale),
  }
  return usageCodes.map((code) =>
    reading(
      code === 'usage.power_users' ? { ...frame, snapshotId: scale?.snapshotId ?? null } : frame,
      code,
      parts[code],
    ),
  )
}
