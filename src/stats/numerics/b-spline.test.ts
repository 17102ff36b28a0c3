import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { StatsError } from '../stats-error.ts'
import { equalKnots, quantileKnots, splineBasis, splineDerivative, type SplineRows } from './b-spline.ts'

const dense = (rows: SplineRows) =>
  Array.from(rows.first, (first, i) => {
    const row = Array.from({ length: rows.size }, () => 0)
    for (let j = 0; j <= rows.degree; j++) row[first + j] = rows.values[i * (rows.degree + 1) + j] as number
    return row
  })

function expectRows(rows: SplineRows, expected: readonly (readonly number[])[]) {
  const found = dense(rows)
  expect(found.length).toBe(expected.length)
  expected.forEach((row, i) =>
    row.forEach((value, j) => expect(found[i]?.[j], `row ${i}, function ${j}`).toBeCloseTo(value, 13)),
  )
}

const points = [0, 0.1, 0.25, 0.6, 0.99, 1]

describe('B-splines', () => {
  it('are those of R over equal knots', () => {
    // R: splines::splineDesign(seq(-0.75, 1.75, by = 0.25), c(0, .1, .25, .6, .99, 1), ord = 4)
    expectRows(splineBasis(points, equalKnots(0, 1, 4)), [
      [1 / 6, 4 / 6, 1 / 6, 0, 0, 0, 0],
      [0.036, 0.53866666666666674, 0.41466666666666668, 0.01066666666666667, 0, 0, 0],
      [0, 1 / 6, 4 / 6, 1 / 6, 0, 0, 0],
      [0, 0, 0.036, 0.53866666666666674, 0.41466666666666663, 0.01066666666666666, 0],
      [0, 0, 0, 1.06666666666667e-5, 0.1874346666666661, 0.6650986666666666158, 0.147455999999976],
      [0, 0, 0, 0, 1 / 6, 4 / 6, 1 / 6],
    ])
  })

  it('have the derivatives of R', () => {
    // R: splines::splineDesign(seq(-0.75, 1.75, by = 0.25), c(0, .1, .25, .6, .99, 1), ord = 4, derivs = 1)
    expectRows(splineDerivative(points, equalKnots(0, 1, 4)), [
      [-2, 0, 2, 0, 0, 0, 0],
      [-0.72, -2.24, 2.64, 0.32, 0, 0, 0],
      [0, -2, 0, 2, 0, 0, 0],
      [0, 0, -0.72, -2.24, 2.64, 0.32, 0],
      [0, 0, 0, -0.0032, -2.1504, 0.3104, 1.8432],
      [0, 0, 0, 0, -2, 0, 2],
    ])
  })

  it('are those of R over knots at quantiles', () => {
    const knots = quantileKnots([3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8], 3, 2)
    expect(knots).toEqual(Float64Array.of(1, 1, 1, 3, 5, 9, 9, 9))
    // R: splines::splineDesign(c(1, 1, 1, 3, 5, 9, 9, 9), c(1, 2, 4.5, 9), ord = 3), then derivs = 1
    expectRows(splineBasis([1, 2, 4.5, 9], knots, 2), [
      [1, 0, 0, 0, 0],
      [0.25, 0.625, 0.125, 0, 0],
      [0, 0.03125, 0.78125, 0.1875, 0],
      [0, 0, 0, 0, 1],
    ])
    expectRows(splineDerivative([1, 2, 4.5, 9], knots, 2), [
      [-1, 1, 0, 0, 0],
      [-0.5, 0.25, 0.25, 0, 0],
      [0, -0.125, -0.125, 0.25, 0],
      [0, 0, 0, -0.5, 0.5],
    ])
  })

  it('add to one, are not negative, and their slopes add to none', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 5, maxLength: 60 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 9 }),
        fc.boolean(),
        (values, degree, intervals, byQuantile) => {
          fc.pre(Math.max(...values) - Math.min(...values) > 1e-3)
          const knots = byQuantile
            ? quantileKnots(values, intervals, degree)
            : equalKnots(Math.min(...values), Math.max(...values), intervals, degree)
          const [basis, slopes] = [
            splineBasis(values, knots, degree),
            splineDerivative(values, knots, degree),
          ]
          dense(basis).forEach((row) => {
            expect(row.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 12)
            expect(Math.min(...row)).toBeGreaterThanOrEqual(-1e-12)
          })
          dense(slopes).forEach((row) => {
            const size = row.reduce((sum, value) => sum + Math.abs(value), 0)
            expect(Math.abs(row.reduce((sum, value) => sum + value, 0))).toBeLessThanOrEqual(
              1e-12 * (1 + size),
            )
          })
        },
      ),
    )
  })

  it('move with the scale of the data', () => {
    const plain = splineBasis([1, 2.2, 7], equalKnots(0, 8, 5))
    const scaled = splineBasis([13, 25 - 12 + 14.4, 85], equalKnots(1, 97, 5))
    expect(scaled.first[0]).toBe(plain.first[0])
    expect(scaled.values[2]).toBeCloseTo(plain.values[2] as number, 12)
    expect(scaled.values[9]).toBeCloseTo(plain.values[9] as number, 12)
  })

  it('stay at the end for what lies outside', () => {
    const knots = equalKnots(0, 1, 4)
    expect(dense(splineBasis([-5, 7], knots))).toEqual(dense(splineBasis([0, 1], knots)))
  })

  it('have fewer intervals where values are tied, and stay whole', () => {
    const values = [0, 0, 0, 0, 0, 0, 0, 1, 2]
    const knots = quantileKnots(values, 4, 3)
    expect(knots.length).toBeLessThan(11)
    dense(splineBasis(values, knots)).forEach((row) =>
      expect(row.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 13),
    )
  })

  it('are whole at an end whose knot is repeated once too often', () => {
    expect(dense(splineBasis([1], [0, 0, 1, 1, 1], 1))).toEqual([[0, 1, 0]])
  })

  it('refuse what has no range', () => {
    expect(() => equalKnots(1, 1, 4)).toThrow(StatsError)
    expect(() => quantileKnots([2, 2, 2], 3)).toThrow(StatsError)
    expect(() => quantileKnots([], 3)).toThrow(StatsError)
    expect(() => splineBasis([Number.NaN], equalKnots(0, 1, 3))).toThrow(StatsError)
    expect(() => splineBasis([0], [0, 0, 1], 1)).toThrow(StatsError)
    expect(() => splineBasis([0], [0, 1, 0.5, 2], 1)).toThrow(StatsError)
    expect(() => splineDerivative([0], equalKnots(0, 1, 3, 0), 0)).toThrow(StatsError)
  })
})
