import { drawPoisson } from '../../stats/random/draw.ts'
import { chance, streamOf, weighted, wholeBetween } from './chance.ts'
import type { Account } from './accounts.ts'
import type { Drop } from './drops.ts'
import { isLive, type Lives } from './lifecycle.ts'
import type { Person } from './people.ts'
import type { SampleSize } from '../size.ts'

export const features = [
  'capture',
  'annotate',
  'link',
  'share',
  'export',
  'measure',
  'report',
  'import_to_quote',
] as const
export type Feature = (typeof features)[number]

export type UsageRow = Readonly<{
  account: string
  day: string
  feature: Feature
  user: string
  count: number
  seconds: number
  errors: number
}>

const usual: readonly (readonly [Feature, number])[] = [
  ['capture', 40],
  ['annotate', 22],
  ['link', 16],
  ['share', 8],
  ['export', 7],
  ['measure', 4],
  ['report', 3],
]
const secondsEach: Readonly<Record<Feature, number>> = {
  capture: 12,
  annotate: 35,
  link: 20,
  share: 15,
  export: 40,
  measure: 50,
  report: 90,
  import_to_quote: 18,
}

/** Weeks [from, to) before a departure in which the customer has made up its mind; heavy users go on as before. */
function fading({ traits, departures }: Account): readonly Readonly<{ from: number; to: number }>[] {
  if (traits.heavy) return []
  return departures.map(({ week, lead }) => ({ from: week - lead, to: week }))
}

/** Which features a customer knows: all of them once it was brought in properly. */
const knows = ({ traits }: Account): readonly (readonly [Feature, number])[] =>
  traits.onboarded ? usual : usual.slice(0, 3)

/** Mean share of what drops leave, so that the number of events comes out as asked for. */
const usualLoss = 0.96

/** Counts of use, customer by customer, a row for each day, feature and user. */
export function* usageOf(
  size: SampleSize,
  lives: Lives,
  dropsOf: (account: Account) => readonly Drop[],
  peopleOf: (account: Account) => readonly Person[],
): Generator<UsageRow> {
  const { calendar, changeWeek, accounts } = lives
  const days = Array.from({ length: calendar.weeks * 7 }, (_, day) => calendar.day(0, day))
  const seats = (account: Account) => Math.sqrt(account.seats)
  const meanSeats = accounts.reduce((sum, account) => sum + seats(account), 0) / Math.max(1, accounts.length)
  for (const account of accounts) {
    const random = streamOf(size.seed, `use ${account.id}`)
    const drops = dropsOf(account)
    const ends = fading(account)
    const known = knows(account)
    const users = peopleOf(account)
    const base = (size.events / usualLoss) * (seats(account) / meanSeats) * account.traits.intensity
    for (let week = Math.max(0, account.startWeek); week < calendar.weeks; week += 1) {
      if (!isLive(account, week)) continue
      const kept = drops.reduce(
        (rest, drop) => (week >= drop.from && week < drop.to ? rest * drop.kept : rest),
        1,
      )
      const end = ends.find(({ from, to }) => week >= from && week < to)
      const left = end ? 1 - (0.8 * (week - end.from + 1)) / (end.to - end.from) : 1
      let events = drawPoisson(random, base * kept * left)
      const active = Math.min(5, 1 + Math.floor(events / 8))
      const hasImport = account.isEstimator && week >= changeWeek
      for (let n = 0; events > 0 && n < active; n += 1) {
        const part =
          n === active - 1
            ? events
            : Math.max(1, Math.round((events / (active - n)) * (0.6 + 0.8 * random())))
        const count = Math.min(events, part)
        events -= count
        const feature: Feature =
          hasImport && chance(random, 0.25) ? 'import_to_quote' : weighted(random, known)
        const faulty = feature === 'export' && account.traits.heavy
        const user = users[wholeBetween(random, 0, users.length - 1)]
        yield {
          account: account.id,
          day: days[week * 7 + Math.min(6, Math.floor((n + random()) * (7 / active)))] as string,
          feature,
          user: user?.id ?? account.id,
          count,
          seconds: Math.round(count * secondsEach[feature] * (0.7 + 0.6 * random())),
          errors: Math.min(count, drawPoisson(random, count * (faulty ? 0.12 : 0.01))),
        }
      }
    }
  }
}
