import { createHash } from 'node:crypto'
import { chmod, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { exists } from './postgres-binaries.ts'
import { canEnter, systemUser, type SystemUser } from './system-user.ts'

/** Where root keeps what an ordinary user must be able to enter. */
export const SYSTEM_FOLDER = '/var/lib/mainstay'

/** The cluster's folder, and the user that runs the server when that is not the present one. */
export type ClusterHome = { cluster: string; user?: SystemUser }

/**
 * Decides where the cluster of a data folder lies: in it, except when Mainstay runs as root and PostgreSQL's user
 * cannot enter it. The place is then written to `<dataDir>/postgres.place`.
 */
export async function clusterHome(dataDir: string): Promise<ClusterHome> {
  const cluster = await clusterOf(dataDir)
  if (process.getuid?.() !== 0) return { cluster }
  if (await exists(join(cluster, 'PG_VERSION'))) return { cluster, user: await ownerOf(cluster) }
  const user = systemUser()
  if (canEnter(user, dirname(cluster))) return { cluster, user }
  return { cluster: await placeOutside(dataDir, user), user }
}

/** The folder that holds the cluster of a data folder, for backups; the cluster itself may not exist yet. */
export async function clusterOf(dataDir: string): Promise<string> {
  const place = await readFile(placeFile(dataDir), 'utf8').catch(() => '')
  return place.trim() || join(dataDir, 'postgres')
}

/** Deletes the cluster of a data folder wherever it lies. Its server must have been stopped. */
export async function removeCluster(dataDir: string): Promise<void> {
  const cluster = await clusterOf(dataDir)
  const outside = cluster.startsWith(`${SYSTEM_FOLDER}/`)
  await rm(outside ? dirname(cluster) : cluster, { recursive: true, force: true })
  await rm(placeFile(dataDir), { force: true })
}

function placeFile(dataDir: string): string {
  return join(dataDir, 'postgres.place')
}

async function ownerOf(cluster: string): Promise<SystemUser> {
  const { uid, gid } = await stat(cluster)
  const user = uid === 0 ? systemUser() : { name: `user ${uid}`, uid, gid }
  if (uid !== 0 && canEnter(user, cluster)) return user
  throw new Error(
    `The records in ${cluster} belong to ${user.name}, who cannot enter that folder. ` +
      `Let that user enter every folder above it, or start Mainstay as that user.`,
  )
}

async function placeOutside(dataDir: string, user: SystemUser): Promise<string> {
  const digest = createHash('sha256').update(dataDir).digest('hex').slice(0, 12)
  const name = `${basename(dataDir).replace(/[^\w-]+/g, '-')}-${digest}`
  const folder = join(SYSTEM_FOLDER, name)
  await mkdir(folder, { recursive: true, mode: 0o755 })
  // The umask of the process must not lock the server out.
  await chmod(SYSTEM_FOLDER, 0o755)
  await chmod(folder, 0o755)
  if (!canEnter(user, folder)) throw new Error(`PostgreSQL's user ${user.name} cannot enter ${folder}.`)
  const cluster = join(folder, 'postgres')
  await writeFile(placeFile(dataDir), `${cluster}\n`)
  return cluster
}
