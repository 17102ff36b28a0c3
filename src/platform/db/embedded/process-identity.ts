import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'

/**
 * What tells a process from another that later gets the same number: when it started. Undefined when no process has
 * the number (a zombie counts as none).
 */
export async function processIdentity(pid: number): Promise<string | undefined> {
  if (process.platform !== 'linux') return ps(pid, 'lstart=')
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    // The name in parentheses may hold anything; what follows it starts with the state, and field 22 is the start.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '')
    return `${boot.trim()} ${fields[19]}`
  } catch {
    return undefined
  }
}

/** The command line of a process as one text, its parts apart by NUL on Linux; '' when there is none. */
export async function commandLine(pid: number): Promise<string> {
  if (process.platform !== 'linux') return (await ps(pid, 'command=')) ?? ''
  return readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
}

/** A process as written into a file: is it still the one that wrote it? */
export async function isAlive(o: { pid: number; identity: string }): Promise<boolean> {
  return (await processIdentity(o.pid)) === o.identity
}

async function ps(pid: number, column: string): Promise<string | undefined> {
  const { stdout } = await promisify(execFile)('ps', ['-o', column, '-p', String(pid)]).catch(() => ({
    stdout: '',
  }))
  return stdout.trim() || undefined
}
