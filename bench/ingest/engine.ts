/* The engine alone, in a process of its own: `load` times it on a file of rows, `count` tells what a server has stored. */
import { Session } from 'chdb'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const [work, folder = '', file = ''] = process.argv.slice(2)
const session = new Session(folder)

async function load(): Promise<object> {
  const ddl = readFileSync(join(import.meta.dirname, '../../migrations/0008-events.ch.sql'), 'utf8')
  await session.queryAsync(ddl.replaceAll(/^--.*$/gm, ''))
  const started = performance.now()
  const busy = process.cpuUsage()
  await session.queryAsync(
    `insert into event select * from file('${file}', JSONEachRow) settings max_insert_threads = 2`,
  )
  const seconds = (performance.now() - started) / 1e3
  const { user, system } = process.cpuUsage(busy)
  return { seconds, processorSeconds: (user + system) / 1e6, ...(await count()) }
}

async function count(): Promise<{ events: number; ids: number }> {
  const result = await session.queryAsync(
    'select count() as events, uniqExact(message_id) as ids from event final settings output_format_json_quote_64bit_integers = 0',
    { format: 'JSONEachRow' },
  )
  return JSON.parse(Buffer.from(result.bytes()).toString()) as { events: number; ids: number }
}

console.log(JSON.stringify(await (work === 'load' ? load() : count())))
session.close()
