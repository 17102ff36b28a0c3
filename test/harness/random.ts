/** Seeded uniform numbers in [0, 1) (mulberry32), so that a simulation is the same everywhere. */
export function uniform(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

export const normal = (next: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())

export function poisson(next: () => number, mean: number): number {
  let count = -1
  for (let time = 0; time <= mean; count += 1) time -= Math.log(1 - next())
  return count
}

export function binomial(next: () => number, trials: number, probability: number): number {
  let successes = 0
  for (let trial = 0; trial < trials; trial += 1) if (next() < probability) successes += 1
  return successes
}
