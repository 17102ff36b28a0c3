import { randomUUID } from 'node:crypto'
import { link, mkdir, readFile, realpath, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isAlive, processIdentity } from './process-identity.ts'

const BEAT_MS = 5_000
// A holder on another host (a container that shares the volume) is gone when it misses three beats.
const SILENT_MS = 3 * BEAT_MS + 1_000

type Holder = { pid: number; identity: string; host: string; token: string }

/**
 * Takes the data folder for this process, creating it when needed. A holder that was killed is recognised and
 * replaced; one on another host is given 16 s to show that it lives.
 *
 * @throws Error that names the process which holds the folder
 */
export async function lockDataFolder(dir: string): Promise<{ release(): Promise<void> }> {
  await mkdir(dir, { recursive: true })
  const lock = join(await realpath(dir), 'mainstay.lock')
  const identity = (await processIdentity(process.pid)) ?? ''
  const mine: Holder = { pid: process.pid, identity, host: hostname(), token: randomUUID() }
  while (!(await claim(lock, JSON.stringify(mine)))) {
    const found = await readFile(lock, 'utf8').catch(() => undefined)
    if (found === undefined) continue
    const holder = parseHolder(found)
    if (holder && (await lives(holder, lock))) throw heldBy(holder, dir)
    await removeIf(lock, found)
  }
  const beat = setInterval(() => void utimes(lock, new Date(), new Date()).catch(() => undefined), BEAT_MS)
  beat.unref()
  return {
    async release() {
      clearInterval(beat)
      await removeIf(lock, JSON.stringify(mine))
    },
  }
}

/** Another process has the data folder: the command line then asks that one. */
export class DataFolderInUse extends Error {
  override name = 'DataFolderInUse'
}

function heldBy(holder: Holder, dir: string): DataFolderInUse {
  const where = holder.host === hostname() ? '' : ` on ${holder.host}`
  return new DataFolderInUse(
    `The data folder ${dir} is in use by process ${holder.pid}${where}. ` +
      `Stop that one first, or give this one a folder of its own.`,
  )
}

/** Creates the lock with its content in one step, so that nobody ever reads half of it. */
async function claim(lock: string, content: string): Promise<boolean> {
  const draft = `${lock}.${randomUUID()}`
  await writeFile(draft, content, { mode: 0o600 })
  try {
    await link(draft, lock)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    await rm(draft, { force: true })
  }
}

/** Removes the lock only if it still holds `content`; what another process wrote meanwhile is put back. */
async function removeIf(lock: string, content: string): Promise<void> {
  const aside = `${lock}.${randomUUID()}`
  if ((await readFile(lock, 'utf8').catch(() => undefined)) !== content) return
  await rename(lock, aside).catch(() => undefined)
  const moved = await readFile(aside, 'utf8').catch(() => undefined)
  if (moved !== undefined && moved !== content) await link(aside, lock).catch(() => undefined)
  await rm(aside, { force: true })
}

function parseHolder(text: string): Holder | undefined {
  try {
    return JSON.parse(text) as Holder
  } catch {
    return undefined
  }
}

async function lives(holder: Holder, lock: string): Promise<boolean> {
  if (holder.host === hostname()) return isAlive(holder)
  const before = await beatOf(lock)
  for (let waited = 0; waited < SILENT_MS; waited += 500) {
    await sleep(500)
    if ((await beatOf(lock)) !== before) return true
  }
  return false
}

async function beatOf(lock: string): Promise<number | undefined> {
  return stat(lock).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  )
}
