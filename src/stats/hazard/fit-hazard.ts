import type { LongRun } from '../long-run.ts'
import { multiplyDense } from './dense.ts'
import { buildDesign, type Design } from './design.ts'
import { fitDesign, type DesignFit, type FitOptions, type FitRows } from './fit-design.ts'
import type { HazardModel } from './hazard-model.ts'
import type { Link } from './likelihood.ts'
import type { Columns, Term } from './term.ts'

/** Rows of a fit: covariates by name, events, and weights and offsets where there are any. */
export type HazardRows = FitRows & Readonly<{ columns: Columns }>

/** Freedom of each fitted coefficient: the diagonal of covariance times information. */
function freedoms({ covariance, information, coefficients }: DesignFit): Float64Array {
  const size = coefficients.length
  return coefficients.map((_, i) => {
    let sum = 0
    for (let k = 0; k < size; k++) sum += covariance[i * size + k]! * information[k * size + i]!
    return sum
  })
}

/** The map from fitted coefficients to those of splines, levels and slopes (natural x size). */
function naturalMap(design: Design): Readonly<{ map: Float64Array; size: number }> {
  const size = 1 + design.terms.reduce((sum, { naturalSize }) => sum + naturalSize, 0)
  const map = new Float64Array(size * design.size)
  map[0] = 1
  let row = 1
  for (const { transform, naturalSize, size: width, first } of design.terms) {
    for (let i = 0; i < naturalSize; i++) {
      map.set(transform.subarray(i * width, (i + 1) * width), (row + i) * design.size + first)
    }
    row += naturalSize
  }
  return { map, size }
}

function transposed(matrix: Float64Array, rows: number, columns: number): Float64Array {
  const turned = new Float64Array(matrix.length)
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) turned[j * rows + i] = matrix[i * columns + j]!
  return turned
}

/**
 * Turns a fit into a model that can be stored and applied.
 *
 * Source: posterior covariance and effective degrees of freedom as in S. N. Wood, Generalized Additive Models, 2nd ed. (2017),
 * sections 6.10 and 6.1.2. Cost: O(coefficients^3).
 *
 * @example
 * const design = buildDesign({ old: [0, 0, 1, 1] }, [{ kind: 'linear', column: 'old', ridge: false }])
 * const options = { link: 'logit', smoothing: 'reml', intercept: { mean: 0, sd: 1 }, minEvents: 0 }
 * const fit = await fitDesign(design, { events: [0, 1, 1, 0] }, options)
 * modelOf(design, fit, 'logit').coefficients // [0, 0]
 */
export function modelOf(design: Design, fit: DesignFit, link: Link): HazardModel {
  const { map, size } = naturalMap(design)
  const half = multiplyDense(map, fit.covariance, size, design.size, design.size)
  const covariance = multiplyDense(half, transposed(map, size, design.size), size, design.size, size)
  const edf = freedoms(fit)
  let first = 1
  const terms = design.terms.map((term) => {
    const used = edf.subarray(term.first, term.first + term.size).reduce((sum, value) => sum + value, 0)
    const fitted = {
      shape: term.shape,
      first,
      size: term.naturalSize,
      edf: used,
      priorShare: 1 - used / term.size,
    }
    first += term.naturalSize
    return fitted
  })
  return {
    link,
    coefficients: [...multiplyDense(map, fit.coefficients, size, design.size, 1)],
    covariance: [...covariance],
    terms,
    interceptPriorShare: 1 - edf[0]!,
    smoothing: design.smoothingNames.map((name, at) => ({ name, factor: fit.smoothing[at]! })),
    edf: edf.reduce((sum, value) => sum + value, 0),
    logLikelihood: fit.logLikelihood,
    remlScore: fit.remlScore,
    rows: fit.rows,
    events: fit.events,
  }
}

/**
 * Fits a discrete-time hazard: the chance that an account which is there at the start of a month leaves in it,
 * h = 1 - exp(-exp(eta)) (or the logit), eta = b_0 + sum of f_j(x_j). One row is one account in one month; rows
 * after an account left, and months before it was watched, are simply not there, which is what makes censoring and late
 * entry harmless as long as neither depends on the risk. A factor of time alone gives the life table.
 *
 * Source: P. D. Allison, Discrete-time methods for the analysis of event histories, Sociological Methodology 13 (1982) 61-98;
 * R. L. Prentice and L. A. Gloeckler, Biometrics 34 (1978) 57-67 for cloglog; penalised fit as in `fitDesign`. Assumes that
 * rows are independent given the covariates, and that a covariate was known before the month began.
 * Cost: O(rows terms^2) a round, about ten rounds; 2 bytes a row and term, and 25 a row.
 *
 * @throws StatsError bad_input, no_variation, not_enough_data, too_few_events, separation, singular, no_convergence, aborted
 * @example
 * const columns = { month: [0, 1, 2, 0, 1, 0, 1, 2, 0, 1, 2] }
 * const events = [0, 0, 1, 0, 1, 1, 0, 0, 0, 1, 0]
 * const terms = [{ kind: 'factor', column: 'month', levels: ['1', '2', '3'], ridge: false }]
 * const model = await fitHazard({ columns, events }, terms)
 * predictHazard(model, { month: [0, 1, 2] }) // [0.25000, 0.50000, 0.33333]
 */
export async function fitHazard(
  rows: HazardRows,
  terms: readonly Term[],
  options: Partial<FitOptions> & Readonly<{ maxBins?: number }> = {},
  run: LongRun = {},
): Promise<HazardModel> {
  const { link = 'cloglog', smoothing = 'reml', intercept, minEvents = 0, maxBins = 256 } = options
  const design = buildDesign(rows.columns, terms, rows.weights, maxBins)
  const fit = await fitDesign(design, rows, { link, smoothing, intercept, minEvents }, run)
  return modelOf(design, fit, link)
}
