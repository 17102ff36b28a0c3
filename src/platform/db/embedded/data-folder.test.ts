import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { lockDataFolder } from './data-folder.ts'

let dir = ''

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'mainstay-lock-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

test('one holder at a time, named in the refusal; free again after release', async () => {
  const lock = await lockDataFolder(dir)
  await expect(lockDataFolder(dir)).rejects.toThrow(`in use by process ${process.pid}`)
  await lock.release()
  await (await lockDataFolder(dir)).release()
  expect(await readdir(dir)).toEqual([])
})

test('of many that ask at once exactly one gets the folder', async () => {
  const results = await Promise.allSettled(Array.from({ length: 20 }, () => lockDataFolder(dir)))
  const winners = results.filter((result) => result.status === 'fulfilled')
  expect(winners).toHaveLength(1)
  await winners[0]?.value.release()
})

test('a holder that was killed, or whose number another process has now, is replaced', async () => {
  const stale = { pid: process.pid, identity: 'an earlier boot', host: hostname(), token: 'x' }
  await writeFile(join(dir, 'mainstay.lock'), JSON.stringify(stale))
  await (await lockDataFolder(dir)).release()
  await writeFile(join(dir, 'mainstay.lock'), 'half a li')
  await (await lockDataFolder(dir)).release()
})

test('a folder that does not exist yet is created', async () => {
  await (await lockDataFolder(join(dir, 'deep', 'er'))).release()
  expect(await readdir(join(dir, 'deep'))).toEqual(['er'])
})
