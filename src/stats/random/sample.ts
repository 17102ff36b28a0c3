import { insist } from '../stats-error.ts'
import type { Random } from './seeded-random.ts'

/**
 * Numbers from 0 to n - 1, each drawn on its own, so that some come twice: the rows of one bootstrap sample.
 *
 * Source: B. Efron, Bootstrap methods: another look at the jackknife, Ann. Statist. 7 (1979) 1. Cost: O(size).
 *
 * @throws StatsError bad_input unless n and size are whole, and n >= 1 where anything is drawn
 * @example
 * sampleWithReplacement(seededRandom(1), 1, 3) // [0, 0, 0]
 */
export function sampleWithReplacement(random: Random, n: number, size = n): Uint32Array {
  insist(
    Number.isInteger(n) && Number.isInteger(size) && size >= 0 && n < 2 ** 32,
    `${size} of ${n} is no sample.`,
  )
  insist(n >= 1 || size === 0, 'There is nothing to draw from.')
  const drawn = new Uint32Array(size)
  for (let i = 0; i < size; i++) drawn[i] = Math.floor(random() * n)
  return drawn
}

/**
 * `size` different numbers from 0 to n - 1 in rising order, each set of them as likely as the other.
 *
 * Source: R. W. Floyd, in J. Bentley, Programming pearls: a sample of brilliance, CACM 30 (1987) 754. Cost: O(size log size).
 *
 * @throws StatsError bad_input unless n and size are whole and 0 <= size <= n
 * @example
 * sampleWithoutReplacement(seededRandom(1), 3, 3) // [0, 1, 2]
 */
export function sampleWithoutReplacement(random: Random, n: number, size: number): Uint32Array {
  const possible = Number.isInteger(n) && Number.isInteger(size) && size >= 0 && size <= n && n < 2 ** 32
  insist(possible, `${size} different numbers of ${n} cannot be drawn: give whole numbers from 0 to all.`)
  const chosen = new Set<number>()
  for (let last = n - size; last < n; last++) {
    const candidate = Math.floor(random() * (last + 1))
    chosen.add(chosen.has(candidate) ? last : candidate)
  }
  return Uint32Array.from(chosen).sort()
}
