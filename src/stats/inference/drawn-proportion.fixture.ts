import type { Random } from '../random/seeded-random.ts'
import type { Proportion } from './proportion.ts'

/** Trials of a known chance, one by one. */
export function drawnProportion(random: Random, trials: number, chance: number): Proportion {
  let successes = 0
  for (let trial = 0; trial < trials; trial += 1) if (random() < chance) successes += 1
  return { successes, trials }
}
