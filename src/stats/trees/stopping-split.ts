import { insist, StatsError } from '../stats-error.ts'
import { splitByAccount, type Split } from '../validation/rolling-origin.ts'

/** Rows held out to say when to stop: the latest months, or whole accounts; never rows by chance. */
export type StoppingRows =
  | Readonly<{ by: 'month'; months: ArrayLike<number>; share: number }>
  | Readonly<{ by: 'account'; accounts: ArrayLike<string | number>; share: number }>

/** The first of the latest months that together hold the share. */
function firstHeldOut(months: ArrayLike<number>, share: number): number {
  const counts = new Map<number, number>()
  for (let row = 0; row < months.length; row++) {
    const month = months[row]!
    if (!Number.isFinite(month)) insist(false, `Row ${row} has no month: ${month}.`)
    counts.set(month, (counts.get(month) ?? 0) + 1)
  }
  let held = 0
  for (const [month, count] of [...counts].sort(([a], [b]) => b - a)) {
    held += count
    if (held >= share * months.length) return month
  }
  return Number.NEGATIVE_INFINITY
}

/**
 * Parts rows to fit on from rows that say when to stop: the latest months that hold the share, or the accounts whose hash
 * lies below it.
 *
 * Source: as `rollingOrigins` and `splitByAccount`; rows by chance would put the months of one account on both sides. Cost:
 * O(rows).
 *
 * @throws StatsError bad_input unless 0 < share < 1; not_enough_data when one side would be empty
 * @example
 * stoppingSplit({ by: 'month', months: [1, 2, 3, 1, 3], share: 0.2 }) // { train: [0, 1, 3], test: [2, 4] }
 */
export function stoppingSplit(stopping: StoppingRows): Split {
  const { share } = stopping
  insist(share > 0 && share < 1, `A share to hold out lies inside (0, 1), not at ${share}.`)
  if (stopping.by === 'account') return splitByAccount(stopping.accounts, share)
  const { months } = stopping
  const first = firstHeldOut(months, share)
  const [train, test]: [number[], number[]] = [[], []]
  for (let row = 0; row < months.length; row++) (months[row]! < first ? train : test).push(row)
  if (train.length === 0 || test.length === 0)
    throw new StatsError('not_enough_data', 'There are too few months to hold some of them out.')
  return { train: Int32Array.from(train), test: Int32Array.from(test) }
}
