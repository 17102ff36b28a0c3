import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, inject } from 'vitest'
import { mintWorkspaceId } from '../../src/platform/auth/workspace-id.ts'
import type { Role } from '../../src/platform/auth/roles.ts'
import type { Ctx, Services } from '../../src/platform/context.ts'
import { createClickHouse } from '../../src/platform/db/clickhouse.ts'
import { createKysely, createPool } from '../../src/platform/db/pg.ts'
import { newId } from '../../src/platform/ids.ts'
import { createLog } from '../../src/platform/log.ts'
import { templateName } from './global-setup.ts'

/** The day on which tests take place, unless they say otherwise. */
export const testNow = new Date('2026-11-02T10:00:00Z')

export type TestWorld = Services & {
  pool: pg.Pool
  /** Moves the clock for everything that was made with this world. */
  setNow(now: Date): void
  /** A fresh workspace and a person in it; no two workspaces share a row. */
  workspace(options?: {
    role?: Role
    currency?: string
    timeZone?: string
  }): Promise<Ctx & { userId: string }>
}

/** A migrated copy of both real stores for one test file. Call it once at the top of a *.store.test.ts. */
export async function openTestWorld(): Promise<TestWorld> {
  const { admin, clickhouse } = inject('stores')
  const database = `test_${randomBytes(6).toString('hex')}`
  const control = new pg.Client(admin)
  await control.connect()
  await control.query(`create database ${database} template ${templateName}`)
  const log = createLog('fatal')
  const pool = createPool({ ...admin, database }, log, 8)
  const kysely = createKysely(pool)
  // Test files share one event store: rows are kept apart by the workspace, whose id is new in every test.
  const ch = createClickHouse(clickhouse)
  const dataDir = await mkdtemp(join(tmpdir(), 'mainstay-world-'))
  let now = testNow
  const services: Services = { pg: kysely, ch, clock: () => now, log, dataDir }
  afterAll(async () => {
    await pool.end()
    await ch.close()
    await control.query(`drop database ${database} with (force)`)
    await control.end()
    await rm(dataDir, { recursive: true, force: true })
  })
  return {
    ...services,
    pool,
    setNow: (next) => {
      now = next
    },
    async workspace({ role = 'owner', currency = 'USD', timeZone = 'UTC' } = {}) {
      const workspaceId = newId()
      const userId = newId()
      await kysely
        .insertInto('workspace')
        .values({ id: workspaceId, name: 'Test company', currency, timeZone })
        .execute()
      await kysely
        .insertInto('appUser')
        .values({ id: userId, email: `${userId}@example.test`, name: 'Ada Test', passwordHash: '' })
        .execute()
      await kysely.insertInto('membership').values({ workspaceId, userId, role }).execute()
      return {
        ...services,
        workspace: mintWorkspaceId(workspaceId),
        actor: { kind: 'user', id: userId, name: 'Ada Test', role },
        requestId: newId(),
        userId,
      }
    },
  }
}
