import { drawNormal } from '../../stats/random/draw.ts'
import type { Random } from '../../stats/random/seeded-random.ts'
import type { Account } from './accounts.ts'
import { weeksInMonth } from './calendar.ts'
import { between } from './chance.ts'

/** What a customer and Snapfold agreed a linked photo set to be worth; most customers agreed to nothing yet. */
export type AgreedConstants = Readonly<{
  minutesSaved: number
  /** Of whoever would copy and file by hand, in cents. */
  hourlyCostCents: number
  /** Rework that a linked set avoids, in cents, on average. */
  reworkCents: number
}>

export const drawConstants = (random: Random, { traits, isEstimator }: Account): AgreedConstants => ({
  minutesSaved: traits.minutesSaved,
  hourlyCostCents: 100 * Math.round((isEstimator ? 46 : 58) * Math.exp(0.15 * drawNormal(random))),
  reworkCents: 100 * Math.round(between(random, 10, 60)),
})

/** Weeks, up to the end, over which value is held against price. */
export const valueWeeks = 13

export type Value = Readonly<{ deliveredCents: number; priceCents: number; paysMoreThanItGets: boolean }>

/**
 * What linked sets were worth to a customer over the last weeks, beside what it paid: time saved and rework avoided. By
 * then nothing is copied into quoting systems by hand any more.
 */
export function valueOf(
  { minutesSaved, hourlyCostCents, reworkCents }: AgreedConstants,
  sets: number,
  mrr: number,
): Value {
  const hours = (sets * minutesSaved) / 60
  const deliveredCents = Math.round(hours * hourlyCostCents + sets * reworkCents)
  const priceCents = Math.round((mrr * valueWeeks) / weeksInMonth)
  return { deliveredCents, priceCents, paysMoreThanItGets: deliveredCents < priceCents }
}
