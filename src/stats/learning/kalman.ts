import { normalReach } from '../distributions/normal.ts'
import type { Interval } from '../inference/wilson.ts'
import { insist } from '../stats-error.ts'

/** What is believed of a level: its mean and variance. */
export type LevelBelief = Readonly<{ mean: number; variance: number }>

/** Variance of one observation about the level (R), and variance that the level gathers in a unit of time (Q). */
export type LevelNoise = Readonly<{ observation: number; drift: number }>

/** An observed outcome, and the time since the one before it (1 unless told). */
export type Observation = Readonly<{ outcome: number; elapsed?: number }>

/** After an observation: the belief, and the share of the error that was learned. */
export type KalmanStep = LevelBelief & Readonly<{ gain: number }>

function insistVariances(belief: LevelBelief, { observation, drift }: LevelNoise): void {
  insist(Number.isFinite(belief.mean), `A level is a finite number, not ${belief.mean}.`)
  insist(
    belief.variance >= 0 && Number.isFinite(belief.variance),
    'The variance of a belief lies at 0 or above.',
  )
  insist(observation > 0 && Number.isFinite(observation), 'The variance of an observation lies above 0.')
  insist(drift >= 0 && Number.isFinite(drift), 'A drift lies at 0 or above.')
}

/**
 * The belief after silence: the mean stays, the variance grows by Q t.
 *
 * Source: A. C. Harvey, Forecasting, Structural Time Series Models and the Kalman Filter (1989), section 3.2. Cost: O(1).
 *
 * @throws StatsError bad_input unless elapsed and drift are at or above 0
 * @example
 * driftedBelief({ mean: 0.7, variance: 0.01 }, 90, 0.0001) // { mean: 0.7, variance: 0.019 }
 */
export function driftedBelief({ mean, variance }: LevelBelief, elapsed: number, drift: number): LevelBelief {
  insist(elapsed >= 0 && drift >= 0, `Time and drift lie at 0 or above, not at ${elapsed} and ${drift}.`)
  return { mean, variance: variance + drift * elapsed }
}

/**
 * A level that drifts, learned from observations at any times: P grows by Q t, the gain is K = P / (P + R), the mean moves by K
 * times the error, and P shrinks to (1 - K) P. With Q = 0 and R / P_0 = kappa it is the trust of pace 1.
 *
 * Source: Harvey (1989), sections 3.2 and 4.1.1: the local level model. Assumes normal noise that does not hang on the level;
 * for shares near 0 or 1 take `decayingBelief`. Cost: O(n).
 *
 * @throws StatsError bad_input
 * @example
 * const steps = learnLevel({ mean: 0.6, variance: 0.05 }, [{ outcome: 1 }], { observation: 0.2, drift: 0.002 })
 * steps // [{ mean: 0.68253968, variance: 0.041269841, gain: 0.20634921 }]
 */
export function learnLevel(
  prior: LevelBelief,
  observations: readonly Observation[],
  noise: LevelNoise,
): KalmanStep[] {
  insistVariances(prior, noise)
  let belief = prior
  return observations.map(({ outcome, elapsed = 1 }) => {
    insist(Number.isFinite(outcome), `An outcome is a finite number, not ${outcome}.`)
    const { mean, variance } = driftedBelief(belief, elapsed, noise.drift)
    const gain = variance / (variance + noise.observation)
    const step = { mean: mean + gain * (outcome - mean), variance: gain * noise.observation, gain }
    belief = step
    return step
  })
}

/**
 * The gain that learnLevel comes to with observations one unit of time apart: P / (P + R), P = (Q + sqrt(Q^2 + 4 Q R)) / 2.
 *
 * Source: Harvey (1989), section 4.1.2; J. F. Muth, JASA 55 (1960) 299: it is exponential smoothing with this rate. Cost: O(1).
 *
 * @throws StatsError bad_input
 * @example
 * steadyGain({ observation: 0.2, drift: 0.002 }) // 0.095124922
 */
export function steadyGain(noise: LevelNoise): number {
  insistVariances({ mean: 0, variance: 0 }, noise)
  const { observation, drift } = noise
  const variance = (drift + Math.sqrt(drift * drift + 4 * drift * observation)) / 2
  return variance / (variance + observation)
}

/**
 * The band of a level that is a share: mean and normal reach, cut at 0 and 1.
 *
 * Source: Harvey (1989), section 3.2.2. Assumes normal noise. Cost: O(1).
 *
 * @throws StatsError bad_input unless variance >= 0 and 0 < level < 1
 * @example
 * levelBand({ mean: 0.9, variance: 0.01 }) // [0.704003602, 1]
 */
export function levelBand({ mean, variance }: LevelBelief, level = 0.95): Interval {
  insist(variance >= 0, `A variance lies at 0 or above, not at ${variance}.`)
  const half = normalReach(level) * Math.sqrt(variance)
  return [Math.max(0, mean - half), Math.min(1, mean + half)]
}
