import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, realpath, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { clearLeftovers } from '../../src/platform/db/embedded/postgres-cluster.ts'
import { clusterOf, removeCluster } from '../../src/platform/db/embedded/postgres-home.ts'
import { createLog } from '../../src/platform/log.ts'
import { owner } from './app.ts'

/** What can be ended: the web process, or one of its engines. */
export type Victim = 'web' | 'records' | 'events'

export type KillableServer = Readonly<{
  url: string
  /** Sends JSON as the owner of the only workspace. */
  ask(method: string, path: string, body?: unknown): Promise<unknown>
  /** Ends a process as a power cut would, without a word. The web process is started again; it does so with its engines. */
  kill(victim: Victim): Promise<void>
  remove(): Promise<void>
}>

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

const programs = { records: /(^|\/)postgres\0/, events: /chdb-child\.[jt]s\0/ }

/** The child of a process that runs an engine, as soon as there is one: it may be on its way back. */
async function engineOf(parent: number, engine: keyof typeof programs): Promise<number> {
  for (const end = Date.now() + 60_000; Date.now() < end; await sleep(100))
    for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
      const read = (file: string) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')
      const [, , ppid] = /\) (\S) (\d+)/.exec(await read('stat')) ?? []
      if (Number(ppid) === parent && programs[engine].test(await read('cmdline'))) return Number(pid)
    }
  throw new Error(`There is no process that runs the ${engine}.`)
}

/** The real application on real stores, behind one port over all of its lives, with its owner signed in. */
export async function startKillable(): Promise<KillableServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'mainstay-killed-'))
  const port = await freePort()
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
  const script = fileURLToPath(new URL('./server-process.ts', import.meta.url))
  let child: ChildProcess
  let cookie = ''

  async function run(): Promise<{ url: string; setupUrl: string | null }> {
    child = spawn(process.execPath, ['--import', tsx, script], {
      env: {
        ...process.env,
        MAINSTAY_DATA: dataDir,
        MAINSTAY_PORT: String(port),
        MAINSTAY_LOG_LEVEL: 'fatal',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const lines = createInterface({ input: child.stdout! })
    const [line] = await Promise.race([
      once(lines, 'line'),
      once(child, 'exit').then(() => Promise.reject(new Error('The server did not start.'))),
    ])
    return JSON.parse(String(line)) as { url: string; setupUrl: string | null }
  }

  async function end(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }

  const { url, setupUrl } = await run()

  async function ask(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(url + path, {
      method,
      headers: { 'content-type': 'application/json', 'x-requested-with': 'mainstay', cookie },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
    cookie ||= response.headers.get('set-cookie')?.split(';')[0] ?? ''
    const text = await response.text()
    return text === '' ? undefined : JSON.parse(text)
  }

  await ask('POST', '/api/v1/setup', { ...owner, token: new URL(setupUrl ?? 'http://none').hash.slice(1) })
  return {
    url,
    ask,
    async kill(victim) {
      if (victim !== 'web') return void process.kill(await engineOf(child.pid ?? 0, victim), 'SIGKILL')
      await end()
      await run()
    },
    async remove() {
      await end()
      // Both engines end by themselves when their process is gone, but not at once.
      await clearLeftovers(await realpath(dataDir), await clusterOf(dataDir), createLog('fatal'))
      await removeCluster(dataDir)
      await rm(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
    },
  }
}
