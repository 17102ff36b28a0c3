import { pause, type LongRun } from '../long-run.ts'
import { multiplyDense, multiplyTransposed } from './dense.ts'
import type { Design, DesignTerm } from './design.ts'

/** What one pass over the rows tells: X'WX (size x size) and the gradient X'g of the log likelihood. */
export type CrossProducts = Readonly<{ information: Float64Array; gradient: Float64Array }>

/** Weights and scores by bin. */
function sumByBin({ bins, binCount }: DesignTerm, weights: Float64Array, scores: Float64Array) {
  const [weightByBin, scoreByBin] = [new Float64Array(binCount), new Float64Array(binCount)]
  for (let row = 0; row < bins.length; row++) {
    const bin = bins[row]!
    weightByBin[bin]! += weights[row]!
    scoreByBin[bin]! += scores[row]!
  }
  return { weightByBin, scoreByBin }
}

/** Weights by pairs of bins, a (rows of the table) against b. */
function addTable(
  table: Float64Array,
  a: Uint16Array,
  b: Uint16Array,
  width: number,
  weights: Float64Array,
): void {
  for (let row = 0; row < a.length; row++) table[a[row]! * width + b[row]!]! += weights[row]!
}

/** Four tables in one pass: the weight and the bin of `a` are read once for all. */
function addFourTables(
  tables: readonly Float64Array[],
  a: Uint16Array,
  others: readonly DesignTerm[],
  weights: Float64Array,
): void {
  const [t0, t1, t2, t3] = tables as [Float64Array, Float64Array, Float64Array, Float64Array]
  const [b0, b1, b2, b3] = others.map(({ bins }) => bins) as [
    Uint16Array,
    Uint16Array,
    Uint16Array,
    Uint16Array,
  ]
  const [n0, n1, n2, n3] = others.map(({ binCount }) => binCount) as [number, number, number, number]
  for (let row = 0; row < a.length; row++) {
    const weight = weights[row]!
    const bin = a[row]!
    t0[bin * n0 + b0[row]!]! += weight
    t1[bin * n1 + b1[row]!]! += weight
    t2[bin * n2 + b2[row]!]! += weight
    t3[bin * n3 + b3[row]!]! += weight
  }
}

/** Sums of weighted basis rows of `other` by bin of `term`, without a table: for few rows in many bins. */
function basisByBin(term: DesignTerm, other: DesignTerm, weights: Float64Array): Float64Array {
  const { size, table } = other
  const sums = new Float64Array(term.binCount * size)
  for (let row = 0; row < term.bins.length; row++) {
    const weight = weights[row]!
    const to = term.bins[row]! * size
    const from = other.bins[row]! * size
    for (let k = 0; k < size; k++) sums[to + k]! += weight * table[from + k]!
  }
  return sums
}

/** Whether counting pairs of bins first is less work than a pass over the rows with the basis in hand. */
function paysTable(term: DesignTerm, other: DesignTerm): boolean {
  const cells = term.binCount * other.binCount
  return cells < 2 ** 22 && cells * other.size < 0.5 * term.bins.length * other.size
}

function placeBlock(
  information: Float64Array,
  block: Float64Array,
  size: number,
  a: DesignTerm,
  b: DesignTerm,
): void {
  for (let i = 0; i < a.size; i++) {
    for (let j = 0; j < b.size; j++) {
      information[(a.first + i) * size + b.first + j] = block[i * b.size + j]!
      information[(b.first + j) * size + a.first + i] = block[i * b.size + j]!
    }
  }
}

function crossBlock(term: DesignTerm, other: DesignTerm, byBin: Float64Array): Float64Array {
  return multiplyTransposed(term.table, byBin, term.binCount, term.size, other.size)
}

function crossTerms(
  information: Float64Array,
  size: number,
  term: DesignTerm,
  later: readonly DesignTerm[],
  weights: Float64Array,
): void {
  const tabled = later.filter((other) => paysTable(term, other))
  for (let at = 0; at < tabled.length; at += 4) {
    const four = tabled.slice(at, at + 4)
    const tables = four.map(({ binCount }) => new Float64Array(term.binCount * binCount))
    if (four.length === 4) addFourTables(tables, term.bins, four, weights)
    else four.forEach((other, k) => addTable(tables[k]!, term.bins, other.bins, other.binCount, weights))
    four.forEach((other, k) => {
      const byBin = multiplyDense(tables[k]!, other.table, term.binCount, other.binCount, other.size)
      placeBlock(information, crossBlock(term, other, byBin), size, term, other)
    })
  }
  for (const other of later) {
    if (tabled.includes(other)) continue
    placeBlock(information, crossBlock(term, other, basisByBin(term, other, weights)), size, term, other)
  }
}

/** X'WX of one term alone. */
function weightedSquare({ table, binCount, size }: DesignTerm, weightByBin: Float64Array): Float64Array {
  const square = new Float64Array(size * size)
  for (let bin = 0; bin < binCount; bin++) {
    const weight = weightByBin[bin]!
    if (weight === 0) continue
    const at = bin * size
    for (let i = 0; i < size; i++) {
      const factor = weight * table[at + i]!
      for (let j = 0; j < size; j++) square[i * size + j]! += factor * table[at + j]!
    }
  }
  return square
}

/** Intercept and diagonal blocks, and the gradient: one-dimensional sums are all they need. */
function ownBlocks(
  products: CrossProducts,
  size: number,
  term: DesignTerm,
  weights: Float64Array,
  scores: Float64Array,
): void {
  const { weightByBin, scoreByBin } = sumByBin(term, weights, scores)
  const sums = multiplyTransposed(weightByBin, term.table, term.binCount, 1, term.size)
  for (let k = 0; k < term.size; k++) {
    products.information[term.first + k] = sums[k]!
    products.information[(term.first + k) * size] = sums[k]!
  }
  placeBlock(products.information, weightedSquare(term, weightByBin), size, term, term)
  products.gradient.set(multiplyTransposed(term.table, scoreByBin, term.binCount, term.size, 1), term.first)
}

const total = (values: Float64Array) => {
  let sum = 0
  for (let row = 0; row < values.length; row++) sum += values[row]!
  return sum
}

/**
 * X'WX and X'g of a binned design: weights are summed by pairs of bins, and only these sums meet the basis.
 *
 * Source: Wood, Li, Shaddick and Augustin (2017), section 2.2. Cost: O(rows terms^2 / 2) additions and
 * O(bins^2 basis terms^2) products.
 *
 * @param weights of the rows
 * @param scores derivative of the log likelihood by the linear predictor, a row each
 * @throws StatsError aborted
 * @example
 * const design = buildDesign({ age: [1, 2, 3, 4] }, [{ kind: 'linear', column: 'age' }])
 * const products = await crossProducts(design, new Float64Array(4).fill(1), Float64Array.of(-1, 0, 0, 1))
 * products.information // [4, 0, 0, 4]
 * products.gradient // [0, 2.683281573]
 */
export async function crossProducts(
  design: Design,
  weights: Float64Array,
  scores: Float64Array,
  run: LongRun = {},
): Promise<CrossProducts> {
  const { size, terms } = design
  const products = { information: new Float64Array(size * size), gradient: new Float64Array(size) }
  products.information[0] = total(weights)
  products.gradient[0] = total(scores)
  for (const [at, term] of terms.entries()) {
    ownBlocks(products, size, term, weights, scores)
    crossTerms(products.information, size, term, terms.slice(at + 1), weights)
    await pause({ signal: run.signal }, 0)
  }
  return products
}
