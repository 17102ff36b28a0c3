import { describe, expect, it } from 'vitest'
import { expectNear } from '../near.fixture.ts'
import { StatsError } from '../stats-error.ts'
import { digamma, logGamma, trigamma } from './log-gamma.ts'

// R: lgamma(x)
const LOG_GAMMA = [
  [1e-300, 690.7755278982137],
  [1e-10, 23.02585092988274],
  [0.001, 6.907178885383853],
  [0.1, 2.252712651734206],
  [0.5, 0.5723649429247001],
  [0.9, 0.06637623973474288],
  [1.5, -0.1207822376352452],
  [2.5, 0.2846828704729192],
  [3, 0.6931471805599453],
  [10, 12.80182748008147],
  [100, 359.1342053695754],
  [1e5, 1051287.708973657],
  [1e10, 220258509288.8106],
  [1e100, 2.292585092994046e102],
] as const

// R: digamma(x)
const DIGAMMA = [
  [1e-10, -10000000000.57722],
  [0.001, -1000.57557193181],
  [0.1, -10.42375494041108],
  [0.5, -1.963510026021423],
  [1, -0.5772156649015323],
  [1.5, 0.0364899739785769],
  [2, 0.4227843350984675],
  [3, 0.9227843350984675],
  [10, 2.251752589066721],
  [100, 4.600161852738088],
  [1e5, 11.5129204649619],
  [1e10, 23.02585092989046],
] as const

// R: trigamma(x)
const TRIGAMMA = [
  [1e-10, 100000000000000081920],
  [0.001, 1000001.642533196],
  [0.1, 101.4332991507927],
  [0.5, 4.934802200544679],
  [1, 1.644934066848226],
  [1.5, 0.9348022005446793],
  [2, 0.6449340668482264],
  [3, 0.3949340668482264],
  [10, 0.1051663356816857],
  [100, 0.01005016666333357],
  [1e5, 1.000005000016666e-5],
  [1e10, 1.00000000005e-10],
] as const

describe('gamma function', () => {
  it.each(LOG_GAMMA)('of %d has its logarithm', (x, value) => expectNear(logGamma(x), value, 1e-14))
  it.each(DIGAMMA)('of %d has its first derivative', (x, value) => expectNear(digamma(x), value, 1e-13))
  it.each(TRIGAMMA)('of %d has its second derivative', (x, value) => expectNear(trigamma(x), value, 1e-14))

  it('keeps its digits next to its zeros', () => {
    // -gamma e + zeta(2) e^2 / 2 for e of 2^-20
    const e = 2 ** -20
    expectNear(logGamma(1 + e), -0.5772156649015329 * e + (Math.PI ** 2 / 12) * e * e, 1e-11)
  })

  it('refuses what has no value', () => {
    expect(() => logGamma(0)).toThrow(StatsError)
    expect(() => digamma(-1)).toThrow(StatsError)
    expect(() => trigamma(Number.NaN)).toThrow(StatsError)
  })
})
