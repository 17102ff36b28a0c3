import { pause, type LongRun } from '../long-run.ts'
import { drawPoisson } from '../random/draw.ts'
import type { Random } from '../random/seeded-random.ts'
import { insist } from '../stats-error.ts'
import { insistChances } from '../validation/predicted-rows.ts'
import { binFeatures, type BinnedFeatures, type FeatureColumns } from './feature-bins.ts'

/**
 * A pair of columns, cut once each where their four quarters differ most from a sum of two effects. `contrast` is by how
 * much the log odds of the quarters high-high and low-low lie above those of the other two together; `gain` is the
 * likelihood that it explains; `p` counts all cuts and all pairs that were tried.
 */
export type PairInteraction = Readonly<{
  columns: readonly [string, string]
  at: readonly [number, number]
  contrast: number
  gain: number
  p: number
}>

export type PairOptions = Readonly<{
  /** Bins a column, between which it is cut; 8 unless told. */
  bins?: number
  /** Least sum of p (1 - p) in a quarter; 5 unless told. */
  minWeight?: number
  /** Draws of chance for p; 999 unless told. */
  rounds?: number
}>

type Found = { gain: number; contrast: number; first: number; second: number }

/** Sums over cells at or below (i, j), in place. */
function accumulate(cells: Float64Array, width: number): void {
  for (let cell = 0; cell < cells.length; cell++) if (cell % width > 0) cells[cell]! += cells[cell - 1]!
  for (let cell = width; cell < cells.length; cell++) cells[cell]! += cells[cell - width]!
}

/** Sums in the four quarters of a cut, from sums below: both low, first high, second high, both high. */
function intoQuarters(below: Float64Array, width: number, i: number, j: number, into: Float64Array): void {
  const last = below.length - 1
  const lowLow = below[i * width + j]!
  const firstLow = below[i * width + width - 1]!
  const secondLow = below[last - (width - 1) + j]!
  into[0] = lowLow
  into[1] = secondLow - lowLow
  into[2] = firstLow - lowLow
  into[3] = below[last]! - firstLow - secondLow + lowLow
}

const quarterScores = new Float64Array(4)
const quarterWeights = new Float64Array(4)

/** The cut whose interaction explains most; scores and weights are sums below. */
function bestCut(scores: Float64Array, weights: Float64Array, width: number, minWeight: number): Found {
  const best: Found = { gain: 0, contrast: 0, first: -1, second: -1 }
  const height = scores.length / width
  for (let i = 0; i < height - 1; i++)
    for (let j = 0; j < width - 1; j++) {
      intoQuarters(weights, width, i, j, quarterWeights)
      const [w0, w1, w2, w3] = [
        quarterWeights[0]!,
        quarterWeights[1]!,
        quarterWeights[2]!,
        quarterWeights[3]!,
      ]
      if (w0 < minWeight || w1 < minWeight || w2 < minWeight || w3 < minWeight) continue
      intoQuarters(scores, width, i, j, quarterScores)
      const contrast =
        quarterScores[0]! / w0 - quarterScores[1]! / w1 - quarterScores[2]! / w2 + quarterScores[3]! / w3
      const gain = contrast ** 2 / (2 * (1 / w0 + 1 / w1 + 1 / w2 + 1 / w3))
      if (gain > best.gain) {
        best.gain = gain
        best.contrast = contrast
        best.first = i
        best.second = j
      }
    }
  return best
}

type Tried = Readonly<{ pair: readonly [number, number]; found: Found; byChance: Float64Array }>

type PairCells = Readonly<{
  columns: readonly [number, number]
  width: number
  expected: Float64Array
  weights: Float64Array
  scores: Float64Array
}>

/** Events, expected events and information by cell of two columns; missing values are the last bin. */
function cellsOf(
  features: BinnedFeatures,
  events: ArrayLike<number>,
  chances: ArrayLike<number>,
  columns: readonly [number, number],
): PairCells {
  const step = features.names.length
  const [first, second] = columns
  const [missingFirst, missingSecond] = [features.cuts[first]!.length + 1, features.cuts[second]!.length + 1]
  const width = missingSecond + 1
  const size = (missingFirst + 1) * width
  const [expected, weights, scores] = [new Float64Array(size), new Float64Array(size), new Float64Array(size)]
  for (let row = 0; row < features.rows; row++) {
    // The code of a missing value lies beyond all bins.
    const i = Math.min(features.codes[row * step + first]!, missingFirst)
    const j = Math.min(features.codes[row * step + second]!, missingSecond)
    const cell = i * width + j
    const chance = chances[row]!
    expected[cell]! += chance
    weights[cell]! += chance * (1 - chance)
    scores[cell]! += events[row]! - chance
  }
  return { columns, width, expected, weights, scores }
}

/** The gains that chance alone gives the best cut, when events come as expected. */
function gainsByChance(
  cells: PairCells,
  below: Float64Array,
  minWeight: number,
  rounds: number,
  random: Random,
) {
  const drawn = new Float64Array(cells.expected.length)
  return Float64Array.from({ length: rounds }, () => {
    for (let cell = 0; cell < drawn.length; cell++) {
      const mean = cells.expected[cell]!
      drawn[cell] = mean > 0 ? drawPoisson(random, mean) - mean : 0
    }
    accumulate(drawn, cells.width)
    return bestCut(drawn, below, cells.width, minWeight).gain
  })
}

/** How many values of a sorted list are not below `value`. */
function countFrom(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle]! < value) low = middle + 1
    else high = middle
  }
  return sorted.length - low
}

/**
 * Pairs of columns by what a model's chances leave unexplained in them together and not in each alone, greatest gain first.
 * Of every cut of both columns, the contrast of the score (y - p) per information p (1 - p) over the four quarters, c = r00 -
 * r10 - r01 + r11, is free of the columns' own effects; gain = c^2 / (2 sum 1 / w). p = P(a pair's best gain reaches this),
 * added up over all pairs, with events drawn as Poisson counts around what was expected.
 *
 * Source: Y. Lou, R. Caruana, J. Gehrke and G. Hooker, Accurate intelligible models with pairwise interactions, KDD (2013)
 * 623-631, section 4 (FAST), with the score test's contrast in place of squared error; P. H. Westfall and S. S. Young,
 * Resampling-Based Multiple Testing (1993), section 2.3. Assumes chances of rows that the model had not seen. Cost: O(pairs
 * (rows + rounds bins^2)).
 *
 * @throws StatsError bad_input as `insistChances` and `binFeatures`, or with fewer than two columns; aborted
 * @example
 * const at = Array.from({ length: 400 }, (_, row) => row)
 * const columns = { a: at.map((row) => row % 2), b: at.map((row) => Math.floor(row / 2) % 2) }
 * const events = at.map((row) => (columns.a[row] === columns.b[row] && row % 3 > 0 ? 1 : 0))
 * const [best] = await pairInteractions(columns, events, at.map(() => 1 / 3), seededRandom(1))
 * best.columns // ['a', 'b']
 * best.p < 0.01 // true
 */
export async function pairInteractions(
  columns: FeatureColumns,
  events: ArrayLike<number>,
  chances: ArrayLike<number>,
  random: Random,
  { bins = 8, minWeight = 5, rounds = 999 }: PairOptions = {},
  run: LongRun = {},
): Promise<PairInteraction[]> {
  insistChances(events, chances)
  insist(minWeight > 0, `A least weight lies above 0, not at ${minWeight}.`)
  insist(Number.isInteger(rounds) && rounds >= 99, `Take 99 rounds or more, not ${rounds}.`)
  const features = binFeatures(columns, random, bins)
  insist(features.rows === events.length, 'Give one event and one chance a row.')
  const { names } = features
  insist(names.length >= 2, 'A pair needs two columns.')
  const pairs = names.flatMap((_, first) =>
    names.slice(first + 1).map((_, next) => [first, first + 1 + next] as const),
  )
  const tried: Tried[] = []
  for (const pair of pairs) {
    await pause(run, tried.length / pairs.length)
    const cells = cellsOf(features, events, chances, pair)
    accumulate(cells.weights, cells.width)
    accumulate(cells.scores, cells.width)
    const found = bestCut(cells.scores, cells.weights, cells.width, minWeight)
    const byChance = gainsByChance(cells, cells.weights, minWeight, rounds, random).sort()
    tried.push({ pair, found, byChance })
  }
  return tried
    .filter(({ found }) => found.first >= 0)
    .map(({ pair: [first, second], found }) => {
      const reached = tried.reduce((sum, { byChance }) => sum + countFrom(byChance, found.gain), 0)
      return {
        columns: [names[first]!, names[second]!] as const,
        at: [
          features.cuts[first]![found.first] ?? Number.MAX_VALUE,
          features.cuts[second]![found.second] ?? Number.MAX_VALUE,
        ] as const,
        contrast: found.contrast,
        gain: found.gain,
        p: Math.min(1, (1 + reached) / (1 + rounds)),
      }
    })
    .sort((a, b) => b.gain - a.gain)
}
