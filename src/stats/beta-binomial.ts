import { betaQuantile } from './beta-quantile.ts'

/** A belief about a probability: its mean, and how many observations it is worth. */
export type Belief = Readonly<{ mean: number; weight: number }>

/** A Beta(a, b) distribution of a probability. */
export type Beta = Readonly<{ a: number; b: number }>

/**
 * What to believe about a probability after `events` in `trials`, given what was believed before: Beta(weight * mean +
 * events, weight * (1 - mean) + trials - events). Gelman et al., Bayesian Data Analysis, 3rd ed., section 2.4.
 *
 * @throws RangeError when the belief is not inside (0, 1), its weight is not positive, or events exceed trials
 */
export function betaPosterior({ mean, weight }: Belief, events: number, trials: number): Beta {
  if (!(mean > 0 && mean < 1 && weight > 0))
    throw new RangeError(
      `A belief needs a mean inside (0, 1) and a weight above 0, not ${mean} and ${weight}.`,
    )
  if (!(events >= 0 && trials >= events)) throw new RangeError(`${events} events in ${trials} trials.`)
  return { a: weight * mean + events, b: weight * (1 - mean) + trials - events }
}

export const betaMean = ({ a, b }: Beta): number => a / (a + b)

/** Equal-tailed interval that holds the probability with the given chance. */
export function betaInterval({ a, b }: Beta, level = 0.95): [low: number, high: number] {
  const tail = (1 - level) / 2
  return [betaQuantile(tail, a, b), betaQuantile(1 - tail, a, b)]
}
