import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeCluster } from '../../src/platform/db/embedded/postgres-home.ts'
import { createLog } from '../../src/platform/log.ts'

export const quiet = createLog('silent')

export type TestFolder = { dir: string; remove(): Promise<void> }

/**
 * A temporary data folder with everything in it.
 *
 * @param mode 0711 lets PostgreSQL's user pass when root runs the tests; 0700 does not
 */
export async function testFolder(mode = 0o711): Promise<TestFolder> {
  const dir = await mkdtemp(join(tmpdir(), 'mainstay-engine-'))
  await chmod(dir, mode)
  return {
    dir,
    async remove() {
      await removeCluster(dir)
      await rm(dir, { recursive: true, force: true })
    },
  }
}

/** Repeats until it works, for what a client must bear while an engine restarts. */
export async function eventually<T>(attempt: () => Promise<T>, waitMs = 20_000): Promise<T> {
  const deadline = Date.now() + waitMs
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (Date.now() > deadline) throw error
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}
