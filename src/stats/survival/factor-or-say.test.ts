import { describe, expect, it } from 'vitest'
import { codeOf } from './follow-up.fixture.ts'
import { factorOrSay } from './factor-or-say.ts'

const say = (row: number) => `Row ${row} repeats.`

describe('the factor of covariances', () => {
  it('names the first row that repeats the ones before it', async () => {
    const second = Float64Array.of(1, 1, 0, 1, 1, 0, 0, 0, 1)
    const third = Float64Array.of(2, 0, 2, 0, 2, 2, 2, 2, 4)
    expect(() => factorOrSay(second, 3, say)).toThrow('Row 1 repeats.')
    expect(() => factorOrSay(third, 3, say)).toThrow('Row 2 repeats.')
    expect(await codeOf(() => factorOrSay(third, 3, say))).toBe('singular')
  })

  it('leaves other errors as they are', async () => {
    expect(await codeOf(() => factorOrSay(Float64Array.of(NaN), 1, say))).toBe('bad_input')
  })
})
