/** Which way a monotone term may go. */
export type Direction = 'increasing' | 'decreasing'

/** What is believed of a slope before the data: mean and standard deviation, per unit of the covariate, on the link scale. */
export type SlopePrior = Readonly<{ mean: number; sd: number }>

/** A missing value (NaN) is refused, unless the term gives it a coefficient of its own. */
type MayBeMissing = Readonly<{ missing?: 'own level' }>

/**
 * A curve: `basisSize` cubic B-splines (10) on `range` (that of the data), whose second differences are penalised. Beyond
 * the range it stays level. With `select` its straight part is penalised too, so that a curve without use vanishes.
 */
export type SmoothTerm = MayBeMissing &
  Readonly<{
    kind: 'smooth'
    column: string
    basisSize?: number
    range?: readonly [low: number, high: number]
    monotone?: Direction
    select?: boolean
  }>

/** A slope. All slopes with `ridge` (the default without a prior) share one ridge penalty on the standardised covariates. */
export type LinearTerm = MayBeMissing &
  Readonly<{ kind: 'linear'; column: string; ridge?: boolean; prior?: SlopePrior; monotone?: Direction }>

/** One effect a level; the column holds the level's number, from 0. With `ridge` (the default) effects are drawn to 0. */
export type FactorTerm = MayBeMissing &
  Readonly<{ kind: 'factor'; column: string; levels: readonly string[]; ridge?: boolean }>

/** What two covariates do together beyond what each does alone: a surface of `basisSize` x `basisSize` (5) B-splines. */
export type PairTerm = Readonly<{
  kind: 'pair'
  columns: readonly [first: string, second: string]
  basisSize?: number
  ranges?: readonly [readonly [low: number, high: number], readonly [low: number, high: number]]
}>

/** One part of the sum that is the linear predictor. */
export type Term = SmoothTerm | LinearTerm | FactorTerm | PairTerm

/** Covariates by name, all of one length. */
export type Columns = Readonly<Record<string, ArrayLike<number>>>

/**
 * The name of a term: its column, or both columns of a pair with a colon.
 *
 * Source: the notation of interactions in R. Cost: O(1).
 *
 * @example
 * termName({ kind: 'pair', columns: ['usage', 'trust'] }) // 'usage:trust'
 */
export function termName(term: Term): string {
  return term.kind === 'pair' ? term.columns.join(':') : term.column
}
