import { describe, expect, it } from 'vitest'
import { openTestWorld } from '../../../test/harness/stores.ts'
import { createAccount, mergeAccount, saveCustomField, unmergeAccount, updateAccount } from './actions.ts'
import { findAccounts, getAccount, membersOf } from './reads.ts'

const world = await openTestWorld()

describe('accounts', () => {
  it('are created, changed and leave an audit row with what changed', async () => {
    const ctx = await world.workspace()
    const { id } = await createAccount(ctx, { name: 'Harlow Collision', segment: 'Auto body' })
    await updateAccount(ctx, { id, segment: 'Insurance', seats: 12 })
    expect(await getAccount(ctx, id)).toMatchObject({
      name: 'Harlow Collision',
      segment: 'Insurance',
      seats: 12,
    })
    const audit = await ctx.pg
      .selectFrom('audit')
      .selectAll()
      .where('subjectId', '=', id)
      .orderBy('id')
      .execute()
    expect(audit.map((row) => row.action)).toEqual(['account.create', 'account.update'])
    expect(audit[1]?.changes).toMatchObject({ segment: { from: 'Auto body', to: 'Insurance' } })
  })

  it('of another workspace are neither seen nor changed', async () => {
    const [ours, theirs] = [await world.workspace(), await world.workspace()]
    const { id } = await createAccount(theirs, { name: 'Not ours' })
    await expect(getAccount(ours, id)).rejects.toMatchObject({ status: 404 })
    await expect(updateAccount(ours, { id, name: 'Ours now' })).rejects.toMatchObject({ status: 404 })
    expect(await findAccounts(ours, 'Not ours', 10)).toEqual([])
  })

  it('cannot be changed by a viewer, and refuse values that do not fit their fields', async () => {
    const viewer = await world.workspace({ role: 'viewer' })
    await expect(createAccount(viewer, { name: 'X' })).rejects.toMatchObject({ status: 403 })
    const ctx = await world.workspace()
    await saveCustomField(ctx, { key: 'shops', label: 'Shops', type: 'number' })
    const { id } = await createAccount(ctx, { name: 'Y', custom: { shops: 14 } })
    await expect(updateAccount(ctx, { id, custom: { shops: 'many' } })).rejects.toMatchObject({
      status: 422,
      more: { errors: [{ path: 'custom.shops' }] },
    })
    expect((await getAccount(ctx, id)).custom).toEqual({ shops: 14 })
  })

  it('refuse a ring of parents', async () => {
    const ctx = await world.workspace()
    const { id: top } = await createAccount(ctx, { name: 'Top' })
    const { id: middle } = await createAccount(ctx, { name: 'Middle', parentId: top })
    const { id: leaf } = await createAccount(ctx, { name: 'Leaf', parentId: middle })
    await expect(updateAccount(ctx, { id: top, parentId: leaf })).rejects.toMatchObject({ status: 422 })
    expect((await getAccount(ctx, top)).children.map((child) => child.id)).toEqual([middle])
  })

  it('answer for those merged into them, through chains, until the merge is taken back', async () => {
    const ctx = await world.workspace()
    const [a, b, c] = await Promise.all(['A', 'B', 'C'].map((name) => createAccount(ctx, { name })))
    if (!a || !b || !c) throw new Error('three accounts')
    await mergeAccount(ctx, { id: a.id, intoId: b.id })
    await mergeAccount(ctx, { id: b.id, intoId: c.id })
    expect((await getAccount(ctx, a.id)).id).toBe(c.id)
    expect(new Set((await membersOf(ctx, [c.id])).keys())).toEqual(new Set([a.id, b.id, c.id]))
    await unmergeAccount(ctx, { id: b.id })
    expect((await getAccount(ctx, a.id)).id).toBe(b.id)
    expect((await getAccount(ctx, c.id)).merged).toEqual([])
    await expect(mergeAccount(ctx, { id: a.id, intoId: b.id })).rejects.toMatchObject({ status: 409 })
  })

  it('are found by part of a name, with wildcards taken as they are written', async () => {
    const ctx = await world.workspace()
    await createAccount(ctx, { name: '100% Glass' })
    await createAccount(ctx, { name: 'Glass and more' })
    expect((await findAccounts(ctx, 'glass', 10)).map((hit) => hit.name)).toEqual([
      'Glass and more',
      '100% Glass',
    ])
    expect((await findAccounts(ctx, '0% g', 10)).map((hit) => hit.name)).toEqual(['100% Glass'])
  })
})
