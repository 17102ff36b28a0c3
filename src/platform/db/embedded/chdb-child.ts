import { mkdirSync, readFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Session } from 'chdb'
import { createEngineServer } from './chdb-http.ts'
import type { FromChild, OpenMessage, ToChild } from './chdb-messages.ts'
import { SessionPool } from './session-pool.ts'

const LOCK_WAIT_MS = 20_000
const DRAIN_MS = 5_000
const GIVE_UP_MS = 10_000

// The process that started this one decides when it ends, also when a terminal or service manager signals all.
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => undefined)

let pool: SessionPool | undefined
let server: ReturnType<typeof createEngineServer> | undefined

process.on('message', (message: ToChild, socket: unknown) => {
  if (message.kind === 'open') void open(message)
  else if (message.kind === 'stop') void end()
  else if (socket !== undefined) accept(socket as Socket)
})
process.on('disconnect', () => void end())

async function open(o: OpenMessage): Promise<void> {
  try {
    const first = await openWhenFree(o.path, [`--config-file=${o.configFile}`])
    pool = new SessionPool({
      size: o.sessions,
      defaults: new Map(o.defaults),
      open: () => new Session(o.path),
    })
    first.close()
    const run = pool.run.bind(pool)
    server = createEngineServer({ run, username: o.username, password: o.password })
    tell({ kind: 'ready' })
  } catch (error) {
    tell({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) })
  }
}

/** Opens the engine; the process that held the folder before may need a moment to end. */
async function openWhenFree(path: string, connectionArgs: string[]): Promise<Session> {
  mkdirSync(path, { recursive: true })
  const deadline = Date.now() + LOCK_WAIT_MS
  for (;;) {
    try {
      return new Session(path, { connectionArgs })
    } catch (error) {
      const held =
        error instanceof Error && /Code: 76\b|CANNOT_OPEN_FILE|Cannot lock file/.test(error.message)
      if (!held) throw error
      if (Date.now() > deadline) throw new Error(`it is in use by process ${holder(path)}`, { cause: error })
      await sleep(200)
    }
  }
}

function holder(path: string): string {
  try {
    return /^PID: (\d+)/m.exec(readFileSync(join(path, 'status'), 'utf8'))?.[1] ?? 'unknown'
  } catch {
    return 'unknown'
  }
}

function accept(socket: Socket): void {
  socket.setNoDelay(true)
  if (server) server.emit('connection', socket)
  else socket.destroy()
  socket.resume()
}

function tell(message: FromChild): void {
  process.send?.(message, undefined, undefined, () => undefined)
}

let ending = false

async function end(): Promise<void> {
  if (ending) return
  ending = true
  // What was acknowledged is on disk, so a query that cannot be cancelled may be cut off.
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), GIVE_UP_MS).unref()
  await pool?.close(process.connected ? DRAIN_MS : 0)
  process.exit(0)
}
