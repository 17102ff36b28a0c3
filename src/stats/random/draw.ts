import { logGamma } from '../distributions/log-gamma.ts'
import { insist } from '../stats-error.ts'
import type { Random } from './seeded-random.ts'

/**
 * A draw from the standard normal distribution.
 *
 * Source: G. Marsaglia and T. A. Bray, A convenient method for generating normal variables, SIAM Review 6 (1964) 260: the
 * polar method, of which one of the two values is used, so that a draw leaves nothing behind. Cost: 2.5 numbers of chance.
 *
 * @example
 * drawNormal(seededRandom(1)) < 5 // true
 */
export function drawNormal(random: Random): number {
  for (;;) {
    const u = 2 * random() - 1
    const v = 2 * random() - 1
    const squared = u * u + v * v
    if (squared < 1 && squared > 0) return u * Math.sqrt((-2 * Math.log(squared)) / squared)
  }
}

/**
 * A draw from the exponential distribution of a rate, whose mean is 1 / rate.
 *
 * Source: inversion, -log(1 - u) / rate; L. Devroye, Non-Uniform Random Variate Generation (1986), II.2. Cost: O(1).
 *
 * @throws StatsError bad_input unless rate > 0
 * @example
 * drawExponential(seededRandom(1), 2) > 0 // true
 */
export function drawExponential(random: Random, rate: number): number {
  insist(rate > 0, `An exponential distribution needs a rate above 0, not ${rate}.`)
  return -Math.log1p(-random()) / rate
}

/** Gamma of rate 1 for shapes from 1. */
function drawLargeGamma(random: Random, shape: number): number {
  const d = shape - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    const x = drawNormal(random)
    const root = 1 + c * x
    if (root <= 0) continue
    const v = root ** 3
    if (Math.log(1 - random()) < (x * x) / 2 + d - d * v + d * Math.log(v)) return d * v
  }
}

/** The logarithm of a gamma of rate 1, which a small shape would take below the smallest number. */
function drawLogGamma(random: Random, shape: number): number {
  if (shape >= 1) return Math.log(drawLargeGamma(random, shape))
  return Math.log(drawLargeGamma(random, shape + 1)) + Math.log(1 - random()) / shape
}

/**
 * A draw from a Gamma(shape, rate) distribution, whose mean is shape / rate.
 *
 * Source: G. Marsaglia and W. W. Tsang, A simple method for generating gamma variables, ACM TOMS 26 (2000) 363; for a shape
 * below 1 by its section 6. Cost: O(1), about three numbers of chance.
 *
 * @throws StatsError bad_input unless shape, rate > 0
 * @example
 * drawGamma(seededRandom(1), 2, 0.5) > 0 // true
 */
export function drawGamma(random: Random, shape: number, rate = 1): number {
  const positive = shape > 0 && rate > 0 && Number.isFinite(shape)
  insist(positive, `A gamma distribution needs a shape and a rate above 0, not ${shape} and ${rate}.`)
  if (shape >= 1) return drawLargeGamma(random, shape) / rate
  return (drawLargeGamma(random, shape + 1) * (1 - random()) ** (1 / shape)) / rate
}

/**
 * A draw from a Beta(a, b) distribution, whose mean is a / (a + b).
 *
 * Source: the share of one of two gamma values in both, L. Devroye (1986), IX.4.1, of their logarithms, so that small shapes
 * do not give 0 / 0. Cost: O(1), two gamma draws.
 *
 * @throws StatsError bad_input unless a, b > 0
 * @example
 * drawBeta(seededRandom(1), 2, 3) < 1 // true
 */
export function drawBeta(random: Random, a: number, b: number): number {
  const positive = a > 0 && b > 0 && Number.isFinite(a) && Number.isFinite(b)
  insist(positive, `A beta distribution needs shapes above 0, not ${a} and ${b}.`)
  const logOdds = drawLogGamma(random, a) - drawLogGamma(random, b)
  return 1 / (1 + Math.exp(-logOdds))
}

/** Poisson by its chances one after the other, for small means. */
function drawFewEvents(random: Random, mean: number): number {
  let left = random()
  let chance = Math.exp(-mean)
  let k = 0
  while (left > chance) {
    left -= chance
    k++
    chance *= mean / k
    // Rounding can leave a rest that no chance is left to take.
    if (chance === 0) break
  }
  return k
}

/** Hoermann's transformed rejection with squeeze, for means from 10. */
function drawManyEvents(random: Random, mean: number): number {
  const b = 0.931 + 2.53 * Math.sqrt(mean)
  const a = -0.059 + 0.02483 * b
  const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4)
  const squeeze = 0.9277 - 3.6224 / (b - 2)
  const logMean = Math.log(mean)
  for (;;) {
    const u = random() - 0.5
    const v = 1 - random()
    const us = 0.5 - Math.abs(u)
    const k = Math.floor(((2 * a) / us + b) * u + mean + 0.43)
    if (us >= 0.07 && v <= squeeze) return k
    if (k < 0 || (us < 0.013 && v > us)) continue
    const log = k * logMean - mean - logGamma(k + 1)
    if (Math.log((v * inverseAlpha) / (a / (us * us) + b)) <= log) return k
  }
}

/**
 * A draw from the Poisson distribution: a number of events.
 *
 * Source: W. Hoermann, The transformed rejection method for generating Poisson random variables, Insurance: Mathematics and
 * Economics 12 (1993) 39, algorithm PTRS, for means from 10; below, inversion. Cost: O(1), or O(mean) below 10.
 *
 * @throws StatsError bad_input unless mean is in [0, 1e15]
 * @example
 * drawPoisson(seededRandom(1), 0) // 0
 */
export function drawPoisson(random: Random, mean: number): number {
  insist(mean >= 0 && mean <= 1e15, `A Poisson distribution needs a mean from 0 to 1e15, not ${mean}.`)
  return mean < 10 ? drawFewEvents(random, mean) : drawManyEvents(random, mean)
}

/** Binomial by its chances one after the other, for few expected successes and p of at most 1/2. */
function drawFewSuccesses(random: Random, n: number, p: number): number {
  const odds = p / (1 - p)
  let left = random()
  let chance = Math.exp(n * Math.log1p(-p))
  let k = 0
  while (left > chance && k < n) {
    left -= chance
    k++
    chance *= (odds * (n - k + 1)) / k
    if (chance === 0) break
  }
  return k
}

/** Hoermann's transformed rejection with squeeze, for n p from 10 and p of at most 1/2. */
function drawManySuccesses(random: Random, n: number, p: number): number {
  const spread = Math.sqrt(n * p * (1 - p))
  const b = 1.15 + 2.53 * spread
  const a = -0.0873 + 0.0248 * b + 0.01 * p
  const centre = n * p + 0.5
  const alpha = (2.83 + 5.1 / b) * spread
  const squeeze = 0.92 - 4.2 / b
  const logOdds = Math.log(p / (1 - p))
  const mode = Math.floor((n + 1) * p)
  const atMode = logGamma(mode + 1) + logGamma(n - mode + 1)
  for (;;) {
    const u = random() - 0.5
    const v = 1 - random()
    const us = 0.5 - Math.abs(u)
    const k = Math.floor(((2 * a) / us + b) * u + centre)
    if (us >= 0.07 && v <= squeeze) return k
    if (k < 0 || k > n) continue
    const log = atMode - logGamma(k + 1) - logGamma(n - k + 1) + (k - mode) * logOdds
    if (Math.log((v * alpha) / (a / (us * us) + b)) <= log) return k
  }
}

/**
 * A draw from the binomial distribution: how many of `n` trials of chance `p` succeed.
 *
 * Source: W. Hoermann, The generation of binomial random variates, J. Stat. Comput. Simul. 46 (1993) 101, algorithm BTRS,
 * for ten expected successes or more; below, inversion. Cost: O(1), or O(n p) below ten.
 *
 * @throws StatsError bad_input unless n is whole, in [0, 1e15], and 0 <= p <= 1
 * @example
 * drawBinomial(seededRandom(1), 10, 1) // 10
 */
export function drawBinomial(random: Random, n: number, p: number): number {
  insist(Number.isInteger(n) && n >= 0 && n <= 1e15, `A number of trials is whole, up to 1e15, not ${n}.`)
  insist(p >= 0 && p <= 1, `A chance lies in [0, 1], not at ${p}.`)
  if (p > 0.5) return n - drawBinomial(random, n, 1 - p)
  return n * p < 10 ? drawFewSuccesses(random, n, p) : drawManySuccesses(random, n, p)
}
