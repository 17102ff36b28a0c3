import { expect, test } from 'vitest'
import { churnEventImport, subscriptionImport } from '../../revenue/import.ts'
import { ticketImport } from '../../tickets/import.ts'
import { usageImport } from '../../usage/import.ts'
import type { ImportType } from '../import-type.ts'
import type { Plan } from '../schema.ts'
import { rowReader } from './read-row.ts'

const now = new Date('2026-03-10T12:00:00Z')

/** What is wrong with one row of these cells, all of them fields of the type. */
function faultsOf(type: ImportType, cells: Readonly<Record<string, string>>): string[] {
  const fields = Object.keys(cells)
  const columns = fields.map((field) => [
    field,
    {
      use: 'field',
      field,
      format: { type: 'dateTime', order: null },
      missing: [''],
      confidence: null,
    } as const,
  ])
  const plan: Plan = {
    kind: type.kind,
    columns: Object.fromEntries(columns),
    answers: { source: 's', asOf: null, unknownAccounts: 'refuse', currency: 'USD', timeZone: 'UTC' },
    template: null,
  }
  const raw = { row: 1, line: 2, fields: Object.values(cells), problem: null }
  return rowReader(type, plan, fields, now)
    .read(raw)
    .faults.map(({ severity, code, column }) => `${severity} ${code} ${column}`)
}

test.each([
  [usageImport, 'day'],
  [churnEventImport, 'on_day'],
] as const)(
  'a day that can only be past is refused from the day after tomorrow on: $0.kind',
  (type, column) => {
    expect(faultsOf(type, { [column]: '2026-03-10' })).toEqual([])
    expect(faultsOf(type, { [column]: '2026-03-11' })).toEqual([])
    expect(faultsOf(type, { [column]: '2026-03-12' })).toEqual([`error in_the_future ${column}`])
    expect(faultsOf(type, { [column]: '2062-03-01' })).toEqual([`error in_the_future ${column}`])
  },
)

test('a time that can only be past is refused when it is more than a day ahead', () => {
  expect(faultsOf(ticketImport, { opened_at: '2026-03-11 11:59:59' })).toEqual([])
  expect(faultsOf(ticketImport, { opened_at: '2026-03-11 12:00:01' })).toEqual([
    'error in_the_future opened_at',
  ])
})

test('what may lie ahead is taken as it stands: subscriptions begin and end in the future', () => {
  expect(faultsOf(subscriptionImport, { starts_on: '2026-06-01', ends_on: '2030-01-01' })).toEqual([])
})
