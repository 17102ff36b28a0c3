import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hypergeometricUpperTail } from '../distributions/hypergeometric.ts'
import { expectNear } from '../near.fixture.ts'
import { drawBinomial } from '../random/draw.ts'
import { seededRandom } from '../random/seeded-random.ts'
import { ruleMeasures } from './rule-measures.ts'

type Expected = Record<
  'n' | 'nA' | 'nB' | 'nAB' | 'support' | 'confidence' | 'lift' | 'leverage' | 'conviction',
  number
>

const { rules_telco_to_churn: telcoRules } = JSON.parse(readFileSync('test/reference/misc.json', 'utf8')) as {
  rules_telco_to_churn: Record<string, Expected & { fisher_greater_p: number }>
}

/** Counts that can be, with at least one basket that holds both. */
const anyCounts = fc
  .tuple(fc.integer({ min: 1, max: 500 }), fc.nat(500), fc.nat(500), fc.nat(500))
  .map(([both, onlyFirst, onlySecond, neither]) => ({
    baskets: both + onlyFirst + onlySecond + neither,
    withAntecedent: both + onlyFirst,
    withConsequent: both + onlySecond,
    withBoth: both,
  }))

describe('measures of a rule', () => {
  it.each(Object.entries(telcoRules))('agree with the reference: %s to churn', (name, expected) => {
    const { n, nA, nB, nAB } = expected
    const measures = ruleMeasures({ baskets: n, withAntecedent: nA, withConsequent: nB, withBoth: nAB })
    for (const measure of ['support', 'confidence', 'lift', 'leverage', 'conviction'] as const)
      expectNear(measures[measure] ?? NaN, expected[measure], 5e-8, `${measure} of ${name}`)
    expectNear(hypergeometricUpperTail(nAB, nA, nB, n), expected.fisher_greater_p, 5e-4, name)
  })

  it('give the interval that the delta method written out gives', () => {
    fc.assert(
      fc.property(anyCounts, (counts) => {
        const { baskets: n, withAntecedent: a, withConsequent: b, withBoth: ab } = counts
        const variance = 1 / ab - 1 / a - 1 / b + (2 * ab) / (a * b) - 1 / n
        const [low, high] = ruleMeasures(counts).liftInterval ?? [NaN, NaN]
        const reach = Math.log(high / low) / 2 / 1.959963984540054
        expect(Math.abs(reach ** 2 - variance)).toBeLessThan(1e-12)
      }),
    )
  })

  it('give lift and leverage that do not care which side comes first', () => {
    fc.assert(
      fc.property(anyCounts, (counts) => {
        const { withAntecedent, withConsequent } = counts
        const back = { ...counts, withAntecedent: withConsequent, withConsequent: withAntecedent }
        const [there, again] = [ruleMeasures(counts), ruleMeasures(back)]
        expectNear(again.lift, there.lift, 1e-14)
        expect(again.leverage).toBe(there.leverage)
        expectNear(again.liftInterval![0], there.liftInterval![0], 1e-12)
      }),
    )
  })

  it('hold the true lift in 95 of 100 samples', () => {
    const random = seededRandom(11)
    const [baskets, both, onlyFirst, onlySecond] = [2000, 0.03, 0.07, 0.12]
    const truth = both / ((both + onlyFirst) * (both + onlySecond))
    const samples = 2000
    let held = 0
    for (let sample = 0; sample < samples; sample++) {
      const withBoth = drawBinomial(random, baskets, both)
      const first = drawBinomial(random, baskets - withBoth, onlyFirst / (1 - both))
      const second = drawBinomial(random, baskets - withBoth - first, onlySecond / (1 - both - onlyFirst))
      const counts = {
        baskets,
        withAntecedent: withBoth + first,
        withConsequent: withBoth + second,
        withBoth,
      }
      const [low, high] = ruleMeasures(counts).liftInterval ?? [0, 0]
      if (low <= truth && truth <= high) held++
    }
    // Four standard errors of the share held: 4 sqrt(0.95 * 0.05 / 2000) = 0.0195.
    expect(Math.abs(held / samples - 0.95)).toBeLessThan(0.02)
  })

  it('say what is the case at the edges', () => {
    const never = ruleMeasures({ baskets: 10, withAntecedent: 4, withConsequent: 5, withBoth: 0 })
    expect(never).toMatchObject({
      lift: 0,
      confidence: 0,
      liftInterval: null,
      leverage: -0.2,
      conviction: 0.5,
    })
    const always = ruleMeasures({ baskets: 10, withAntecedent: 4, withConsequent: 5, withBoth: 4 })
    expect(always).toMatchObject({ lift: 2, confidence: 1, conviction: null })
    const everywhere = ruleMeasures({ baskets: 10, withAntecedent: 10, withConsequent: 10, withBoth: 10 })
    expect(everywhere).toMatchObject({ lift: 1, liftInterval: [1, 1], leverage: 0, conviction: null })
    const large = ruleMeasures({ baskets: 9e7, withAntecedent: 3e7, withConsequent: 3e7, withBoth: 1e7 })
    expect(large.leverage).toBe(0)
  })

  it.each([
    [{ baskets: 10, withAntecedent: 4, withConsequent: 5, withBoth: 5 }, 'bad_input'],
    [{ baskets: 10, withAntecedent: 8, withConsequent: 8, withBoth: 5 }, 'bad_input'],
    [{ baskets: 10, withAntecedent: 11, withConsequent: 5, withBoth: 5 }, 'bad_input'],
    [{ baskets: 0, withAntecedent: 0, withConsequent: 0, withBoth: 0 }, 'bad_input'],
    [{ baskets: 10, withAntecedent: 1.5, withConsequent: 5, withBoth: 1 }, 'bad_input'],
    [{ baskets: 10, withAntecedent: 0, withConsequent: 5, withBoth: 0 }, 'too_few_events'],
    [{ baskets: 10, withAntecedent: 5, withConsequent: 0, withBoth: 0 }, 'too_few_events'],
  ])('refuse %o', (counts, code) => {
    expect(() => ruleMeasures(counts)).toThrowError(expect.objectContaining({ code }))
  })
})
