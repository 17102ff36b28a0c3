import { wilsonInterval } from '../../../stats/inference/wilson.ts'
import {
  completeSeries,
  evidenceAt,
  missing,
  partsOf,
  sum,
  userDays,
  weekEvidence,
  type Known,
  type Part,
  type Scale,
} from './known.ts'
import { leastInAll, sizeOf, thresholdOf } from './power.ts'
import { addDays, daysBetween } from './weeks.ts'

const windowOf = ({ firstDay, horizon }: Known) => {
  const from = addDays(horizon.untilDay, -userDays)
  const since = firstDay > from ? firstDay : from
  return { from, to: horizon.untilDay, days: Math.max(0, daysBetween(since, horizon.untilDay)) }
}

/** Users in the last 28 days, the day under way among them. */
export function activeUsers(known: Known): Part {
  const { use, source } = known
  if (!source.coverage.countsUsers) return missing('source_counts_no_users', null)
  const { from, to, days } = windowOf(known)
  if (use.users === 0 && known.lastDay >= from) return missing('users_not_named', null)
  const { seats } = use
  const [low, high] = seats && use.users <= seats ? wilsonInterval(use.users, seats) : [null, null]
  return {
    value: use.users,
    low: null,
    high: null,
    n: seats ?? days,
    contributions: [{ code: 'usage.active_users', params: { from, to }, amount: use.users }],
    // The events of the week under way are told elsewhere: here they would be news with each of them.
    evidence: [
      evidenceAt(from, 'usage.active_users', { from, to, users: use.users }),
      ...known.weeks.filter((week) => week.to > from).map(weekEvidence),
    ],
    detail: {
      from,
      to,
      days,
      seats,
      shareOfSeats: seats ? use.users / seats : null,
      shareLow: low,
      shareHigh: high,
      ...completeSeries(known, ({ users }) => users),
    },
  }
}

/** How many users lie at the top of the seat-adjusted distribution of the account's segment. */
export function powerUsers(known: Known, scale: Scale | null): Part {
  const { use, source } = known
  if (!source.coverage.countsUsers) return missing('source_counts_no_users', null)
  if (!scale) return missing('power_scale', null)
  const { from, to } = windowOf(known)
  const users = Object.entries(use.userEvents).toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
  if (users.length === 0 && known.lastDay >= from) return missing('users_not_named', null)
  const threshold = thresholdOf(scale.scale, use.segment, sizeOf(use.seats, users.length))
  if (!threshold) return missing('users', users.length, { have: scale.scale.users, need: leastInAll })
  const power = users.filter(([, events]) => events >= threshold.events)
  const contributions = partsOf(
    power.map(([user, events]) => ({ code: 'usage.power_user', params: { user, events } })),
    'usage.other_power_users',
    1,
  )
  const [low, high] = users.length > 0 ? wilsonInterval(power.length, users.length) : [null, null]
  return {
    value: sum(contributions.map(({ amount }) => amount)),
    low: null,
    high: null,
    n: users.length,
    contributions,
    evidence: [evidenceAt(from, 'usage.users', { from, to, users: users.length, power: power.length })],
    detail: {
      from,
      to,
      users: users.length,
      share: users.length > 0 ? power.length / users.length : null,
      shareLow: low,
      shareHigh: high,
      shareOfSeats: use.seats ? power.length / use.seats : null,
      threshold: threshold.events,
      segment: threshold.segment,
      pooled: threshold.segment === null,
      among: threshold.among,
    },
  }
}
