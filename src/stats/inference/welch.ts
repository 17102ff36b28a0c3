import { studentTCdf, studentTQuantile, studentTUpperTail } from '../distributions/student-t.ts'
import { insist, StatsError } from '../stats-error.ts'
import type { Alternative } from './alternative.ts'
import type { Interval } from './wilson.ts'

/** `difference` of the means, first - second, with its interval. */
export type WelchTest = Readonly<{ difference: number; interval: Interval; t: number; df: number; p: number }>

/** Mean and variance of the mean, in two passes so that a large mean costs no digits. */
function momentsOf(values: ArrayLike<number>) {
  const n = values.length
  if (n < 2) throw new StatsError('not_enough_data', `A t test needs two values a group, not ${n}.`)
  let sum = 0
  for (let i = 0; i < n; i += 1) sum += values[i]!
  insist(Number.isFinite(sum), 'A t test compares finite values.')
  const near = sum / n
  let [rest, squares] = [0, 0]
  for (let i = 0; i < n; i += 1) {
    const distance = values[i]! - near
    rest += distance
    squares += distance * distance
  }
  return { mean: near + rest / n, error: (squares - (rest * rest) / n) / (n - 1) / n, n }
}

/**
 * Welch's t test that two groups have one mean, their variances free to differ: t = difference / sqrt(s1^2/n1 + s2^2/n2),
 * with Satterthwaite's degrees of freedom. The interval of the difference is two-sided whatever the alternative;
 * 'greater' looks for a first mean above the second.
 *
 * Source: B. L. Welch, Biometrika 34 (1947) 28-35; F. E. Satterthwaite, Biometrics Bulletin 2 (1946) 110-114; R's t.test.
 * Assumes independent values and means that are near normal: some 30 values a group, more where they are skewed.
 * Cost: O(n).
 *
 * @throws StatsError bad_input when a value is not finite or the level is not inside (0, 1)
 * @throws StatsError not_enough_data with fewer than two values in a group
 * @throws StatsError no_variation when each group holds one value throughout
 * @example
 * const { difference, interval, t, df, p } = welchTest([5, 7, 9, 6], [3, 4, 4, 5, 3])
 * difference // 2.95
 * interval // [0.397544, 5.502456]
 * t // 3.1642478
 * df // 4.1479106
 * p // 0.03236733
 */
export function welchTest(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  { level = 0.95, alternative = 'two_sided' }: Readonly<{ level?: number; alternative?: Alternative }> = {},
): WelchTest {
  insist(level > 0 && level < 1, `A level of confidence lies inside (0, 1), not at ${level}.`)
  const [one, two] = [momentsOf(first), momentsOf(second)]
  const variance = one.error + two.error
  if (variance === 0)
    throw new StatsError(
      'no_variation',
      'Each group holds one value throughout: the difference has no error.',
    )
  const shares = [one.error / variance, two.error / variance] as const
  const df = 1 / (shares[0] ** 2 / (one.n - 1) + shares[1] ** 2 / (two.n - 1))
  const error = Math.sqrt(variance)
  const difference = one.mean - two.mean
  const t = difference / error
  const reach = -studentTQuantile((1 - level) / 2, df) * error
  const tails = { less: studentTCdf(t, df), greater: studentTUpperTail(t, df) }
  const p = alternative === 'two_sided' ? 2 * Math.min(tails.less, tails.greater) : tails[alternative]
  return { difference, interval: [difference - reach, difference + reach], t, df, p }
}
