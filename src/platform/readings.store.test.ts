import { expect, it } from 'vitest'
import { openTestWorld } from '../../test/harness/stores.ts'
import { createAccount } from '../domains/accounts/actions.ts'
import { markDue, recomputeDue, type Reader } from './readings.ts'

const world = await openTestWorld()
const signal = new AbortController().signal

it('computes an account again whose change was not committed when it was computed', async () => {
  const ctx = await world.workspace()
  const { id } = await createAccount(ctx, { name: 'Busy' })
  const seen: string[] = []
  const reader: Reader = {
    codes: [],
    async compute(_ctx, accountIds) {
      seen.push(...accountIds)
      return []
    },
  }
  // The account is due already, and a second change of it is under way while the list is worked off.
  await ctx.pg.transaction().execute(async (pg) => {
    await markDue(pg, ctx.workspace, [id])
    await recomputeDue(ctx, [reader], signal)
    expect(seen).toEqual([])
  })
  await recomputeDue(ctx, [reader], signal)
  expect(seen).toEqual([id])
})
