import { mkdirSync, readFileSync } from 'node:fs'
import type { Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Session } from 'chdb'
import { createEngineServer } from './chdb-http.ts'
import type { FromChild, OpenMessage, ToChild } from './chdb-messages.ts'
import { SessionPool } from './session-pool.ts'

const LOCK_WAIT_MS = 15_000
const DRAIN_MS = 5_000
const GIVE_UP_MS = 10_000

// The process that started this one decides when it ends, also when a terminal or service manager signals all.
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => undefined)

let pool: SessionPool | undefined
let server: Server | undefined
const answering = new Set<ServerResponse>()

process.on('message', (message: ToChild, socket: unknown) => {
  if (message.kind === 'open') void open(message)
  else if (message.kind === 'stop') void end()
  else accept(socket as Socket | undefined)
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
    server.on('request', (_, response: ServerResponse) => {
      answering.add(response)
      response.once('close', () => answering.delete(response))
    })
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
      const other = holder(path)
      if (other === undefined) throw error
      if (Date.now() > deadline)
        throw new Error(`it is in use by process ${other}. Stop that one first.`, { cause: error })
      await sleep(500)
    }
  }
}

/** The living process that the engine's lock file names. */
function holder(path: string): number | undefined {
  try {
    const pid = Number(/^PID: (\d+)/m.exec(readFileSync(join(path, 'status'), 'utf8'))?.[1])
    if (pid === process.pid) return undefined
    process.kill(pid, 0)
    return pid
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? 0 : undefined
  }
}

/** Serves a connection; undefined when its client has gone meanwhile. */
function accept(socket: Socket | undefined): void {
  tell({ kind: 'accepted' })
  socket?.setNoDelay(true)
  if (socket) server?.emit('connection', socket)
  socket?.resume()
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
  const deadline = Date.now() + DRAIN_MS
  // Without its owner nobody waits for the answers.
  while (answering.size > 0 && process.connected && Date.now() < deadline) await sleep(10)
  await pool?.close()
  process.exit(0)
}
