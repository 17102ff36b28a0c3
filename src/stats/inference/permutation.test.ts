import { describe, expect, it } from 'vitest'
import { seededRandom } from '../random/seeded-random.ts'
import { permutationTest } from './permutation.ts'

const first = [5, 7, 9, 6]
const second = [3, 4, 4, 5, 3]
const code = (expected: string) => expect.objectContaining({ code: expected })

/** The exact p of a difference of means, from every choice of the first group. */
function exactP(x: readonly number[], y: readonly number[], far: (difference: number) => boolean): number {
  const all = [...x, ...y]
  const total = all.reduce((sum, value) => sum + value, 0)
  let [count, asFar] = [0, 0]
  for (let chosen = 0; chosen < 2 ** all.length; chosen += 1) {
    const inside = all.filter((_, i) => (chosen >> i) & 1)
    if (inside.length !== x.length) continue
    const sum = inside.reduce((whole, value) => whole + value, 0)
    count += 1
    if (far(sum / x.length - (total - sum) / y.length)) asFar += 1
  }
  return asFar / count
}

const rangeOf = (values: Float64Array) => Math.max(...values) - Math.min(...values)

describe('permutation test', () => {
  it('comes near the share of all choices', async () => {
    const observed = 2.95 - 1e-9
    const near = async (alternative: 'two_sided' | 'less' | 'greater', expected: number) => {
      const { contrast, p } = await permutationTest(first, second, seededRandom(1), { alternative })
      expect(contrast).toBeCloseTo(2.95, 12)
      expect(Math.abs(p - expected)).toBeLessThan(5 * Math.sqrt(expected / 10_000) + 1e-4)
    }
    await near(
      'two_sided',
      exactP(first, second, (difference) => Math.abs(difference) >= observed),
    )
    await near(
      'greater',
      exactP(first, second, (difference) => difference >= observed),
    )
    await near(
      'less',
      exactP(first, second, (difference) => difference <= 2.95 + 1e-9),
    )
  })

  it('is the same for the same seed and any shift or scale', async () => {
    const found = await permutationTest(first, second, seededRandom(4), { rounds: 999 })
    const moved = await permutationTest(
      first.map((value) => 4 * value + 16),
      second.map((value) => 4 * value + 16),
      seededRandom(4),
      { rounds: 999 },
    )
    expect(moved.p).toBe(found.p)
    expect(moved.contrast).toBeCloseTo(4 * found.contrast, 12)
  })

  it('takes any contrast', async () => {
    const spread = (values: Float64Array) => Math.log(values.reduce((sum, value) => sum + Math.abs(value), 1))
    const wide = [-50, 60, 31, -40, 55, -62, 48, -39]
    const narrow = [1, -2, 0, 1, 2, -1, 0, 3]
    const contrast = (one: Float64Array, two: Float64Array) => spread(one) - spread(two)
    const found = await permutationTest(wide, narrow, seededRandom(2), { contrast, rounds: 1999 })
    expect(found.p).toBeLessThan(0.05)
  })

  it('is never 0, and leaves the data as it was', async () => {
    const low = Float64Array.from({ length: 30 }, (_, i) => i)
    const before = low.slice()
    const high = low.map((value) => value + 1000)
    const { p } = await permutationTest(low, high, seededRandom(3), { rounds: 99 })
    expect(p).toBe(0.01)
    expect(low).toEqual(before)
  })

  it('gives false alarms as often as it says', async () => {
    const random = seededRandom(19)
    const studies = 400
    let alarms = 0
    for (let study = 0; study < studies; study += 1) {
      const draws = (n: number) => Array.from({ length: n }, () => -Math.log(1 - random()))
      const { p } = await permutationTest(draws(6), draws(9), random, { rounds: 199 })
      if (p <= 0.1) alarms += 1
    }
    expect(Math.abs(alarms / studies - 0.1)).toBeLessThan(4 * Math.sqrt((0.1 * 0.9) / studies))
  })

  it('says when nothing can be compared, and stops when asked', async () => {
    const random = seededRandom(1)
    await expect(permutationTest([], [1], random)).rejects.toThrow(code('empty_stratum'))
    await expect(permutationTest([2, 2], [2], random)).rejects.toThrow(code('no_variation'))
    await expect(permutationTest([Number.NaN], [2], random)).rejects.toThrow(code('bad_input'))
    await expect(permutationTest([1], [2], random, { rounds: 5 })).rejects.toThrow(code('bad_input'))
    await expect(
      permutationTest([1], [2], random, { contrast: () => Number.POSITIVE_INFINITY }),
    ).rejects.toThrow(code('bad_input'))
    // The groups differ in spread, but a shuffle may leave the second none: it counted as less far.
    const logRatio = (one: Float64Array, two: Float64Array) => Math.log(rangeOf(one) / rangeOf(two))
    await expect(permutationTest([1, 1, 1, 5, 9], [1, 1, 2], random, { contrast: logRatio })).rejects.toThrow(
      code('bad_input'),
    )
    const signal = AbortSignal.abort()
    await expect(permutationTest(first, second, random, { signal })).rejects.toThrow(code('aborted'))
  })
})
