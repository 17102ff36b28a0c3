import type { Link } from './likelihood.ts'
import type { TermShape } from './term-shape.ts'

/**
 * A fitted term: its coefficients are those of the model from place `first` on, `size` of them. `edf` is the freedom that the
 * data gave it, `priorShare` the part of what is known of it that comes from penalties and priors: 1 - edf / free coefficients.
 */
export type FittedTerm = Readonly<{
  shape: TermShape
  first: number
  size: number
  edf: number
  priorShare: number
}>

/**
 * A fitted hazard model: plain data. Coefficients are those of B-splines, levels and slopes, place 0 the intercept: the linear
 * predictor of the mean training row. `covariance` (size x size, by rows) is that of the posterior.
 */
export type HazardModel = Readonly<{
  link: Link
  coefficients: readonly number[]
  covariance: readonly number[]
  terms: readonly FittedTerm[]
  interceptPriorShare: number
  smoothing: readonly Readonly<{ name: string; factor: number }>[]
  edf: number
  logLikelihood: number
  /** Log of the restricted likelihood in Laplace's approximation: the larger the better. */
  remlScore: number
  rows: number
  events: number
}>
