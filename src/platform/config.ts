import { resolve } from 'node:path'
import { z } from 'zod'

const databaseUrl = z
  .url()
  .refine((url) => /^postgres(ql)?:$/.test(new URL(url).protocol), 'must start with postgres://')
const httpUrl = z.url().refine((url) => /^https?:$/.test(new URL(url).protocol), 'must start with http(s)://')
const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

/** Every variable that Mainstay reads. The table in the README is checked against this list. */
export const variables = {
  MAINSTAY_DATA: {
    schema: z
      .string()
      .default('./data')
      .transform((path) => resolve(path)),
    default: './data',
    says: 'Folder of the embedded stores and of uploaded files',
  },
  MAINSTAY_PORT: {
    schema: z.coerce.number().int().min(0).max(65_535).default(4600),
    default: '4600',
    says: 'Port of the web server; 0 picks a free one',
  },
  MAINSTAY_HOST: {
    schema: z.string().default('127.0.0.1'),
    default: '127.0.0.1',
    says: 'Address to listen on; 0.0.0.0 opens it to the network',
  },
  MAINSTAY_PUBLIC_URL: {
    schema: httpUrl.optional(),
    default: '(host and port)',
    says: 'Address that people use in the browser; with https, cookies are sent over https only',
  },
  MAINSTAY_TRUST_PROXY: {
    schema: z.coerce.number().int().min(0).max(5).default(0),
    default: '0',
    says: 'How many reverse proxies stand in front, to find the client address for rate limits',
  },
  MAINSTAY_UPLOAD_MAX_BYTES: {
    schema: z.coerce.number().int().positive().default(5_000_000_000),
    default: '5000000000',
    says: 'Largest file that an import may upload',
  },
  MAINSTAY_LOG_LEVEL: {
    schema: z.enum(logLevels).default('info'),
    default: 'info',
    says: 'How much is logged: fatal, error, warn, info, debug, trace or silent',
  },
  MAINSTAY_METRICS_TOKEN: {
    schema: z.string().min(16).optional(),
    default: '(loopback only)',
    says: 'Bearer token that lets another machine read /metrics; at least 16 characters',
  },
  DATABASE_URL: {
    schema: databaseUrl.optional(),
    default: '(embedded)',
    says: 'PostgreSQL 15 or later to use instead of the embedded one',
  },
  CLICKHOUSE_URL: {
    schema: httpUrl.optional(),
    default: '(embedded)',
    says: 'ClickHouse server to use instead of the embedded one, as http://user:password@host:8123/database',
  },
} as const

type Name = keyof typeof variables
type Value<N extends Name> = z.output<(typeof variables)[N]['schema']>

export type Config = Readonly<{
  dataDir: string
  port: number
  host: string
  publicUrl: string | undefined
  trustProxy: number
  uploadMaxBytes: number
  logLevel: (typeof logLevels)[number]
  metricsToken: string | undefined
  databaseUrl: string | undefined
  clickhouseUrl: string | undefined
}>

/** These may hold a password: what they are set to is never repeated. */
const secret = new Set<Name>(['DATABASE_URL', 'CLICKHOUSE_URL', 'MAINSTAY_METRICS_TOKEN'])
const shown = (name: Name, raw: string | undefined): string =>
  secret.has(name) ? 'its value' : `"${raw ?? ''}"`

export class ConfigError extends Error {
  override name = 'ConfigError'
}

/** Reads the environment. An unknown MAINSTAY_* name or a bad value throws one error that names every fault. */
export function readConfig(env: Record<string, string | undefined>): Config {
  const faults: string[] = []
  for (const name of Object.keys(env))
    if (name.startsWith('MAINSTAY_') && !(name in variables))
      faults.push(`${name} is not a variable of Mainstay. Known are ${Object.keys(variables).join(', ')}.`)

  function read<N extends Name>(name: N): Value<N> {
    const raw = env[name] === '' ? undefined : env[name]
    const parsed = variables[name].schema.safeParse(raw)
    if (!parsed.success)
      faults.push(`${name}: ${shown(name, raw)} cannot be used. ${parsed.error.issues[0]?.message ?? ''}`)
    return parsed.data as Value<N>
  }

  const config: Config = {
    dataDir: read('MAINSTAY_DATA'),
    port: read('MAINSTAY_PORT'),
    host: read('MAINSTAY_HOST'),
    publicUrl: read('MAINSTAY_PUBLIC_URL'),
    trustProxy: read('MAINSTAY_TRUST_PROXY'),
    uploadMaxBytes: read('MAINSTAY_UPLOAD_MAX_BYTES'),
    logLevel: read('MAINSTAY_LOG_LEVEL'),
    metricsToken: read('MAINSTAY_METRICS_TOKEN'),
    databaseUrl: read('DATABASE_URL'),
    clickhouseUrl: read('CLICKHOUSE_URL'),
  }
  if (faults.length > 0) throw new ConfigError(faults.join('\n'))
  return config
}
