import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect } from 'vitest'
import type { Random } from '../random/seeded-random.ts'
import { StatsError, type StatsErrorCode } from '../stats-error.ts'
import type { FollowUp } from './follow-up.ts'

type Table = ReadonlyMap<string, readonly string[]>

function readTable(path: string): Table {
  const [header = '', ...lines] = readFileSync(path, 'utf8').trim().split(/\r?\n/)
  const cells = lines.map((line) => line.split(','))
  return new Map(header.split(',').map((name, j) => [name, cells.map((row) => row[j] ?? '')]))
}

const numbersOf = (table: Table, name: string): number[] =>
  (table.get(name) ?? []).map((cell) => (cell === '' ? NaN : Number(cell)))

/** The rows of `columns` that `keep` chooses. */
export const rowsWhere = <T extends Record<string, readonly number[]>>(
  columns: T,
  keep: (row: number) => boolean,
): T => {
  const picked = Object.entries(columns).map(([name, values]) => [name, values.filter((_, i) => keep(i))])
  return Object.fromEntries(picked) as T
}

/** NCCTG lung, with late entries made up as floor(time * ((37 row) mod 100) / 150), row from 0. */
export function lung() {
  const table = readTable('test/data/survival-lung/lung.csv')
  const time = numbersOf(table, 'time')
  return {
    time,
    event: numbersOf(table, 'status'),
    entry: time.map((t, i) => Math.floor((t * ((i * 37) % 100)) / 150)),
    sex: numbersOf(table, 'sex').map((sex) => sex - 1),
    age: numbersOf(table, 'age'),
    ecog: numbersOf(table, 'ph.ecog'),
    institution: numbersOf(table, 'inst'),
  }
}

/** The 227 rows of lung whose ph.ecog is known. */
export function lungWithEcog() {
  const all = lung()
  return rowsWhere(all, (i) => !Number.isNaN(all.ecog[i]!))
}

/** Telco rows with tenure above 0: follow-up, the columns as words, and the row's number in the file, from 1. */
export function telco() {
  const table = readTable('test/data/telco-ibm/telco.csv')
  const tenure = numbersOf(table, 'tenure')
  const kept = Array.from(tenure.keys()).filter((i) => tenure[i]! > 0)
  const column = (name: string) => kept.map((i) => table.get(name)![i]!)
  return {
    fileRow: kept.map((i) => i + 1),
    time: kept.map((i) => tenure[i]!),
    event: column('Churn').map((churn) => (churn === 'Yes' ? 1 : 0)),
    column,
  }
}

/** Codes of words in the order given, for groups. */
export const codesOf = (values: readonly string[], levels: readonly string[]): number[] =>
  values.map((value) => levels.indexOf(value))

/** 1 where the word is the level, else 0. */
export const indicator = (values: readonly string[], level: string): number[] =>
  values.map((value) => (value === level ? 1 : 0))

/** Follow-ups of few or many rows with ties, censoring and, when asked, late entries. */
export const someFollowUp = ({ entries, most = 40 }: { entries: boolean; most?: number }) =>
  fc
    .array(
      fc.record({
        half: fc.integer({ min: 1, max: 30 }),
        event: fc.integer({ min: 0, max: 1 }),
        wait: fc.integer({ min: 0, max: 29 }),
        mark: fc.integer({ min: 0, max: 5 }),
      }),
      { minLength: 1, maxLength: most },
    )
    .map((rows) => ({
      time: rows.map(({ half }) => half / 2),
      event: rows.map(({ event }) => event),
      ...(entries && { entry: rows.map(({ half, wait }) => Math.min(wait, half - 1) / 2) }),
      mark: rows.map(({ mark }) => mark),
    }))

/** Exponential times with the given hazard, censored at random up to `end`. */
export function exponentialRows(random: Random, hazards: readonly number[], end: number) {
  const life = hazards.map((hazard) => -Math.log(1 - random()) / hazard)
  const limit = hazards.map(() => end * random())
  return {
    time: life.map((t, i) => Math.max(Math.min(t, limit[i]!), 1e-9)),
    event: life.map((t, i) => (t <= limit[i]! ? 1 : 0)),
  }
}

/** The rows in another order. */
export const reordered = (followUp: FollowUp, order: readonly number[]): FollowUp => ({
  time: order.map((i) => followUp.time[i]!),
  event: order.map((i) => followUp.event[i]!),
  ...(followUp.entry && { entry: order.map((i) => followUp.entry![i]!) }),
})

/** Each row of at least two units cut in two at its middle: the same people, watched by two rows. */
export function cutInTwo(followUp: FollowUp) {
  const rows = Array.from({ length: followUp.time.length }, (_, i) => i)
  const start = (i: number) => followUp.entry?.[i] ?? 0
  const middle = (i: number) => (start(i) + followUp.time[i]!) / 2
  return {
    entry: [...rows.map(start), ...rows.map(middle)],
    time: [...rows.map(middle), ...rows.map((i) => followUp.time[i]!)],
    event: [...rows.map(() => 0), ...rows.map((i) => followUp.event[i]!)],
    row: [...rows, ...rows],
  }
}

/** Each value agrees to `relative` of its size. */
export function expectClose(actual: ArrayLike<number>, expected: readonly number[], relative = 1e-10): void {
  expect(actual.length).toBe(expected.length)
  expected.forEach((value, i) => {
    const off = Math.abs(actual[i]! - value)
    expect(off, `value ${i}: ${actual[i]} for ${value}`).toBeLessThanOrEqual(
      relative * Math.max(Math.abs(value), 1e-12),
    )
  })
}

/** The code of the StatsError that `act` ends with. */
export async function codeOf(act: () => unknown): Promise<StatsErrorCode | undefined> {
  try {
    await act()
  } catch (error) {
    if (error instanceof StatsError) return error.code
    throw error
  }
  return undefined
}
