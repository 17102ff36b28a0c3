import type { ClickHouseClient } from '@clickhouse/client'
import type { Kysely } from 'kysely'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Pool } from 'pg'
import type { Config } from '../config.ts'
import type { Log } from '../log.ts'
import { createClickHouse } from './clickhouse.ts'
import { startClickHouse } from './embedded/chdb.ts'
import { lockDataFolder } from './embedded/data-folder.ts'
import { startPostgres } from './embedded/postgres.ts'
import { migrate } from './migrate.ts'
import { createKysely, createPool } from './pg.ts'
import type { Tables } from './tables.ts'

export type OpenStores = Readonly<{
  pool: Pool
  pg: Kysely<Tables>
  ch: ClickHouseClient
  /** Ends clients first, then the engines that this process started. */
  close(): Promise<void>
}>

type Closer = () => Promise<void>

async function openPool(config: Config, log: Log, closers: Closer[]): Promise<Pool> {
  if (config.databaseUrl) {
    const pool = createPool({ connectionString: config.databaseUrl }, log)
    closers.push(() => pool.end())
    await pool.query('select 1').catch((error: Error & { code?: string }) => {
      throw new Error(`DATABASE_URL: PostgreSQL does not answer there (${error.code ?? error.message}).`)
    })
    return pool
  }
  const engine = await startPostgres({ dataDir: config.dataDir, log })
  const pool = createPool(engine.url, log)
  closers.push(
    () => engine.stop(),
    () => pool.end(),
  )
  return pool
}

async function openEvents(config: Config, log: Log, closers: Closer[]): Promise<ClickHouseClient> {
  if (config.clickhouseUrl) {
    const ch = createClickHouse({ url: config.clickhouseUrl })
    closers.push(() => ch.close())
    const answer = await ch.ping()
    if (!answer.success)
      throw new Error(`CLICKHOUSE_URL: ClickHouse does not answer there (${answer.error.message}).`)
    return ch
  }
  const engine = await startClickHouse({ dataDir: config.dataDir, log })
  const ch = createClickHouse(engine, false)
  closers.push(
    () => engine.stop(),
    () => ch.close(),
  )
  return ch
}

/** Opens both stores, embedded unless the configuration names a server, and migrates them when told where from. */
export async function openStores(config: Config, log: Log, migrations?: string): Promise<OpenStores> {
  const closers: Closer[] = []
  const close = async () => {
    for (const closer of closers.splice(0).reverse())
      await closer().catch((error) => log.error({ error: String(error) }, 'a store did not close cleanly'))
  }
  try {
    await mkdir(join(config.dataDir, 'uploads'), { recursive: true })
    if (!config.databaseUrl || !config.clickhouseUrl) {
      const lock = await lockDataFolder(config.dataDir)
      closers.push(() => lock.release())
    }
    const pool = await openPool(config, log, closers)
    const ch = await openEvents(config, log, closers)
    if (migrations) await migrate(pool, ch, migrations, log)
    return { pool, pg: createKysely(pool), ch, close }
  } catch (error) {
    await close()
    throw error
  }
}
