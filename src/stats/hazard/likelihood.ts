/** How the chance of an event in a month follows from the linear predictor. With cloglog, differences are log hazard ratios. */
export type Link = 'cloglog' | 'logit'

/** Rows of a fit: events are 0 or 1. */
export type Outcomes = Readonly<{ events: Uint8Array; weights: Float64Array | undefined }>

/** Beyond these the linear predictor changes nothing that can be represented. */
const lowest = -600
const highest = 6.5

/**
 * Chance of an event for a linear predictor: 1 - exp(-exp(eta)) for cloglog, 1 / (1 + exp(-eta)) for logit.
 *
 * Source: P. McCullagh and J. A. Nelder, Generalized Linear Models, 2nd ed. (1989), section 4.3.1. Cost: O(1).
 *
 * @example
 * chanceOf('cloglog', -4) // 0.0181489
 * chanceOf('logit', 0) // 0.5
 */
export function chanceOf(link: Link, eta: number): number {
  return link === 'cloglog' ? -Math.expm1(-Math.exp(eta)) : 1 / (1 + Math.exp(-eta))
}

/**
 * The linear predictor that gives a chance.
 *
 * Source: McCullagh and Nelder (1989), section 4.3.1. Cost: O(1).
 *
 * @example
 * linkOf('cloglog', 0.0181489) // -4.00000
 */
export function linkOf(link: Link, chance: number): number {
  return link === 'cloglog' ? Math.log(-Math.log1p(-chance)) : Math.log(chance) - Math.log1p(-chance)
}

/** Sums in blocks, so that small summands keep their digits beside a large sum. */
const blockSize = 4096

function cloglogLikelihood(
  eta: Float64Array,
  { events, weights }: Outcomes,
  information: Float64Array,
  scores: Float64Array,
): number {
  let sum = 0
  for (let start = 0; start < eta.length; start += blockSize) {
    const end = Math.min(start + blockSize, eta.length)
    let block = 0
    for (let row = start; row < end; row++) {
      const rate = Math.exp(Math.min(Math.max(eta[row]!, lowest), highest))
      const chance = -Math.expm1(-rate)
      const stays = rate < 1 ? 1 - chance : Math.exp(-rate)
      const weight = weights === undefined ? 1 : weights[row]!
      const ratio = (rate / chance) * stays
      information[row] = weight * rate * ratio
      if (events[row] === 1) {
        scores[row] = weight * ratio
        block += weight * Math.log(chance)
      } else {
        scores[row] = -weight * rate
        block -= weight * rate
      }
    }
    sum += block
  }
  return sum
}

function logitLikelihood(
  eta: Float64Array,
  { events, weights }: Outcomes,
  information: Float64Array,
  scores: Float64Array,
): number {
  let sum = 0
  for (let start = 0; start < eta.length; start += blockSize) {
    const end = Math.min(start + blockSize, eta.length)
    let block = 0
    for (let row = start; row < end; row++) {
      const at = Math.min(Math.max(eta[row]!, lowest), -lowest)
      // Of exp(eta) and exp(-eta), the one below 1 keeps both tails.
      const small = Math.exp(-Math.abs(at))
      const scale = 1 / (1 + small)
      const chance = at < 0 ? small * scale : scale
      const weight = weights === undefined ? 1 : weights[row]!
      information[row] = weight * small * scale * scale
      const event = events[row]!
      scores[row] = weight * (event === 1 ? (at < 0 ? scale : small * scale) : -chance)
      block += weight * ((event === 1 ? Math.min(at, 0) : -Math.max(at, 0)) - Math.log1p(small))
    }
    sum += block
  }
  return sum
}

/**
 * Log likelihood of binary outcomes, sum of weight (y log h + (1 - y) log(1 - h)); writes its derivative by each row's linear
 * predictor into `scores`, and the expected information of each row into `information`.
 *
 * Source: McCullagh and Nelder (1989), sections 2.5 and 4.4. Cost: O(rows).
 *
 * @param eta linear predictor of each row, offset included
 * @example
 * const [information, scores] = [new Float64Array(1), new Float64Array(1)]
 * logLikelihood('logit', Float64Array.of(0), { events: Uint8Array.of(1) }, information, scores) // -0.693147
 * information // [0.25]
 */
export function logLikelihood(
  link: Link,
  eta: Float64Array,
  outcomes: Outcomes,
  information: Float64Array,
  scores: Float64Array,
): number {
  const evaluate = link === 'cloglog' ? cloglogLikelihood : logitLikelihood
  return evaluate(eta, outcomes, information, scores)
}
