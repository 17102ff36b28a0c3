import { normalCdf, normalDensity, normalUpperTail } from '../distributions/normal.ts'
import { gaussLegendre } from '../numerics/quadrature.ts'
import { insist, StatsError } from '../stats-error.ts'
import { type Cusum, insistCusum } from './cusum-chart.ts'
import type { Smoothing } from './ewma-chart.ts'
import { expectedSteps } from './expected-steps.ts'

const insistShift = (shift: number) => insist(Number.isFinite(shift), `A shift is a number, not ${shift}.`)

/** A kernel one wide needs eight nodes a width, and some for the ends. */
function nodesFor(widths: number): number {
  const nodes = Math.ceil(24 + 8 * widths)
  insist(nodes <= 1200, 'Limits this far out for so light a weight take more than 1,200 nodes.')
  return nodes
}

/** Rounding would be all there is beyond 1e15 points. */
function finiteRun(length: number): number {
  if (length < 1e15) return length
  throw new StatsError('no_convergence', 'A run is longer than 1e15 points: this chart never signals.')
}

/**
 * The average run length of a Shewhart chart: how many points it draws until one lies outside its limits, 1 / (P(Z > L - shift) +
 * P(Z > L + shift)).
 *
 * Source: Montgomery (2009), section 5.3. Assumes normal, independent points and limits that are known; estimated from 20
 * points, runs vary widely about it. Cost: O(1).
 *
 * @param shift of the mean in units of sigma: 0 asks after false alarms
 * @throws StatsError bad_input unless reach is above 0; no_convergence for a run above 1e15
 * @example
 * shewhartRunLength(0) // 370.398347345
 * shewhartRunLength(1) // 43.894682
 */
export function shewhartRunLength(shift: number, reach = 3): number {
  insistShift(shift)
  insist(reach > 0 && Number.isFinite(reach), `Limits lie some standard deviations out, not ${reach}.`)
  return finiteRun(1 / (normalUpperTail(reach - shift) + normalUpperTail(reach + shift)))
}

/**
 * The average run length of an EWMA chart with limits at their final width, from the center: the integral equation L(e) = 1 + the
 * integral of L(y) f((y - (1 - lambda) e) / lambda - shift) / lambda, on nodes of Gauss and Legendre.
 *
 * Source: S. V. Crowder, A simple method for studying run-length distributions of exponentially weighted moving average charts,
 * Technometrics 29 (1987) 401-407; R's spc::xewma.arl. Assumes normal, independent points and known limits. `ewmaChart` has
 * narrower limits at first and so signals a little sooner. Cost: O(nodes^3), 5 ms for lambda 0.1, a quarter of a second for 0.001.
 *
 * @param shift of the mean in units of sigma
 * @throws StatsError bad_input for settings that are none; no_convergence for a run above 1e15
 * @example
 * ewmaRunLength(0, { lambda: 0.1, reach: 2.7 }) // 368.993734
 * ewmaRunLength(1, { lambda: 0.1, reach: 2.7 }) // 9.730012
 */
export function ewmaRunLength(shift: number, { lambda = 0.1, reach = 2.7 }: Smoothing = {}): number {
  insistShift(shift)
  insist(lambda > 0 && lambda <= 1, `The weight of the newest point lies in (0, 1], not at ${lambda}.`)
  insist(reach > 0 && Number.isFinite(reach), `Limits lie some standard deviations out, not ${reach}.`)
  if (lambda === 1) return shewhartRunLength(shift, reach)
  const limit = reach * Math.sqrt(lambda / (2 - lambda))
  const { nodes, weights } = gaussLegendre(nodesFor((2 * limit) / lambda))
  const n = nodes.length
  // State 0 is the start at the center; the others are the nodes.
  const at = Float64Array.of(0, ...nodes.map((node) => node * limit))
  const stay = new Float64Array((n + 1) ** 2)
  const leave = at.map((e) => {
    const to = (y: number) => (y - (1 - lambda) * e) / lambda - shift
    return normalCdf(to(-limit)) + normalUpperTail(to(limit))
  })
  for (let i = 0; i <= n; i++)
    for (let j = 1; j <= n; j++) {
      const z = (at[j]! - (1 - lambda) * at[i]!) / lambda - shift
      stay[i * (n + 1) + j] = (weights[j - 1]! * limit * normalDensity(z)) / lambda
    }
  return finiteRun(expectedSteps(stay, leave)[0]!)
}

/** Far below any chance that matters, so that a side which never signals has a run length too. */
const leastChance = 1e-280

/** Of the upper sum alone: signals a point from 0, and the run from the head start over that from 0. */
function oneSided(shift: number, { allowance, decision, headStart }: Required<Cusum>) {
  const { nodes, weights } = gaussLegendre(nodesFor(decision))
  const size = nodes.length + 2
  // State 0 is the sum at 0 and state 1 the head start, which nothing returns to; the others are the nodes.
  const at = Float64Array.of(0, headStart, ...nodes.map((node) => ((node + 1) * decision) / 2))
  const stay = new Float64Array(size * size)
  const leave = at.map((sum) => Math.max(leastChance, normalUpperTail(decision + allowance - sum - shift)))
  for (let i = 0; i < size; i++) {
    stay[i * size] = normalCdf(allowance - at[i]! - shift)
    for (let j = 2; j < size; j++) {
      const z = at[j]! + allowance - at[i]! - shift
      stay[i * size + j] = ((weights[j - 2]! * decision) / 2) * normalDensity(z)
    }
  }
  const [fromZero, fromHeadStart] = expectedSteps(stay, leave)
  return { rate: 1 / fromZero!, remaining: fromHeadStart! / fromZero! }
}

/**
 * The average run length of the two-sided tabular CUSUM: each side by the integral equation of Page on nodes of Gauss and Legendre,
 * and both together by 1 / L = 1 / L+ + 1 / L- (with a head start, Lucas and Crosier's form of it).
 *
 * Source: E. S. Page (1954); J. M. Lucas and R. B. Crosier (1982), appendix; R's spc::xcusum.arl. Assumes normal, independent
 * points and known limits, and that both sums never rise together, as holds for a head start up to half the decision interval. Cost:
 * O(nodes^3), 5 ms for a decision of 5.
 *
 * @param shift of the mean in units of sigma
 * @throws StatsError bad_input for settings that are none; no_convergence for a run above 1e15
 * @example
 * cusumRunLength(0, { allowance: 0.5, decision: 5 }) // 465.443506
 * cusumRunLength(1, { allowance: 0.5, decision: 5 }) // 10.375970
 */
export function cusumRunLength(shift: number, settings: Cusum = {}): number {
  const { allowance = 0.5, decision = 5, headStart = 0 } = settings
  insistShift(shift)
  insistCusum(allowance, decision, headStart)
  const up = oneSided(shift, { allowance, decision, headStart })
  const down = oneSided(-shift, { allowance, decision, headStart })
  return finiteRun((up.remaining + down.remaining - 1) / (up.rate + down.rate))
}
