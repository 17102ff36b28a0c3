import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readFile, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Log } from '../../log.ts'
import { ended, followOutput } from './child-process.ts'
import { postgresBinaries, type Binaries } from './postgres-binaries.ts'
import {
  claimCluster,
  clearLeftovers,
  ensureCluster,
  explainFailure,
  programEnv,
  releaseCluster,
  secureFolder,
  setPassword,
  signalTo,
  SOCKET_PREFIX,
  stopServer,
  SUPERUSER,
} from './postgres-cluster.ts'
import { clusterHome, SYSTEM_FOLDER, type ClusterHome } from './postgres-home.ts'
import { supervise, type Running } from './supervise.ts'

const DATABASE = 'mainstay'
const PORT = 5432
const MAX_SOCKET_PATH = 100
const START_MS = 10 * 60_000

export type PgConnection = {
  /** Folder of the unix socket. */
  host: string
  port: number
  user: string
  password: string
  database: string
}

export type EmbeddedPostgres = { url: PgConnection; pid(): number; stop(): Promise<void> }

/**
 * Starts the PostgreSQL that came with the package on `<dataDir>/postgres` (see `clusterHome` for root), creating the
 * cluster and its database at the first start. If the server dies it is started again at the same socket with the
 * same password, so a pool reconnects by itself.
 *
 * @throws Error with a sentence that says what to do: unsupported platform, other major version, folder in use,
 *   disk full, missing rights or libraries
 */
export async function startPostgres(o: { dataDir: string; log: Log }): Promise<EmbeddedPostgres> {
  await mkdir(o.dataDir, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    throw new Error(`The data folder ${o.dataDir} cannot be created: ${explainFailure(error.message)}`, {
      cause: error,
    })
  })
  const dataDir = await realpath(o.dataDir)
  const home = await clusterHome(dataDir)
  const binaries = await postgresBinaries(home.user, SYSTEM_FOLDER)
  await ensureCluster(home, binaries, o.log)
  await clearLeftovers(dataDir, home.cluster, o.log)
  await claimCluster(dataDir)
  try {
    return await startClaimed(dataDir, home, binaries, o.log)
  } catch (error) {
    await releaseCluster(dataDir)
    throw error
  }
}

async function startClaimed(
  dataDir: string,
  home: ClusterHome,
  binaries: Binaries,
  log: Log,
): Promise<EmbeddedPostgres> {
  const password = randomBytes(24).toString('hex')
  await setPassword(home, binaries, password)
  const socketDir = await mkdtemp(join(shortTemporaryFolder(), SOCKET_PREFIX))
  await secureFolder(socketDir, home.user)
  const url = { host: socketDir, port: PORT, user: SUPERUSER, password, database: DATABASE }
  const launch = () => launchServer(home, binaries, socketDir, log)
  const removeSocketDir = () => rm(socketDir, { recursive: true, force: true })
  const server = await supervise({ name: 'PostgreSQL', log, launch }).catch(async (error: unknown) => {
    await removeSocketDir()
    throw error
  })
  // A process that ends without stop() takes its server along; after kill -9 the next start does.
  const onExit = () => signalTo(server.pid(), 'SIGINT')
  process.once('exit', onExit)
  const stop = async () => {
    await server.stop()
    process.off('exit', onExit)
    await removeSocketDir()
    await releaseCluster(dataDir)
  }
  await ensureDatabase(url).catch(async (error: unknown) => {
    await stop()
    throw error
  })
  return { url, pid: () => server.pid(), stop }
}

function shortTemporaryFolder(): string {
  const socket = join(tmpdir(), `${SOCKET_PREFIX}XXXXXX`, `.s.PGSQL.${PORT}`)
  return socket.length < MAX_SOCKET_PATH ? tmpdir() : '/tmp'
}

function settings(socketDir: string): string[] {
  return Object.entries({
    listen_addresses: '',
    port: PORT,
    unix_socket_directories: socketDir,
    unix_socket_permissions: '0700',
    password_encryption: 'scram-sha-256',
    max_connections: 100,
    shared_buffers: '128MB',
    jit: 'off',
    fsync: 'on',
    full_page_writes: 'on',
    synchronous_commit: 'on',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // The log holds no statements and no values: the application reports its own errors.
    log_destination: 'stderr',
    logging_collector: 'off',
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_checkpoints: 'off',
    log_line_prefix: '',
  }).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

async function launchServer(
  home: ClusterHome,
  binaries: Binaries,
  socketDir: string,
  log: Log,
): Promise<Running> {
  const child = spawn(join(binaries.dir, 'bin', 'postgres'), ['-D', home.cluster, ...settings(socketDir)], {
    uid: home.user?.uid,
    gid: home.user?.gid,
    cwd: '/',
    env: programEnv(),
    // Its own process group: Ctrl-C in a terminal is for the web process alone.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = followOutput(child, (line) => report(line, log))
  let failure: string | undefined
  const exited = ended(child)
  const pid = child.pid ?? 0
  const release = leash(pid, home)
  void exited.then((reason) => {
    failure = reason
    release()
  })
  const running = { pid, exited, stop: () => stopServer(pid, exited) }
  const deadline = Date.now() + START_MS
  while (!(await isReady(home.cluster, pid))) {
    if (failure !== undefined)
      throw new Error(`PostgreSQL cannot start: ${explainFailure(`${failure}\n${output.last()}`)}`)
    if (Date.now() > deadline) {
      await running.stop()
      throw new Error(`PostgreSQL did not become ready in ${START_MS / 60_000} minutes: ${output.last()}`)
    }
    await sleep(10)
  }
  return running
}

/**
 * Ends the server when this process ends without a word, as after kill -9: a shell waits on a pipe that only this
 * process holds open. Returns what takes the leash off.
 */
function leash(pid: number, { user }: ClusterHome): () => void {
  if (pid === 0) return () => undefined
  const shell = spawn('/bin/sh', ['-c', 'read -r _; kill -INT "$0"', String(pid)], {
    uid: user?.uid,
    gid: user?.gid,
    cwd: '/',
    env: programEnv(),
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  shell.on('error', () => undefined)
  shell.stdin.on('error', () => undefined)
  shell.unref()
  return () => void shell.kill('SIGKILL')
}

function report(line: string, log: Log): void {
  // Said to each connection that is still open when the server is told to stop.
  if (line.includes('due to administrator command')) log.debug({ engine: 'postgres' }, line)
  else if (/^(FATAL|PANIC|ERROR):/.test(line)) log.error({ engine: 'postgres' }, line)
  else if (line.startsWith('WARNING:')) log.warn({ engine: 'postgres' }, line)
  else log.debug({ engine: 'postgres' }, line)
}

/** The server writes its state into the eighth line of its pid file. */
async function isReady(cluster: string, pid: number): Promise<boolean> {
  const lines = (await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')
  return Number(lines[0]) === pid && lines[7]?.trim() === 'ready'
}

async function ensureDatabase(url: PgConnection): Promise<void> {
  const client = new pg.Client({ ...url, database: 'postgres' })
  client.on('error', () => undefined)
  await client.connect()
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [DATABASE])
    if (rowCount === 0) await client.query(`create database ${DATABASE}`)
  } finally {
    await client.end()
  }
}
