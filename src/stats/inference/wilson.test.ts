import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { StatsError } from '../stats-error.ts'
import { wilsonInterval } from './wilson.ts'

describe('Wilson interval', () => {
  // R: prop.test(k, n, correct = FALSE)$conf.int
  it.each([
    [9, 14, 0.38764423103907397, 0.8365526824644587],
    [0, 8, 0, 0.32440756488388023],
    [8, 8, 0.6755924351161198, 1],
    [234, 20769, 0.009919038443266632, 0.012795305174868371],
  ])('of %i in %i', (successes, trials, low, high) => {
    const [ourLow, ourHigh] = wilsonInterval(successes, trials)
    expect(ourLow).toBeCloseTo(low, 12)
    expect(ourHigh).toBeCloseTo(high, 12)
  })

  it('holds the share and stays a share', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fc.double({ min: 0, max: 1, noNaN: true }), (n, p) => {
        const k = Math.round(n * p)
        const [low, high] = wilsonInterval(k, n)
        expect(low).toBeGreaterThanOrEqual(0)
        expect(high).toBeLessThanOrEqual(1)
        expect(low).toBeLessThanOrEqual(k / n + 1e-12)
        expect(high).toBeGreaterThanOrEqual(k / n - 1e-12)
      }),
    )
  })

  it('starts at 0 without successes and ends at 1 with nothing else', () => {
    for (let n = 1; n <= 50; n += 1) {
      expect(wilsonInterval(0, n)[0]).toBe(0)
      expect(wilsonInterval(n, n)[1]).toBe(1)
    }
    // R: k <- 1; n <- 1e15; z <- qnorm(.975); (k^2 / n) / (k + z^2 / 2 + z * sqrt(k * (1 - k / n) + z^2 / 4))
    expect(wilsonInterval(1, 1e15)[0] / 1.76524554935153e-16).toBeCloseTo(1, 12)
  })

  it('refuses what is no proportion', () => {
    expect(() => wilsonInterval(0, 0)).toThrow(StatsError)
    expect(() => wilsonInterval(3, 2)).toThrow(StatsError)
  })
})
