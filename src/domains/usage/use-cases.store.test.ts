import { describe, expect, it } from 'vitest'
import { bodyOf, openTestApp, type Send } from '../../../test/harness/app.ts'
import type { Ctx } from '../../platform/context.ts'
import { newId } from '../../platform/ids.ts'
import { createAccount, mergeAccount } from '../accounts/actions.ts'
import { rollUpAll } from './actions/roll-up.ts'
import { usageReaders } from './jobs.ts'
import { UsageFeatures, UseCase } from './schema.ts'

const app = await openTestApp()

async function used(ctx: Ctx, uses: readonly (readonly [accountId: string, feature: string])[]) {
  await ctx.ch.insert({
    table: 'usage_count',
    format: 'JSONEachRow',
    values: uses.map(([account, feature], index) => ({
      workspace_id: ctx.workspace,
      account_id: account,
      day: '2026-10-18',
      row_key: `row ${index}`,
      feature,
      users: [],
      count: 1,
      seconds: 0,
      errors: 0,
      import_id: newId(),
      version: 1,
      deleted: 0,
      recorded_at: '2026-11-02 00:00:00',
      recorded_from: 'file',
    })),
  })
  await rollUpAll(ctx)
}

const account = async (ctx: Ctx, segment?: string) =>
  (await createAccount(ctx, { name: `Account ${newId()}`, ...(segment ? { segment } : {}) })).id

async function breadthOf(ctx: Ctx, id: string) {
  const readings = (await usageReaders[0]?.compute(ctx, [id], ctx.clock())) ?? []
  const { value, n, detail } = readings.find(({ code }) => code === 'usage.breadth')!
  return { value, n, detail }
}

const useCase = (more: object = {}) => ({ name: 'Shops', segments: ['Retail'], features: ['till'], ...more })
const listed = async (send: Send) => UseCase.array().parse((await send('GET', '/api/v1/use-cases')).body)

describe('use cases', () => {
  it('say which features count as breadth: those of the segment, else of all others, else all seen', async () => {
    const ctx = await app.workspace()
    const send = await app.as(ctx)
    const [shop, bank, none] = [await account(ctx, 'Retail'), await account(ctx, 'Banks'), await account(ctx)]
    await used(ctx, [
      [shop, 'till'],
      [shop, 'reports'],
      [bank, 'reports'],
      [none, 'export'],
    ])
    expect(await breadthOf(ctx, bank)).toMatchObject({
      value: 1 / 3,
      n: 3,
      detail: { chosen: false, useCase: null },
    })
    await ctx.pg.deleteFrom('readingDue').where('workspaceId', '=', ctx.workspace).execute()
    await send('POST', '/api/v1/use-cases', useCase({ features: ['till', 'stock', 'till'] }))
    const due = await ctx.pg
      .selectFrom('readingDue')
      .select(['accountId', 'readers'])
      .where('workspaceId', '=', ctx.workspace)
      .orderBy('accountId')
      .execute()
    expect(due).toEqual([shop, bank, none].sort().map((accountId) => ({ accountId, readers: ['usage'] })))
    await send('POST', '/api/v1/use-cases', { name: 'Others', segments: null, features: ['reports'] })
    expect(await breadthOf(ctx, shop)).toMatchObject({
      value: 0.5,
      n: 2,
      detail: { chosen: true, used: 1, of: 2, unused: ['stock'], useCase: { name: 'Shops' } },
    })
    expect(await breadthOf(ctx, bank)).toMatchObject({ value: 1, detail: { useCase: { name: 'Others' } } })
    expect(await breadthOf(ctx, none)).toMatchObject({ value: 0, n: 1 })
    expect((await listed(send)).map(({ name, accounts }) => [name, accounts])).toEqual([
      ['Shops', 1],
      ['Others', 2],
    ])
  })

  it('leave no doubt about which one is that of a customer', async () => {
    const send = await app.as(await app.workspace())
    const first = await send('POST', '/api/v1/use-cases', useCase())
    expect(first.status).toBe(201)
    const refused = async (body: object) => {
      const answer = await send('POST', '/api/v1/use-cases', body)
      return [answer.status, (answer.body as { code: string }).code]
    }
    expect(await refused(useCase({ name: 'shops', segments: ['Other'] }))).toEqual([409, 'name_taken'])
    expect(await refused(useCase({ name: 'Two', segments: ['X', 'Retail'] }))).toEqual([409, 'segment_taken'])
    await send('POST', '/api/v1/use-cases', useCase({ name: 'All others', segments: null }))
    expect(await refused(useCase({ name: 'Again', segments: null }))).toEqual([409, 'default_taken'])
    expect(await refused(useCase({ name: 'Nothing', segments: ['Y'], features: [] }))).toEqual([
      422,
      'invalid_input',
    ])
    expect(await listed(send)).toHaveLength(2)
  })

  it('are changed and removed only upon what was read, by a leader', async () => {
    const ctx = await app.workspace()
    const send = await app.as(ctx)
    await send('POST', '/api/v1/use-cases', useCase())
    const [one] = await listed(send)
    const address = `/api/v1/use-cases/${one!.id}`
    const changed = await send('PATCH', address, { features: ['till', 'stock'], version: one!.version })
    expect(changed.status).toBe(200)
    const late = await send('PATCH', address, { name: 'Stores', version: one!.version })
    expect(late.status).toBe(409)
    expect((late.body as { detail: string }).detail).toContain('Ada Test changed this')
    const read = bodyOf(UseCase, await send('GET', address))
    expect(read).toMatchObject({ name: 'Shops', features: ['till', 'stock'] })
    expect((await send('DELETE', `${address}?version=${one!.version}`)).status).toBe(409)
    expect((await send('DELETE', `${address}?version=${read.version}`)).status).toBe(204)
    expect((await send('GET', address)).status).toBe(404)
    const csm = await app.as(await app.workspace({ role: 'csm' }))
    expect((await csm('POST', '/api/v1/use-cases', useCase())).status).toBe(403)
  })

  it('can be chosen by reach, overall and inside segments', async () => {
    const ctx = await app.workspace()
    const send = await app.as(ctx)
    const [one, two, alias, bank] = [
      await account(ctx, 'Retail'),
      await account(ctx, 'Retail'),
      await account(ctx, 'Banks'),
      await account(ctx, 'Banks'),
    ]
    await mergeAccount(ctx, { id: alias, intoId: one })
    await used(ctx, [
      [one, 'till'],
      [alias, 'till'],
      [two, 'reports'],
      [bank, 'till'],
    ])
    const read = async (query: string) =>
      bodyOf(UsageFeatures, await send('GET', `/api/v1/usage/features${query}`))
    const overall = await read('')
    expect(overall).toMatchObject({ accounts: 3, segments: null })
    expect(overall.features).toMatchObject([
      { feature: 'till', accounts: 2, share: 2 / 3, inSegments: null },
      { feature: 'reports', accounts: 1 },
    ])
    const inside = await read('?segment=Retail')
    expect(inside.segments).toEqual({ names: ['Retail'], accounts: 2 })
    expect(inside.features).toMatchObject([
      { feature: 'till', accounts: 2, inSegments: { accounts: 1, accountsEver: 1, share: 0.5 } },
      { feature: 'reports', accounts: 1, inSegments: { accounts: 1, share: 0.5 } },
    ])
    const both = await read('?segment=Retail&segment=Banks')
    expect(both.features[0]).toMatchObject({ accounts: 2, inSegments: { accounts: 2 } })
    expect((await read('?segment=Nobody')).features[0]?.inSegments).toEqual({
      accounts: 0,
      accountsEver: 0,
      share: null,
      low: null,
      high: null,
    })
    const other = bodyOf(
      UsageFeatures,
      await (
        await app.as(await app.workspace())
      )('GET', '/api/v1/usage/features'),
    )
    expect(other.features).toEqual([])
  })
})
