import type { ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'

/** Settles when the process has ended or could not be started, with a few words why. Never rejects. */
export function ended(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => resolve(signal ? `ended by ${signal}` : `exit code ${code}`))
  })
}

/** Calls `each` for every line that the process writes, and keeps the last ones for an error message. */
export function followOutput(child: ChildProcess, each: (line: string) => void): { last(): string } {
  const last: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue
    stream.on('error', () => undefined)
    createInterface({ input: stream }).on('line', (line) => {
      if (line === last.at(-1)) return
      last.push(line)
      if (last.length > 20) last.shift()
      each(line)
    })
  }
  return { last: () => last.join('\n') }
}

/** Signals the process and waits; goes on to the next, harsher signal when it does not end in time. */
export async function endWith(
  exited: Promise<unknown>,
  signal: (name: NodeJS.Signals) => void,
  steps: [name: NodeJS.Signals, waitMs: number][],
): Promise<void> {
  let over = false
  const end = exited.then(() => void (over = true))
  for (const [name, waitMs] of steps) {
    if (over) return
    signal(name)
    const pause = new AbortController()
    await Promise.race([end, sleep(waitMs, undefined, { signal: pause.signal }).catch(() => undefined)])
    pause.abort()
  }
}
