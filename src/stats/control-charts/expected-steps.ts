import { insist, StatsError } from '../stats-error.ts'

/**
 * How many steps a Markov chain takes on average before it leaves, from each of its states: the solution of N = 1 + stay N. It is
 * found without a subtraction, so that runs of millions keep their digits.
 *
 * Source: W. K. Grassmann, M. I. Taksar and D. P. Heyman, Regenerative analysis and steady state distributions for Markov chains,
 * Operations Research 33 (1985) 1107-1116; C. A. O'Cinneide, Entrywise perturbation theory, Numer. Math. 65 (1993) 109-120, for
 * the accuracy of each entry. Cost: O(n^3 / 3).
 *
 * @param stay n * n chances to go from a state (row) to another, row-major; the diagonal is what the others leave
 * @param leave n chances to end
 * @throws StatsError bad_input for wrong sizes or negative chances; no_convergence when there is no way out
 * @example
 * expectedSteps(Float64Array.of(0.5, 0.25, 0.5, 0.25), Float64Array.of(0.25, 0.25)) // [4, 4]
 */
export function expectedSteps(stay: Float64Array, leave: Float64Array): Float64Array {
  const n = leave.length
  insist(n >= 1 && stay.length === n * n, `A chain of ${n} states has ${n * n} chances, not ${stay.length}.`)
  insist(
    stay.every((chance) => chance >= 0) && leave.every((chance) => chance >= 0),
    'The chances of a chain are 0 or more.',
  )
  const [chances, out] = [stay.slice(), leave.slice()]
  const [steps, away] = [new Float64Array(n).fill(1), new Float64Array(n)]
  for (let last = n - 1; last >= 0; last--) {
    let sum = out[last]!
    for (let j = 0; j < last; j++) sum += chances[last * n + j]!
    if (!(sum > 0)) throw new StatsError('no_convergence', 'The chain has no way out, so it never ends.')
    away[last] = sum
    for (let i = 0; i < last; i++) {
      const through = chances[i * n + last]! / sum
      if (through === 0) continue
      out[i] = out[i]! + through * out[last]!
      steps[i] = steps[i]! + through * steps[last]!
      for (let j = 0; j < last; j++)
        chances[i * n + j] = chances[i * n + j]! + through * chances[last * n + j]!
    }
  }
  for (let i = 0; i < n; i++) {
    let sum = steps[i]!
    for (let j = 0; j < i; j++) sum += chances[i * n + j]! * steps[j]!
    steps[i] = sum / away[i]!
  }
  return steps
}
