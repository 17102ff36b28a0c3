import { expect, it } from 'vitest'
import { openTestWorld } from '../../../../test/harness/stores.ts'
import type { Ctx } from '../../../platform/context.ts'
import { chRows } from '../../../platform/db/clickhouse.ts'
import { newId } from '../../../platform/ids.ts'
import { createAccount } from '../../accounts/actions.ts'
import type { UsageRow } from './decide-batch.ts'
import { publishUsage, stageUsage } from './usage.ts'

const world = await openTestWorld()

async function bringIn(ctx: Ctx, users: readonly string[], version: number): Promise<void> {
  const { id: accountId } = await createAccount(ctx, { name: `Account ${version}` })
  const of = { workspace: ctx.workspace, importId: newId() }
  const rows = users.map((user, index) => ({
    accountId,
    source: { raw: { row: index + 1 } },
    draft: {
      externalId: null,
      account: { entity: 'account', externalId: 'A' },
      day: '2026-10-01',
      feature: 'reports',
      user,
      count: 1,
      seconds: 0,
      errors: 0,
    },
  })) as unknown as UsageRow[]
  await stageUsage(ctx.ch, of, 'file', rows)
  await publishUsage(ctx.ch, of, version)
}

const usersOf = async (ctx: Ctx): Promise<string[]> => {
  const params = { workspace: ctx.workspace }
  const where = 'where workspace_id = {workspace:UUID}'
  const waiting = await chRows<{ user: string }>(ctx.ch, `select user from import_usage ${where}`, params)
  const stored = await chRows<{ user: string }>(
    ctx.ch,
    `select arrayJoin(users) as user from usage_count ${where}`,
    params,
  )
  return [...waiting, ...stored].map(({ user }) => user)
}

it('keeps users apart, across files too, without keeping who they are', async () => {
  const [ours, theirs] = [await world.workspace(), await world.workspace()]
  await bringIn(ours, ['ada@example.test', 'bo@example.test', 'ada@example.test'], 1)
  await bringIn(ours, ['ada@example.test'], 2)
  await bringIn(theirs, ['ada@example.test'], 1)
  const [mine, others] = [await usersOf(ours), await usersOf(theirs)]
  // Four rows wait and four are stored.
  expect(mine).toHaveLength(8)
  for (const user of [...mine, ...others]) expect(user).toMatch(/^[0-9a-f]{32}$/)
  expect(new Set(mine).size).toBe(2)
  expect(mine).not.toContain(others[0])
})
