import { drawPoisson } from '../../stats/random/draw.ts'
import type { Random } from '../../stats/random/seeded-random.ts'
import type { Account } from './accounts.ts'
import type { Calendar } from './calendar.ts'
import { chance, wholeBetween } from './chance.ts'

/** Why use fell, truly. `none` is ordinary variation. */
export const dropReasons = [
  'usability_after_release',
  'changed_need',
  'sponsor_left',
  'season',
  'unfinished_onboarding',
  'outage',
  'price',
  'none',
] as const
export type DropReason = (typeof dropReasons)[number]

/** Weeks [from, to) in which a customer uses `kept` of what it would. */
export type Drop = Readonly<{ reason: DropReason; from: number; to: number; kept: number }>

function seasonDrops({ segment }: Account, calendar: Calendar): Drop[] {
  const drops: Drop[] = []
  for (let week = 0; week < calendar.weeks; week += 1) {
    if (!segment.quiet.includes(calendar.season(week))) continue
    const last = drops.at(-1)
    if (last?.to === week) drops[drops.length - 1] = { ...last, to: week + 1 }
    else drops.push({ reason: 'season', from: week, to: week + 1, kept: 0.35 })
  }
  return drops
}

/** The drops in use that follow from what befell a customer, and those that follow from nothing. */
export function dropsOf(random: Random, account: Account, calendar: Calendar): Drop[] {
  const drops: Drop[] = []
  const from = (start: number | null, reason: DropReason, weeks: number, kept: number) => {
    if (start !== null) drops.push({ reason, from: start, to: start + weeks, kept })
  }
  from(account.releaseWeek, 'usability_after_release', wholeBetween(random, 6, 14), 0.5)
  from(account.needWeek, 'changed_need', 200, 0.4)
  from(account.sponsorWeek, 'sponsor_left', wholeBetween(random, 10, 40), 0.45)
  from(account.outageWeek, 'outage', 1, 0.4)
  from(account.priceWeek, 'price', wholeBetween(random, 8, 30), 0.7)
  if (!account.traits.onboarded && account.startWeek >= 0 && chance(random, 0.6))
    from(account.startWeek + 4, 'unfinished_onboarding', 22, 0.45)
  for (let n = drawPoisson(random, calendar.weeks / 120); n > 0; n -= 1)
    from(wholeBetween(random, 0, calendar.weeks - 1), 'none', wholeBetween(random, 1, 3), 0.5)
  return [...drops, ...seasonDrops(account, calendar)]
}
