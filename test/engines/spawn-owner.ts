import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { fileURLToPath, pathToFileURL } from 'node:url'

export type Owner = {
  /** Rows in each store after its own, and the processes of the engines. */
  report: { records: number; events: number; postgres: number; clickhouse: number }
  pid: number
  stop(): Promise<void>
  kill(): Promise<void>
}

/** Runs `owner.ts` on a data folder, as another user if asked, and waits until its rows are acknowledged. */
export async function spawnOwner(dataDir: string, user?: { uid: number; gid: number }): Promise<Owner> {
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
  const script = fileURLToPath(new URL('./owner.ts', import.meta.url))
  const child = spawn(process.execPath, ['--import', tsx, script, dataDir], {
    ...user,
    cwd: '/',
    stdio: 'pipe',
  })
  const exited = once(child, 'exit')
  let complaints = ''
  child.stderr.on('data', (chunk: Buffer) => (complaints += String(chunk)))
  const lines = createInterface({ input: child.stdout })
  const first = await Promise.race([
    once(lines, 'line').then(([line]) => String(line)),
    exited.then(() => Promise.reject(new Error(`The owner ended: ${complaints}`))),
  ])
  return {
    report: JSON.parse(first) as Owner['report'],
    pid: child.pid ?? 0,
    async stop() {
      child.stdin.write('stop\n')
      await exited
    },
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
  }
}
