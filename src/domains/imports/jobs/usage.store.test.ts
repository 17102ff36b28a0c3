import { expect, it } from 'vitest'
import { openTestWorld } from '../../../../test/harness/stores.ts'
import type { Ctx } from '../../../platform/context.ts'
import { chRows } from '../../../platform/db/clickhouse.ts'
import { newId } from '../../../platform/ids.ts'
import { createAccount } from '../../accounts/actions.ts'
import type { UsageRow } from './decide-batch.ts'
import { publishUsage, slicesOf, stageUsage, undoUsage, usageRows, weighUsage } from './usage.ts'

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

/** Brings two files with shared ids in, and takes the second back: what was weighed and what stands after each step. */
async function bringAndUndo(ctx: Ctx, rowsEach: number) {
  const { id: accountId } = await createAccount(ctx, { name: 'Account' })
  const stand = async () =>
    chRows(
      ctx.ch,
      `SELECT feature, toFloat64(sum(count)) AS count FROM usage_count FINAL
       WHERE workspace_id = {workspace:UUID} AND deleted = 0 GROUP BY feature ORDER BY feature`,
      { workspace: ctx.workspace },
    )
  const seen: unknown[] = []
  for (const [version, counts] of [
    [1, Array.from({ length: 12 }, (_, n) => [n, 1])],
    [2, [...Array.from({ length: 12 }, (_, n) => [n + 6, n % 2 ? 1 : 5]), [6, 9], [7, 9]]],
  ] as const) {
    const of = { workspace: ctx.workspace, importId: newId() }
    const rows = counts.map(([id, count], index) => ({
      accountId,
      source: { raw: { row: index + 1 } },
      draft: {
        externalId: `U${id}`,
        account: { entity: 'account', externalId: 'A' },
        day: '2025-10-01',
        feature: `f${id}`,
        user: null,
        count,
        seconds: 0,
        errors: 0,
      },
    })) as unknown as UsageRow[]
    await stageUsage(ctx.ch, of, 'file', rows)
    seen.push(await weighUsage(ctx.ch, of, rowsEach))
    await publishUsage(ctx.ch, of, version, rowsEach)
    seen.push(await stand())
    if (version === 1) continue
    const toUndo = await usageRows(ctx.ch, of)
    let undone = 0
    for (const slice of slicesOf(toUndo, rowsEach)) {
      undone += await usageRows(ctx.ch, of, slice)
      await undoUsage(ctx.ch, { ...of, ...slice }, 3)
    }
    expect(undone).toBe(toUndo)
    seen.push(await stand())
  }
  return seen
}

it('weighs, publishes and undoes the same in slices as in one piece', async () => {
  const whole = await bringAndUndo(await world.workspace(), 1_000)
  const sliced = await bringAndUndo(await world.workspace(), 3)
  expect(sliced).toEqual(whole)
  expect(whole[0]).toMatchObject({ new: 12, changed: 0, same: 0 })
  expect((whole[2] as { repeats: unknown[] }).repeats).toHaveLength(2)
  expect(whole[4]).toEqual(whole[1])
})
