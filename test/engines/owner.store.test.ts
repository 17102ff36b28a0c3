import { chown, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import { clusterOf, removeCluster } from '../../src/platform/db/embedded/postgres-home.ts'
import { processIdentity } from '../../src/platform/db/embedded/process-identity.ts'
import { canEnter } from '../../src/platform/db/embedded/system-user.ts'
import { eventually, testFolder, type TestFolder } from './folder.ts'
import { spawnOwner } from './spawn-owner.ts'

const isRoot = process.getuid?.() === 0
const nobody = { name: 'nobody', uid: 65_534, gid: 65_534 }
let folder: TestFolder | undefined

afterEach(async () => {
  await folder?.remove()
  folder = undefined
})

async function gone(pid: number): Promise<void> {
  await eventually(async () => {
    if (await processIdentity(pid)) throw new Error(`process ${pid} still runs`)
  })
}

test('after kill -9 of the owning process the next start recovers alone, with every acknowledged row', async () => {
  folder = await testFolder()
  const first = await spawnOwner(folder.dir)
  expect(first.report).toMatchObject({ records: 1, events: 1 })
  await first.kill()
  const second = await spawnOwner(folder.dir)
  expect(second.report).toMatchObject({ records: 2, events: 2 })
  await second.stop()
  await gone(second.report.postgres)
  await gone(second.report.clickhouse)
})

test('engines end by themselves when their owner is killed', async () => {
  folder = await testFolder()
  const owner = await spawnOwner(folder.dir)
  await owner.kill()
  await gone(owner.report.postgres)
  await gone(owner.report.clickhouse)
})

test('a second process on the same folder is refused and told who holds it', async () => {
  folder = await testFolder()
  const first = await spawnOwner(folder.dir)
  const refused = await spawnOwner(folder.dir).catch(String)
  expect(refused).toMatch(`in use by process ${first.pid}`)
  await first.stop()
})

test('root with a data folder below a closed one keeps the cluster outside and finds it again', async (context) => {
  if (!isRoot) {
    console.warn('SKIPPED: starting as root is tested only when root runs the tests')
    return context.skip()
  }
  folder = await testFolder(0o700)
  const dataDir = join(folder.dir, 'data')
  await mkdir(dataDir)
  const outer = folder
  folder = { ...outer, remove: () => removeCluster(dataDir).then(outer.remove) }
  const first = await spawnOwner(dataDir)
  await first.stop()
  expect(await readFile(join(dataDir, 'postgres.place'), 'utf8')).toContain(await clusterOf(dataDir))
  expect(await clusterOf(dataDir)).toMatch(/^\/var\/lib\/mainstay\//)
  const second = await spawnOwner(dataDir)
  expect(second.report.records).toBe(2)
  await second.stop()
})

test('an ordinary user can run both engines in a folder of its own', async (context) => {
  const sources = fileURLToPath(new URL('../..', import.meta.url))
  if (isRoot && !canEnter(nobody, sources)) {
    console.warn(`SKIPPED: the user nobody cannot enter ${sources}`)
    return context.skip()
  }
  folder = await testFolder(0o711)
  const dataDir = join(folder.dir, 'data')
  await mkdir(dataDir, { mode: 0o700 })
  if (isRoot) await chown(dataDir, nobody.uid, nobody.gid)
  const owner = await spawnOwner(dataDir, isRoot ? nobody : undefined)
  expect(owner.report).toMatchObject({ records: 1, events: 1 })
  expect(await clusterOf(dataDir)).toBe(join(dataDir, 'postgres'))
  await owner.stop()
})
