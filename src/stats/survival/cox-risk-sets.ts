import { ascendingOrder } from '../numerics/ascending-order.ts'
import { StatsError, insist } from '../stats-error.ts'
import { type FollowUp, countCodes, insistFollowUp } from './follow-up.ts'

/** Covariates side by side: one column a covariate, one value a row. */
export type Columns = readonly ArrayLike<number>[]

/**
 * Rows ready for Cox's partial likelihood: those that are ever compared, sorted by stratum and falling time, covariates
 * standardised (row-major), so that risk sets grow by walking on.
 */
export type RiskSets = Readonly<{
  rows: number
  terms: number
  /** Row of the caller at each place. */
  order: Uint32Array
  stratum: Uint32Array
  time: Float64Array
  event: Uint8Array
  entry: Float64Array | undefined
  /** Places in order of stratum and falling entry. */
  byEntry: Uint32Array | undefined
  x: Float64Array
  mean: Float64Array
  spread: Float64Array
}>

function orderWithin(values: ArrayLike<number>, stratum: ArrayLike<number>): Uint32Array {
  const falling = ascendingOrder(values).reverse()
  const byStratum = ascendingOrder(Float64Array.from(falling, (row) => stratum[row]!))
  return byStratum.map((i) => falling[i]!)
}

/** Of rows in order of stratum and falling time, those at risk when an event of their stratum came: others have no say. */
function comparedRows(
  { time, event, entry }: FollowUp,
  stratum: ArrayLike<number>,
  order: Uint32Array,
): Uint32Array {
  const compared = new Uint8Array(order.length)
  let lastEvent = -Infinity
  for (let end = order.length, start = end; end > 0; end = start) {
    const first = order[end - 1]!
    const next = order[end]
    if (next !== undefined && stratum[next] !== stratum[first]) lastEvent = -Infinity
    const t = time[first]!
    while (start > 0 && time[order[start - 1]!] === t && stratum[order[start - 1]!] === stratum[first])
      if (event[order[--start]!] === 1) lastEvent = t
    for (let i = start; i < end; i++) if (lastEvent > (entry ? entry[order[i]!]! : -Infinity)) compared[i] = 1
  }
  return order.filter((_, i) => compared[i] === 1)
}

/** Column `term` into `x`, less its mean and over its standard deviation. */
function standardise(
  column: ArrayLike<number>,
  order: Uint32Array,
  x: Float64Array,
  term: number,
  terms: number,
) {
  const rows = order.length
  for (let i = 0; i < column.length; i++)
    if (!Number.isFinite(column[i]))
      insist(
        false,
        `Covariate ${term} is ${column[i]} in row ${i}: give finite numbers, leave the row out or fill it.`,
      )
  let sum = 0
  for (let i = 0; i < rows; i++) sum += column[order[i]!]!
  const mean = sum / rows
  let squares = 0
  for (let i = 0; i < rows; i++) squares += (column[order[i]!]! - mean) ** 2
  const spread = Math.sqrt(squares / rows)
  if (!(spread > 1e-12 * Math.abs(mean)))
    throw new StatsError(
      'no_variation',
      `Covariate ${term} is the same in all rows that are compared: leave it out.`,
    )
  for (let i = 0; i < rows; i++) x[i * terms + term] = (column[order[i]!]! - mean) / spread
  return { mean, spread }
}

/**
 * Checks the rows and lays them out for `sweepRiskSets`.
 *
 * Source: Therneau and Grambsch, Modeling Survival Data (2000), section 3.1. Cost: O(n p + n) for p covariates.
 *
 * @throws StatsError bad_input; empty_stratum when a code is skipped; no_variation when a covariate is constant;
 *   all_censored when no row has an event
 * @example
 * coxRiskSets({ time: [1, 3, 2], event: [1, 1, 0] }, [[5, 6, 7]]).order // [1, 2, 0]
 */
export function coxRiskSets(followUp: FollowUp, columns: Columns, strata?: ArrayLike<number>): RiskSets {
  insistFollowUp(followUp)
  const rows = followUp.time.length
  const terms = columns.length
  insist(terms > 0, 'A Cox model needs at least one covariate.')
  columns.forEach((column, term) =>
    insist(column.length === rows, `Covariate ${term} has ${column.length} values for ${rows} rows.`),
  )
  if (strata) countCodes(strata, rows)
  const codes = strata ?? new Uint8Array(rows)
  const order = comparedRows(followUp, codes, orderWithin(followUp.time, codes))
  if (order.length === 0)
    throw new StatsError('all_censored', 'No row has an event, so that no hazard can be fitted.')
  const entry = followUp.entry && Float64Array.from(order, (row) => followUp.entry![row]!)
  const stratum = Uint32Array.from(order, (row) => codes[row]!)
  const x = new Float64Array(rows * terms)
  const scales = columns.map((column, term) => standardise(column, order, x, term, terms))
  return {
    rows: order.length,
    terms,
    order,
    stratum,
    time: Float64Array.from(order, (row) => followUp.time[row]!),
    event: Uint8Array.from(order, (row) => followUp.event[row]!),
    entry,
    byEntry: entry && orderWithin(entry, stratum),
    x,
    mean: Float64Array.from(scales, (scale) => scale.mean),
    spread: Float64Array.from(scales, (scale) => scale.spread),
  }
}

/** Sums over those at risk at an event time (`all`) and over those who have their event then (`dead`). */
export type RiskSums = {
  stratum: number
  time: number
  /** Places of the rows that end at this time: from, up to but without, to. */
  from: number
  to: number
  deaths: number
  /** Sum of risk scores, of risk times covariate, and (lower triangle) of risk times products of two. */
  all: Float64Array
  dead: Float64Array
  /** Plain sums over the deaths: of the linear predictor, and of each covariate. */
  deadLinear: number
  deadX: Float64Array
}

const leastOfPeak = 0.01

/** Length of the sums: one, p, and p (p + 1) / 2. */
const momentCount = (terms: number) => 1 + terms + (terms * (terms + 1)) / 2

function addMoments(
  sums: Float64Array,
  x: Float64Array,
  at: number,
  terms: number,
  risk: number,
  second: boolean,
) {
  sums[0]! += risk
  let slot = 1 + terms
  for (let i = 0; i < terms; i++) {
    const weighted = risk * x[at + i]!
    sums[1 + i]! += weighted
    if (second) for (let j = 0; j <= i; j++) sums[slot++]! += weighted * x[at + j]!
  }
}

/**
 * Walks all event times, stratum by stratum and time falling, and shows `visit` the sums over each risk set. The shown
 * object and its arrays are the same each time. `second: false` leaves the second moments at 0.
 *
 * Source: Therneau and Grambsch (2000), section 3.1. Cost: O(n p^2) with second moments, O(n p) without.
 *
 * @param linear linear predictor at each place of `sets`; shift it so that its exponentials stay finite
 * @example
 * const sets = coxRiskSets({ time: [1, 3, 2], event: [1, 1, 0] }, [[5, 6, 7]])
 * const seen = []
 * sweepRiskSets(sets, new Float64Array(3), (sums) => seen.push(sums.time, sums.all[0]))
 * seen // [3, 1, 1, 3]
 */
export function sweepRiskSets(
  sets: RiskSets,
  linear: Float64Array,
  visit: (sums: RiskSums) => void,
  { second = true }: Readonly<{ second?: boolean }> = {},
): void {
  const { rows, terms, stratum, time, event, entry, byEntry, x } = sets
  const sums: RiskSums = {
    stratum: -1,
    time: 0,
    from: 0,
    to: 0,
    deaths: 0,
    all: new Float64Array(momentCount(terms)),
    dead: new Float64Array(momentCount(terms)),
    deadLinear: 0,
    deadX: new Float64Array(terms),
  }
  let stratumStart = 0
  let leaving = 0
  let peak = 0
  let place = 0
  let atRisk = 0
  while (place < rows) {
    const from = place
    const t = time[from]!
    if (stratum[from] !== sums.stratum) {
      sums.stratum = stratum[from]!
      sums.all.fill(0)
      stratumStart = from
      leaving = from
      peak = 0
      atRisk = 0
    }
    let deaths = 0
    while (place < rows && time[place] === t && stratum[place] === sums.stratum) {
      addMoments(sums.all, x, place * terms, terms, Math.exp(linear[place]!), second)
      deaths += event[place]!
      place++
      atRisk++
    }
    if (deaths === 0) continue
    if (entry && byEntry) {
      peak = Math.max(peak, sums.all[0]!)
      while (
        leaving < rows &&
        stratum[byEntry[leaving]!] === sums.stratum &&
        entry[byEntry[leaving]!]! >= t
      ) {
        const gone = byEntry[leaving++]!
        addMoments(sums.all, x, gone * terms, terms, -Math.exp(linear[gone]!), second)
        atRisk--
      }
      // What large scores leave behind when they are taken away is rounding that would drown the small ones.
      if (sums.all[0]! < leastOfPeak * peak) {
        sums.all.fill(0)
        for (let i = stratumStart; i < place; i++)
          if (entry[i]! < t) addMoments(sums.all, x, i * terms, terms, Math.exp(linear[i]!), second)
        peak = sums.all[0]!
      }
    }
    sums.dead.fill(0)
    sums.deadX.fill(0)
    sums.deadLinear = 0
    for (let i = from; i < place; i++) {
      if (event[i] === 0) continue
      addMoments(sums.dead, x, i * terms, terms, Math.exp(linear[i]!), second)
      sums.deadLinear += linear[i]!
      for (let j = 0; j < terms; j++) sums.deadX[j]! += x[i * terms + j]!
    }
    // Where only the deaths are left at risk nothing is compared, and rounding must not make it look so.
    if (atRisk === deaths) sums.all.set(sums.dead)
    sums.time = t
    sums.from = from
    sums.to = place
    sums.deaths = deaths
    visit(sums)
  }
}
