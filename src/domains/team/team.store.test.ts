import { describe, expect, it } from 'vitest'
import { openTestApp, type Answer } from '../../../test/harness/app.ts'
import { issueSetupToken } from './actions.ts'

const app = await openTestApp()
const ours = { 'x-requested-with': 'mainstay' }
const password = 'a sentence is easy to keep'

const cookieOf = (answer: Answer) => answer.headers.get('set-cookie')?.split(';')[0] ?? ''

describe('first run', () => {
  it('creates the owner with the one-time token, once', async () => {
    const token = await issueSetupToken(app)
    expect(token).not.toBeNull()
    const owner = { email: 'Owner@Example.test', name: 'Ona', password, workspace: 'Snap', currency: 'EUR' }
    expect((await app.send('GET', '/api/v1/setup')).body).toEqual({ needed: true })
    expect((await app.send('POST', '/api/v1/setup', { ...owner, token: 'guess' }, ours)).status).toBe(403)
    expect(
      (await app.send('POST', '/api/v1/setup', { ...owner, token, password: 'short' }, ours)).status,
    ).toBe(422)
    const made = await app.send('POST', '/api/v1/setup', { ...owner, token }, ours)
    expect(made.status).toBe(204)
    expect(made.headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Lax/)
    const session = await app.send('GET', '/api/v1/session', undefined, { cookie: cookieOf(made) })
    expect(session.body).toMatchObject({
      user: { email: 'owner@example.test' },
      role: 'owner',
      workspace: { currency: 'EUR' },
    })
    expect(
      (await app.send('POST', '/api/v1/setup', { ...owner, email: 'b@example.test', token }, ours)).status,
    ).toBe(403)
    expect(await issueSetupToken(app)).toBeNull()
    expect((await app.send('GET', '/api/v1/setup')).body).toEqual({ needed: false })
  })
})

describe('signing in', () => {
  it('says the same for a wrong password and an unknown address, and stops after too many tries', async () => {
    const wrong = { email: 'owner@example.test', password: 'not the sentence' }
    const unknown = { email: 'nobody@example.test', password: 'not the sentence' }
    const [a, b] = [
      await app.send('POST', '/api/v1/session', wrong, ours),
      await app.send('POST', '/api/v1/session', unknown, ours),
    ]
    expect([a.status, b.status]).toEqual([401, 401])
    expect((a.body as { detail: string }).detail).toBe((b.body as { detail: string }).detail)
    let limited: Answer | undefined
    for (let i = 0; i < 12 && limited?.status !== 429; i += 1)
      limited = await app.send('POST', '/api/v1/session', wrong, ours)
    expect(limited?.status).toBe(429)
    expect(Number(limited?.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  it('refuses what another site sends along with the cookie', async () => {
    const ctx = await app.workspace()
    const send = await app.as(ctx)
    const foreign = await send(
      'PATCH',
      '/api/v1/workspace',
      { name: 'Taken' },
      { origin: 'https://evil.test' },
    )
    expect(foreign.status).toBe(403)
    const bare = await send('PATCH', '/api/v1/workspace', { name: 'Taken' }, { 'x-requested-with': '' })
    expect(bare.status).toBe(403)
    expect((await send('PATCH', '/api/v1/workspace', { name: 'Mine' })).status).toBe(204)
    expect((await send('GET', '/api/v1/workspace')).body).toMatchObject({ name: 'Mine' })
  })

  it('ends with signing out', async () => {
    const ctx = await app.workspace()
    const send = await app.as(ctx)
    expect((await send('GET', '/api/v1/session')).status).toBe(200)
    expect((await send('DELETE', '/api/v1/session')).status).toBe(204)
    expect((await send('GET', '/api/v1/session')).status).toBe(401)
  })
})

describe('the team', () => {
  it('grows by invitation, which works once and never above the role of who invites', async () => {
    const admin = await app.as(await app.workspace({ role: 'admin' }))
    expect(
      (await admin('POST', '/api/v1/invitations', { email: 'x@example.test', role: 'owner' })).status,
    ).toBe(403)
    const made = await admin('POST', '/api/v1/invitations', { email: 'csm@example.test', role: 'csm' })
    expect(made.status).toBe(201)
    const token = (made.body as { url: string }).url.split('#')[1]
    const preview = await app.send('POST', '/api/v1/invitation/preview', { token }, ours)
    expect(preview.body).toMatchObject({ email: 'csm@example.test', role: 'csm', known: false })
    const accepted = await app.send(
      'POST',
      '/api/v1/invitation/accept',
      { token, name: 'Cem', password },
      ours,
    )
    expect(accepted.status).toBe(204)
    expect(
      (await app.send('POST', '/api/v1/invitation/accept', { token, name: 'Cem', password }, ours)).status,
    ).toBe(403)
    const session = await app.send('GET', '/api/v1/session', undefined, { cookie: cookieOf(accepted) })
    expect(session.body).toMatchObject({ role: 'csm', user: { name: 'Cem' } })
  })

  it('keeps an owner', async () => {
    const ctx = await app.workspace()
    const send = await app.as(ctx)
    const alone = await send('PATCH', `/api/v1/members/${ctx.userId}`, { role: 'viewer' })
    expect(alone.status).toBe(403)
    expect((alone.body as { detail: string }).detail).toMatch(/needs an owner/)
    expect((await send('DELETE', `/api/v1/members/${ctx.userId}`)).status).toBe(403)
  })
})

describe('API keys', () => {
  it('are shown once, do what their scopes and role allow, and stop when revoked', async () => {
    const send = await app.as(await app.workspace())
    const made = await send('POST', '/api/v1/api-keys', { name: 'Reader', role: 'csm', scopes: ['read'] })
    const { id, key } = made.body as { id: string; key: string }
    expect(JSON.stringify((await send('GET', '/api/v1/api-keys')).body)).not.toContain(key)
    const bearer = { authorization: `Bearer ${key}` }
    expect((await app.send('GET', '/api/v1/accounts?find=a', undefined, bearer)).status).toBe(200)
    expect((await app.send('POST', '/api/v1/accounts', { name: 'A' }, bearer)).status).toBe(403)
    expect((await app.send('GET', '/api/v1/api-keys', undefined, bearer)).status).toBe(403)
    expect((await send('DELETE', `/api/v1/api-keys/${id}`)).status).toBe(204)
    expect((await app.send('GET', '/api/v1/accounts?find=a', undefined, bearer)).status).toBe(401)
  })
})

describe('an API key', () => {
  it('makes neither keys nor members, whatever its scopes', async () => {
    const send = await app.as(await app.workspace())
    const made = await send('POST', '/api/v1/api-keys', {
      name: 'Setter',
      role: 'admin',
      scopes: ['settings'],
    })
    const bearer = { authorization: `Bearer ${(made.body as { key: string }).key}` }
    const wider = { name: 'Wider', role: 'admin', scopes: ['read', 'write', 'import', 'settings'] }
    expect((await app.send('POST', '/api/v1/api-keys', wider, bearer)).status).toBe(403)
    const guest = { email: 'guest@example.test', role: 'admin' }
    expect((await app.send('POST', '/api/v1/invitations', guest, bearer)).status).toBe(403)
  })
})

describe('the API', () => {
  it('refuses characters that cannot be stored, as a fault of the input', async () => {
    const send = await app.as(await app.workspace())
    for (const name of ['a\u0000b', 'half \ud800'])
      expect(await send('POST', '/api/v1/accounts', { name })).toMatchObject({ status: 422 })
    expect(await send('GET', '/api/v1/accounts?find=%00')).toMatchObject({ status: 422 })
  })

  it('answers malformed JSON, too much of it, and unknown addresses with a problem document', async () => {
    const send = await app.as(await app.workspace())
    const json = { 'content-type': 'application/json' }
    const broken = await send('POST', '/api/v1/accounts', '{"name":', json)
    expect(broken).toMatchObject({ status: 400, body: { code: 'malformed_json' } })
    expect(broken.headers.get('content-type')).toMatch('application/problem+json')
    const large = await send('POST', '/api/v1/accounts', `{"name":"${'x'.repeat(1_100_000)}"}`, json)
    expect(large).toMatchObject({ status: 413, body: { code: 'too_large' } })
    const empty = await send('POST', '/api/v1/accounts', {})
    expect(empty).toMatchObject({ status: 422, body: { code: 'invalid_input', errors: [{ path: 'name' }] } })
    expect(await send('GET', '/api/v1/nothing')).toMatchObject({
      status: 404,
      body: { code: 'no_such_route' },
    })
  })

  it('takes no three letters for a currency that is none', async () => {
    const send = await app.as(await app.workspace())
    expect((await send('PATCH', '/api/v1/workspace', { currency: 'XXQ' })).status).toBe(422)
    expect((await send('PATCH', '/api/v1/workspace', { currency: 'JPY' })).status).toBe(204)
  })

  it('sends a strict content security policy and keeps API answers out of caches', async () => {
    const answer = await app.send('GET', '/api/v1/setup')
    expect(answer.headers.get('content-security-policy')).toContain("script-src 'self'")
    expect(answer.headers.get('content-security-policy')).not.toContain('unsafe')
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })
})
