import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expectNear } from '../near.fixture.ts'
import { drawNormal } from '../random/draw.ts'
import { seededRandom } from '../random/seeded-random.ts'
import { spcReference } from './classic-series.fixture.ts'
import { drawChart } from './control-chart.ts'
import { cusumChart } from './cusum-chart.ts'
import { expectedSteps } from './expected-steps.ts'
import { nelson, nelsonRule3 } from './nelson.ts'
import { ruleRunLength } from './rule-run-length.ts'
import { cusumRunLength, ewmaRunLength, shewhartRunLength } from './run-length.ts'
import { simulatedRunLength } from './simulated-run-length.ts'
import { stagesOf } from './stages.ts'
import {
  westernElectric,
  westernElectricRule1,
  westernElectricRule2,
  westernElectricRule3,
} from './western-electric.ts'

const refusal = (code: string) => expect.objectContaining({ code })
const { rule1, rule2, rule3, rule4 } = westernElectric

// R: spc::xcusum.arl(k, h, mu, hs, sided = "two", r = 100)
const CUSUM = [
  [0.5, 5, 0, 0, 465.4435060320382],
  [0.5, 5, 0.5, 0, 37.99614318936608],
  [0.5, 5, 1, 0, 10.37596992159361],
  [0.5, 5, 3, 0, 2.573252051447409],
  [0.5, 5, 8, 0, 1.00620966532654],
  [0.5, 4, 0, 0, 167.6837888136145],
  [0.25, 8, 0, 0, 368.393873264975],
  [0.25, 8, 0.5, 0, 28.76237548384944],
  [0.5, 20, 1, 0, 40.3717491534331],
  [1, 2.5, 0, 0, 358.0019394628638],
  [0.5, 5, 0, 2.5, 430.390839191],
  [0.5, 5, 1, 2.5, 6.34685046833],
] as const

// R: spc::xewma.arl(l, c, mu, sided = "two", r = 150)
const EWMA = [
  [0.1, 2.7, 0, 368.993733980606],
  [0.1, 2.7, 0.5, 28.19053962046907],
  [0.1, 2.7, 1, 9.730011622255237],
  [0.2, 3, 0, 559.8740751069084],
  [0.2, 3, 1, 10.83587919688769],
  [0.05, 2.6, 0, 481.90073389363],
  [0.02, 2.5, 0.25, 88.599617203639],
  [0.75, 3, 0.5, 110.950332595017],
  [0.4, 3.05, 2, 3.514062139055968],
  [1, 3, 0, 370.3983473449641],
] as const

// Champ and Woodall (1987), table 1, no shift
const CHAMP_WOODALL = [
  ['1', [rule1], 370.4],
  ['1 and 2', [rule1, rule2], 225.44],
  ['1 and 3', [rule1, rule3], 166.05],
  ['1 and 4', [rule1, rule4], 152.73],
  ['1, 2 and 3', [rule1, rule2, rule3], 132.89],
  ['1, 2 and 4', [rule1, rule2, rule4], 122.05],
  ['1, 3 and 4', [rule1, rule3, rule4], 105.78],
  ['all', [rule1, rule2, rule3, rule4], 91.75],
] as const

describe('expected steps', () => {
  /** A walk on 1 to n - 1 that ends at 0 and n, as chances to stay and to leave. */
  const walk = (n: number, up: number) => {
    const size = n - 1
    const [stay, leave] = [new Float64Array(size * size), new Float64Array(size)]
    for (let i = 0; i < size; i++) {
      if (i + 1 < size) stay[i * size + i + 1] = up
      if (i > 0) stay[i * size + i - 1] = 1 - up
    }
    leave[0] = 1 - up
    leave[size - 1] = leave[size - 1]! + up
    return expectedSteps(stay, leave)
  }

  it('is the duration of play', () => {
    // Feller (1968), XIV.3: z (n - z) for an even game, and (z - n (1 - r^z) / (1 - r^n)) / (q - p) with r = q / p
    walk(30, 0.5).forEach((steps, i) => expectNear(steps, (i + 1) * (29 - i), 1e-12))
    const [p, q] = [0.4, 0.6]
    const ratio = q / p
    walk(20, p).forEach((steps, i) =>
      expectNear(steps, (i + 1 - (20 * (1 - ratio ** (i + 1))) / (1 - ratio ** 20)) / (q - p), 1e-12),
    )
  })

  it('keeps its digits for runs of any length', () => {
    const rare = 3e-200
    const [first, second] = expectedSteps(Float64Array.of(0, 1, 1, 0), Float64Array.of(0, rare))
    expectNear(second!, 2 / rare, 1e-14)
    expectNear(first!, 2 / rare, 1e-14)
  })

  it('refuses a chain without a way out, and what is no chain', () => {
    expect(() => expectedSteps(Float64Array.of(1), Float64Array.of(0))).toThrow(refusal('no_convergence'))
    expect(() => expectedSteps(Float64Array.of(1, 0), Float64Array.of(1))).toThrow(refusal('bad_input'))
    expect(() => expectedSteps(Float64Array.of(-1), Float64Array.of(1))).toThrow(refusal('bad_input'))
    expect(() => expectedSteps(Float64Array.of(Number.NaN), Float64Array.of(1))).toThrow(refusal('bad_input'))
  })
})

describe('run lengths of Shewhart, CUSUM and EWMA charts', () => {
  it('agrees with the reference', () => {
    const arl = spcReference.arl as Record<string, number> & Record<string, Record<string, number>>
    expectNear(shewhartRunLength(0), arl.shewhart_3s!, 1e-7)
    expectNear(cusumRunLength(0), arl['cusum_k.5_h5']!.mu0!, 1e-7)
    expectNear(cusumRunLength(1, { decision: 4 }), arl['cusum_k.5_h4']!.mu1!, 1e-7)
    expectNear(ewmaRunLength(0), arl['ewma_l.1_L2.7']!.mu0!, 1e-7)
    expectNear(ewmaRunLength(1, { lambda: 0.2, reach: 3 }), arl['ewma_l.2_L3']!.mu1!, 1e-7)
    // R: 1 / (pnorm(-1) + pnorm(-5))
    expectNear(shewhartRunLength(2), 6.30296298714303, 1e-12)
  })

  it.each(CUSUM)(
    'CUSUM of allowance %d, decision %d, shift %d, head start %d',
    (k, h, shift, headStart, length) => {
      expectNear(cusumRunLength(shift, { allowance: k, decision: h, headStart }), length, 3e-11)
    },
  )

  it.each(EWMA)('EWMA of weight %d, reach %d, shift %d', (lambda, reach, shift, length) => {
    expectNear(ewmaRunLength(shift, { lambda, reach }), length, 2e-11)
  })

  it('does not hang on the direction of the shift, and falls with its size', () => {
    const shifts = fc.double({ min: 0, max: 4, noNaN: true })
    fc.assert(
      fc.property(shifts, (shift) => {
        for (const length of [shewhartRunLength, cusumRunLength, ewmaRunLength]) {
          expectNear(length(-shift), length(shift), 1e-9)
          expect(length(shift + 0.1)).toBeLessThan(length(shift))
        }
      }),
      { numRuns: 20 },
    )
  })

  it('is how long the chart itself runs', () => {
    const random = seededRandom(21)
    const runs = 3000
    const lengths = Array.from({ length: runs }, () => {
      const z = Array.from({ length: 150 }, () => 1 + drawNormal(random))
      const chart = drawChart(stagesOf(150), () => (row) => ({ value: z[row]!, center: 0, sigma: 1 }))
      const { above, below } = cusumChart(chart)
      return Math.min(above[0] ?? 150, below[0] ?? 150) + 1
    })
    const mean = lengths.reduce((sum, length) => sum + length, 0) / runs
    const spread = Math.sqrt(lengths.reduce((sum, length) => sum + (length - mean) ** 2, 0) / runs)
    expect(Math.abs(mean - cusumRunLength(1))).toBeLessThan((3 * spread) / Math.sqrt(runs))
  })

  it('refuses charts that never signal, and settings that are none', () => {
    expect(() => shewhartRunLength(0, 9)).toThrow(refusal('no_convergence'))
    expect(() => cusumRunLength(0, { decision: 40 })).toThrow(refusal('no_convergence'))
    expect(() => shewhartRunLength(0, 0)).toThrow(refusal('bad_input'))
    expect(() => shewhartRunLength(Number.NaN)).toThrow(refusal('bad_input'))
    expect(() => ewmaRunLength(0, { lambda: 0 })).toThrow(refusal('bad_input'))
    expect(() => ewmaRunLength(0, { lambda: 1e-6 })).toThrow(refusal('bad_input'))
    expect(() => cusumRunLength(0, { decision: 0 })).toThrow(refusal('bad_input'))
  })

  it('sees a shift of one side at once, however far the other side is from a signal', () => {
    expectNear(cusumRunLength(30), 1, 1e-12)
    expectNear(cusumRunLength(-3, { decision: 25 }), cusumRunLength(3, { decision: 25 }), 1e-12)
  })
})

describe('run lengths with rules', () => {
  it.each(CHAMP_WOODALL)('agrees with Champ and Woodall for rules %s', (_, rules, length) => {
    expect(ruleRunLength(rules.flat())).toBeCloseTo(length, 2)
  })

  it('is the run length of one rule where that has a formula', () => {
    expectNear(ruleRunLength(rule1, 1.3), shewhartRunLength(1.3), 1e-12)
    // Feller (1968), XIII.7: the mean wait for a run of r successes, (1 - p^r) / ((1 - p) p^r)
    const inside = 0.6826894921370859
    expectNear(ruleRunLength(nelson.rule7), (1 - inside ** 15) / ((1 - inside) * inside ** 15), 1e-11)
    // A run of 9 on either side: 2^9 - 1
    expectNear(ruleRunLength(nelson.rule2), 511, 1e-12)
  })

  it('cannot be longer with more rules', () => {
    fc.assert(
      fc.property(fc.double({ min: -2, max: 2, noNaN: true }), (shift) => {
        const some = ruleRunLength([...rule1, ...rule2], shift)
        expect(some).toBeLessThan(ruleRunLength(rule1, shift))
        expect(ruleRunLength([...rule1, ...rule2, ...rule3], shift)).toBeLessThan(some)
      }),
      { numRuns: 20 },
    )
  })

  it('agrees with simulation by the rules themselves', async () => {
    const rules = [westernElectricRule1, westernElectricRule2, westernElectricRule3]
    const { mean, standardError } = await simulatedRunLength(rules, seededRandom(4), {
      shift: 0.7,
      runs: 1500,
    })
    expect(Math.abs(mean - ruleRunLength([...rule1, ...rule2, ...rule3], 0.7))).toBeLessThan(
      3 * standardError,
    )
  })

  it('refuses rules that are none', () => {
    expect(() => ruleRunLength([])).toThrow(refusal('bad_input'))
    expect(() => ruleRunLength([{ atLeast: 3, of: 2, inside: [[0, 1]] }])).toThrow(refusal('bad_input'))
    expect(() => ruleRunLength([{ atLeast: 9, of: 20, inside: [[0, 1]] }])).toThrow(refusal('bad_input'))
    expect(() => ruleRunLength([{ atLeast: 1, of: 1, inside: [] }])).toThrow(refusal('no_convergence'))
  })
})

describe('simulated run lengths', () => {
  it('knows how long six rising points take by chance, at any level', async () => {
    const rising = (z: readonly number[]) => nelsonRule3(z).filter((i) => z[i]! > z[i - 1]!)
    // David and Barton, Combinatorial Chance (1962): 1 / (1 / 6! - 1 / 7! + 1 / 12! - ...)
    const expected = 1 / (1 / 720 - 1 / 5040 + 1 / 479_001_600)
    const { mean, standardError, runs } = await simulatedRunLength([rising], seededRandom(9), { runs: 600 })
    expect(runs).toBe(600)
    expect(Math.abs(mean - expected)).toBeLessThan(3 * standardError)
    expectNear(standardError, expected / Math.sqrt(600), 0.15)
    const shifted = await simulatedRunLength([rising], seededRandom(9), { runs: 600, shift: 2 })
    expectNear(shifted.mean, mean, 1e-12)
  })

  it('tells how far it is, and stops when asked', async () => {
    const shares: number[] = []
    const rules = [westernElectricRule1]
    await simulatedRunLength(rules, seededRandom(1), {
      shift: 3,
      runs: 300,
      onProgress: (s) => shares.push(s),
    })
    expect(shares).toEqual([0, 1 / 3, 2 / 3])
    const stopped = simulatedRunLength(rules, seededRandom(1), { signal: AbortSignal.abort() })
    await expect(stopped).rejects.toThrow(refusal('aborted'))
    await expect(simulatedRunLength([], seededRandom(1))).rejects.toThrow(refusal('bad_input'))
    await expect(simulatedRunLength(rules, seededRandom(1), { runs: 1 })).rejects.toThrow(
      refusal('bad_input'),
    )
  })
})
