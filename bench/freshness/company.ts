import { setTimeout as sleep } from 'node:timers/promises'
import type { BenchServer } from '../ingest/server.ts'

/** The customer whose page is open; the background leaves it alone. */
export const watched = 'watched'
export const accountName = (at: number): string => `customer-${at}`
const segments = ['Insurance', 'Construction', 'Real estate', 'Auto body']
const usersOfEach = 3
const weeks = 8

const dayBefore = (days: number): string =>
  new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10)

/** Lines of a file, header first. */
type Lines = readonly (readonly (string | number)[])[]

function accounts(names: readonly string[]): Lines {
  return [
    ['account_id', 'account_name', 'segment', 'seats', 'start_date'],
    ...names.map((name, at) => [name, name, segments[at % segments.length]!, 5 + (at % 40), dayBefore(400)]),
  ]
}

function subscriptions(names: readonly string[]): Lines {
  return [
    ['subscription_id', 'account_id', 'start_date', 'end_date', 'mrr_amount'],
    ...names.map((name, at) => [
      `s-${name}`,
      name,
      dayBefore(400),
      dayBefore(-30 - (at % 330)),
      50 + (at % 950),
    ]),
  ]
}

/** Every user once a week, on a weekday of their own. */
function usage(names: readonly string[]): Lines {
  const lines: (string | number)[][] = [
    ['account_id', 'usage_date', 'feature_name', 'user_id', 'usage_count'],
  ]
  names.forEach((name, at) => {
    for (let week = 1; week <= weeks; week += 1)
      for (let user = 0; user < usersOfEach; user += 1)
        lines.push([
          name,
          dayBefore(7 * week - ((at + user) % 5)),
          `Feature ${(at + week) % 12}`,
          `${name}-${user}`,
          1 + ((at * week) % 9),
        ])
  })
  return lines
}

async function importFile(server: BenchServer, fileName: string, lines: Lines): Promise<void> {
  const bytes = Buffer.from(lines.map((line) => line.join(',')).join('\n'))
  const { id, faults } = (await server.ask(`/api/v1/imports?fileName=${fileName}`, bytes)) as {
    id: string
    faults: unknown[]
  }
  if (faults.length > 0) throw new Error(`${fileName}: ${JSON.stringify(faults)}`)
  await server.ask(`/api/v1/imports/${id}/run`, {})
  for (;;) {
    await sleep(500)
    const { state, report } = (await server.read(`/api/v1/imports/${id}`)) as {
      state: string
      report: unknown
    }
    if (state === 'done') return
    if (state === 'failed') throw new Error(`${fileName}: ${JSON.stringify(report)}`)
  }
}

/** Waits until jobs of these names have done nothing for five seconds. */
export async function untilQuiet(server: BenchServer, jobs: readonly string[]): Promise<void> {
  let [before, since] = ['', performance.now()]
  while (performance.now() - since < 5_000) {
    await sleep(500)
    const now = (await Promise.all(jobs.map((job) => server.jobsDone(job)))).join()
    if (now !== before) [before, since] = [now, performance.now()]
  }
}

/**
 * Brings in so many accounts with a subscription and eight weeks of use each, through imports as anybody would, and waits
 * until all are counted.
 *
 * @returns the id of the account that is watched
 */
export async function buildCompany(server: BenchServer, size: number): Promise<string> {
  const names = [watched, ...Array.from({ length: size - 1 }, (_, at) => accountName(at))]
  await importFile(server, 'accounts.csv', accounts(names))
  await importFile(server, 'subscriptions.csv', subscriptions(names))
  await importFile(server, 'usage.csv', usage(names))
  await untilQuiet(server, ['readings.recompute', 'facts.deliver', 'usage.roll_up'])
  const [found] = (await server.read(`/api/v1/accounts?find=${watched}`)) as { id: string }[]
  if (!found) throw new Error('The account to watch is not there.')
  return found.id
}
