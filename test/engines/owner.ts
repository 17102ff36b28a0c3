/* A process of its own that runs both engines on a folder, adds one acknowledged row to each and waits for its end. */
import { createClient } from '@clickhouse/client'
import pg from 'pg'
import { startClickHouse } from '../../src/platform/db/embedded/chdb.ts'
import { startPostgres } from '../../src/platform/db/embedded/postgres.ts'
import { createLog } from '../../src/platform/log.ts'

const dataDir = process.argv[2] ?? ''
const log = createLog('silent')

async function addRecord(url: pg.ClientConfig): Promise<number> {
  const client = new pg.Client(url)
  await client.connect()
  await client.query('create table if not exists kept (n int)')
  await client.query('insert into kept values (1)')
  const { rowCount } = await client.query('select from kept')
  await client.end()
  return rowCount ?? 0
}

async function addEvent(connection: { url: string; username: string; password: string }): Promise<number> {
  const client = createClient(connection)
  await client.command({
    query:
      'create table if not exists kept (n UInt32) engine = MergeTree order by n settings fsync_after_insert = 1',
  })
  await client.insert({ table: 'kept', values: [[1]], format: 'JSONCompactEachRow' })
  const [row] = await (
    await client.query({ query: 'select count() as n from kept', format: 'JSONEachRow' })
  ).json<{
    n: number
  }>()
  await client.close()
  return Number(row?.n)
}

const postgres = await startPostgres({ dataDir, log })
const clickhouse = await startClickHouse({ dataDir, log })
const records = await addRecord(postgres.url)
const events = await addEvent(clickhouse)
console.log(JSON.stringify({ records, events, postgres: postgres.pid(), clickhouse: clickhouse.pid() }))
process.stdin.once('data', async () => {
  await Promise.all([postgres.stop(), clickhouse.stop()])
  process.exit(0)
})
