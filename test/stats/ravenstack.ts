// Accounts of the RavenStack files as columns, with whether they left: made-up data in which nothing tells who leaves.
import { mean, readCsv, type CsvRow } from '../totals/read-csv.ts'

const byAccount = (rows: readonly CsvRow[], accountOf: (row: CsvRow) => string) => {
  const groups = new Map<string, CsvRow[]>()
  for (const row of rows) groups.set(accountOf(row), [...(groups.get(accountOf(row)) ?? []), row])
  return groups
}

const total = (rows: readonly CsvRow[], column: string) =>
  rows.reduce((sum, row) => sum + Number(row[column]), 0)
const average = (rows: readonly CsvRow[], column: string) =>
  rows.length === 0 ? 0 : mean(rows.map((row) => Number(row[column])))

export const ravenstackFactors = ['industry', 'referral_source', 'plan_tier'] as const
export const ravenstackNumbers = ['seats', 'tickets', 'resolution', 'response', 'usage', 'errors'] as const

export function ravenstackAccounts() {
  const accounts = readCsv('ravenstack-saas/ravenstack_accounts.csv')
  const subscriptions = readCsv('ravenstack-saas/ravenstack_subscriptions.csv')
  const owner = new Map(subscriptions.map((row) => [row.subscription_id!, row.account_id!]))
  const tickets = byAccount(
    readCsv('ravenstack-saas/ravenstack_support_tickets.csv'),
    (row) => row.account_id!,
  )
  const usage = byAccount(readCsv('ravenstack-saas/ravenstack_feature_usage.csv.gz'), (row) =>
    owner.get(row.subscription_id!)!,
  )
  const levels = Object.fromEntries(
    ravenstackFactors.map((name) => [name, [...new Set(accounts.map((row) => row[name]!))].sort()]),
  )
  const column = (of: (account: CsvRow, tickets: readonly CsvRow[], usage: readonly CsvRow[]) => number) =>
    Float64Array.from(accounts, (row) =>
      of(row, tickets.get(row.account_id!) ?? [], usage.get(row.account_id!) ?? []),
    )
  const columns: Readonly<Record<string, Float64Array>> = {
    seats: column((row) => Number(row.seats)),
    tickets: column((_, rows) => rows.length),
    resolution: column((_, rows) => average(rows, 'resolution_time_hours')),
    response: column((_, rows) => average(rows, 'first_response_time_minutes')),
    usage: column((_, __, rows) => total(rows, 'usage_count')),
    errors: column((_, __, rows) => total(rows, 'error_count')),
    ...Object.fromEntries(
      ravenstackFactors.map((name) => [name, column((row) => levels[name]!.indexOf(row[name]!))]),
    ),
  }
  return { levels, columns, events: Uint8Array.from(accounts, (row) => (row.churn_flag === 'TRUE' ? 1 : 0)) }
}
