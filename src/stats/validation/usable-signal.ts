import type { BootstrapOptions } from '../inference/bootstrap.ts'
import type { Interval } from '../inference/wilson.ts'
import type { Random } from '../random/seeded-random.ts'
import { brierSkillInterval, type JudgedRows } from './account-bootstrap.ts'
import { baseChances } from './brier.ts'
import { insistChances } from './predicted-rows.ts'

/** Whether a model may be used to rank customers, judged on months it had not seen. */
export type Signal =
  | Readonly<{ verdict: 'usable' | 'no_usable_signal'; events: number; skill: number; interval: Interval }>
  /** Fewer events than any claim needs. */
  | Readonly<{ verdict: 'too_few_events'; events: number; needed: number }>

/** Skill with its interval; chances that are the base's own have no skill, surely, and need no samples. */
async function skillOf(rows: JudgedRows, random: Random, options: BootstrapOptions) {
  const { events, chances, base } = rows
  if (base === undefined) return brierSkillInterval(rows, random, options)
  const bases = baseChances(events, base)
  if (bases.some((chance, row) => chance !== chances[row])) return brierSkillInterval(rows, random, options)
  return { estimate: 0, interval: [0, 0] as const }
}

/**
 * The verdict from the interval of the Brier skill by account: usable when all of it lies above 0.
 *
 * Source: `brierSkillInterval`; the least number of events follows R. D. Riley et al., Statistics in Medicine 38 (2019)
 * 1276-1296, as a floor. Assumes rows that no part of the model has seen, smoothing and calibration included. Cost: as
 * `brierSkillInterval`.
 *
 * @param options minEvents is 10 unless told; the others as `bootstrapInterval`
 * @throws StatsError as `brierSkillInterval`
 * @example
 * const accounts = Array.from({ length: 100 }, (_, row) => row)
 * const events = accounts.map((row) => (row % 4 === 0 ? 1 : 0))
 * const chances = accounts.map((row) => (row % 3 === 0 ? 0.4 : 0.2))
 * const signal = await usableSignal({ events, chances, accounts }, seededRandom(1), { rounds: 200 })
 * signal.verdict // 'no_usable_signal'
 */
export async function usableSignal(
  rows: JudgedRows,
  random: Random,
  { minEvents = 10, ...options }: BootstrapOptions & Readonly<{ minEvents?: number }> = {},
): Promise<Signal> {
  insistChances(rows.events, rows.chances)
  let events = 0
  for (let row = 0; row < rows.events.length; row++) events += rows.events[row]!
  if (events < minEvents) return { verdict: 'too_few_events', events, needed: minEvents }
  const { estimate, interval } = await skillOf(rows, random, options)
  return { verdict: interval[0] > 0 ? 'usable' : 'no_usable_signal', events, skill: estimate, interval }
}
