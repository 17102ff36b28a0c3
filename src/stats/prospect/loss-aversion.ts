import { insist } from '../stats-error.ts'
import { attitudeOf, type Attitude } from './attitude.ts'
import { feltParts, type FeltParts } from './prospect-value.ts'
import { expectedValue, type Prospect } from './prospect.ts'

/** Values of all options, in their order, for one loss aversion, and the option that feels best. */
export type FeltOptions = Readonly<{ lossAversion: number; values: readonly number[]; best: number }>

/** From this loss aversion on, option `to` feels better than option `from`, which felt best below. */
export type DecisionFlip = Readonly<{ lossAversion: number; from: number; to: number }>

export type LossAversionSensitivity = Readonly<{
  rows: readonly FeltOptions[]
  /** Inside the range of the grid, rising; none says that the choice does not hang on loss aversion. */
  flips: readonly DecisionFlip[]
  /** The option with the greatest expected value, which loss aversion does not touch. */
  bestByExpectedValue: number
}>

const usualGrid = [1, 1.25, 1.5, 1.75, 2, 2.25, 2.5, 2.75, 3]

const indexOfGreatest = (values: readonly number[]) => values.indexOf(Math.max(...values))

const feltAt = (parts: readonly FeltParts[], lossAversion: number) =>
  parts.map(({ gains, losses }) => gains - lossAversion * losses)

/** Where two options' values, which are straight lines in loss aversion, cross. */
function crossings(parts: readonly FeltParts[], low: number, high: number): number[] {
  const found = parts.flatMap((one, i) =>
    parts.slice(i + 1).map((other) => (one.gains - other.gains) / (one.losses - other.losses)),
  )
  return found.filter((at) => at > low && at < high).toSorted((a, b) => a - b)
}

function flipsBetween(parts: readonly FeltParts[], low: number, high: number): DecisionFlip[] {
  const edges = [low, ...crossings(parts, low, high), high]
  const bests = edges.slice(1).map((edge, i) => indexOfGreatest(feltAt(parts, (edge + edges[i]!) / 2)))
  return bests.slice(1).flatMap((to, i) => {
    const from = bests[i]!
    return to === from ? [] : [{ lossAversion: edges[i + 1]!, from, to }]
  })
}

/**
 * How the felt value of each option, and the choice among them, change with loss aversion, for which nobody's own number is
 * known. Values are straight lines in loss aversion, so that the points at which the choice flips are exact.
 *
 * Source: Tversky and Kahneman (1992), eq. 5; the upper envelope of lines. Assumes that the other parameters hold. Cost:
 * O(grid * options + options^3).
 *
 * @param options two or more, such as acting and not acting, from one reference point
 * @param grid rising loss aversions; 1 to 3 unless told
 * @throws StatsError bad_input when an option is no prospect, or the grid does not rise
 * @example
 * const leave = [{ amount: 0, chance: 1 }]
 * const offer = [{ amount: 28500, chance: 0.12 }, { amount: -1500, chance: 0.88 }]
 * const { flips, bestByExpectedValue } = sensitivityToLossAversion([leave, offer], [1, 2, 4])
 * bestByExpectedValue // 1
 * flips // [{ lossAversion: 3.62152, from: 1, to: 0 }]
 */
export function sensitivityToLossAversion(
  options: readonly Prospect[],
  grid: readonly number[] = usualGrid,
  attitude: Partial<Attitude> = {},
): LossAversionSensitivity {
  insist(options.length >= 2, 'A choice has two options or more: not to act is one.')
  insist(grid.length >= 2, 'A grid of loss aversion has two values or more.')
  grid.forEach((lossAversion, i) => {
    attitudeOf({ ...attitude, lossAversion })
    insist(i === 0 || lossAversion > grid[i - 1]!, 'A grid of loss aversion rises.')
  })
  const parts = options.map((option) => feltParts(option, attitude))
  const rows = grid.map((lossAversion) => {
    const values = feltAt(parts, lossAversion)
    return { lossAversion, values, best: indexOfGreatest(values) }
  })
  return {
    rows,
    flips: flipsBetween(parts, grid[0]!, grid.at(-1)!),
    bestByExpectedValue: indexOfGreatest(options.map(expectedValue)),
  }
}
