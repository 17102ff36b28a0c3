import { describe, expect, it } from 'vitest'
import { expectNear } from '../near.fixture.ts'
import { StatsError } from '../stats-error.ts'
import { chiSquaredQuantile, chiSquaredUpperTail } from './chi-squared.ts'
import { normalUpperTail } from './normal.ts'

// R: pchisq(x, df, lower = FALSE)
const UPPER = [
  [1e-5, 1, 0.9974768716831944],
  [0.5, 1, 0.4795001221869535],
  [3.84, 1, 0.05004352124870522],
  [10, 1, 0.001565402258002552],
  [100, 1, 1.523970604832105e-23],
  [1000, 1, 1.795832784800726e-219],
  [1e-5, 2, 0.9999950000125],
  [0.5, 2, 0.7788007830714049],
  [3.84, 2, 0.1466069621303502],
  [10, 2, 0.006737946999085467],
  [100, 2, 1.928749847963918e-22],
  [1000, 2, 7.124576406741286e-218],
  [1e-5, 5, 0.9999999999999832],
  [0.5, 5, 0.9921232932326296],
  [3.84, 5, 0.5726744598320888],
  [10, 5, 0.0752352461465122],
  [100, 5, 5.28514836094324e-20],
  [1000, 5, 6.010077687920803e-214],
  [1e-5, 30, 0.9999999999999999],
  [3.84, 30, 0.9999999977393645],
  [10, 30, 0.9997737463238232],
  [100, 30, 1.856802336510239e-9],
  [1000, 30, 5.131435321572533e-191],
  [1000, 1000, 0.4940528538292397],
] as const

// R: qchisq(p, df)
const QUANTILES = [
  [1e-6, 1, 1.570796326795716e-12],
  [0.025, 1, 0.0009820691171752562],
  [0.5, 1, 0.4549364231195728],
  [0.95, 1, 3.841458820694124],
  [0.999, 1, 10.82756617066273],
  [1e-6, 2, 2.000001000000667e-6],
  [0.025, 2, 0.05063561596857975],
  [0.5, 2, 1.386294361119891],
  [0.95, 2, 5.99146454710798],
  [0.999, 2, 13.81551055796427],
  [1e-6, 5, 0.01289616020649709],
  [0.025, 5, 0.8312116134866625],
  [0.5, 5, 4.351460191095526],
  [0.95, 5, 11.07049769351635],
  [0.999, 5, 20.51500565243288],
  [1e-6, 30, 6.200293738343593],
  [0.025, 30, 16.79077226556663],
  [0.5, 30, 29.33603151666159],
  [0.95, 30, 43.77297182574218],
  [0.999, 30, 59.70306430442993],
  [1e-6, 1000, 801.624437606866],
  [0.025, 1000, 914.257153799259],
  [0.5, 1000, 999.333412403381],
  [0.95, 1000, 1074.679448803441],
  [0.999, 1000, 1143.917092619679],
] as const

describe('chi-squared distribution', () => {
  it.each(UPPER)('lies above %d for %d degrees of freedom', (x, df, chance) => {
    expectNear(chiSquaredUpperTail(x, df), chance, 1e-12)
  })

  it.each(QUANTILES)('has its quantile %d for %d degrees of freedom', (p, df, quantile) => {
    expectNear(chiSquaredQuantile(p, df), quantile, 1e-12)
  })

  it('is the square of a normal value for one degree of freedom', () => {
    for (const z of [0.1, 1.96, 10, 30])
      expectNear(chiSquaredUpperTail(z * z, 1), 2 * normalUpperTail(z), 1e-12)
  })

  it('refuses no freedom', () => {
    expect(() => chiSquaredUpperTail(1, 0)).toThrow(StatsError)
    expect(() => chiSquaredQuantile(2, 1)).toThrow(StatsError)
    expect(() => chiSquaredUpperTail(1e18, 1e18)).toThrow('up to 1e15')
  })
})
