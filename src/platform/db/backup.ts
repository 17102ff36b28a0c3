import type { ClickHouseClient } from '@clickhouse/client'
import { createHash, type Hash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough, Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import type { Pool, PoolClient } from 'pg'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'
import { z } from 'zod'
import type { Log } from '../log.ts'
import { chRows } from './clickhouse.ts'
import { migrate } from './migrate.ts'

/** Where a backup is written or read: both stores and the folder of uploads. */
export type BackupParts = Readonly<{ pool: Pool; ch: ClickHouseClient; dataDir: string; log: Log }>

const Part = z.object({
  store: z.enum(['pg', 'ch']),
  table: z.string().regex(/^[a-z_]+$/),
  columns: z.array(z.string().regex(/^[a-z_0-9]+$/)),
  file: z.string().regex(/^[a-z]+\/[a-z_]+\.gz$/),
  rows: z.int(),
  sha256: z.string(),
})
const Manifest = z.object({
  mainstay: z.literal(1),
  at: z.string(),
  /** Schema of the data, so that a newer Mainstay loads it as it was and then migrates it. */
  migrations: z.array(z.string()),
  parts: z.array(Part),
})
type Part = z.output<typeof Part>
export type Manifest = z.output<typeof Manifest>

const manifestName = 'manifest.json'
/** Made anew by whoever runs: not worth keeping, and wrong on another machine. */
const passing = new Set(['worker_process', 'rate_limit', 'setup_token', 'schema_migration', 'session'])

const lineCounter = (count: { rows: number }): Transform =>
  new Transform({
    transform(chunk: Buffer, _encoding, done) {
      for (const byte of chunk) if (byte === 10) count.rows += 1
      done(null, chunk)
    },
  })

const hashing = (hash: Hash): Transform =>
  new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk)
      done(null, chunk)
    },
  })

async function savePart(
  dir: string,
  part: Omit<Part, 'rows' | 'sha256' | 'file'>,
  lines: Readable,
): Promise<Part> {
  const file = `${part.store}/${part.table}.gz`
  const count = { rows: 0 }
  const hash = createHash('sha256')
  await pipeline(
    lines,
    lineCounter(count),
    createGzip({ level: 4 }),
    hashing(hash),
    createWriteStream(join(dir, file)),
  )
  return { ...part, file, rows: count.rows, sha256: hash.digest('hex') }
}

/** Tables in an order in which each one comes after those that it points to. */
async function tablesInOrder(client: PoolClient | Pool): Promise<{ table: string; columns: string[] }[]> {
  const { rows: tables } = await client.query<{ table: string; columns: string[] }>(`
    select c.table_name as table, array_agg(c.column_name::text order by c.ordinal_position) as columns
    from information_schema.columns c
    join information_schema.tables t using (table_schema, table_name)
    where c.table_schema = 'public' and t.table_type = 'BASE TABLE' and c.is_generated = 'NEVER'
    group by c.table_name order by c.table_name`)
  const { rows: links } = await client.query<{ child: string; parent: string }>(`
    select conrelid::regclass::text as child, confrelid::regclass::text as parent
    from pg_constraint where contype = 'f' and conrelid <> confrelid and connamespace = 'public'::regnamespace`)
  const waiting = new Map(tables.map((entry) => [entry.table, entry]))
  const ordered: { table: string; columns: string[] }[] = []
  while (waiting.size > 0) {
    const free = [...waiting.values()].filter(
      ({ table }) => !links.some((link) => link.child === table && waiting.has(link.parent)),
    )
    if (free.length === 0)
      throw new Error(`Tables point at each other in a ring: ${[...waiting.keys()].join(', ')}`)
    for (const entry of free) waiting.delete(entry.table)
    ordered.push(...free)
  }
  return ordered.filter((entry) => !passing.has(entry.table))
}

async function savePg(client: PoolClient, dir: string): Promise<Part[]> {
  const parts: Part[] = []
  for (const { table, columns } of await tablesInOrder(client)) {
    const list = columns.map((column) => `"${column}"`).join(', ')
    const lines = client.query(copyTo(`copy (select ${list} from "${table}") to stdout`))
    parts.push(await savePart(dir, { store: 'pg', table, columns }, lines))
  }
  return parts
}

/** The embedded engine builds an answer whole before it sends it, so a large table leaves in slices. */
const sliceBytes = 64_000_000

/** Rows of a table as text, slice after slice: every row falls into exactly one, by its hash. */
async function* rowsOf(ch: ClickHouseClient, table: string, columns: readonly string[], bytes: number) {
  const slices = Math.max(1, Math.ceil(bytes / sliceBytes))
  for (let slice = 0; slice < slices; slice += 1) {
    const { stream } = await ch.exec({
      query: `select ${columns.join(', ')} from ${table}
        where cityHash64(toString(tuple(*))) % {slices:UInt32} = {slice:UInt32} format TabSeparated`,
      query_params: { slices, slice },
    })
    yield* stream as AsyncIterable<Buffer>
  }
}

async function saveCh(ch: ClickHouseClient, dir: string): Promise<Part[]> {
  const tables = await chRows<{ table: string; columns: string[]; bytes: number }>(
    ch,
    `select table, groupArray(name) as columns, toFloat64(any(bytes)) as bytes
     from (select * from system.columns where database = currentDatabase()
       and default_kind not in ('MATERIALIZED', 'ALIAS') order by table, position) as c
     left join (select table, sum(data_uncompressed_bytes) as bytes from system.parts
       where active and database = currentDatabase() group by table) as p using (table)
     group by table order by table`,
  )
  const parts: Part[] = []
  for (const { table, columns, bytes } of tables)
    parts.push(
      await savePart(dir, { store: 'ch', table, columns }, Readable.from(rowsOf(ch, table, columns, bytes))),
    )
  return parts
}

/**
 * Writes both stores and unfinished uploads to a new folder. Records are one consistent moment; event rows that
 * arrive meanwhile may be in it or not, and what is derived from them is derived again after a restore.
 */
export async function backup(
  { pool, ch, dataDir, log }: BackupParts,
  dir: string,
  now: Date,
): Promise<Manifest> {
  await mkdir(dir, { recursive: true, mode: 0o700 })
  if ((await readdir(dir)).length > 0)
    throw new Error(`${dir} is not empty. Name a new folder for the backup.`)
  await Promise.all(['pg', 'ch'].map((store) => mkdir(join(dir, store))))
  const client = await pool.connect()
  try {
    await client.query('begin isolation level repeatable read read only')
    const { rows } = await client.query<{ name: string }>('select name from schema_migration order by name')
    const parts = [...(await savePg(client, dir)), ...(await saveCh(ch, dir))]
    await client.query('commit')
    await cp(join(dataDir, 'uploads'), join(dir, 'uploads'), { recursive: true, force: false }).catch(
      ignoreMissing,
    )
    const manifest: Manifest = {
      mainstay: 1,
      at: now.toISOString(),
      migrations: rows.map((row) => row.name),
      parts,
    }
    // Written last: a folder without it is a backup that was cut short.
    await writeFile(join(dir, manifestName), JSON.stringify(manifest, null, 2), { mode: 0o600 })
    log.info({ dir, tables: parts.length }, 'backed up')
    return manifest
  } finally {
    await client.query('rollback').catch(() => undefined)
    client.release()
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}

/** Reads the manifest and checks every file against it, before anything is touched. */
export async function checkBackup(dir: string): Promise<Manifest> {
  const text = await readFile(join(dir, manifestName), 'utf8').catch(() => {
    throw new Error(`${dir} holds no complete backup: ${manifestName} is missing.`)
  })
  const manifest = Manifest.parse(JSON.parse(text))
  for (const part of manifest.parts) {
    const hash = createHash('sha256')
    await pipeline(createReadStream(join(dir, part.file)), hashing(hash), new PassThrough().resume()).catch(
      () => {
        throw new Error(`${part.file} of the backup cannot be read.`)
      },
    )
    if (hash.digest('hex') !== part.sha256)
      throw new Error(
        `${part.file} of the backup is damaged: its checksum is not the one in ${manifestName}.`,
      )
  }
  return manifest
}

async function wipe(pool: Pool, ch: ClickHouseClient): Promise<void> {
  await pool.query('drop schema if exists graphile_worker cascade')
  await pool.query('drop schema public cascade')
  await pool.query('create schema public')
  const tables = await chRows<{ name: string }>(
    ch,
    'select name from system.tables where database = currentDatabase()',
  )
  for (const { name } of tables) await ch.command({ query: `drop table ${name} sync` })
}

async function loadPg(pool: Pool, dir: string, parts: readonly Part[]): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    for (const part of parts) {
      const list = part.columns.map((column) => `"${column}"`).join(', ')
      const sink = client.query(copyFrom(`copy "${part.table}" (${list}) from stdin`))
      await pipeline(createReadStream(join(dir, part.file)), createGunzip(), sink)
      if (sink.rowCount !== part.rows)
        throw new Error(`${part.table}: ${sink.rowCount} rows came in, the backup says ${part.rows}.`)
    }
    await client.query(`
      do $$ declare entry record; begin
        for entry in select table_name, column_name from information_schema.columns
          where table_schema = 'public' and is_identity = 'YES' loop
          execute format('select setval(pg_get_serial_sequence(%L, %L), coalesce(max(%I), 0) + 1, false) from %I',
            entry.table_name, entry.column_name, entry.column_name, entry.table_name);
        end loop;
      end $$`)
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => undefined)
    throw error
  } finally {
    client.release()
  }
}

async function loadCh(ch: ClickHouseClient, dir: string, parts: readonly Part[]): Promise<void> {
  for (const part of parts) {
    if (part.rows === 0) continue
    await ch.insert({
      table: part.table,
      columns: part.columns as [string, ...string[]],
      format: 'TabSeparated',
      values: createReadStream(join(dir, part.file)).pipe(createGunzip()),
    })
    const [{ rows } = { rows: 0 }] = await chRows<{ rows: number }>(
      ch,
      `select count() as rows from ${part.table}`,
    )
    // The engine may have merged versions of a row already, so fewer is right and none is not.
    if (Number(rows) === 0) throw new Error(`${part.table}: no row came in, the backup says ${part.rows}.`)
  }
}

/**
 * Replaces what the stores hold by a backup: the schema as it was, the rows, then the newer migrations.
 * Refuses when there is a workspace already, unless `replace` is set.
 */
export async function restore(
  { pool, ch, dataDir, log }: BackupParts,
  dir: string,
  migrations: string,
  replace: boolean,
): Promise<Manifest> {
  const manifest = await checkBackup(dir)
  const { rows } = await pool.query<{ there: boolean }>(
    `select to_regclass('public.workspace') is not null as there`,
  )
  const held = rows[0]?.there ? (await pool.query('select 1 from workspace limit 1')).rowCount : 0
  if (held && !replace)
    throw new Error(
      'These stores hold a workspace. Restore into an empty data folder, or say --replace to lose it.',
    )
  await wipe(pool, ch)
  await migrate(pool, ch, migrations, log, manifest.migrations)
  await loadPg(
    pool,
    dir,
    manifest.parts.filter((part) => part.store === 'pg'),
  )
  await loadCh(
    ch,
    dir,
    manifest.parts.filter((part) => part.store === 'ch'),
  )
  await migrate(pool, ch, migrations, log)
  await cp(join(dir, 'uploads'), join(dataDir, 'uploads'), { recursive: true }).catch(ignoreMissing)
  log.info({ dir, at: manifest.at }, 'restored')
  return manifest
}
