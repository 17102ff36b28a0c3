import { insist, StatsError } from '../stats-error.ts'

/** log odds of an event = intercept + slope x. */
export type LogisticLine = Readonly<{ intercept: number; slope: number }>

/** Variances and covariance of intercept and slope; those of a slope that was given are 0. */
export type LogisticLineFit = LogisticLine &
  Readonly<{
    interceptVariance: number
    slopeVariance: number
    covariance: number
    logLikelihood: number
  }>

const mostSteps = 100
const stillness = 1e-12

const meanOf = (values: ArrayLike<number>) => {
  let mean = 0
  for (let i = 0; i < values.length; i++) mean += (values[i]! - mean) / (i + 1)
  return mean
}

/** Sum of t eta - log(1 + e^eta), without overflow. */
function likelihoodOf(targets: ArrayLike<number>, x: ArrayLike<number>, line: LogisticLine, centre: number) {
  let sum = 0
  for (let row = 0; row < x.length; row++) {
    const eta = line.intercept + line.slope * (x[row]! - centre)
    sum += targets[row]! * eta - Math.max(0, eta) - Math.log1p(Math.exp(-Math.abs(eta)))
  }
  return sum
}

/** First derivatives and information at a line through x - centre. */
function slopesOf(targets: ArrayLike<number>, x: ArrayLike<number>, line: LogisticLine, centre: number) {
  let [score, scoreX, weight, weightX, weightXX] = [0, 0, 0, 0, 0]
  for (let row = 0; row < x.length; row++) {
    const at = x[row]! - centre
    const chance = 1 / (1 + Math.exp(-(line.intercept + line.slope * at)))
    const information = chance * (1 - chance)
    score += targets[row]! - chance
    scoreX += (targets[row]! - chance) * at
    weight += information
    weightX += information * at
    weightXX += information * at * at
  }
  return { score, scoreX, weight, weightX, weightXX }
}

type Slopes = ReturnType<typeof slopesOf>

function insistSolvable(determinant: number, { weight, weightXX }: Slopes): void {
  if (!(determinant > 1e-13 * weight * weightXX))
    throw new StatsError('no_variation', 'All predictions are the same, or nearly: a slope cannot be fitted.')
}

function newtonStep(slopes: Slopes, fitsSlope: boolean): LogisticLine {
  const { score, scoreX, weight, weightX, weightXX } = slopes
  if (!fitsSlope) return { intercept: score / weight, slope: 0 }
  const determinant = weight * weightXX - weightX * weightX
  insistSolvable(determinant, slopes)
  return {
    intercept: (weightXX * score - weightX * scoreX) / determinant,
    slope: (weight * scoreX - weightX * score) / determinant,
  }
}

/** Whether a bound on x tells events and non-events apart without error; ties at the bound do not help. */
function separates(targets: ArrayLike<number>, x: ArrayLike<number>): boolean {
  let [lowEvent, highEvent, lowOther, highOther] = [Infinity, -Infinity, Infinity, -Infinity]
  for (let row = 0; row < x.length; row++) {
    if (targets[row]! > 0) {
      lowEvent = Math.min(lowEvent, x[row]!)
      highEvent = Math.max(highEvent, x[row]!)
    }
    if (targets[row]! < 1) {
      lowOther = Math.min(lowOther, x[row]!)
      highOther = Math.max(highOther, x[row]!)
    }
  }
  const varies = lowEvent < highEvent || lowOther < highOther || lowEvent !== lowOther
  return varies && (lowEvent >= highOther || highEvent <= lowOther)
}

function insistFittable(targets: ArrayLike<number>, x: ArrayLike<number>, fitsSlope: boolean): void {
  const share = meanOf(targets)
  if (share <= 0 || share >= 1)
    throw new StatsError('empty_stratum', 'A calibration needs rows with the event and rows without it.')
  if (fitsSlope && separates(targets, x))
    throw new StatsError(
      'separation',
      'The predictions tell events from the rest without error: the slope has no finite estimate.',
    )
}

/** Takes half the step until the likelihood does not fall. */
function halvedStep(
  from: LogisticLine,
  step: LogisticLine,
  before: number,
  likelihood: (line: LogisticLine) => number,
): LogisticLine {
  for (let share = 1; share > 1e-6; share /= 2) {
    const line = {
      intercept: from.intercept + share * step.intercept,
      slope: from.slope + share * step.slope,
    }
    if (likelihood(line) >= before - 1e-12 * Math.abs(before)) return line
  }
  return from
}

/**
 * Maximum likelihood of the line log(p / (1 - p)) = a + b x, by Newton's steps with halving; or of a alone where b is given.
 *
 * Source: P. McCullagh and J. A. Nelder, Generalized Linear Models, 2nd ed. (1989), section 4.4; R's glm(binomial). Assumes
 * independent rows. Cost: O(n) a step, some 6 steps.
 *
 * @param targets 0 or 1 a row, or a share between them
 * @param x finite
 * @param slope b where it is known; fitted unless told
 * @throws StatsError bad_input for unequal lengths; empty_stratum when all targets are 0 or all 1; separation; no_variation
 * when all x are the same; no_convergence
 * @example
 * const line = fitLogisticLine([0, 0, 1, 0, 1, 1], [1, 2, 3, 4, 5, 6])
 * line.intercept // -4.249097
 * line.slope // 1.214028
 */
export function fitLogisticLine(
  targets: ArrayLike<number>,
  x: ArrayLike<number>,
  slope?: number,
): LogisticLineFit {
  insist(targets.length > 0 && targets.length === x.length, 'Give one target and one prediction a row.')
  const fitsSlope = slope === undefined
  insistFittable(targets, x, fitsSlope)
  const centre = meanOf(x)
  const share = meanOf(targets)
  let line: LogisticLine = { intercept: Math.log(share / (1 - share)), slope: slope ?? 0 }
  const likelihood = (at: LogisticLine) => likelihoodOf(targets, x, at, centre)
  const spread = Math.sqrt(meanOf(Float64Array.from(x, (value) => (value - centre) ** 2)))
  for (let taken = 0; taken < mostSteps; taken++) {
    const slopes = slopesOf(targets, x, line, centre)
    const step = newtonStep(slopes, fitsSlope)
    const size = Math.abs(step.intercept) + Math.abs(step.slope) * spread
    if (size < stillness * (1 + Math.abs(line.intercept) + Math.abs(line.slope) * spread))
      return atZero(line, slopes, centre, likelihood(line), fitsSlope)
    const next = halvedStep(line, step, likelihood(line), likelihood)
    if (next === line) return atZero(line, slopes, centre, likelihood(line), fitsSlope)
    line = next
  }
  throw new StatsError('no_convergence', 'The calibration did not settle: look for extreme predictions.')
}

/** Moves the intercept from x = centre to x = 0, with its variance. */
function atZero(
  line: LogisticLine,
  slopes: Slopes,
  centre: number,
  logLikelihood: number,
  fitsSlope: boolean,
): LogisticLineFit {
  const { weight, weightX, weightXX } = slopes
  const intercept = line.intercept - line.slope * centre
  const known = { intercept, slope: line.slope, logLikelihood }
  if (!fitsSlope) return { ...known, interceptVariance: 1 / weight, slopeVariance: 0, covariance: 0 }
  const determinant = weight * weightXX - weightX * weightX
  const slopeVariance = weight / determinant
  const covariance = -weightX / determinant - centre * slopeVariance
  const atCentre = weightXX / determinant
  const interceptVariance = atCentre + (2 * centre * weightX) / determinant + centre * centre * slopeVariance
  return { ...known, interceptVariance, slopeVariance, covariance }
}
