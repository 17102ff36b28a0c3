import { describe, expect, it } from 'vitest'
import { openTestWorld } from '../../../test/harness/stores.ts'
import { createAccount, mergeAccount, saveCustomField } from '../accounts/actions.ts'
import { mergePerson, unmergePerson } from './actions/merge.ts'
import { createPerson, updatePerson } from './actions/person.ts'
import { addRole, endRole } from './actions/roles.ts'
import { findPeople, getPerson, peopleOfAccount } from './reads.ts'
import { newId } from '../../platform/ids.ts'

const world = await openTestWorld()
type Ctx = Awaited<ReturnType<typeof world.workspace>>

const facts = (ctx: Ctx) =>
  ctx.pg
    .selectFrom('fact')
    .select(['kind', 'accountId', 'validAt', 'payload'])
    .where('workspaceId', '=', ctx.workspace)
    .orderBy('id')
    .execute()

const wrote = (ctx: Ctx, accountId: string, personId: string, at: string, direction = 'in') =>
  ctx.pg
    .insertInto('message')
    .values({ id: newId(), workspaceId: ctx.workspace, accountId, personId, channel: 'email', direction, at })
    .execute()

describe('people', () => {
  it('edited by two at once keep the first, and tell the second who was faster', async () => {
    const ctx = await world.workspace()
    const colleague = { ...ctx, actor: { ...ctx.actor, name: 'Bo Lind' } }
    const { id: accountId } = await createAccount(ctx, { name: 'Harlow' })
    const { id } = await createPerson(ctx, { name: 'Tom Whitaker', title: 'COO', at: { accountId } })
    const { version } = await getPerson(ctx, id)
    expect((await peopleOfAccount(ctx, accountId)).rows[0]?.version).toBe(version)
    const edits = await Promise.allSettled([
      updatePerson(ctx, { id, version, title: 'CEO' }),
      updatePerson(colleague, { id, version, title: 'Retired' }),
    ])
    const first = edits.findIndex(({ status }) => status === 'fulfilled')
    expect(edits[1 - first]).toMatchObject({
      status: 'rejected',
      reason: { code: 'changed_meanwhile', more: { changed: { by: ['Ada Test', 'Bo Lind'][first] } } },
    })
    const now = await getPerson(ctx, id)
    expect(now.title).toBe(['CEO', 'Retired'][first])
    expect(edits[first]).toMatchObject({ value: { version: now.version } })
  })

  it('come and go at an account, and both are announced with their day', async () => {
    const ctx = await world.workspace()
    const { id: accountId } = await createAccount(ctx, { name: 'Harlow' })
    const { id } = await createPerson(ctx, {
      name: 'Tom Whitaker',
      at: { accountId, role: 'buyer', fromOn: '2025-02-01' },
    })
    const { id: roleId } = await addRole(ctx, { id, accountId, role: 'champion', fromOn: '2025-06-01' })
    await endRole(ctx, { id, roleId, toOn: '2026-10-01' })
    expect((await getPerson(ctx, id)).roles.map((role) => [role.role, role.presence])).toEqual([
      ['buyer', 'current'],
      ['champion', 'gone'],
    ])
    expect((await facts(ctx)).map((fact) => [fact.kind, fact.validAt.slice(0, 10)])).toEqual([
      ['person.arrived', '2025-02-01'],
      ['person.arrived', '2025-06-01'],
      ['person.left', '2026-10-01'],
    ])
    expect((await facts(ctx))[2]?.payload).toMatchObject({
      personId: id,
      role: 'champion',
      otherRoles: ['buyer'],
    })
  })

  it('of an account are listed with those who are there first, by their last word, then those gone', async () => {
    const ctx = await world.workspace()
    const { id: accountId } = await createAccount(ctx, { name: 'Harlow' })
    const make = (name: string, toOn?: string) =>
      createPerson(ctx, { name, at: { accountId, role: 'user' } }).then(async ({ id }) => {
        const [role] = (await getPerson(ctx, id)).roles
        if (toOn && role) await endRole(ctx, { id, roleId: role.id, toOn })
        return id
      })
    const [gone, silent, spoke] = [await make('Ann', '2026-01-01'), await make('Ben'), await make('Cleo')]
    await wrote(ctx, accountId, spoke, '2026-09-01T08:00:00Z')
    await wrote(ctx, accountId, silent, '2026-10-01T08:00:00Z', 'out')
    const { rows, total } = await peopleOfAccount(ctx, accountId)
    expect(rows.map((row) => [row.id, row.presence, row.lastWordAt])).toEqual([
      [spoke, 'current', '2026-09-01T08:00:00.000Z'],
      [silent, 'current', null],
      [gone, 'gone', null],
    ])
    expect(total).toBe(3)
    expect((await peopleOfAccount(ctx, accountId, 1)).total).toBe(3)
  })

  it('of a merged account are listed at the account that counts', async () => {
    const ctx = await world.workspace()
    const [a, b] = [await createAccount(ctx, { name: 'A' }), await createAccount(ctx, { name: 'B' })]
    const { id } = await createPerson(ctx, { name: 'Dana Ruiz', at: { accountId: a.id } })
    await mergeAccount(ctx, { id: a.id, intoId: b.id })
    expect((await peopleOfAccount(ctx, b.id)).rows.map((row) => row.id)).toEqual([id])
    expect((await getPerson(ctx, id)).roles[0]?.account.name).toBe('B')
  })

  it('merge into one with the parts and words of both, until it is taken back', async () => {
    const ctx = await world.workspace()
    const { id: accountId } = await createAccount(ctx, { name: 'Harlow' })
    const [a, b, c] = [
      await createPerson(ctx, { name: 'D. Ruiz', at: { accountId, role: 'user' } }),
      await createPerson(ctx, { name: 'Dana R', at: { accountId, role: 'champion' } }),
      await createPerson(ctx, { name: 'Dana Ruiz' }),
    ]
    await wrote(ctx, accountId, a.id, '2026-09-01T08:00:00Z')
    await mergePerson(ctx, { id: a.id, intoId: b.id })
    await mergePerson(ctx, { id: b.id, intoId: c.id })
    const { rows } = await peopleOfAccount(ctx, accountId)
    expect(rows).toMatchObject([{ id: c.id, lastWordAt: '2026-09-01T08:00:00.000Z' }])
    expect(rows[0]?.roles.map((role) => role.role).sort()).toEqual(['champion', 'user'])
    expect((await getPerson(ctx, a.id)).id).toBe(c.id)
    await expect(mergePerson(ctx, { id: a.id, intoId: c.id })).rejects.toMatchObject({ status: 409 })
    await expect(addRole(ctx, { id: c.id, accountId, role: 'user' })).rejects.toMatchObject({ status: 409 })
    await unmergePerson(ctx, { id: b.id })
    expect((await getPerson(ctx, a.id)).id).toBe(b.id)
    expect((await getPerson(ctx, c.id)).roles).toEqual([])
    await expect(unmergePerson(ctx, { id: b.id })).rejects.toMatchObject({ status: 409 })
  })

  it('never end up in a ring when two are merged into each other at once', async () => {
    const ctx = await world.workspace()
    const [a, b] = [await createPerson(ctx, { name: 'A' }), await createPerson(ctx, { name: 'B' })]
    const merges = await Promise.allSettled([
      mergePerson(ctx, { id: a.id, intoId: b.id }),
      mergePerson(ctx, { id: b.id, intoId: a.id }),
    ])
    const refused = merges.filter((merge) => merge.status === 'rejected')
    expect(refused).toMatchObject([{ reason: { status: 409, code: 'same_person' } }])
    const rows = await ctx.pg
      .selectFrom('person')
      .select(['id', 'rootId', 'mergedInto'])
      .where('workspaceId', '=', ctx.workspace)
      .execute()
    expect(rows.filter((row) => row.mergedInto === null)).toHaveLength(1)
    expect(new Set(rows.map((row) => row.rootId)).size).toBe(1)
  })

  it('of another workspace are neither seen nor changed', async () => {
    const [ours, theirs] = [await world.workspace(), await world.workspace()]
    const { id: accountId } = await createAccount(theirs, { name: 'Theirs' })
    const { id: ourAccount } = await createAccount(ours, { name: 'Ours' })
    const { id: our } = await createPerson(ours, { name: 'Our Person' })
    const { id } = await createPerson(theirs, { name: 'Not Ours', at: { accountId, role: 'user' } })
    const [role] = (await getPerson(theirs, id)).roles
    const missing = { status: 404 }
    await expect(getPerson(ours, id)).rejects.toMatchObject(missing)
    await expect(updatePerson(ours, { id, name: 'Mine' })).rejects.toMatchObject(missing)
    await expect(peopleOfAccount(ours, accountId)).rejects.toMatchObject(missing)
    await expect(mergePerson(ours, { id, intoId: our })).rejects.toMatchObject(missing)
    await expect(mergePerson(ours, { id: our, intoId: id })).rejects.toMatchObject(missing)
    await expect(unmergePerson(ours, { id })).rejects.toMatchObject(missing)
    await expect(addRole(ours, { id, accountId: ourAccount })).rejects.toMatchObject(missing)
    await expect(addRole(ours, { id: our, accountId })).rejects.toMatchObject(missing)
    await expect(
      endRole(ours, { id: our, roleId: role?.id ?? '', toOn: '2026-01-01' }),
    ).rejects.toMatchObject(missing)
    expect(await findPeople(ours, 'Not Ours', 10)).toEqual([])
    expect((await getPerson(theirs, id)).name).toBe('Not Ours')
  })

  it('are changed by a CSM but not by a viewer, and refuse what does not fit', async () => {
    const viewer = await world.workspace({ role: 'viewer' })
    await expect(createPerson(viewer, { name: 'X' })).rejects.toMatchObject({ status: 403 })
    const ctx = await world.workspace({ role: 'csm' })
    await expect(createPerson(ctx, {})).rejects.toMatchObject({
      status: 422,
      more: { errors: [{ path: 'name' }] },
    })
    await expect(createPerson(ctx, { name: 'X', email: 'nowhere' })).rejects.toMatchObject({
      more: { errors: [{ path: 'email' }] },
    })
    await expect(createPerson(ctx, { name: 'X', timeZone: 'Mars/Base' })).rejects.toMatchObject({
      more: { errors: [{ path: 'timeZone' }] },
    })
    const { id: accountId } = await createAccount(ctx, { name: 'Harlow' })
    const { id } = await createPerson(ctx, {
      name: 'X',
      email: 'X@Harlow.test',
      at: { accountId, role: 'user', fromOn: '2026-05-01' },
    })
    await expect(createPerson(ctx, { name: 'Y', email: 'x@harlow.TEST' })).rejects.toMatchObject({
      code: 'email_taken',
    })
    const [role] = (await getPerson(ctx, id)).roles
    await expect(endRole(ctx, { id, roleId: role?.id ?? '', toOn: '2026-04-30' })).rejects.toMatchObject({
      status: 422,
      more: { errors: [{ path: 'toOn' }] },
    })
  })

  it('keep custom fields of the kinds that were defined for people', async () => {
    const ctx = await world.workspace()
    await saveCustomField(ctx, {
      entity: 'person',
      key: 'tone',
      label: 'Tone',
      type: 'choice',
      options: ['warm'],
    })
    const { id } = await createPerson(ctx, { name: 'X', custom: { tone: 'warm' } })
    await expect(updatePerson(ctx, { id, custom: { tone: 'loud' } })).rejects.toMatchObject({ status: 422 })
    expect((await getPerson(ctx, id)).custom).toEqual({ tone: 'warm' })
  })

  it('are found by name, address or id in a source, with where they are', async () => {
    const ctx = await world.workspace()
    const { id: accountId } = await createAccount(ctx, { name: 'Harlow' })
    const { id } = await createPerson(ctx, {
      name: 'Dana Ruiz',
      email: 'dana@harlow.test',
      at: { accountId, role: 'user' },
    })
    await ctx.pg
      .insertInto('sourceRecord')
      .values({
        workspaceId: ctx.workspace,
        source: 'crm',
        entity: 'person',
        externalId: 'P-7',
        recordId: id,
        contentHash: Buffer.alloc(1),
      })
      .execute()
    for (const words of ['ruiz', 'dana@', 'P-7'])
      expect(await findPeople(ctx, words, 10)).toMatchObject([{ id, accounts: [{ name: 'Harlow' }] }])
    expect(await findPeople(ctx, '%', 10)).toEqual([])
  })
})
