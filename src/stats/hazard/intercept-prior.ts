import type { Belief } from '../shrinkage/beta-binomial.ts'
import { insist } from '../stats-error.ts'
import type { InterceptPrior } from './fit-design.ts'
import { linkOf, type Link } from './likelihood.ts'

/**
 * A belief about the monthly base rate as a normal prior of the intercept: the belief's mean on the link scale, and the
 * standard deviation of what as many account-months as it weighs would tell, 1 / (weight h'^2 / (h (1 - h))).
 *
 * Source: the delta method on the information of a proportion; McCullagh and Nelder, Generalized Linear Models, 2nd ed.
 * (1989), section 4.4. Cost: O(1).
 *
 * @throws StatsError bad_input unless the mean is inside (0, 1) and the weight above 0
 * @example
 * interceptPrior('cloglog', { mean: 0.015, weight: 300 }) // { mean: -4.192158, sd: 0.471409 }
 */
export function interceptPrior(link: Link, { mean, weight }: Belief): InterceptPrior {
  insist(
    mean > 0 && mean < 1 && weight > 0,
    `A base rate needs a mean inside (0, 1) and a weight above 0, not ${mean} and ${weight}.`,
  )
  const slope = link === 'logit' ? mean * (1 - mean) : -(1 - mean) * Math.log1p(-mean)
  return { mean: linkOf(link, mean), sd: Math.sqrt((mean * (1 - mean)) / weight) / slope }
}
