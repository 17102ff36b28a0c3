/**
 * Where a minimiser ended: at a minimum (`converged`), or where its iterations or the digits of the function ended before
 * the answer stood still (`no_convergence`), with what was reached either way.
 */
export type Optimum = Readonly<{
  kind: 'converged' | 'no_convergence'
  at: Float64Array
  value: number
  iterations: number
}>
