import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually, quiet, testFolder, type TestFolder } from '../../../../test/engines/folder.ts'
import { clusterOf } from './postgres-home.ts'
import { startPostgres, type EmbeddedPostgres } from './postgres.ts'
import { commandLine } from './process-identity.ts'

let folder: TestFolder
let engine: EmbeddedPostgres
let pool: pg.Pool

function connect() {
  const created = new pg.Pool(engine.url)
  created.on('error', () => undefined)
  return created
}

beforeAll(async () => {
  folder = await testFolder()
  engine = await startPostgres({ dataDir: folder.dir, log: quiet })
  pool = connect()
})

afterAll(async () => {
  await pool?.end()
  await engine?.stop()
  await folder?.remove()
})

async function show(setting: string): Promise<unknown> {
  const { rows } = await pool.query<{ value: string }>('select current_setting($1) as value', [setting])
  return rows[0]?.value
}

test('the cluster is durable, UTF-8, sorted by code point, and listens on a private socket only', async () => {
  expect(await show('fsync')).toBe('on')
  expect(await show('server_encoding')).toBe('UTF8')
  expect(await show('listen_addresses')).toBe('')
  expect(await show('data_checksums')).toBe('on')
  const { rows } = await pool.query("select upper('é') as upper, 'B' < 'a' as code_point_order")
  expect(rows).toEqual([{ upper: 'É', code_point_order: true }])
  expect(`${engine.url.host}/.s.PGSQL.5432`.length).toBeLessThan(100)
})

test('a wrong password is refused, and the right one is in no command line and no file of the cluster', async () => {
  const stranger = new pg.Client({ ...engine.url, password: 'wrong' })
  await expect(stranger.connect()).rejects.toMatchObject({ code: '28P01' })
  expect(await commandLine(engine.pid())).not.toContain(engine.url.password)
  const cluster = await clusterOf(folder.dir)
  for (const file of (await readdir(cluster)).filter((name) => /\.(conf|pid|opts)$/.test(name)))
    expect(await readFile(join(cluster, file), 'utf8')).not.toContain(engine.url.password)
})

test('after kill -9 of the server the same pool recovers, and the acknowledged row is there', async () => {
  await pool.query('create table kept (n int)')
  await pool.query('insert into kept values (1)')
  const before = engine.pid()
  process.kill(before, 'SIGKILL')
  await eventually(async () => {
    if (engine.pid() === before) throw new Error('not restarted yet')
    expect((await pool.query('select n from kept')).rows).toEqual([{ n: 1 }])
  })
})

test('a second start on the same folder is refused and told who holds it', async () => {
  await expect(startPostgres({ dataDir: folder.dir, log: quiet })).rejects.toThrow(
    `in use by process ${process.pid}`,
  )
})

test('stop is quick with open connections, and the next start finds everything with a new secret', async () => {
  const busy = await pool.connect()
  busy.on('error', () => undefined)
  const sleeping = busy.query('select pg_sleep(60)').catch(() => 'ended')
  const { password } = engine.url
  await engine.stop()
  await engine.stop()
  expect(await sleeping).toBe('ended')
  busy.release(true)
  await pool.end()
  engine = await startPostgres({ dataDir: folder.dir, log: quiet })
  pool = connect()
  expect(engine.url.password).not.toBe(password)
  expect((await pool.query('select n from kept')).rows).toEqual([{ n: 1 }])
})

test('a cluster of another major version is refused with the way out', async () => {
  const other = await testFolder()
  try {
    const started = await startPostgres({ dataDir: other.dir, log: quiet })
    await started.stop()
    await writeFile(join(await clusterOf(other.dir), 'PG_VERSION'), '17\n')
    await expect(startPostgres({ dataDir: other.dir, log: quiet })).rejects.toThrow(
      /PostgreSQL 17.*mainstay backup.*mainstay restore/,
    )
  } finally {
    await other.remove()
  }
})
