import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, totalmem } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { BenchOptions } from '../main.ts'
import { startServer, type BenchServer } from '../ingest/server.ts'
import { buildCompany, watched } from './company.ts'
import { probe, startBackground } from './events.ts'
import { launch, listen, signedIn, until, watch } from './watch.ts'

/** A probe that is not seen by then is lost. */
const patienceMs = 60_000
/** The background runs so long before the first probe. */
const warmMs = 15_000

type Open = Readonly<{ name: string; what: string; path(id: string): string; selector: string }>

const pages: readonly Open[] = [
  {
    name: 'customer',
    what: 'Customer: its readings and use',
    path: (id) => `/customers/${id}`,
    selector: '[role=group][aria-label=Readings], #usage',
  },
  {
    name: 'customers',
    what: 'Customers: its row',
    path: () =>
      `/customers?find=${watched}&columns=${encodeURIComponent(JSON.stringify(['reading.usage.active_users']))}`,
    selector: 'table[aria-label=Customers] tbody',
  },
]

/** Ms from the acknowledgement of an event until the stream told of it, and until the page showed it. */
type Probe = Readonly<{ toldMs: number | null; shownMs: number | null }>

const clock = () => performance.timeOrigin + performance.now()

async function measure(
  server: BenchServer,
  open: Open,
  accountId: string,
  probes: number,
): Promise<readonly Probe[]> {
  const browser = await launch()
  const listening = new AbortController()
  try {
    const { page, changedAt, arm } = await watch(
      await signedIn(browser, server),
      open.path(accountId),
      open.selector,
    )
    const told = await listen(server, accountId, listening.signal)
    const found: Probe[] = []
    for (let number = 0; number < probes; number += 1) {
      // A probe falls anywhere between the readings of the page, as an event does.
      await sleep(2_000 + Math.random() * 2_000)
      await arm()
      const from = clock()
      const acknowledged = await probe(server, watched)
      const shown = await until(changedAt, patienceMs)
      const heard = told.find((at) => at >= from)
      found.push({
        toldMs: heard === undefined ? null : Math.max(0, heard - acknowledged),
        shownMs: shown === undefined ? null : Math.max(0, shown - acknowledged),
      })
    }
    await page.close()
    return found
  } finally {
    listening.abort()
    await browser.close()
  }
}

const quantile = (values: readonly number[], share: number): number => {
  const ascending = [...values].sort((a, b) => a - b)
  return ascending[Math.min(ascending.length - 1, Math.ceil(share * ascending.length) - 1)] ?? Number.NaN
}

const seconds = (ms: number) => (ms / 1e3).toFixed(2)
const three = (values: readonly number[]) =>
  [0.5, 0.95, 1].map((share) => (values.length > 0 ? seconds(quantile(values, share)) : '-')).join(', ')

type Row = Readonly<{ open: Open; rate: number; probes: readonly Probe[]; load: string }>

const columns = [
  'page',
  'other events/s',
  'probes',
  'seen',
  'event to stream s: p50, p95, max',
  'event to page s: p50, p95, max',
  'load',
]

function cellsOf({ open, rate, probes, load }: Row): readonly string[] {
  const known = (of: (probe: Probe) => number | null) =>
    probes.map(of).filter((value): value is number => value !== null)
  const shown = known(({ shownMs }) => shownMs)
  return [
    open.what,
    String(rate),
    String(probes.length),
    String(shown.length),
    three(known(({ toldMs }) => toldMs)),
    three(shown),
    load,
  ]
}

function tableOf(lines: readonly (readonly string[])[]): string {
  const widths = columns.map((_, at) => Math.max(...lines.map((line) => line[at]!.length)))
  const drawn = lines.map((line) => `| ${line.map((cell, at) => cell.padEnd(widths[at]!)).join(' | ')} |`)
  return [drawn[0], `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...drawn.slice(1)].join(
    '\n',
  )
}

const load = () => loadavg()[0]!.toFixed(1)

/**
 * Posts events about a customer whose page is open in a real browser, while other events arrive for all others, and
 * measures from their acknowledgement until the page shows another number.
 */
export async function benchFreshness({ only, scale, out, rates, probes }: BenchOptions): Promise<void> {
  const chosen = pages.filter(({ name }) => only?.includes(name) ?? true)
  if (chosen.length === 0) throw new Error(`Cases: ${pages.map(({ name }) => name).join(', ')}.`)
  const accounts = Math.max(2, Math.round(20_000 * scale))
  const machine = `${cpus().length} cores (${cpus()[0]?.model.trim()}), ${(totalmem() / 2 ** 30).toFixed(0)} GB, Node ${process.versions.node}`
  console.log(`${machine}; ${accounts} accounts; load ${load()}`)
  const server = await startServer()
  try {
    const started = performance.now()
    const accountId = await buildCompany(server, accounts)
    console.log(`The company was built in ${((performance.now() - started) / 1e3).toFixed(0)} s.`)
    const rows: Row[] = []
    let [sent, failed] = [0, 0]
    for (const rate of rates) {
      const background = startBackground(server, accounts, rate)
      await sleep(warmMs)
      for (const open of chosen) {
        rows.push({ open, rate, probes: await measure(server, open, accountId, probes), load: load() })
        console.log(cellsOf(rows.at(-1)!).join(' · '))
      }
      await background.stop()
      sent += background.sent()
      failed += background.failed()
    }
    console.log(`\n${tableOf([columns, ...rows.map(cellsOf)])}`)
    console.log(`\n${sent} other events were acknowledged, ${failed} were not.`)
    if (!out) return
    mkdirSync(out, { recursive: true })
    const results = rows.map(({ open, ...row }) => ({ name: open.name, what: open.what, ...row }))
    writeFileSync(
      join(out, 'bench-freshness.json'),
      `${JSON.stringify({ machine, accounts, sent, failed, pages: results }, null, 2)}\n`,
    )
  } finally {
    await server.remove()
  }
}
