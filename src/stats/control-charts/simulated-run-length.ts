import { type LongRun, pause } from '../long-run.ts'
import { drawNormal } from '../random/draw.ts'
import type { Random } from '../random/seeded-random.ts'
import { insist, StatsError } from '../stats-error.ts'
import type { Rule } from './flags-by-rule.ts'

/** An average over simulated runs, and its standard error. */
export type SimulatedRunLength = Readonly<{ mean: number; standardError: number; runs: number }>

/** No rule looks back further than this. */
const memory = 32
const stretch = 224
const longestRun = 1e7
const runsBetweenPauses = 100

function runUntilSignal(rules: readonly Rule[], random: Random, shift: number): number {
  let [kept, before]: [number[], number] = [[], 0]
  while (before < longestRun) {
    const fresh = Array.from({ length: stretch }, () => drawNormal(random) + shift)
    const z = [...kept, ...fresh]
    const first = Math.min(...rules.map((rule) => rule(z).find((i) => i >= kept.length) ?? z.length))
    if (first < z.length) return before + first - kept.length + 1
    before += stretch
    kept = z.slice(-memory)
  }
  throw new StatsError('no_convergence', `No rule signalled within ${longestRun} points.`)
}

/**
 * The average run length of a chart read with any rules, by simulation of normal points: for rules that no chain of few states
 * describes, such as Nelson's trend (3) and alternation (4).
 *
 * Source: the definition of the average run length; standard error s / sqrt(runs). Assumes rules that look back 32 points at most.
 * Cost: runs * run length * rules; 10,000 runs of 100 points and four rules take two seconds.
 *
 * @param shift of the mean in units of sigma
 * @throws StatsError bad_input for no rules or fewer than 2 runs; no_convergence when a run passes 10 million points; aborted
 * @example
 * const { mean, standardError } = await simulatedRunLength([nelsonRule1], seededRandom(1), { shift: 2, runs: 400 })
 * Math.abs(mean - shewhartRunLength(2)) < 3 * standardError // true
 */
export async function simulatedRunLength(
  rules: readonly Rule[],
  random: Random,
  { shift = 0, runs = 10_000, ...run }: LongRun & Readonly<{ shift?: number; runs?: number }> = {},
): Promise<SimulatedRunLength> {
  insist(rules.length > 0, 'A run ends by a rule: give one or more.')
  insist(Number.isInteger(runs) && runs >= 2, `An average takes 2 runs or more, not ${runs}.`)
  insist(Number.isFinite(shift), `A shift is a number, not ${shift}.`)
  let [mean, squares] = [0, 0]
  for (let i = 0; i < runs; i++) {
    if (i % runsBetweenPauses === 0) await pause(run, i / runs)
    const length = runUntilSignal(rules, random, shift)
    const off = length - mean
    mean += off / (i + 1)
    squares += off * (length - mean)
  }
  return { mean, standardError: Math.sqrt(squares / (runs - 1) / runs), runs }
}
