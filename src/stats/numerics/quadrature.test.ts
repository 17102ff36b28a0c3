import { describe, expect, it } from 'vitest'
import { expectNear } from '../near.fixture.ts'
import { StatsError } from '../stats-error.ts'
import { gaussLegendre, integrate } from './quadrature.ts'

const Inf = Number.POSITIVE_INFINITY

describe('integral', () => {
  it.each([
    ['a polynomial', (x: number) => x ** 5 - x, 0, 2, 32 / 3 - 2],
    ['a wave', (x: number) => Math.sin(x), 0, Math.PI, 2],
    ['many waves', (x: number) => Math.cos(100 * x), 0, 1, Math.sin(100) / 100],
    ['a root without slope at its end', (x: number) => Math.sqrt(x), 0, 1, 2 / 3],
    ['a logarithm', (x: number) => Math.log(x), 0, 1, -1],
    ['a corner', (x: number) => Math.abs(x - 0.3), 0, 1, 0.29],
    [
      'a narrow peak',
      (x: number) => 1 / (1e-4 + (x - 0.37) ** 2),
      0,
      1,
      100 * (Math.atan(63) + Math.atan(37)),
    ],
    ['a bell', (x: number) => Math.exp((-x * x) / 2), -Inf, Inf, Math.sqrt(2 * Math.PI)],
    ['a fading', (x: number) => Math.exp(-x), 0, Inf, 1],
    ['a fading to the left', (x: number) => Math.exp(x), -Inf, 1, Math.E],
    ["Cauchy's heavy tails", (x: number) => 1 / (1 + x * x), -Inf, Inf, Math.PI],
  ])('of %s', (_, f, low, high, value) => {
    const found = integrate(f, low, high)
    expectNear(found.value, value, 1e-9)
    // The bound holds what it says, up to the last digits.
    expect(Math.abs(found.value - value)).toBeLessThanOrEqual(found.error + 1e-14 * Math.abs(value))
  })

  it('is the sum of its parts, and none over no range', () => {
    const f = (x: number) => Math.exp(-x) * Math.sin(3 * x)
    expectNear(integrate(f, 0, 1.3).value + integrate(f, 1.3, 4).value, integrate(f, 0, 4).value, 1e-10)
    expect(integrate(f, 2, 2).value).toBe(0)
  })

  it('says that it does not end, and refuses to run backwards', () => {
    expect(() => integrate((x) => 1 / x, 0, 1)).toThrow(StatsError)
    expect(() => integrate(() => Number.NaN, 0, 1)).toThrow(StatsError)
    expect(() => integrate((x) => x, 1, 0)).toThrow(StatsError)
  })
})

describe("Gauss and Legendre's rule", () => {
  it.each([1, 2, 3, 8, 40, 101])('of %d nodes is exact for polynomials', (n) => {
    const { nodes, weights } = gaussLegendre(n)
    for (const power of [0, 1, 2, n, 2 * n - 2, 2 * n - 1].filter((exact) => exact < 2 * n)) {
      const sum = nodes.reduce((total, x, i) => total + (weights[i] as number) * x ** power, 0)
      expect(sum).toBeCloseTo(power % 2 === 0 ? 2 / (power + 1) : 0, 13)
    }
    expect(Array.from(nodes)).toEqual(Array.from(nodes).toSorted((a, b) => a - b))
  })

  it('is that of the tables', () => {
    // Abramowitz and Stegun (1964), table 25.4, n = 5.
    const { nodes, weights } = gaussLegendre(5)
    expectNear(nodes[4] as number, 0.906179845938664, 1e-14)
    expectNear(weights[4] as number, 0.236926885056189, 1e-14)
    expect(nodes[2]).toBe(0)
    expectNear(weights[2] as number, 0.568888888888889, 1e-14)
  })

  it('refuses no nodes', () => expect(() => gaussLegendre(0)).toThrow(StatsError))
})
