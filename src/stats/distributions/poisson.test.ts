import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expectNear } from '../near.fixture.ts'
import { StatsError } from '../stats-error.ts'
import { logPoissonProbability, poissonCdf, poissonUpperTail } from './poisson.ts'

// R: ppois(k, mean)
const LOWER = [
  [0, 1e-5, 0.9999900000499998],
  [1, 1e-5, 0.9999999999500003],
  [1000, 1e-5, 0.9999999999999999],
  [0, 0.1, 0.9048374180359595],
  [1, 0.1, 0.9953211598395556],
  [5, 0.1, 0.9999999987251013],
  [0, 1, 0.3678794411714423],
  [1, 1, 0.7357588823428847],
  [5, 1, 0.9994058151824183],
  [0, 20, 2.061153622438558e-9],
  [1, 20, 4.328422607120972e-8],
  [5, 20, 7.190884052842893e-5],
  [20, 20, 0.5590925842313246],
  [0, 95, 5.521082277028532e-42],
  [1, 95, 5.300238985947392e-40],
  [5, 95, 3.755607186775492e-34],
  [20, 95, 1.02693233062385e-20],
  [100, 95, 0.7176684266945271],
  [100, 1000, 6.04252493378956e-293],
  [1000, 1000, 0.508409367168506],
  [1000, 1100, 0.001175230568136555],
  [1e5, 1e5, 0.5008410430993401],
  [1e6, 1001000, 0.1588972649458959],
] as const

// R: ppois(k - 1, mean, lower = FALSE)
const UPPER = [
  [1, 1e-5, 9.999950000166668e-6],
  [5, 1e-5, 8.333263889186508e-28],
  [20, 1e-5, 4.110278477616874e-119],
  [1, 0.1, 0.09516258196404043],
  [5, 0.1, 7.667801686189313e-8],
  [20, 0.1, 3.736960368008906e-39],
  [100, 0.1, 9.705034877125688e-259],
  [1, 1, 0.6321205588285577],
  [5, 1, 0.003659846827343713],
  [20, 1, 1.587527601073263e-19],
  [100, 1, 3.981280818956855e-159],
  [1, 20, 0.9999999979388464],
  [5, 20, 0.9999830552560699],
  [20, 20, 0.52974273316076],
  [100, 20, 3.488878669689653e-37],
  [100, 95, 0.3173568111697997],
  [1000, 1000, 0.5042052441802155],
  [1000, 1100, 0.99894067674607],
  [1e5, 1e5, 0.5004205221103651],
  [1e6, 1001000, 0.8413447863683403],
] as const

// R: dpois(k, mean, log = TRUE)
const LOGS = [
  [1, 1e-5, -11.51293546497023],
  [20, 1e-5, -272.5941357601581],
  [1000, 1e-5, -17425.05365345839],
  [1e6, 1e-5, -24328443.8496384],
  [5, 0.1, -16.40041720775227],
  [20, 0.1, -88.4873183206344],
  [1e5, 0.1, -1281557.831198527],
  [1e6, 0.1, -15118103.57765222],
  [20, 1, -43.33561646075349],
  [100, 1, -364.7393755555635],
  [1000, 1, -5913.128178488163],
  [1e5, 1, -1051300.221899122],
  [1, 20, -17.00426772644601],
  [1e5, 20, -751745.9945437228],
  [20, 95, -46.25807862874267],
  [1000, 95, -1453.251286887623],
  [1e6, 95, -8261736.493057629],
  [1, 1000, -993.0922447210179],
  [1e5, 1000, -361523.6940009082],
  [1, 1100, -1092.996934541213],
  [5, 1100, -1069.77216444885],
  [5, 1e5, -99947.22286441793],
  [100, 1e5, -99212.44682905854],
  [0, 1001000, -1001000],
  [1, 1001000, -1000986.183489942],
  [5, 1001000, -1000935.704941451],
  [20, 1001000, -1000766.005415295],
  [100, 1001000, -999982.0883697259],
  [1000, 1001000, -993095.6181201908],
  [1e5, 1001000, -670648.2160693861],
] as const

describe('Poisson distribution', () => {
  it.each(LOWER)('has at most %d for a mean of %d', (k, mean, chance) => {
    expectNear(poissonCdf(k, mean), chance, 1e-12)
  })

  it.each(UPPER)('has %d or more for a mean of %d', (k, mean, chance) => {
    expectNear(poissonUpperTail(k, mean), chance, 1e-12)
  })

  it.each(LOGS)('has exactly %d for a mean of %d', (k, mean, log) => {
    expectNear(logPoissonProbability(k, mean), log, 1e-13)
  })

  it('grows by its probabilities', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 200 }),
        fc.double({ min: 0.01, max: 150, noNaN: true }),
        (k, mean) => {
          const chance = Math.exp(logPoissonProbability(k, mean))
          expect(poissonCdf(k, mean) - poissonCdf(k - 1, mean)).toBeCloseTo(chance, 12)
          expect(poissonUpperTail(k, mean) + poissonCdf(k - 1, mean)).toBeCloseTo(1, 13)
        },
      ),
    )
  })

  it('knows no events without a mean', () => {
    expect(logPoissonProbability(0, 0)).toBeCloseTo(0, 15)
    expect(logPoissonProbability(1, 0)).toBe(Number.NEGATIVE_INFINITY)
    expect(logPoissonProbability(-1, 2)).toBe(Number.NEGATIVE_INFINITY)
    expect(poissonCdf(0, 0)).toBe(1)
    expect(poissonCdf(-1, 2)).toBe(0)
    expect(poissonUpperTail(1, 0)).toBe(0)
    expect(poissonUpperTail(0, 2)).toBe(1)
  })

  it('refuses half an event and a mean below none', () => {
    expect(() => poissonCdf(0.5, 1)).toThrow(StatsError)
    expect(() => poissonUpperTail(1, -1)).toThrow(StatsError)
    expect(() => logPoissonProbability(1, Number.NaN)).toThrow(StatsError)
  })
})
