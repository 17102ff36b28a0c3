import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { createAccount } from '../../domains/accounts/actions.ts'
import { systemClock } from '../clock.ts'
import { readConfig } from '../config.ts'
import type { Ctx } from '../context.ts'
import { mintWorkspaceId } from '../auth/workspace-id.ts'
import { newId } from '../ids.ts'
import { createLog } from '../log.ts'
import { packageRoot } from '../package-root.ts'
import { backup, checkBackup, restore } from './backup.ts'
import { chRows } from './clickhouse.ts'
import { openStores, type OpenStores } from './stores.ts'

const root = await mkdtemp(join(tmpdir(), 'mainstay-backup-'))
// PostgreSQL's own user must be able to enter when the tests run as root.
await chmod(root, 0o711)
const log = createLog('fatal')
const migrations = join(packageRoot(), 'migrations')
afterAll(() => rm(root, { recursive: true, force: true }))

// Stores of its own, embedded: a restore drops whole schemas.
const open = (name: string, migrated = true) =>
  openStores(readConfig({ MAINSTAY_DATA: join(root, name) }), log, migrated ? migrations : undefined)

async function seed(stores: OpenStores, dataDir: string): Promise<Ctx> {
  const workspace = newId()
  const values = { id: workspace, name: 'Größe\t\\N "quoted"', currency: 'USD', timeZone: 'UTC' }
  await stores.pg.insertInto('workspace').values(values).execute()
  const ctx: Ctx = {
    ...stores,
    workspace: mintWorkspaceId(workspace),
    actor: { kind: 'system', name: 'test' },
    requestId: newId(),
    clock: systemClock,
    log,
    dataDir,
  }
  for (const name of ['Line\nbreak', 'Tab\tand \\ backslash', 'Ümlaut 漢字'])
    await createAccount(ctx, { name })
  await stores.ch.insert({
    table: 'reading_history',
    format: 'JSONEachRow',
    values: [1, 2].map((value) => ({
      workspace_id: workspace,
      account_id: newId(),
      code: 'x',
      as_of: '2026-01-01 00:00:00.000',
      state: 'ok',
      value: value === 1 ? null : 0.1,
      recorded_at: '2026-01-01 00:00:00.000',
    })),
  })
  await writeFile(join(dataDir, 'uploads', 'half-read'), 'a,b\n1,2\n')
  return ctx
}

async function contents(stores: OpenStores) {
  const accounts = await stores.pg.selectFrom('account').selectAll().orderBy('id').execute()
  const audit = await stores.pg.selectFrom('audit').selectAll().orderBy('id').execute()
  const workspaces = await stores.pg.selectFrom('workspace').selectAll().execute()
  const history = await chRows(stores.ch, 'select * from reading_history final order by account_id')
  return { accounts, audit, workspaces, history }
}

describe('backup and restore', () => {
  it('bring back both stores and the uploads, to the last character', async () => {
    const first = await open('first')
    const dataDir = join(root, 'first')
    await seed(first, dataDir)
    const before = await contents(first)
    const dir = join(root, 'backup')
    await backup({ ...first, dataDir, log }, dir, new Date('2026-11-02T00:00:00Z'))
    await expect(backup({ ...first, dataDir, log }, dir, new Date())).rejects.toThrow(/not empty/)
    await first.close()

    const second = await open('second', false)
    await restore({ ...second, dataDir: join(root, 'second'), log }, dir, migrations, false)
    expect(await contents(second)).toEqual(before)
    expect(await readdir(join(root, 'second', 'uploads'))).toEqual(['half-read'])
    // New rows go on after the restored ones.
    const [workspace] = before.workspaces
    const ctx = { ...second, clock: systemClock, log, dataDir, requestId: newId() }
    await createAccount(
      { ...ctx, workspace: mintWorkspaceId(workspace?.id ?? ''), actor: { kind: 'system', name: 'test' } },
      { name: 'After' },
    )
    expect((await contents(second)).audit).toHaveLength(before.audit.length + 1)
    await expect(
      restore({ ...second, dataDir: join(root, 'second'), log }, dir, migrations, false),
    ).rejects.toThrow(/--replace/)
    await second.close()
  })

  it('refuses a damaged or unfinished backup before it touches anything', async () => {
    const dir = join(root, 'backup')
    await writeFile(join(dir, 'pg', 'account.gz'), 'not what it was')
    await expect(checkBackup(dir)).rejects.toThrow(/account\.gz.*damaged/)
    await rm(join(dir, 'manifest.json'))
    await expect(checkBackup(dir)).rejects.toThrow(/no complete backup/)
  })
})
