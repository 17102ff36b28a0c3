import { describe, expect, it } from 'vitest'
import { openTestWorld, testNow } from '../../../test/harness/stores.ts'
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

  it('have no stage until somebody tells it, and may lose it again', async () => {
    const ctx = await world.workspace()
    const { id } = await createAccount(ctx, { name: 'Harlow' })
    expect((await getAccount(ctx, id)).stage).toBeNull()
    await updateAccount(ctx, { id, stage: 'onboarding' })
    expect((await getAccount(ctx, id)).stage).toBe('onboarding')
    await updateAccount(ctx, { id, stage: null })
    expect((await getAccount(ctx, id)).stage).toBeNull()
  })

  it('edited by two at once keep the first, and tell the second who was faster', async () => {
    const ctx = await world.workspace()
    const colleague = { ...ctx, actor: { ...ctx.actor, name: 'Bo Lind' } }
    const { id } = await createAccount(ctx, { name: 'Harlow', region: 'Midwest' })
    const { version } = await getAccount(ctx, id)
    const edits = await Promise.allSettled([
      updateAccount(ctx, { id, version, region: 'Lakes' }),
      updateAccount(colleague, { id, version, region: 'North' }),
    ])
    const first = edits.findIndex(({ status }) => status === 'fulfilled')
    expect(edits[1 - first]).toMatchObject({
      status: 'rejected',
      reason: {
        status: 409,
        code: 'changed_meanwhile',
        more: { changed: { by: ['Ada Test', 'Bo Lind'][first], at: testNow.toISOString() } },
      },
    })
    expect((await getAccount(ctx, id)).region).toBe(['Lakes', 'North'][first])
  })

  it('take a change made upon the version that the last one answered with, or upon none', async () => {
    const ctx = await world.workspace()
    const { id } = await createAccount(ctx, { name: 'Harlow', segment: 'Auto body' })
    const { version: read } = await getAccount(ctx, id)
    const { version } = await updateAccount(ctx, { id, version: read, segment: 'Insurance' })
    expect((await getAccount(ctx, id)).version).toBe(version)
    await updateAccount(ctx, { id, version, seats: 12 })
    await expect(updateAccount(ctx, { id, version, seats: 13 })).rejects.toMatchObject({ status: 409 })
    await updateAccount(ctx, { id, seats: 14 })
    expect(await getAccount(ctx, id)).toMatchObject({ segment: 'Insurance', seats: 14 })
  })

  it('name nobody where what changed them left no word of who it was', async () => {
    const ctx = await world.workspace()
    const { id } = await createAccount(ctx, { name: 'Harlow' })
    const { version } = await getAccount(ctx, id)
    const updatedAt = '2026-11-02T11:00:00.000Z'
    await ctx.pg.updateTable('account').set({ plan: 'Pro', updatedAt }).where('id', '=', id).execute()
    await expect(updateAccount(ctx, { id, version, plan: 'Free' })).rejects.toMatchObject({
      more: { changed: { by: null, at: updatedAt } },
    })
    expect((await getAccount(ctx, id)).plan).toBe('Pro')
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

  it('never end up in a ring when two are merged into each other at once', async () => {
    const ctx = await world.workspace()
    const [a, b] = [await createAccount(ctx, { name: 'A' }), await createAccount(ctx, { name: 'B' })]
    const merges = await Promise.allSettled([
      mergeAccount(ctx, { id: a.id, intoId: b.id }),
      mergeAccount(ctx, { id: b.id, intoId: a.id }),
    ])
    const refused = merges.filter((merge) => merge.status === 'rejected')
    expect(refused).toMatchObject([{ reason: { status: 409, code: 'same_account' } }])
    expect((await getAccount(ctx, a.id)).id).toBe((await getAccount(ctx, b.id)).id)
    expect((await getAccount(ctx, a.id)).merged).toHaveLength(1)
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

  it('are found without their accents, and with them', async () => {
    const ctx = await world.workspace()
    for (const name of ['Zürich Re', 'Zu\u0308rich Re 2', 'ŁÓDŹ Søren']) await createAccount(ctx, { name })
    const found = async (words: string) => (await findAccounts(ctx, words, 10)).map(({ name }) => name)
    expect(await found('zurich')).toHaveLength(2)
    expect(await found('ZÜRICH')).toHaveLength(2)
    expect(await found('lodz soren')).toEqual(['ŁÓDŹ Søren'])
    expect(await found('zyrich')).toEqual([])
  })
})
