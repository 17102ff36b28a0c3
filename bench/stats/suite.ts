import { build } from 'esbuild'
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { BenchOptions } from '../main.ts'
import { dataSets } from './data.ts'
import type { Measured } from './measure.ts'

const run = promisify(execFile)
const here = import.meta.dirname

/** One comparison: `script` names the program on both sides, `common` what R reads before it. */
type Case = Readonly<{
  name: string
  what: string
  data: keyof typeof dataSets
  script: string
  common?: string
  repeat?: number
}>

const cases: readonly Case[] = [
  { name: 'km-days', what: 'Kaplan-Meier, 1 M rows, whole days', data: 'days', script: 'kaplan-meier' },
  { name: 'km-seconds', what: 'Kaplan-Meier, 1 M rows, seconds', data: 'seconds', script: 'kaplan-meier' },
  { name: 'lr-days', what: 'Log-rank of 4 groups, 1 M rows, whole days', data: 'days', script: 'log-rank' },
  {
    name: 'lr-seconds',
    what: 'Log-rank of 4 groups, 1 M rows, seconds',
    data: 'seconds',
    script: 'log-rank',
  },
  {
    name: 'hazard',
    what: 'Hazard of 12 terms, 2.4 M account-months',
    data: 'months',
    script: 'hazard',
    repeat: 2,
  },
  {
    name: 'itemsets',
    what: 'Frequent itemsets, 1 M baskets',
    data: 'baskets',
    script: 'itemsets',
    common: 'find-itemsets',
  },
  {
    name: 'rules',
    what: 'Rules of these, tested',
    data: 'baskets',
    script: 'rules',
    common: 'find-itemsets',
  },
]

type Row = Readonly<{ name: string; what: string; ours: Measured; r: Measured | undefined }>

function chosenCases(only: readonly string[] | undefined): readonly Case[] {
  const unknown = only?.find((name) => !cases.some((known) => known.name === name))
  if (unknown !== undefined)
    throw new Error(`There is no case '${unknown}'. Cases: ${cases.map(({ name }) => name).join(', ')}.`)
  return cases.filter(({ name }) => only?.includes(name) ?? true)
}

/** Versions of R and its packages, or nothing where they are not installed. */
async function versionOfR(): Promise<string | undefined> {
  const script = `suppressPackageStartupMessages({ library(survival); library(mgcv); library(Matrix) })
    cat(as.character(getRversion()), sapply(c("survival", "mgcv", "Matrix"), function(p) paste(p, packageVersion(p))), sep = ", ")`
  try {
    return (await run('Rscript', ['-e', script])).stdout
  } catch {
    return undefined
  }
}

/** One file for each of our programs, as the product is built, so that nothing is compiled while the clock runs. */
async function buildOurs(chosen: readonly Case[], folder: string): Promise<void> {
  const entryPoints = [...new Set(chosen.map(({ script }) => join(here, `${script}.ours.ts`)))]
  const outExtension = { '.js': '.cjs' }
  await build({
    entryPoints,
    outdir: folder,
    outExtension,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
  })
}

/** The whole program of R for a case: what it shares with others, and itself. */
function writeR({ name, script, common }: Case, folder: string): string {
  const path = join(folder, `${name}.R`)
  const parts = ['common', ...(common ? [common] : []), script]
  writeFileSync(path, parts.map((part) => `source(${JSON.stringify(join(here, `${part}.R`))})`).join('\n'))
  return path
}

async function measured(command: string, args: readonly string[]): Promise<Measured> {
  const { stdout } = await run(command, args, { maxBuffer: 2 ** 26 })
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Measured
}

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2
}

/** The largest relative difference of two answers, and where it is. */
function difference(ours: Measured['answer'], theirs: Measured['answer']): string {
  let [largest, where] = [0, '']
  for (const [name, values] of Object.entries(ours)) {
    const others = theirs[name] ?? []
    if (others.length !== values.length) return `${name}: ${values.length} numbers against ${others.length}`
    values.forEach((value, at) => {
      const relative = value === others[at] ? 0 : Math.abs(value - others[at]!) / Math.abs(others[at]!)
      if (!(relative <= largest)) [largest, where] = [relative, name]
    })
  }
  return largest === 0 ? 'equal' : `${largest.toExponential(0)} (${where})`
}

const seconds = ({ seconds: all, processorSeconds }: Measured) =>
  `${median(all).toPrecision(3)} (${median(processorSeconds).toPrecision(3)})`
const megabytes = ({ peakMemoryBytes }: Measured) => (peakMemoryBytes / 1e6).toFixed(0)

const ratios = (ours: Measured, r: Measured) => {
  const busy = median(r.processorSeconds) / median(ours.processorSeconds)
  return `${(median(r.seconds) / median(ours.seconds)).toFixed(1)} (${busy.toFixed(1)})`
}

const columns = [
  'what',
  'ours s (processor)',
  'R s (processor)',
  'R / ours (processor)',
  'ours MB',
  'R MB',
  'largest difference',
]

const cellsOf = ({ what, ours, r }: Row): readonly string[] => [
  what,
  seconds(ours),
  r ? seconds(r) : 'not run',
  r ? ratios(ours, r) : '',
  megabytes(ours),
  r ? megabytes(r) : '',
  r ? difference(ours.answer, r.answer) : '',
]

function tableOf(rows: readonly Row[]): string {
  const cells = [columns, ...rows.map(cellsOf)]
  const widths = columns.map((_, at) => Math.max(...cells.map((row) => row[at]!.length)))
  const lines = cells.map((row) => `| ${row.map((cell, at) => cell.padEnd(widths[at]!)).join(' | ')} |`)
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`
  return [lines[0], rule, ...lines.slice(1)].join('\n')
}

const load = () => loadavg()[0]!.toFixed(1)

/**
 * Compares speed, memory and answers with R, side by side on the same data, a process each. Only the calculation is timed, in
 * the process; the median of the runs counts. On a crowded machine the ratio of processor times says more than that of the clock.
 */
export async function benchStats({ out, only, scale, repeat }: BenchOptions): Promise<void> {
  const chosen = chosenCases(only)
  const version = await versionOfR()
  const [processor] = cpus()
  const machine = `${cpus().length} cores (${processor?.model.trim()}), ${(totalmem() / 1e9).toFixed(0)} GB, Node ${process.versions.node}, R ${version ?? 'none'}`
  console.log(`${machine}; load ${load()}${scale === 1 ? '' : `; scale ${scale}`}`)
  if (!version)
    console.log(
      'R IS NOT INSTALLED with survival and mgcv: these are our own figures only, and no ratio can be given.',
    )
  const folder = mkdtempSync(join(tmpdir(), 'mainstay-bench-'))
  const rows: Row[] = []
  try {
    await buildOurs(chosen, folder)
    for (const data of new Set(chosen.map((one) => one.data))) {
      mkdirSync(join(folder, data))
      dataSets[data](join(folder, data), scale)
    }
    for (const one of chosen) {
      const times = String(one.repeat ? Math.min(one.repeat, repeat) : repeat)
      const data = join(folder, one.data)
      const ours = await measured(process.execPath, [join(folder, `${one.script}.ours.cjs`), data, times])
      const r = version ? await measured('Rscript', [writeR(one, folder), data, times]) : undefined
      const row = { name: one.name, what: one.what, ours, r }
      console.log(cellsOf(row).join(' · '))
      rows.push(row)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  console.log(`\n${tableOf(rows)}\n\nload ${load()}`)
  if (!out) return
  mkdirSync(out, { recursive: true })
  const answers = rows.map((row) => ({
    ...row,
    difference: row.r ? difference(row.ours.answer, row.r.answer) : null,
  }))
  writeFileSync(
    join(out, 'bench-stats.json'),
    `${JSON.stringify({ machine, scale, load: load(), cases: answers }, null, 2)}\n`,
  )
}
