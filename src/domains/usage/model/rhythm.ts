import { evidenceAt, type Known, type Part } from './known.ts'
import { addDays, daysBetween } from './weeks.ts'

/** With fewer gaps an account has no rhythm yet. */
export const leastGaps = 8
/** A silence is out of the rhythm when a gap at least as long is less likely than this. */
export const rareGap = 0.05
/** For so long a return of use is told. */
const returnDays = 7

/**
 * How likely it is that a next gap is `gap` days or longer when it comes from the same distribution as the earlier ones:
 * the rank of a new observation among m + 1 (split conformal prediction; Vovk, Gammerman and Shafer, Algorithmic
 * Learning in a Random World, 2005, section 2.2). Never below 1 / (m + 1), and null with fewer than eight gaps.
 */
export function chanceOfGap(earlier: readonly number[], gap: number): number | null {
  if (earlier.length < leastGaps) return null
  return (1 + earlier.filter((one) => one >= gap).length) / (1 + earlier.length)
}

const median = (values: readonly number[]): number | null => {
  if (values.length === 0) return null
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** Days since the last use, against the account's own usual gap between days with use. */
export function lastUsed({ use, lastDay, horizon }: Known): Part {
  const { gaps } = use
  const since = daysBetween(lastDay, horizon.untilDay) - 1
  // A gap that is still open is at least one day longer than the whole days of silence so far.
  const silentDays = Math.max(0, daysBetween(lastDay, horizon.endDay) - 1)
  const chance = chanceOfGap(gaps, silentDays + 1)
  const lastGap = gaps.at(-1) ?? null
  const lastChance = lastGap === null ? null : chanceOfGap(gaps.slice(0, -1), lastGap)
  const returned = since <= returnDays && lastChance !== null && lastChance < rareGap
  return {
    value: since,
    low: null,
    high: null,
    n: gaps.length,
    contributions: [{ code: 'usage.days_since_use', params: { lastDay }, amount: since }],
    evidence: [
      evidenceAt(lastDay, 'usage.last_day', { day: lastDay }),
      ...(returned && lastGap !== null
        ? [
            evidenceAt(addDays(lastDay, -lastGap), 'usage.gap_ended', {
              from: addDays(lastDay, -lastGap),
              to: lastDay,
            }),
          ]
        : []),
    ],
    detail: {
      lastDay,
      silentDays,
      usualGap: median(gaps),
      longestGap: gaps.length > 0 ? Math.max(...gaps) : null,
      gaps: gaps.length,
      chance,
      outOfRhythm: chance === null ? null : chance < rareGap,
      returned,
      returnedAfter: returned ? lastGap : null,
      ...(chance === null ? { noRhythm: { have: gaps.length, need: leastGaps } } : {}),
    },
  }
}
