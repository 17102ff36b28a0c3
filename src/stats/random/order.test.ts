import { describe, expect, it } from 'vitest'
import { chiSquaredUpperTail } from '../distributions/chi-squared.ts'
import { StatsError } from '../stats-error.ts'
import { sampleWithReplacement, sampleWithoutReplacement } from './sample.ts'
import { seededRandom } from './seeded-random.ts'
import { shuffledIndices } from './shuffle.ts'

/** Pearson's chance that `kinds` kinds, each as likely as the other, come so unevenly. */
function evenness(drawn: readonly string[], kinds: number): number {
  const counts = new Map<string, number>()
  for (const kind of drawn) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  const expected = drawn.length / kinds
  let statistic = (kinds - counts.size) * expected
  for (const count of counts.values()) statistic += (count - expected) ** 2 / expected
  return chiSquaredUpperTail(statistic, kinds - 1)
}

const times = (draw: () => ArrayLike<number>) =>
  Array.from({ length: 12_000 }, () => Array.from(draw()).join(' '))

describe('orders and samples', () => {
  const random = seededRandom(11)

  it('come in each order as often', () => {
    expect(
      evenness(
        times(() => shuffledIndices(random, 4)),
        24,
      ),
    ).toBeGreaterThan(0.001)
  })

  it('draw each pair as often when rows may repeat', () => {
    expect(
      evenness(
        times(() => sampleWithReplacement(random, 3, 2)),
        9,
      ),
    ).toBeGreaterThan(0.001)
  })

  it('draw each set as often when rows may not repeat', () => {
    expect(
      evenness(
        times(() => sampleWithoutReplacement(random, 6, 3)),
        20,
      ),
    ).toBeGreaterThan(0.001)
  })

  it('hold different numbers in rising order', () => {
    const sample = Array.from(sampleWithoutReplacement(random, 1000, 900))
    expect(new Set(sample).size).toBe(900)
    expect(sample).toEqual(sample.toSorted((a, b) => a - b))
    expect(Math.max(...sample)).toBeLessThan(1000)
  })

  it('are the same for the same seed', () => {
    expect(shuffledIndices(seededRandom(5), 50)).toEqual(shuffledIndices(seededRandom(5), 50))
    expect(shuffledIndices(seededRandom(5), 50)).not.toEqual(shuffledIndices(seededRandom(6), 50))
  })

  it('draw nothing of nothing, and refuse more than all', () => {
    expect(sampleWithReplacement(random, 0).length).toBe(0)
    expect(shuffledIndices(random, 0).length).toBe(0)
    expect(() => sampleWithReplacement(random, 0, 1)).toThrow(StatsError)
    expect(() => sampleWithoutReplacement(random, 3, 4)).toThrow(StatsError)
    expect(() => shuffledIndices(random, 1.5)).toThrow(StatsError)
  })
})
