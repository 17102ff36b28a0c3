import { insist } from '../stats-error.ts'

/**
 * Renewals by age: of `due[i]` customers in their period i + 1 that had to decide, `left[i]` did not stay for another. Cohorts
 * that began at different times are added; those still inside a period are not yet in it.
 */
export type RetentionCounts = Readonly<{ due: readonly number[]; left: readonly number[] }>

/**
 * Renewals by age of one cohort, from how many were left after each period.
 *
 * Source: the life table, P. S. Fader and B. G. S. Hardie, How to project customer retention, J. Interactive Marketing 21
 * (2007) 76, table 1. Cost: O(n).
 *
 * @param survivors whole numbers that do not rise, the first being all who began
 * @throws StatsError bad_input with fewer than two numbers, or when they rise
 * @example
 * retentionCounts([1000, 631, 468]) // { due: [1000, 631], left: [369, 163] }
 */
export function retentionCounts(survivors: readonly number[]): RetentionCounts {
  insist(survivors.length >= 2, 'A cohort is counted at its beginning and at least once later.')
  survivors.forEach((count, i) =>
    insist(
      Number.isInteger(count) && count >= 0 && (i === 0 || count <= survivors[i - 1]!),
      `Numbers of survivors are whole and do not rise, but number ${i} is ${count}.`,
    ),
  )
  const due = survivors.slice(0, -1)
  return { due, left: due.map((count, i) => count - survivors[i + 1]!) }
}
