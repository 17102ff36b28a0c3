import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClickHouse } from '../../src/platform/db/clickhouse.ts'
import { startClickHouse } from '../../src/platform/db/embedded/chdb.ts'
import { startPostgres } from '../../src/platform/db/embedded/postgres.ts'
import { migrate } from '../../src/platform/db/migrate.ts'
import { createPool } from '../../src/platform/db/pg.ts'
import { createLog } from '../../src/platform/log.ts'

export type TestStores = {
  /** Connection of an administrator; each test file clones the template from it. */
  admin: { host: string; port: number; user: string; password: string; database: string }
  clickhouse: { url: string; username: string; password: string }
}

declare module 'vitest' {
  interface ProvidedContext {
    stores: TestStores
  }
}

export const templateName = 'mainstay_template'

/** The embedded engine, or the server that TEST_DATABASE_URL names (CI runs both). */
async function postgres(dataDir: string) {
  const given = process.env.TEST_DATABASE_URL
  if (!given) return startPostgres({ dataDir, log: createLog('error') })
  const url = new URL(given)
  return {
    url: {
      host: url.hostname,
      port: Number(url.port || 5432),
      user: decodeURIComponent(url.username),
      password: decodeURIComponent(url.password),
      database: url.pathname.slice(1) || 'postgres',
    },
    stop: async () => undefined,
  }
}

/** Starts the real engines once and migrates one template database that every test file copies. */
export default async function setup(project: TestProject) {
  const dataDir = await mkdtemp(join(tmpdir(), 'mainstay-test-'))
  // Started by root, PostgreSQL runs as another user, who must be able to pass.
  await chmod(dataDir, 0o711)
  const log = createLog('error')
  const engine = await postgres(dataDir)
  const events = await startClickHouse({ dataDir, log })
  const admin = new pg.Client(engine.url)
  await admin.connect()
  await admin.query(`drop database if exists ${templateName}`)
  await admin.query(`create database ${templateName}`)
  const pool = createPool({ ...engine.url, database: templateName }, log)
  const ch = createClickHouse(events)
  await migrate(pool, ch, new URL('../../migrations', import.meta.url).pathname, log)
  await pool.end()
  await ch.close()
  await admin.end()
  project.provide('stores', {
    admin: { ...engine.url },
    clickhouse: { url: events.url, username: events.username, password: events.password },
  })
  return async () => {
    await events.stop()
    await engine.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}
