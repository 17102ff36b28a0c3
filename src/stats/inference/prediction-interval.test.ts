import { describe, expect, it } from 'vitest'
import { predictionHalfWidth } from './prediction-interval.ts'
import { StatsError } from '../stats-error.ts'
import { studentTQuantile } from '../distributions/student-t.ts'

describe('prediction of a mean', () => {
  // R: qt(0.975, df)
  it.each([
    [1, 12.706204736174694],
    [3, 3.1824463052837078],
    [7, 2.364624251592784],
    [30, 2.0422724563012378],
  ])('t quantile with %i degrees of freedom', (df, expected) => {
    expect(studentTQuantile(0.975, df)).toBeCloseTo(expected, 12)
  })

  it('is t * sd * sqrt(1 / future + 1 / past)', () => {
    expect(predictionHalfWidth(2, 8, 4)).toBeCloseTo(2.364624251592784 * 2 * Math.sqrt(0.375), 6)
  })

  it('refuses a past of one value, and what is no spread or level', () => {
    expect(() => predictionHalfWidth(1, 1, 4)).toThrow(StatsError)
    expect(() => predictionHalfWidth(-1, 8, 4)).toThrow(StatsError)
    expect(() => predictionHalfWidth(Number.NaN, 8, 4)).toThrow(StatsError)
    expect(() => predictionHalfWidth(1, 8, 4, 1)).toThrow('level')
  })
})
