import { describe, expect, it } from 'vitest'
import { openTestApp, type Send } from '../../../test/harness/app.ts'
import { workOff } from '../../../test/harness/jobs.ts'
import type { Ctx } from '../../platform/context.ts'
import type { z } from 'zod'
import type {
  EventNames,
  EventProperties,
  EventVolume,
  ExploredPage,
  KeyActivity,
  RejectReason,
  WaitingEvents,
} from './schema/explore.ts'

const app = await openTestApp()
const page = 'https://app.example.com'

type Tenant = { ctx: Ctx; send: Send; server: string; browser: string; serverId: string; browserId: string }

async function tenant(): Promise<Tenant> {
  const ctx = await app.workspace()
  const send = await app.as(ctx)
  const make = async (body: object) =>
    (await send('POST', '/api/v1/write-keys', body)).body as { id: string; key: string }
  const server = await make({ name: 'Backend', kind: 'server' })
  const browser = await make({ name: 'Pages', kind: 'browser', origins: [page] })
  return {
    ctx,
    send,
    server: server.key,
    serverId: server.id,
    browser: browser.key,
    browserId: browser.id,
  }
}

const basic = (key: string) => ({ authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}` })
const post = (key: string, events: object[], headers: Record<string, string> = {}) =>
  app.send('POST', '/v1/batch', { batch: events }, { ...basic(key), ...headers })
const get = async <T extends z.ZodType>({ send }: Tenant, path: string): Promise<z.output<T>> => {
  const { status, body } = await send('GET', `/api/v1${path}`)
  expect({ path, status }).toEqual({ path, status: 200 })
  return body as z.output<T>
}
const explore = (of: Tenant, query = '') => get<typeof ExploredPage>(of, `/events/explore${query}`)

let serial = 0
const track = (event: string, more: object = {}) => ({
  type: 'track',
  event,
  userId: 'u1',
  messageId: `m${(serial += 1)}`,
  ...more,
})
const inGroup = (groupId: string) => ({ context: { groupId } })

describe('the explorer', () => {
  it('tells where each event counts, by the rule that counted it', async () => {
    const one = await tenant()
    await post(one.server, [
      { type: 'group', userId: 'u1', groupId: 'acme', traits: { name: 'Acme' } },
      track('Report opened'),
      track('Named', { userId: 'u2', ...inGroup('globex') }),
      track('Lost', { userId: 'nobody' }),
      { type: 'identify', userId: 'u3', traits: { name: 'Ada', email: 'ada@example.com' } },
    ])
    await post(one.browser, [track('From a page', { userId: 'u4', ...inGroup('forged') })], { origin: page })
    const before = await explore(one)
    expect(before.rows.find(({ name }) => name === 'Report opened')?.place.state).toBe('counting')
    await workOff(app)
    const { rows, next } = await explore(one)
    const said = Object.fromEntries(
      rows.map(({ name, type, place, key }) => [
        name || type,
        [place.state, place.by, place.account?.name ?? null, key?.name],
      ]),
    )
    expect(said).toEqual({
      group: ['none', 'group', 'Acme', 'Backend'],
      'Report opened': ['counted', 'membership', 'Acme', 'Backend'],
      Named: ['counted', 'group', 'globex', 'Backend'],
      Lost: ['waiting', 'person', null, 'Backend'],
      identify: ['none', 'person', null, 'Backend'],
      'From a page': ['waiting', 'group', null, 'Pages'],
    })
    expect(next).toBeNull()
    expect(rows.find(({ type }) => type === 'identify')?.person?.name).toBe('Ada')
  })

  it('finds by type, name, key, user, customer and state', async () => {
    const one = await tenant()
    await post(one.server, [
      track('A', { userId: 'u1', anonymousId: 'anon', ...inGroup('acme') }),
      track('B', { userId: undefined, anonymousId: 'anon' }),
      track('A', { userId: 'u2' }),
      { type: 'page', userId: 'u1', name: 'Home' },
    ])
    await workOff(app)
    const names = async (query: string) =>
      (await explore(one, query)).rows.map(({ type, name }) => `${type} ${name}`).sort()
    const acme = (await explore(one)).rows.find(({ place }) => place.account)?.place.account?.id
    expect(await names('?type=page')).toEqual(['page Home'])
    expect(await names('?name=A')).toEqual(['track A', 'track A'])
    expect(await names(`?key=${one.browserId}`)).toEqual([])
    expect(await names('?user=u1')).toEqual(['page Home', 'track A', 'track B'])
    expect(await names('?user=anon')).toEqual(['page Home', 'track A', 'track B'])
    expect(await names(`?account=${acme}`)).toEqual(['track A'])
    expect(await names('?state=waiting')).toEqual(['page Home', 'track A', 'track B'])
    expect(await names('?since=2999-01-01T00:00:00Z')).toEqual([])
    const refused = await one.send('GET', '/api/v1/events/explore?before=nonsense')
    expect(refused.status).toBe(422)
  })

  it('reaches every event once, page by page, also where only some are wanted', async () => {
    const one = await tenant()
    await post(
      one.server,
      Array.from({ length: 23 }, (_, i) =>
        track(`E${i}`, i % 3 === 0 ? inGroup('acme') : { userId: `u${i}` }),
      ),
    )
    await workOff(app)
    const all = async (filter: string) => {
      const names: string[] = []
      let next: string | null = ''
      while (next !== null) {
        const query = `?limit=4${filter}${next && `&before=${encodeURIComponent(next)}`}`
        const found: z.output<typeof ExploredPage> = await explore(one, query)
        names.push(...found.rows.map(({ name }) => name))
        next = found.next
      }
      return names
    }
    expect((await all('')).toSorted()).toEqual(Array.from({ length: 23 }, (_, i) => `E${i}`).toSorted())
    expect((await all('&state=counted')).length).toBe(8)
    expect((await all('&state=waiting')).length).toBe(15)
  })

  it('sums by source, by name, by property, by reason, and what waits', async () => {
    const one = await tenant()
    await post(one.server, [
      track('Export', { properties: { rows: 3, kind: 'csv' }, ...inGroup('acme') }),
      track('Export', { properties: { rows: 'many' }, userId: 'u2', ...inGroup('acme') }),
      track('Alone', { userId: 'u9' }),
      { type: 'track', userId: 'u1' },
      { type: 'track', userId: 'u1' },
      { type: 'nothing', userId: 'u1' },
    ])
    await post(one.browser, [track('Elsewhere', { userId: 'u5', ...inGroup('forged') })], { origin: page })
    await workOff(app)

    const { starts, sources } = await get<typeof EventVolume>(one, '/events/volume?by=hour')
    expect(starts).toHaveLength(48)
    const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0)
    expect(sources.map(({ key, events, rejected }) => [key?.name, sum(events), sum(rejected)])).toEqual([
      ['Backend', 3, 3],
      ['Pages', 1, 0],
    ])

    const { names, total } = await get<typeof EventNames>(one, '/events/names')
    expect(total).toBe(3)
    expect(names[0]).toMatchObject({ name: 'Export', events: 2, users: 2, accounts: 1, feature: 'Export' })
    expect(names.find(({ name }) => name === 'Alone')?.accounts).toBe(0)

    const found = await get<typeof EventProperties>(one, '/events/properties?type=track&name=Export')
    expect(found.looked).toBe(2)
    expect(found.properties.map(({ name, events }) => [name, events])).toEqual([
      ['rows', 2],
      ['kind', 1],
    ])
    expect(found.properties[0]?.types.toSorted((a, b) => (a.type < b.type ? -1 : 1))).toEqual([
      { type: 'number', events: 1 },
      { type: 'text', events: 1 },
    ])
    expect(found.properties[0]?.examples.toSorted()).toEqual(['"many"', '3'])

    const reasons = await get<z.ZodArray<typeof RejectReason>>(one, '/events/rejected/reasons')
    expect(reasons.map(({ reason, open }) => [reason, open])).toEqual([
      ['no_name', 2],
      ['unknown_type', 1],
    ])
    const { rows } = await get<z.ZodObject<{ rows: z.ZodArray<z.ZodObject> }>>(
      one,
      '/events/rejected?reason=unknown_type',
    )
    expect(rows).toHaveLength(1)

    const waiting = await get<typeof WaitingEvents>(one, '/events/waiting')
    expect(waiting).toMatchObject({
      events: 2,
      capped: false,
      groupsTotal: 1,
      groups: [{ groupId: 'forged', byServer: false }],
      usersTotal: 1,
      users: [{ kind: 'user', externalId: 'u9', person: null, accounts: 0 }],
    })

    const activity = await get<z.ZodArray<typeof KeyActivity>>(one, '/write-keys/activity')
    expect(activity.map(({ id, events, rejected }) => [id, events, rejected])).toEqual([
      [one.serverId, 3, 3],
      [one.browserId, 1, 0],
    ])
    expect(activity[0]?.lastAt).toMatch(/^20.*Z$/)
  })

  it('shows nothing of another workspace', async () => {
    const [one, other] = [await tenant(), await tenant()]
    await post(one.server, [track('Secret', inGroup('acme')), { type: 'track', userId: 'u1' }])
    await workOff(app)
    const account = (await explore(one)).rows[0]?.place.account?.id
    expect((await explore(other)).rows).toEqual([])
    expect((await explore(other, '?user=u1')).rows).toEqual([])
    expect((await other.send('GET', `/api/v1/events/explore?account=${account}`)).status).toBe(404)
    expect((await get<typeof EventVolume>(other, '/events/volume')).sources).toEqual([])
    expect((await get<typeof EventNames>(other, '/events/names')).names).toEqual([])
    expect((await get<typeof WaitingEvents>(other, '/events/waiting')).events).toBe(0)
  })
})

describe('a write key', () => {
  it('changes its name and origins, and a server key has none', async () => {
    const one = await tenant()
    const change = (id: string, body: object) => one.send('PATCH', `/api/v1/write-keys/${id}`, body)
    expect((await change(one.browserId, { origins: ['https://new.example.com'] })).status).toBe(204)
    const refused = await post(one.browser, [track('Late')], { origin: page })
    expect(refused.status).toBe(403)
    const taken = await post(one.browser, [track('Now')], { origin: 'https://new.example.com' })
    expect(taken.status).toBe(200)
    expect((await change(one.serverId, { origins: [page] })).status).toBe(422)
    expect((await change(one.serverId, { name: 'Renamed' })).status).toBe(204)
    const keys = (await one.send('GET', '/api/v1/write-keys')).body as { name: string }[]
    expect(keys.map(({ name }) => name)).toEqual(['Renamed', 'Pages'])
    const other = await tenant()
    expect((await other.send('PATCH', `/api/v1/write-keys/${one.serverId}`, { name: 'Mine' })).status).toBe(
      404,
    )
  })
})
