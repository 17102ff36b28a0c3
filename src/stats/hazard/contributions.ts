import { insist } from '../stats-error.ts'
import type { FittedTerm, HazardModel } from './hazard-model.ts'
import { centredTable, shapeColumns } from './term-shape.ts'

/** What one term, or a group of terms, adds to the linear predictor of the mean customer; with cloglog, a log hazard ratio. */
export type Contribution = Readonly<{ name: string; value: number; standardError: number }>

/** One customer's covariates by name. */
export type CovariateRow = Readonly<Record<string, number>>

/** Centred basis of the whole model at a row, with nought outside of `terms`. */
function basisOf(model: HazardModel, terms: readonly FittedTerm[], row: CovariateRow): Float64Array {
  const basis = new Float64Array(model.coefficients.length)
  for (const { shape, first } of terms) {
    const [x, y = x] = shapeColumns(shape).map((name) => {
      const value = row[name]
      insist(value !== undefined, `The row has no ${name}.`)
      return value
    })
    basis.set(centredTable(shape, [x!], [y!]), first)
  }
  return basis
}

function standardErrorOf({ covariance, coefficients }: HazardModel, basis: Float64Array): number {
  const size = coefficients.length
  let variance = 0
  for (let i = 0; i < size; i++) {
    if (basis[i] === 0) continue
    for (let j = 0; j < size; j++) variance += basis[i]! * covariance[i * size + j]! * basis[j]!
  }
  return Math.sqrt(Math.max(variance, 0))
}

function contributionOf(
  model: HazardModel,
  name: string,
  terms: readonly FittedTerm[],
  row: CovariateRow,
): Contribution {
  const basis = basisOf(model, terms, row)
  const value = basis.reduce((sum, entry, k) => sum + entry * model.coefficients[k]!, 0)
  return { name, value, standardError: standardErrorOf(model, basis) }
}

/**
 * What each term adds to a customer's linear predictor, beside the mean training row: the parts sum to eta - b_0 exactly,
 * since the model is a sum. With cloglog exp(value) is a hazard ratio.
 *
 * Source: T. Hastie and R. Tibshirani, Generalized Additive Models (1990), section 6.3; standard errors from the posterior,
 * G. Marra and S. N. Wood, Scandinavian Journal of Statistics 39 (2012) 53-74. Parts are associations, not effects of an
 * intervention, and correlated covariates share their credit: see `groupedContributions`. Cost: O(coefficients^2).
 *
 * @throws StatsError bad_input when the row lacks a covariate
 * @example
 * const terms = [{ kind: 'linear', column: 'old', ridge: false }]
 * const model = await fitHazard({ columns: { old: [0, 0, 1, 1] }, events: [1, 0, 1, 0] }, terms, { link: 'logit' })
 * contributions(model, { old: 1 }) // [{ name: 'old', value: 0, standardError: 1.000000 }]
 */
export function contributions(model: HazardModel, row: CovariateRow): readonly Contribution[] {
  return model.terms.map((term) => contributionOf(model, term.shape.name, [term], row))
}

/**
 * What groups of terms (such as usage, or support) add together; terms of no group stand alone. The standard error is that
 * of the sum: covariates that move together are told apart badly one by one, and well as a group.
 *
 * Source: as `contributions`; the variance of a sum. Cost: O(groups coefficients^2).
 *
 * @param groups names of terms by name of their group; a term may stand in one group
 * @throws StatsError bad_input when a group names no term or two groups share one, or the row lacks a covariate
 * @example
 * const terms = [{ kind: 'linear', column: 'old', ridge: false }]
 * const model = await fitHazard({ columns: { old: [0, 0, 1, 1] }, events: [1, 0, 1, 0] }, terms, { link: 'logit' })
 * groupedContributions(model, { old: 1 }, { history: ['old'] }) // [{ name: 'history', value: 0, standardError: 1.000000 }]
 */
export function groupedContributions(
  model: HazardModel,
  row: CovariateRow,
  groups: Readonly<Record<string, readonly string[]>>,
): readonly Contribution[] {
  const grouped = Object.values(groups).flat()
  insist(new Set(grouped).size === grouped.length, 'A term may stand in one group only.')
  const byName = new Map(model.terms.map((term) => [term.shape.name, term]))
  const told = Object.entries(groups).map(([name, members]) => {
    const terms = members.map((member) => {
      const term = byName.get(member)
      insist(term !== undefined, `The group ${name} holds ${member}, which is no term of the model.`)
      return term
    })
    return contributionOf(model, name, terms, row)
  })
  const alone = model.terms.filter(({ shape }) => !grouped.includes(shape.name))
  return [...told, ...alone.map((term) => contributionOf(model, term.shape.name, [term], row))]
}
