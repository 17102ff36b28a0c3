import type { ClickHouseClient } from '@clickhouse/client'
import { runMigrations as migrateJobs } from 'graphile-worker'
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Pool, PoolClient } from 'pg'
import type { Log } from '../log.ts'

type Migration = Readonly<{ name: string; store: 'pg' | 'ch'; text: string; checksum: string }>

const fileName = /^\d{4}-[a-z0-9-]+\.(pg|ch)\.sql$/
const migrationLock = 4_601

async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()
  return Promise.all(
    names.map(async (name) => {
      const store = fileName.exec(name)?.[1]
      if (!store)
        throw new Error(`${name}: a migration is named like 0001-accounts.pg.sql or 0002-events.ch.sql`)
      const text = await readFile(join(folder, name), 'utf8')
      return {
        name,
        store: store as 'pg' | 'ch',
        text,
        checksum: createHash('sha256').update(text).digest('hex'),
      }
    }),
  )
}

/** ClickHouse runs one statement a call; a `;` at a line's end parts them. */
const statements = (text: string): string[] =>
  text
    .split(/;\s*$/m)
    .map((statement) => statement.trim())
    .filter((statement) => statement.replace(/--.*$/gm, '').trim() !== '')

async function apply(client: PoolClient, ch: ClickHouseClient, migration: Migration): Promise<void> {
  const record = () =>
    client.query('insert into schema_migration (name, checksum) values ($1, $2)', [
      migration.name,
      migration.checksum,
    ])
  if (migration.store === 'ch') {
    // Not transactional: each statement must be repeatable (IF NOT EXISTS), so that a broken run goes on.
    for (const query of statements(migration.text)) await ch.command({ query })
    await record()
    return
  }
  await client.query('begin')
  try {
    await client.query(migration.text)
    await record()
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw new Error(`Migration ${migration.name} failed: ${(error as Error).message}`, { cause: error })
  }
}

/**
 * Brings both stores to the newest schema, or to exactly the migrations in `only`. Several processes may call it at
 * once: one does the work.
 */
export async function migrate(
  pool: Pool,
  ch: ClickHouseClient,
  folder: string,
  log: Log,
  only?: readonly string[],
): Promise<number> {
  const all = await readMigrations(folder)
  const unknown = only?.find((name) => !all.some((migration) => migration.name === name))
  if (unknown)
    throw new Error(`The backup was made by a newer Mainstay (it has ${unknown}). Use that version.`)
  const migrations = only ? all.filter((migration) => only.includes(migration.name)) : all
  const client = await pool.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [migrationLock])
    await client.query(
      `create table if not exists schema_migration (
         name text primary key, checksum text not null, applied_at timestamptz not null default now())`,
    )
    await migrateJobs({ pgPool: pool })
    const { rows } = await client.query<{ name: string; checksum: string }>('select * from schema_migration')
    const applied = new Map(rows.map((row) => [row.name, row.checksum]))
    const known = new Set(migrations.map((migration) => migration.name))
    const newer = rows.find((row) => !known.has(row.name))
    if (newer)
      throw new Error(
        `The data was written by a newer Mainstay (it has ${newer.name}). Start that version, or restore a backup.`,
      )
    let count = 0
    for (const migration of migrations) {
      const checksum = applied.get(migration.name)
      if (checksum === migration.checksum) continue
      if (checksum)
        throw new Error(`${migration.name} was changed after it ran. Migrations only go forward: add one.`)
      await apply(client, ch, migration)
      log.debug({ migration: migration.name }, 'migrated')
      count += 1
    }
    return count
  } finally {
    await client.query('select pg_advisory_unlock($1)', [migrationLock]).catch(() => undefined)
    client.release()
  }
}
