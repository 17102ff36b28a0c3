import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expectNear } from '../near.fixture.ts'
import { StatsError } from '../stats-error.ts'
import { findRoot } from './root.ts'

describe('root', () => {
  it.each([
    ['cos x = x', (x: number) => Math.cos(x) - x, 0, 1, 0.7390851332151607],
    ['x^3 = 2', (x: number) => x ** 3 - 2, 0, 2, 2 ** (1 / 3)],
    ['log x = 1', (x: number) => Math.log(x) - 1, 1e-9, 1e9, Math.E],
    ['a step', (x: number) => (x < 0.3 ? -1 : 1), 0, 1, 0.3],
    ['a flat ninth power', (x: number) => (x - 1) ** 9, 0, 5, 1],
  ])('of %s', (_, f, low, high, at) => expectNear(findRoot(f, low, high), at, 1e-13))

  it('stays between its ends and does not mind their order', () => {
    fc.assert(
      fc.property(fc.double({ min: -50, max: 50, noNaN: true }), (at) => {
        const f = (x: number) => Math.tanh(x - at) + 0.01 * (x - at)
        const found = findRoot(f, -60, 70)
        expect(Math.abs(found - at)).toBeLessThan(1e-12)
        expect(Math.abs(findRoot(f, 70, -60) - at)).toBeLessThan(1e-12)
      }),
    )
  })

  it('takes few steps for a smooth function', () => {
    let calls = 0
    findRoot((x) => (calls++, Math.exp(x) - 5), -10, 10)
    expect(calls).toBeLessThan(20)
  })

  it('finds a root at an end', () => {
    expect(findRoot((x) => x, 0, 1)).toBe(0)
    expect(findRoot((x) => x - 1, 0, 1)).toBe(1)
  })

  it('says that there is no change of sign, or no number', () => {
    expect(() => findRoot((x) => x * x + 1, -1, 1)).toThrow(StatsError)
    expect(() => findRoot((x) => 1e-200 * (x + 1), 0, 1)).toThrow('change of sign')
    expect(() => findRoot((x) => (x === 0 || x === 1 ? x - 0.5 : Number.NaN), 0, 1)).toThrow('stopped')
  })
})
