import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { BenchOptions } from '../main.ts'
import { bodiesOf, makeEvents, oneOfEach, writeRows } from './events.ts'
import { sendAll } from './send.ts'
import { startServer, type BenchServer } from './server.ts'

const run = promisify(execFile)

type Case = Readonly<{ name: string; batch: number; connections: number; events: number }>

const cases: readonly Case[] = [
  { name: 'single', batch: 1, connections: 1, events: 300 },
  { name: 'singles', batch: 1, connections: 64, events: 10_000 },
  { name: 'batch-100', batch: 100, connections: 32, events: 100_000 },
  { name: 'batch-500', batch: 500, connections: 32, events: 300_000 },
]
/** Events of the file that the engine loads by itself. */
const engineEvents = 1_000_000
/** At rest is a server that for so long used less than this share of one core. */
const restMs = 3_000
const idleShare = 0.15

type Measured = Readonly<{
  name: string
  batch: number
  connections: number
  events: number
  seconds: number
  eventsASecond: number
  p50: number
  p99: number
  again: number
  webSeconds: number
  engineSeconds: number
  /** Seconds until everything was counted, rolled up and computed again. */
  restAfter: number
  ratio: number
}>

type Engine = Readonly<{ seconds: number; processorSeconds: number; events: number; ids: number }>

async function engine(...args: readonly string[]): Promise<Engine> {
  const script = join(import.meta.dirname, 'engine.ts')
  const { stdout } = await run(process.execPath, ['--import', 'tsx', script, ...args])
  return JSON.parse(stdout) as Engine
}

/** The rows that a server writes, loaded by the engine from a file. */
async function engineAlone(folder: string, count: number): Promise<Engine> {
  const file = join(folder, 'rows.jsonl')
  await writeRows(makeEvents(count, 7, new Date()), file)
  const loaded = await engine('load', join(folder, 'engine'), file)
  rmSync(file)
  if (loaded.ids !== count) throw new Error(`The engine holds ${loaded.ids} of ${count} events.`)
  return loaded
}

/** Waits until the server and its engines have nothing to do any more, and answers with the seconds that this took. */
async function atRest(server: BenchServer): Promise<number> {
  const started = performance.now()
  const busy = () => Object.values(server.processorSeconds()).reduce((sum, seconds) => sum + seconds, 0)
  let [last, since] = [busy(), started]
  while (performance.now() - since < restMs) {
    await sleep(500)
    const now = busy()
    if (now - last > idleShare * 0.5) since = performance.now()
    last = now
  }
  return (since - started) / 1e3
}

const quantile = (ascending: readonly number[], share: number): number =>
  ascending[Math.min(ascending.length - 1, Math.floor(share * ascending.length))] ?? Number.NaN

async function measure(
  server: BenchServer,
  { name, batch, connections, events }: Case,
  seed: number,
  best: number,
): Promise<Measured> {
  const bodies = bodiesOf(makeEvents(events, seed, new Date()), batch)
  const before = server.processorSeconds()
  const path = batch === 1 ? '/v1/track' : '/v1/batch'
  const { seconds, waits, again } = await sendAll({ ...server, path }, bodies, connections)
  const after = server.processorSeconds()
  return {
    name,
    batch,
    connections,
    events,
    seconds,
    eventsASecond: events / seconds,
    p50: quantile(waits, 0.5),
    p99: quantile(waits, 0.99),
    again,
    webSeconds: after.web - before.web,
    engineSeconds: after.engines - before.engines,
    restAfter: await atRest(server),
    ratio: events / seconds / best,
  }
}

const whole = (value: number) => Math.round(value).toLocaleString('en')
const columns = [
  'events a request',
  'connections',
  'events',
  'events/s',
  'of the engine',
  'p50 ms',
  'p99 ms',
  'processor s: web, engines',
  'at rest after s',
]
const cellsOf = (row: Measured): readonly string[] => [
  String(row.batch),
  String(row.connections),
  whole(row.events),
  whole(row.eventsASecond),
  row.ratio.toFixed(3),
  row.p50.toFixed(0),
  row.p99.toFixed(0),
  `${row.webSeconds.toFixed(1)}, ${row.engineSeconds.toFixed(1)}`,
  row.restAfter.toFixed(1),
]

function tableOf(lines: readonly (readonly string[])[]): string {
  const widths = columns.map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)))
  const drawn = lines.map((line) => `| ${line.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`)
  return [drawn[0], `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...drawn.slice(1)].join(
    '\n',
  )
}

/** Sends different events to a server of its own until they are acknowledged, beside the engine alone on a file. */
export async function benchIngest({ only, scale, out }: BenchOptions): Promise<void> {
  const unknown = only?.find((name) => !cases.some((known) => known.name === name))
  if (unknown !== undefined)
    throw new Error(`There is no case '${unknown}'. Cases: ${cases.map(({ name }) => name).join(', ')}.`)
  const chosen = cases
    .filter(({ name }) => only?.includes(name) ?? true)
    .map((one) => ({ ...one, events: Math.ceil(one.events * scale) }))
  const folder = mkdtempSync(join(tmpdir(), 'mainstay-bench-'))
  try {
    console.log(
      `Load before: ${loadavg()
        .map((load) => load.toFixed(1))
        .join(', ')}.`,
    )
    const alone = await engineAlone(folder, Math.ceil(engineEvents * scale))
    const best = alone.events / alone.seconds
    console.log(`The engine alone: ${whole(best)} events/s (${whole(alone.events)} events from a file).`)
    const server = await startServer(process.env.BENCH_NODE?.split(' '))
    try {
      const warm = [...oneOfEach(new Date())]
      await sendAll({ ...server, path: '/v1/batch' }, bodiesOf(warm, 500), 4)
      await atRest(server)
      const rows: Measured[] = []
      for (const [at, one] of chosen.entries()) {
        rows.push(await measure(server, one, at + 11, best))
        console.log(cellsOf(rows.at(-1)!).join(' | '))
      }
      await server.stop()
      const sent = warm.length + chosen.reduce((sum, { events }) => sum + events, 0)
      const stored = await engine('count', join(server.dataDir, 'clickhouse'))
      if (stored.events !== sent || stored.ids !== sent)
        throw new Error(
          `${sent} events were acknowledged, and ${stored.ids} are stored (${stored.events} rows).`,
        )
      console.log(`\n${tableOf([columns, ...rows.map(cellsOf)])}`)
      console.log(
        `\nAll ${whole(sent)} acknowledged events are stored, each once. ${cpus().length} cores (${cpus()[0]?.model}), ` +
          `${(totalmem() / 2 ** 30).toFixed(0)} GB, Node ${process.versions.node}, ` +
          `load ${loadavg()
            .map((load) => load.toFixed(1))
            .join(', ')} at the end.`,
      )
      if (out) writeFileSync(join(out, 'bench-ingest.json'), JSON.stringify({ alone, rows }, null, 2))
    } finally {
      await server.remove()
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
