/** A source of chance: each call gives a number in [0, 1). The same seed gives the same numbers on every machine. */
export type Random = () => number

/**
 * A source of chance that repeats itself for the same seed: xoshiro128** with its state filled by splitmix32, 53 bits a
 * number, period 2^128 - 1.
 *
 * Source: D. Blackman and S. Vigna, Scrambled linear pseudorandom number generators, ACM TOMS 47 (2021) 36.
 * Cost: O(1) a number.
 *
 * @param seed any 32-bit whole number
 * @example
 * const random = seededRandom(1)
 * const again = seededRandom(1)
 * random() === again() // true
 */
export function seededRandom(seed: number): Random {
  let mixed = seed | 0
  const nextState = () => {
    mixed = (mixed + 0x9e3779b9) | 0
    let z = mixed
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b)
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35)
    return z ^ (z >>> 16)
  }
  let [a, b, c, d] = [nextState(), nextState(), nextState(), nextState()]
  const next32 = () => {
    const product = Math.imul(b, 5)
    const scrambled = Math.imul((product << 7) | (product >>> 25), 9)
    const shifted = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = (d << 11) | (d >>> 21)
    return scrambled >>> 0
  }
  return () => ((next32() >>> 5) * 67_108_864 + (next32() >>> 6)) / 9_007_199_254_740_992
}
