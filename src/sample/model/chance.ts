import { seededRandom, type Random } from '../../stats/random/seeded-random.ts'

/** A stream of its own for each part of the company, so that one part can grow without changing the others. */
export function streamOf(seed: number, part: string): Random {
  let mixed = seed | 0
  for (const char of part) mixed = Math.imul(mixed ^ char.charCodeAt(0), 0x01000193)
  return seededRandom(mixed)
}

export const chance = (random: Random, p: number): boolean => random() < p
export const between = (random: Random, low: number, high: number): number => low + random() * (high - low)
export const wholeBetween = (random: Random, low: number, high: number): number =>
  low + Math.floor(random() * (high - low + 1))

export function pick<T>(random: Random, values: readonly T[]): T {
  const value = values[Math.floor(random() * values.length)]
  if (value === undefined) throw new Error('nothing to pick from')
  return value
}

/** One of the values, each as often as its weight says. */
export function weighted<T>(random: Random, values: readonly (readonly [T, number])[]): T {
  let left = random() * values.reduce((sum, [, weight]) => sum + weight, 0)
  for (const [value, weight] of values) {
    left -= weight
    if (left < 0) return value
  }
  return pick(random, values)[0]
}
