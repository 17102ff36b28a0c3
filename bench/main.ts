import { parseArgs } from 'node:util'

export type BenchOptions = Readonly<{
  /** Folder for the results as JSON. */
  out: string | undefined
  /** Cases to run, all unless given. */
  only: readonly string[] | undefined
  /** Share of the full size, for a quick try. */
  scale: number
  /** Times each case is run, unless it has a number of its own. */
  repeat: number
  /** Events a second that arrive meanwhile, one after the other, and how often freshness is measured at each. */
  rates: readonly number[]
  probes: number
}>

type Suite = (options: BenchOptions) => Promise<void>

const suites: Readonly<Record<string, () => Promise<Suite>>> = {
  stats: async () => (await import('./stats/suite.ts')).benchStats,
  ingest: async () => (await import('./ingest/suite.ts')).benchIngest,
  freshness: async () => (await import('./freshness/suite.ts')).benchFreshness,
}

const usage = `npm run bench -- <suite> [--out folder] [--only case,case] [--scale 0.01] [--repeat 3] [--rate 100,1000] [--probes 40]
Suites: ${Object.keys(suites).join(', ')}.`

function positive(text: string, name: string): number {
  const value = Number(text)
  if (!(value > 0)) throw new Error(`--${name} takes a number above 0, not ${text}.\n${usage}`)
  return value
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      out: { type: 'string' },
      only: { type: 'string' },
      scale: { type: 'string', default: '1' },
      repeat: { type: 'string', default: '3' },
      rate: { type: 'string', default: '100,1000' },
      probes: { type: 'string', default: '40' },
    },
  })
  const [name = '', ...rest] = positionals
  const load = Object.hasOwn(suites, name) ? suites[name] : undefined
  if (!load || rest.length > 0) throw new Error(`There is no suite '${positionals.join(' ')}'.\n${usage}`)
  const suite = await load()
  await suite({
    out: values.out,
    only: values.only?.split(','),
    scale: positive(values.scale, 'scale'),
    repeat: Math.ceil(positive(values.repeat, 'repeat')),
    rates: values.rate.split(',').map((rate) => positive(rate, 'rate')),
    probes: Math.ceil(positive(values.probes, 'probes')),
  })
}

try {
  await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
