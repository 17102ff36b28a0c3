import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { removeCluster } from '../../src/platform/db/embedded/postgres-home.ts'

const owner = {
  name: 'Ada Byron',
  email: 'ada@example.com',
  password: 'engines weave algebra',
  workspace: 'Engines',
  currency: 'USD',
  timeZone: 'UTC',
}

export type BenchServer = Readonly<{
  url: string
  dataDir: string
  /** A write key of a server. */
  key: string
  /** The owner's session, as a cookie. */
  cookie: string
  /** Posts JSON, or a file, as the owner. */
  ask(path: string, body: object): Promise<unknown>
  /** Reads JSON as the owner. */
  read(path: string): Promise<unknown>
  /** Jobs of this name that ended so far. */
  jobsDone(name: string): Promise<number>
  /** Processor seconds so far: of the web process, and of both engines. */
  processorSeconds(): Readonly<{ web: number; engines: number }>
  stop(): Promise<void>
  remove(): Promise<void>
}>

const ticksASecond = 100

/** Processor seconds of a process with all that it started and that has not ended. */
function processorSecondsOf(pid: number): { own: number; below: number } {
  const fields = (of: string) => readFileSync(`/proc/${of}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  const seconds = (stat: readonly string[]) => (Number(stat[11]) + Number(stat[12])) / ticksASecond
  let below = 0
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      if (Number(fields(name)[1]) === pid) {
        const { own, below: deeper } = processorSecondsOf(Number(name))
        below += own + deeper
      }
    } catch {
      // It ended while we looked.
    }
  }
  return { own: seconds(fields(String(pid))), below }
}

/** The real application in a process of its own, on embedded stores in a folder of its own, with its owner and a key. */
export async function startServer(execArgv: readonly string[] = []): Promise<BenchServer> {
  const dataDir = await realpath(await mkdtemp(join(tmpdir(), 'mainstay-bench-')))
  const script = join(import.meta.dirname, '../../test/e2e/server-process.ts')
  const child = spawn(process.execPath, [...execArgv, '--import', 'tsx', script], {
    env: { ...process.env, MAINSTAY_DATA: dataDir, MAINSTAY_PORT: '0', MAINSTAY_LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const lines = createInterface({ input: child.stdout })
  const [line] = await Promise.race([
    once(lines, 'line'),
    exited.then(() => Promise.reject(new Error('The server did not start.'))),
  ])
  lines.on('line', (said) => console.error(said))
  const { url, setupUrl } = JSON.parse(String(line)) as { url: string; setupUrl: string }
  let cookie = ''
  async function ask(path: string, body: object): Promise<unknown> {
    const response = await fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-requested-with': 'mainstay', cookie },
      body: body instanceof Uint8Array ? new Uint8Array(body) : JSON.stringify(body),
    })
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    cookie ||= response.headers.get('set-cookie')?.split(';')[0] ?? ''
    const text = await response.text()
    return text === '' ? undefined : JSON.parse(text)
  }
  await ask('/api/v1/setup', { ...owner, token: new URL(setupUrl).hash.slice(1) })
  const { key } = (await ask('/api/v1/write-keys', { name: 'Bench', kind: 'server' })) as { key: string }
  async function stop(): Promise<void> {
    child.kill('SIGTERM')
    await exited
  }
  return {
    url,
    dataDir,
    key,
    cookie,
    ask,
    async read(path) {
      const response = await fetch(url + path, { headers: { cookie } })
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
      return response.json()
    },
    async jobsDone(name) {
      const text = await (await fetch(`${url}/metrics`)).text()
      const found = new RegExp(`^mainstay_job_seconds_count\\{job="${name}",outcome="done"\\} (\\d+)`, 'm')
      return Number(found.exec(text)?.[1] ?? 0)
    },
    processorSeconds() {
      const { own, below } = processorSecondsOf(child.pid ?? 0)
      return { web: own, engines: below }
    },
    stop,
    async remove() {
      if (child.exitCode === null && child.signalCode === null) await stop()
      await removeCluster(dataDir)
      await rm(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
    },
  }
}
