import { insist, StatsError } from '../stats-error.ts'
import { accountHash } from './account-hash.ts'

/** Rows to fit on, and rows to be judged by; rising. */
export type Split = Readonly<{ train: Int32Array; test: Int32Array }>

/** `months` of each row as whole numbers that rise by one a month. */
export type OriginOptions = Readonly<{
  /** The months at which the past ends. */
  origins: readonly number[]
  /** Months after its own in which a row's event may fall; 1 unless told. */
  horizon?: number
  /** Months more until an event is known for sure, as when churn is entered late; 0 unless told. */
  delay?: number
  /** Months from the origin on that are predicted; 3 unless told. */
  window?: number
  /** Test on this share of the accounts and train on the others, so that no account is on both sides. */
  unseen?: Readonly<{ accounts: ArrayLike<string | number>; share: number }>
}>

export type RollingOrigin = Split & Readonly<{ origin: number }>

const isCount = (value: number) => Number.isInteger(value) && value >= 0

function insistOptions(months: ArrayLike<number>, options: Required<Omit<OriginOptions, 'unseen'>>): void {
  const { origins, horizon, delay, window } = options
  insist(origins.length > 0 && origins.every(Number.isFinite), 'Give the months at which the past ends.')
  insist(isCount(horizon) && horizon >= 1, `A horizon is 1 month or more, not ${horizon}.`)
  insist(isCount(delay), `A delay is a whole number of months, not ${delay}.`)
  insist(isCount(window) && window >= 1, `A window is 1 month or more, not ${window}.`)
  for (let row = 0; row < months.length; row++)
    if (!Number.isFinite(months[row]!)) insist(false, `Row ${row} has no month: ${months[row]}.`)
}

/** 1 for the rows of accounts that are held out. */
function heldOut(accounts: ArrayLike<string | number>, share: number): Uint8Array {
  insist(share > 0 && share < 1, `A share of accounts lies inside (0, 1), not at ${share}.`)
  const mask = new Uint8Array(accounts.length)
  for (let row = 0; row < mask.length; row++) mask[row] = accountHash(accounts[row]!) < share ? 1 : 0
  return mask
}

function rowsWhere(rows: number, holds: (row: number) => boolean): Int32Array {
  const found = new Int32Array(rows)
  let size = 0
  for (let row = 0; row < rows; row++) if (holds(row)) found[size++] = row
  return found.slice(0, size)
}

/**
 * What could have been known at each origin, and what came after. Train: month + horizon + delay <= origin, so that every
 * outcome was known; test: origin <= month < origin + window. Months between the two are in neither.
 *
 * Source: L. J. Tashman, Out-of-sample tests of forecasting accuracy, International Journal of Forecasting 16 (2000)
 * 437-450, section 3.3. Assumes that a row holds only what was recorded by the end of its month. Cost: O(rows) an origin.
 *
 * @param months month of each row
 * @throws StatsError bad_input for options or months that are none; not_enough_data when an origin has no row on one side
 * @example
 * rollingOrigins([1, 2, 3, 4, 5], { origins: [3, 4], window: 2 }) // [{ origin: 3, train: [0, 1], test: [2, 3] }, { origin: 4, train: [0, 1, 2], test: [3, 4] }]
 */
export function rollingOrigins(months: ArrayLike<number>, options: OriginOptions): RollingOrigin[] {
  const { origins, horizon = 1, delay = 0, window = 3, unseen } = options
  insistOptions(months, { origins, horizon, delay, window })
  insist(!unseen || unseen.accounts.length === months.length, 'Give one account a row.')
  const hidden = unseen && heldOut(unseen.accounts, unseen.share)
  return origins.map((origin) => {
    const train = rowsWhere(
      months.length,
      (row) => months[row]! + horizon + delay <= origin && hidden?.[row] !== 1,
    )
    const inWindow = (row: number) => months[row]! >= origin && months[row]! < origin + window
    const test = rowsWhere(months.length, (row) => inWindow(row) && hidden?.[row] !== 0)
    if (train.length === 0 || test.length === 0)
      throw new StatsError('not_enough_data', `Origin ${origin} has no rows before or after it: move it.`)
    return { origin, train, test }
  })
}

/**
 * A split by accounts: those whose `accountHash` lies below the share are tested, with all their rows.
 *
 * Source: T. Hastie, R. Tibshirani and J. Friedman, The Elements of Statistical Learning, 2nd ed. (2009), section 7.10; rows
 * of one account are no independent sample of each other. Cost: O(rows).
 *
 * @param accounts account of each row
 * @throws StatsError bad_input unless 0 < share < 1; not_enough_data when no account falls on one side
 * @example
 * const { train, test } = splitByAccount(['a', 'b', 'a', 'c', 'd'], 0.5)
 * train.length + test.length // 5
 */
export function splitByAccount(accounts: ArrayLike<string | number>, testShare: number): Split {
  const hidden = heldOut(accounts, testShare)
  const train = rowsWhere(hidden.length, (row) => hidden[row] === 0)
  const test = rowsWhere(hidden.length, (row) => hidden[row] === 1)
  if (train.length === 0 || test.length === 0)
    throw new StatsError('not_enough_data', 'Too few accounts to hold some of them out.')
  return { train, test }
}
