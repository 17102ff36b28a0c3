import { drawPoisson } from '../../stats/random/draw.ts'
import type { Random } from '../../stats/random/seeded-random.ts'
import { chance, pick, streamOf, weighted } from './chance.ts'
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
  'download_originals',
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
  ['link', 32],
  ['share', 8],
  ['export', 7],
  ['measure', 4],
  ['report', 3],
  ['download_originals', 1],
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
  download_originals: 25,
}

/** Share of counts that end in an error; exports fail more often once they fail at all. */
export const errorShare = { usual: 0.01, export: 0.04, exportHeavy: 0.12 } as const

/** The day on which the company is loaded is under way: so much of its usual use is in. */
const shareOfToday = 0.4
/** Against the usual use, how much of the way around those use who say that it is fine, when they are about to leave. */
const wayAround = 0.6

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

const errorsOf = (
  random: Random,
  account: Account,
  week: number,
  feature: Feature,
  count: number,
): number => {
  const faulty = feature === 'export' && week >= account.faultWeek
  const share = faulty ? errorShare[account.traits.heavy ? 'exportHeavy' : 'export'] : errorShare.usual
  return Math.min(count, drawPoisson(random, count * share))
}

type Use = Readonly<{
  random: Random
  account: Account
  users: readonly Person[]
  known: readonly (readonly [Feature, number])[]
  changeWeek: number
}>

/** A row of use on a day. A few do most: users are drawn with a weight that falls from the first on. */
function rowOf({ random, account, users }: Use, week: number, day: string, feature: Feature, count: number) {
  const there = users.filter(({ since, leftOn }) => since <= day && (leftOn === null || leftOn > day))
  const user = there[Math.floor(there.length * random() ** 2)]
  return {
    account: account.id,
    day,
    feature,
    user: user?.id ?? account.id,
    count,
    seconds: Math.round(count * secondsEach[feature] * (0.7 + 0.6 * random())),
    errors: errorsOf(random, account, week, feature, count),
  }
}

const featureOf = ({ random, account, known, changeWeek }: Use, week: number): Feature =>
  account.isEstimator && week >= changeWeek && chance(random, 0.25)
    ? 'import_to_quote'
    : weighted(random, known)

/** The events of some days, in up to five rows spread over them. */
function* spread(use: Use, week: number, days: readonly string[], all: number): Generator<UsageRow> {
  const { random } = use
  const rows = Math.min(5, days.length, 1 + Math.floor(all / 8))
  let left = all
  for (let n = 0; left > 0 && n < rows; n += 1) {
    const part = n === rows - 1 ? left : Math.max(1, Math.round((left / (rows - n)) * (0.6 + 0.8 * random())))
    const count = Math.min(left, part)
    left -= count
    const day = days[Math.min(days.length - 1, Math.floor((n + random()) * (days.length / rows)))] as string
    yield rowOf(use, week, day, featureOf(use, week), count)
  }
}

/** Counts of use, customer by customer, a row for each day, feature and user; the last day is under way. */
export function* usageOf(
  size: SampleSize,
  lives: Lives,
  dropsOf: (account: Account) => readonly Drop[],
  peopleOf: (account: Account) => readonly Person[],
): Generator<UsageRow> {
  const { calendar, changeWeek, accounts } = lives
  const days = Array.from({ length: calendar.weeks * 7 + 1 }, (_, day) => calendar.day(0, day))
  const seats = (account: Account) => Math.sqrt(account.seats)
  const meanSeats = accounts.reduce((sum, account) => sum + seats(account), 0) / Math.max(1, accounts.length)
  for (const account of accounts) {
    const random = streamOf(size.seed, `use ${account.id}`)
    const use: Use = { random, account, users: peopleOf(account), known: knows(account), changeWeek }
    const drops = dropsOf(account)
    const ends = fading(account)
    const base = (size.events / usualLoss) * (seats(account) / meanSeats) * account.traits.intensity
    const usualIn = (week: number) =>
      drops.reduce((rest, drop) => (week >= drop.from && week < drop.to ? rest * drop.kept : rest), base)
    for (let week = Math.max(0, account.startWeek); week < calendar.weeks; week += 1) {
      if (!isLive(account, week)) continue
      const end = ends.find(({ from, to }) => week >= from && week < to)
      const gone = end ? (week - end.from + 1) / (end.to - end.from) : 0
      const weekDays = days.slice(week * 7, week * 7 + 7)
      yield* spread(use, week, weekDays, drawPoisson(random, usualIn(week) * (1 - 0.8 * gone)))
      const around = end && account.traits.masks ? drawPoisson(random, base * wayAround * gone) : 0
      if (around > 0) yield rowOf(use, week, pick(random, weekDays), 'download_originals', around)
    }
    if (isLive(account, calendar.weeks))
      yield* spread(
        use,
        calendar.weeks,
        days.slice(-1),
        drawPoisson(random, (usualIn(calendar.weeks) / 7) * shareOfToday),
      )
  }
}
