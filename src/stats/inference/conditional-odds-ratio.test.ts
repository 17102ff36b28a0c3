import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { conditionalOddsRatio } from './conditional-odds-ratio.ts'
import { fisherExact } from './fisher.ts'

const of = (successes: number, trials: number) => ({ successes, trials })

describe('conditional odds ratio', () => {
  // R: uniroot(tol = 1e-14) on the noncentral hypergeometric chances of fisher.test
  it.each([
    [3, 4, 1, 4, 0.95, 6.40831965819967664, 0.21173559544657874, 626.24353058881274592],
    [3, 4, 1, 4, 0.9, 6.40831965819967664, 0.31357376750498511, 306.23680785863916753],
    [56, 70, 48, 80, 0.95, 2.649187295723694824, 1.209115478924125853, 6.039873013133443713],
    [12, 200, 25, 210, 0.95, 0.473178424839824, 0.209990054606264159, 1.011694366628248742],
    [1655, 3875, 214, 3168, 0.95, 10.287401682342255, 8.8203316142901453, 12.042223107215003],
    [30, 1e6, 60, 1e6, 0.95, 0.4999851662200051, 0.3113470951565492, 0.7874522477124044],
    [500300, 1e6, 499000, 1e6, 0.95, 1.005213546357505, 0.999652446986577736, 1.010805587299746788],
  ])('%i of %i against %i of %i at %d', (a, n1, b, n2, level, estimate, low, high) => {
    const found = conditionalOddsRatio(of(a, n1), of(b, n2), level)
    const near = (value: unknown, expected: number) => expect(Number(value) / expected).toBeCloseTo(1, 9)
    near(found.oddsRatio, estimate)
    near(found.interval[0], low)
    near(found.interval[1], high)
  })

  it('has one finite end where a cell is empty', () => {
    // R: fisher.test, solved to 1e-14: 0 with upper end 2.97178424811794750; Inf with lower end 13.580569533094272
    const none = conditionalOddsRatio(of(0, 20), of(3, 25))
    expect(none.oddsRatio).toBe(0)
    expect(none.interval[0]).toBe(0)
    expect(none.interval[1]).toBeCloseTo(2.9717842481179475, 9)
    const all = conditionalOddsRatio(of(10, 10), of(0, 12))
    expect(all.oddsRatio).toBe('unbounded')
    expect(all.interval[0]).toBeCloseTo(13.580569533094272, 8)
    expect(all.interval[1]).toBe('unbounded')
  })

  it('turns over with the groups, and excludes 1 where one-sided Fisher does', () => {
    const side = fc.tuple(fc.nat(20), fc.nat(20)).filter(([a, b]) => a + b > 0)
    fc.assert(
      fc.property(side, side, ([a, b], [c, d]) => {
        fc.pre(a + c > 0 && b + d > 0)
        const [first, second] = [of(a, a + b), of(c, c + d)]
        const there = conditionalOddsRatio(first, second)
        const back = conditionalOddsRatio(second, first)
        if (typeof there.oddsRatio === 'number' && there.oddsRatio > 0)
          expect(there.oddsRatio * Number(back.oddsRatio)).toBeCloseTo(1, 7)
        const greater = fisherExact(first, second, 'greater').p
        fc.pre(Math.abs(greater - 0.025) > 1e-9)
        expect(there.interval[0] > 1).toBe(greater < 0.025)
      }),
    )
  })

  it('cannot be told when all ended alike', () => {
    const noVariation = expect.objectContaining({ code: 'no_variation' })
    expect(() => conditionalOddsRatio(of(0, 4), of(0, 9))).toThrow(noVariation)
    expect(() => conditionalOddsRatio(of(4, 4), of(9, 9))).toThrow(noVariation)
    expect(() => conditionalOddsRatio(of(1.5, 4), of(2, 9))).toThrow(
      expect.objectContaining({ code: 'bad_input' }),
    )
  })
})
