import { insist } from '../stats-error.ts'
import { logBinomialProbability } from './binomial.ts'

function insistUrn(k: number, drawn: number, marked: number, total: number): void {
  insist(
    [k, drawn, marked, total].every(Number.isInteger),
    `An urn holds whole numbers: ${k} marked of ${drawn} drawn, ${marked} marked of ${total}.`,
  )
  insist(
    total > 0 && drawn >= 0 && drawn <= total && marked >= 0 && marked <= total,
    `From ${total}, of which ${marked} are marked, ${drawn} cannot be drawn: give numbers from 0 to all.`,
  )
}

const fewest = (drawn: number, marked: number, total: number) => Math.max(0, drawn + marked - total)
const most = (drawn: number, marked: number) => Math.min(drawn, marked)

/**
 * The logarithm of the chance to find `k` marked among `drawn` taken from `total`, of which `marked` are marked:
 * log(C(marked, k) C(total - marked, drawn - k) / C(total, drawn)). Minus infinity where the chance is none.
 *
 * Source: Abramowitz and Stegun (1964), 26.1.21, by C. Loader's quotient of binomial chances (2000), section 4, in which
 * large factorials do not cancel. Cost: O(1).
 *
 * @throws StatsError bad_input unless all are whole and drawn and marked are from 0 to total
 * @example
 * logHypergeometricProbability(1, 2, 3, 10) // -0.762140052047
 */
export function logHypergeometricProbability(
  k: number,
  drawn: number,
  marked: number,
  total: number,
): number {
  insistUrn(k, drawn, marked, total)
  if (k < fewest(drawn, marked, total) || k > most(drawn, marked)) return Number.NEGATIVE_INFINITY
  const share = drawn / total
  return (
    logBinomialProbability(k, marked, share) +
    logBinomialProbability(drawn - k, total - marked, share) -
    logBinomialProbability(drawn, total, share)
  )
}

/** Adds the chances from `from` outward by `direction`, until the rest is nothing. */
function outwardSum(from: number, direction: 1 | -1, drawn: number, marked: number, total: number): number {
  const rest = total - marked - drawn
  let term = 1
  let sum = 1
  for (let k = from; term > sum * 1e-18; k += direction) {
    term *=
      direction > 0
        ? ((drawn - k) * (marked - k)) / ((k + 1) * (rest + k + 1))
        : (k * (rest + k)) / ((drawn - k + 1) * (marked - k + 1))
    sum += term
  }
  return sum * Math.exp(logHypergeometricProbability(from, drawn, marked, total))
}

/** The tail from `k` outward, computed on whichever side of the mean is the smaller sum. */
function tail(k: number, direction: 1 | -1, drawn: number, marked: number, total: number): number {
  const mean = (drawn * marked) / total
  if ((k - mean) * direction >= 0) return outwardSum(k, direction, drawn, marked, total)
  return 1 - outwardSum(k - direction, direction === 1 ? -1 : 1, drawn, marked, total)
}

/**
 * Chance to find at most `k` marked among `drawn` taken from `total`, of which `marked` are marked.
 *
 * Source: Abramowitz and Stegun (1964), 26.1.21, summed outward from k. Cost: O(sqrt drawn), to where the terms vanish.
 *
 * @throws StatsError bad_input unless all are whole and drawn and marked are from 0 to total
 * @example
 * hypergeometricCdf(1, 2, 3, 10) // 0.933333333333
 */
export function hypergeometricCdf(k: number, drawn: number, marked: number, total: number): number {
  insistUrn(k, drawn, marked, total)
  if (k < fewest(drawn, marked, total)) return 0
  return k >= most(drawn, marked) ? 1 : tail(k, -1, drawn, marked, total)
}

/**
 * Chance to find `k` marked or more among `drawn` taken from `total`, of which `marked` are marked, exact in the far
 * tail: Fisher's one-sided test.
 *
 * Source: Abramowitz and Stegun (1964), 26.1.21, summed outward from k. Cost: O(sqrt drawn), to where the terms vanish.
 *
 * @throws StatsError bad_input unless all are whole and drawn and marked are from 0 to total
 * @example
 * hypergeometricUpperTail(1, 2, 3, 10) // 0.533333333333
 */
export function hypergeometricUpperTail(k: number, drawn: number, marked: number, total: number): number {
  insistUrn(k, drawn, marked, total)
  if (k <= fewest(drawn, marked, total)) return 1
  return k > most(drawn, marked) ? 0 : tail(k, 1, drawn, marked, total)
}
