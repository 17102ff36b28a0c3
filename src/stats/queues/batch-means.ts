import { studentTQuantile } from '../distributions/student-t.ts'
import type { Interval } from '../inference/wilson.ts'
import { insist, StatsError } from '../stats-error.ts'

export type BatchMeans = Readonly<{ mean: number; standardError: number; interval: Interval }>

/**
 * Mean of a series whose neighbours depend on each other, with an interval from the means of consecutive batches, Student's t
 * with batches - 1 degrees of freedom.
 *
 * Source: A. M. Law, Simulation Modeling and Analysis, 5th ed. (2015), section 9.5.3. Assumes a steady state and batches much
 * longer than the dependence; else the interval is too short. What does not fill a batch at the beginning is left out of the
 * interval, not of the mean. Cost: O(n).
 *
 * @throws StatsError bad_input unless batches is whole, from 2; not_enough_data with fewer than 10 values a batch
 * @example
 * batchMeans(Float64Array.from({ length: 40 }, (_, i) => i % 4), 4) // { mean: 1.5, standardError: 0.115470054, interval: [1.13252, 1.86748] }
 */
export function batchMeans(series: ArrayLike<number>, batches = 20, level = 0.95): BatchMeans {
  insist(Number.isInteger(batches) && batches >= 2, `A number of batches is whole, from 2, not ${batches}.`)
  insist(level > 0 && level < 1, `A level of confidence lies inside (0, 1), not at ${level}.`)
  const size = Math.floor(series.length / batches)
  if (size < 10)
    throw new StatsError(
      'not_enough_data',
      `${series.length} values do not fill ${batches} batches: simulate longer.`,
    )
  const skipped = series.length - size * batches
  let [total, squares] = [0, 0]
  for (let i = 0; i < series.length; i += 1) total += series[i]!
  const mean = total / series.length
  for (let batch = 0; batch < batches; batch += 1) {
    let sum = 0
    for (let i = 0; i < size; i += 1) sum += series[skipped + batch * size + i]!
    squares += (sum / size - mean) ** 2
  }
  const standardError = Math.sqrt(squares / (batches - 1) / batches)
  const half = studentTQuantile((1 + level) / 2, batches - 1) * standardError
  return { mean, standardError, interval: [mean - half, mean + half] }
}
