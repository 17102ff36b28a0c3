import { fork, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { totalmem } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Log } from '../../log.ts'
import type { FromChild, OpenMessage, ToChild } from './chdb-messages.ts'
import { endWith, ended, followOutput } from './child-process.ts'
import { openDoor, type Door } from './door.ts'
import { supervise, type Running } from './supervise.ts'

const MB = 1024 * 1024
const SESSIONS = 4
const OPEN_MS = 120_000
const STOP_MS = 15_000

export type EmbeddedClickHouse = {
  /** http://127.0.0.1:port; the same as long as this lives. */
  url: string
  username: string
  password: string
  pid(): number
  stop(): Promise<void>
}

/**
 * Starts chDB (ClickHouse inside a child process) on `<dataDir>/clickhouse`, behind ClickHouse's HTTP interface on the
 * loopback address. If the child dies it is started again: requests that it had begun fail with a reset connection,
 * new ones wait for it, at most 30 s.
 *
 * @param o.maxMemoryBytes cap for the whole engine; default half of the machine's memory, at most 4 GB
 * @throws Error with a sentence when the folder cannot be used or the engine does not open
 */
export async function startClickHouse(o: {
  dataDir: string
  log: Log
  maxMemoryBytes?: number
}): Promise<EmbeddedClickHouse> {
  const dataDir = resolve(o.dataDir)
  const maxMemory = Math.floor(o.maxMemoryBytes ?? Math.min(totalmem() / 2, 4096 * MB))
  const configFile = join(dataDir, 'clickhouse.xml')
  await mkdir(join(dataDir, 'clickhouse'), { recursive: true, mode: 0o700 }).catch(explain(dataDir))
  await writeFile(configFile, engineConfig(dataDir, maxMemory)).catch(explain(dataDir))
  const open: OpenMessage = {
    kind: 'open',
    path: join(dataDir, 'clickhouse'),
    configFile,
    sessions: SESSIONS,
    defaults: queryDefaults(maxMemory),
    username: 'mainstay',
    password: randomBytes(24).toString('base64url'),
  }
  const door = await openDoor()
  try {
    const engine = await supervise({
      name: 'The event store (chDB)',
      log: o.log,
      launch: () => launch(open, door, o.log),
    })
    return {
      url: `http://127.0.0.1:${door.port}`,
      username: open.username,
      password: open.password,
      pid: () => engine.pid(),
      stop: async () => {
        await engine.stop()
        door.close()
      },
    }
  } catch (error) {
    door.close()
    throw error
  }
}

function explain(dataDir: string): (error: NodeJS.ErrnoException) => never {
  return (error) => {
    throw new Error(`The event store cannot use the data folder ${dataDir}: ${reason(error.message)}`, {
      cause: error,
    })
  }
}

function reason(message: string): string {
  if (/EACCES|EPERM|EROFS|Permission denied|Read-only/i.test(message))
    return `it may not be written. Give it to the user that runs Mainstay. (${message})`
  if (/ENOSPC|No space left|NOT_ENOUGH_SPACE/i.test(message))
    return `the disk is full. Free some space and start again; nothing that was stored is lost. (${message})`
  return message
}

function engineConfig(dataDir: string, maxMemory: number): string {
  const backups = join(dataDir, 'backups').replace(/[<>&]/g, (char) => `&#${char.charCodeAt(0)};`)
  return `<clickhouse>
  <timezone>UTC</timezone>
  <max_server_memory_usage>${maxMemory}</max_server_memory_usage>
  <mark_cache_size>${Math.min(128 * MB, Math.floor(maxMemory / 16))}</mark_cache_size>
  <background_pool_size>2</background_pool_size>
  <backups><allowed_path>${backups}</allowed_path></backups>
</clickhouse>
`
}

function queryDefaults(maxMemory: number): [string, string][] {
  const perQuery = Math.floor(maxMemory * 0.75)
  return [
    ['max_execution_time', '120'],
    ['max_memory_usage', String(perQuery)],
    ['max_bytes_before_external_group_by', String(Math.floor(perQuery / 2))],
    ['max_bytes_before_external_sort', String(Math.floor(perQuery / 2))],
    // An answer is held in memory until it is sent.
    ['max_result_bytes', String(256 * MB)],
    ['result_overflow_mode', 'throw'],
    // Parameters become part of the text: long lists of ids must fit.
    ['max_query_size', String(64 * MB)],
  ]
}

async function launch(open: OpenMessage, door: Door, log: Log): Promise<Running> {
  const child = forkChild()
  const exited = ended(child)
  const output = followOutput(child, (line) => log.warn({ pid: child.pid }, line))
  child.on('error', () => undefined)
  const opened = await new Promise<FromChild>((settle) => {
    const timer = setTimeout(() => settle({ kind: 'failed', reason: 'it did not open in time' }), OPEN_MS)
    child.once('message', (message: FromChild) => settle(message))
    void exited.then((why) => settle({ kind: 'failed', reason: why }))
    void exited.finally(() => clearTimeout(timer))
    if (child.connected) child.send(open satisfies ToChild, () => undefined)
    child.once('message', () => clearTimeout(timer))
  })
  if (opened.kind !== 'ready') {
    await endWith(exited, () => child.kill('SIGKILL'), [['SIGKILL', STOP_MS]])
    const said =
      opened.kind === 'failed' ? `${opened.reason}\n${output.last()}`.trim() : 'an unexpected answer'
    throw new Error(`The event store in ${open.path} cannot be opened: ${reason(said)}`)
  }
  door.openTo(child)
  void exited.then(() => door.shut(child))
  return { pid: child.pid ?? 0, exited, stop: () => stop(child, exited, door) }
}

async function stop(child: ChildProcess, exited: Promise<string>, door: Door): Promise<void> {
  door.shut(child)
  if (child.connected) child.send({ kind: 'stop' } satisfies ToChild, () => undefined)
  await endWith(exited, (signal) => signal === 'SIGKILL' && child.kill(signal), [
    ['SIGCONT', STOP_MS],
    ['SIGKILL', STOP_MS],
  ])
}

function forkChild(): ChildProcess {
  const typescript = import.meta.url.endsWith('.ts')
  const script = fileURLToPath(new URL(typescript ? './chdb-child.ts' : './chdb-child.js', import.meta.url))
  const loader = typescript ? ['--import', pathToFileURL(createRequire(script).resolve('tsx')).href] : []
  return fork(script, [], {
    execArgv: loader,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // Its own process group: Ctrl-C in a terminal is for the web process alone.
    detached: true,
    cwd: '/',
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      TMPDIR: process.env.TMPDIR,
      LD_LIBRARY_PATH: process.env.LD_LIBRARY_PATH,
      TZ: 'UTC',
      // Queries run on these threads; gzip and file work need some too.
      UV_THREADPOOL_SIZE: String(SESSIONS + 4),
    },
  })
}
