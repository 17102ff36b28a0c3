import { drawNormal } from '../random/draw.ts'
import type { Random } from '../random/seeded-random.ts'
import type { Term } from './term.ts'

/** Account-months with a known hazard: columns, events, the account and the calendar month of each row, and the truth. */
export type SimulatedMonths = Readonly<{
  columns: Readonly<Record<string, Float32Array>>
  events: Uint8Array
  accounts: Int32Array
  months: Uint8Array
  trueHazard: Float32Array
}>

export const segments = ['small', 'middle', 'large'] as const
export const industries = ['retail', 'software', 'health', 'finance', 'public', 'other'] as const

/** The twelve terms that describe simulated months. */
export const simulatedTerms: readonly Term[] = [
  { kind: 'smooth', column: 'tenure' },
  { kind: 'smooth', column: 'usage' },
  { kind: 'smooth', column: 'usageChange' },
  { kind: 'smooth', column: 'trust' },
  { kind: 'smooth', column: 'logSeats' },
  { kind: 'smooth', column: 'logResponse' },
  { kind: 'linear', column: 'activeWeeks' },
  { kind: 'linear', column: 'tickets' },
  { kind: 'linear', column: 'championLeft' },
  { kind: 'linear', column: 'renewal' },
  { kind: 'factor', column: 'segment', levels: segments },
  { kind: 'factor', column: 'industry', levels: industries },
]

const names = simulatedTerms.flatMap((term) => (term.kind === 'pair' ? term.columns : [term.column]))

type Month = Record<string, number>

function logHazard(month: Month): number {
  const { tenure, usage, usageChange, trust, logSeats, logResponse, segment, industry } = month
  return (
    -4.4 +
    0.8 * Math.exp(-tenure! / 4) -
    1.2 * Math.tanh(2 * (usage! - 0.5)) -
    1.5 * Math.min(usageChange!, 0.05) +
    1.6 * (0.6 - trust!) ** 2 * Math.sign(0.6 - trust!) -
    0.15 * (logSeats! - 3) +
    0.1 * (logResponse! - 2) -
    0.15 * (month.activeWeeks! - 2) +
    0.06 * month.tickets! +
    0.7 * month.championLeft! +
    0.9 * month.renewal! +
    [0.3, 0, -0.3][segment!]! +
    [0.2, 0, -0.1, 0, -0.3, 0.1][industry!]!
  )
}

/**
 * Accounts that start in the first `months` months, are watched month by month and leave with a hazard that is known:
 * usage and trust wander from month to month, champions leave, yearly contracts end. At most accounts x months rows.
 */
export function simulateAccountMonths(
  random: Random,
  { accounts, months }: Readonly<{ accounts: number; months: number }>,
): SimulatedMonths {
  const most = accounts * months
  const columns = Object.fromEntries(names.map((name) => [name, new Float32Array(most)]))
  const [events, account, calendar, trueHazard] = [
    new Uint8Array(most),
    new Int32Array(most),
    new Uint8Array(most),
    new Float32Array(most),
  ]
  let rows = 0
  for (let id = 0; id < accounts; id++) {
    const segment = Math.floor(random() * 3)
    const industry = Math.floor(random() * 6)
    const yearly = random() < 0.5
    const logSeats = 2 + segment + 0.5 * drawNormal(random)
    const level = 0.55 + 0.15 * drawNormal(random)
    let [usage, trust, champion] = [level, 0.6 + 0.1 * drawNormal(random), 0]
    for (let start = Math.floor(random() * months * 0.5), at = start; at < months; at++) {
      const before = usage
      usage = Math.min(Math.max(level + 0.8 * (usage - level) + 0.08 * drawNormal(random), 0), 1)
      trust = Math.min(Math.max(0.6 + 0.95 * (trust - 0.6) + 0.04 * drawNormal(random), 0), 1)
      champion = champion > 0 ? champion - 1 : random() < 0.02 ? 3 : 0
      const tenure = at - start + 1
      const month: Month = {
        tenure,
        usage,
        usageChange: usage - before,
        trust,
        logSeats,
        logResponse: 2 + 0.7 * drawNormal(random),
        activeWeeks: Math.min(4, Math.floor(5 * usage * (0.6 + 0.8 * random()))),
        tickets: Math.floor(-Math.log(1 - random()) * 1.5),
        championLeft: champion > 0 ? 1 : 0,
        renewal: yearly && tenure % 12 === 0 ? 1 : 0,
        segment,
        industry,
      }
      for (const name of names) columns[name]![rows] = month[name]!
      const hazard = -Math.expm1(-Math.exp(logHazard(month)))
      trueHazard[rows] = hazard
      account[rows] = id
      calendar[rows] = at
      const leaves = random() < hazard
      events[rows++] = leaves ? 1 : 0
      if (leaves) break
    }
  }
  return {
    columns: Object.fromEntries(names.map((name) => [name, columns[name]!.slice(0, rows)])),
    events: events.slice(0, rows),
    accounts: account.slice(0, rows),
    months: calendar.slice(0, rows),
    trueHazard: trueHazard.slice(0, rows),
  }
}
