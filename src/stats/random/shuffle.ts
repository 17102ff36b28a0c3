import { insist } from '../stats-error.ts'
import type { Random } from './seeded-random.ts'

/**
 * The numbers 0 to n - 1 in an order of chance, each order as likely as the other.
 *
 * Source: R. Durstenfeld, Algorithm 235: Random permutation, CACM 7 (1964) 420. Cost: O(n), one number of chance each.
 *
 * @throws StatsError bad_input unless n is whole and not negative
 * @example
 * shuffledIndices(seededRandom(1), 4).toSorted() // [0, 1, 2, 3]
 */
export function shuffledIndices(random: Random, n: number): Uint32Array {
  insist(Number.isInteger(n) && n >= 0 && n < 2 ** 32, `A number of things is whole, not ${n}.`)
  const order = Uint32Array.from({ length: n }, (_, i) => i)
  shuffleInPlace(random, order)
  return order
}

/**
 * Puts values into an order of chance, in their own place: what a permutation test does many times without a new array.
 *
 * Source: R. Durstenfeld, Algorithm 235: Random permutation, CACM 7 (1964) 420. Cost: O(n), one number of chance each.
 *
 * @example
 * const values = Float64Array.of(3, 1, 2)
 * shuffleInPlace(seededRandom(1), values)
 * values.toSorted() // [1, 2, 3]
 */
export function shuffleInPlace(random: Random, values: { [index: number]: number; length: number }): void {
  for (let i = values.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    const swapped = values[i] as number
    values[i] = values[j] as number
    values[j] = swapped
  }
}
