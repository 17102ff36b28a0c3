import { CamelCasePlugin, Kysely, PostgresDialect, sql, type RawBuilder } from 'kysely'
import pg from 'pg'
import type { Log } from '../log.ts'
import type { Tables } from './tables.ts'

const { builtins } = pg.types

/** Rows are plain data: days are 'YYYY-MM-DD', instants ISO text, int8 and numeric are numbers. */
const readers: Readonly<Record<number, (text: string) => unknown>> = {
  [builtins.INT8]: (text) => {
    const value = Number(text)
    if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is larger than a number holds exactly`)
    return value
  },
  [builtins.NUMERIC]: Number,
  [builtins.DATE]: (text) => text,
  [builtins.TIMESTAMPTZ]: (text) => new Date(text).toISOString(),
}

const typeParser: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    readers[oid] ?? pg.types.getTypeParser(oid, format)) as pg.CustomTypesConfig['getTypeParser'],
}

export type PgConnection = Readonly<{
  host: string
  port: number
  user: string
  password: string
  database: string
}>

/** A pool that outlives a restart of the server: idle connections that break are dropped, not thrown. */
export function createPool(
  connection: PgConnection | { connectionString: string },
  log: Log,
  max = 12,
): pg.Pool {
  const pool = new pg.Pool({ ...connection, max, types: typeParser, application_name: 'mainstay' })
  const lost = (error: Error) => {
    // While we close, the server may say good-bye first.
    if (!pool.ending) log.warn({ error: error.message }, 'database connection lost')
  }
  pool.on('error', lost)
  pool.on('connect', (client) => client.on('error', lost))
  return pool
}

export const createKysely = (pool: pg.Pool): Kysely<Tables> =>
  new Kysely<Tables>({
    dialect: new PostgresDialect({ pool }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
  })

/** A value for a jsonb column. */
export const json = <T>(value: T): RawBuilder<T> => sql<T>`${JSON.stringify(value)}::jsonb`

/** A jsonb recordset of plain rows: one parameter instead of thousands for a bulk write. */
export const jsonRows = (rows: readonly object[]): RawBuilder<unknown> => sql`${JSON.stringify(rows)}::jsonb`
