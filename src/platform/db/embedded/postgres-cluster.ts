import { spawn } from 'node:child_process'
import { chmod, chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '../../log.ts'
import { ended, endWith, followOutput } from './child-process.ts'
import { exists, type Binaries } from './postgres-binaries.ts'
import type { ClusterHome } from './postgres-home.ts'
import { commandLine, isAlive, processIdentity } from './process-identity.ts'
import type { SystemUser } from './system-user.ts'

export const SUPERUSER = 'mainstay'
export const SOCKET_PREFIX = 'mainstay-pg-'

/** Environment of PostgreSQL's programs: nothing of the web process's secrets reaches it. */
export function programEnv(): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    LD_LIBRARY_PATH: process.env.LD_LIBRARY_PATH,
    LC_ALL: 'C',
    TZ: 'UTC',
    HOME: '/',
  }
}

/** Creates the cluster when there is none: all or nothing, so that an interrupted start leaves no half of one. */
export async function ensureCluster(
  { cluster, user }: ClusterHome,
  binaries: Binaries,
  log: Log,
): Promise<void> {
  const version = await readFile(join(cluster, 'PG_VERSION'), 'utf8').catch(() => undefined)
  if (version !== undefined) return requireMajor(Number.parseInt(version, 10), binaries.major, cluster)
  if (await exists(cluster))
    throw new Error(`${cluster} exists but holds no PostgreSQL cluster; move it away.`)
  const draft = `${cluster}.new`
  await rm(draft, { recursive: true, force: true })
  await mkdir(draft, { mode: 0o700 })
  if (user) await chown(draft, user.uid, user.gid)
  const args = ['-D', draft, '-U', SUPERUSER, '--encoding=UTF8', '--locale=C', '--no-instructions']
  const provider = ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--auth=reject']
  await runProgram(join(binaries.dir, 'bin', 'initdb'), [...args, ...provider], { user })
  await rename(draft, cluster)
  log.debug({ cluster, version: binaries.version }, 'a new PostgreSQL cluster was created')
}

function requireMajor(found: number, ours: number, cluster: string): void {
  if (found === ours) return
  throw new Error(
    `The records in ${cluster} were written by PostgreSQL ${found}, and this Mainstay comes with PostgreSQL ${ours}. ` +
      `Run "mainstay backup" with the Mainstay version that wrote them, then "mainstay restore" with this one and an empty data folder.`,
  )
}

/** Allows only the local socket, and sets the superuser's password without it ever being an argument. */
export async function setPassword(home: ClusterHome, binaries: Binaries, password: string): Promise<void> {
  const rules = join(home.cluster, 'pg_hba.conf')
  await writeFile(rules, 'local all all scram-sha-256\n').catch((error: NodeJS.ErrnoException) => {
    throw new Error(
      `The PostgreSQL cluster in ${home.cluster} cannot be written: ${explainFailure(error.message)}`,
      { cause: error },
    )
  })
  const args = [
    '--single',
    '-D',
    home.cluster,
    '-c',
    'exit_on_error=on',
    '-c',
    'log_min_error_statement=panic',
  ]
  const input = `ALTER ROLE ${SUPERUSER} PASSWORD '${password}'\n`
  await runProgram(join(binaries.dir, 'bin', 'postgres'), [...args, 'postgres'], { user: home.user, input })
}

async function runProgram(
  program: string,
  args: string[],
  { user, input = '' }: { user?: SystemUser; input?: string },
): Promise<void> {
  const child = spawn(program, args, {
    uid: user?.uid,
    gid: user?.gid,
    cwd: '/',
    env: programEnv(),
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const output = followOutput(child, () => undefined)
  const exited = ended(child)
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  const reason = await exited
  if (reason === 'exit code 0') return
  throw new Error(`PostgreSQL cannot be prepared: ${explainFailure(`${reason}\n${output.last()}`)}`)
}

const EXPLANATIONS: [RegExp, string][] = [
  [
    /No space left|ENOSPC/i,
    'the disk is full. Free some space and start again; nothing that was stored is lost.',
  ],
  [
    /error while loading shared libraries: (\S+):|Library not loaded: (\S+)/i,
    'a system library is missing. Install the one named below, or set DATABASE_URL to a PostgreSQL 15 or later server.',
  ],
  [
    /spawn .* ENOENT/i,
    'its program does not run on this system (it needs glibc). Set DATABASE_URL to a PostgreSQL 15 or later server.',
  ],
  [
    /EACCES|EPERM|EROFS|Permission denied|Read-only file system|wrong ownership|could not change permissions/i,
    'a file or folder may not be used by the user that runs PostgreSQL. Give it to that user, or start Mainstay as its owner.',
  ],
  [/could not (map|create) .*shared memory/i, 'the system refuses the shared memory that it needs.'],
]

/** Turns what a program said when it failed into a sentence, followed by its own words. */
export function explainFailure(output: string): string {
  const known = EXPLANATIONS.find(([pattern]) => pattern.test(output))?.[1]
  return known ? `${known}\n${output}` : output
}

type Owner = { pid: number; identity: string }

/** Writes down which process runs the cluster, so that a later one can tell an orphan from a running neighbour. */
export async function claimCluster(dataDir: string): Promise<void> {
  const identity = (await processIdentity(process.pid)) ?? ''
  await writeFile(ownerFile(dataDir), JSON.stringify({ pid: process.pid, identity } satisfies Owner))
}

export async function releaseCluster(dataDir: string): Promise<void> {
  await rm(ownerFile(dataDir), { force: true })
}

function ownerFile(dataDir: string): string {
  return join(dataDir, 'postgres.owner')
}

/**
 * Ends a server that outlived the process which had started it, and clears what a crash left behind.
 *
 * @throws Error when the server's owner is alive: the cluster is in use
 */
export async function clearLeftovers(dataDir: string, cluster: string, log: Log): Promise<void> {
  const owner = await readOwner(dataDir)
  // Its server may just be down between two attempts: the owner decides, not the server.
  if (owner && (await isAlive(owner)))
    throw new Error(
      `The records in ${cluster} are in use by process ${owner.pid}. ` +
        `Stop that one first, or give this one a data folder of its own.`,
    )
  const file = join(cluster, 'postmaster.pid')
  const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n')
  const pid = Number.parseInt(lines[0] ?? '', 10)
  if (pid > 0 && (await isServerOf(pid, cluster))) {
    log.warn({ pid }, 'PostgreSQL outlived the process that had started it and is stopped first')
    await stopServer(pid, serverGone(pid, cluster))
  }
  // A number that another program has by now would make PostgreSQL refuse to start.
  await rm(file, { force: true })
  const socketDir = lines[4] ?? ''
  if (basename(socketDir).startsWith(SOCKET_PREFIX)) await rm(socketDir, { recursive: true, force: true })
}

/** Fast shutdown, then an immediate one (recovery at the next start), then the end: never hangs. */
export async function stopServer(pid: number, exited: Promise<unknown>): Promise<void> {
  await endWith(exited, (signal) => signalTo(pid, signal), [
    ['SIGINT', 30_000],
    ['SIGQUIT', 10_000],
    ['SIGKILL', 5_000],
  ])
}

/** Sends a signal; that the process has ended meanwhile is no error. */
export function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

async function isServerOf(pid: number, cluster: string): Promise<boolean> {
  const command = await commandLine(pid)
  return /(^|\/)postgres[\0 ]/.test(command) && command.includes(cluster)
}

async function serverGone(pid: number, cluster: string): Promise<void> {
  while (await isServerOf(pid, cluster)) await sleep(50)
}

async function readOwner(dataDir: string): Promise<Owner | undefined> {
  try {
    return JSON.parse(await readFile(ownerFile(dataDir), 'utf8')) as Owner
  } catch {
    return undefined
  }
}

/** A private folder for the socket, entered only by the server's user (and root). */
export async function secureFolder(dir: string, user: SystemUser | undefined): Promise<void> {
  await chmod(dir, 0o700)
  if (user) await chown(dir, user.uid, user.gid)
}
