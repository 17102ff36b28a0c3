import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { clusterOf } from '../../src/platform/db/embedded/postgres-home.ts'
import { owner, send } from './app.ts'
import { hasBrowser } from './browser.ts'
import { oneInstallation } from './installation.ts'

/** Use is told of days that are over as well. */
const yesterday = new Date(Date.now() - 86_400_000).toISOString()

describe.skipIf(!hasBrowser)('open pages', () => {
  const installation = oneInstallation()
  const { asOwner } = installation

  const untilLive = (page: Page) => page.getByText('Live', { exact: true }).waitFor()
  const mark = (page: Page) => page.evaluate(() => void Object.assign(window, { notLoadedAgain: true }))
  const wasNotLoadedAgain = (page: Page) => page.evaluate(() => 'notLoadedAgain' in window)

  async function openCustomer(page: Page, id: string): Promise<void> {
    await page.goto(`/customers/${id}`)
    await page.getByRole('region', { name: 'Usage' }).first().waitFor()
    await untilLive(page)
    await mark(page)
  }

  async function addCustomer(page: Page, name: string): Promise<string> {
    const { id } = (await send(page, 'POST', '/api/v1/accounts', { name })) as { id: string }
    return id
  }

  const openTicket = (page: Page, accountId: string) =>
    send(page, 'POST', '/api/v1/tickets', { accountId, subject: 'Nothing loads', priority: 1 })

  async function post(call: 'group' | 'track', body: object): Promise<void> {
    const answer = await fetch(`${installation.app.url}/v1/${call}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    expect(answer.status).toBe(200)
  }

  async function found(page: Page, name: string): Promise<string> {
    for (;;) {
      const [hit] = (await send(page, 'GET', `/api/v1/accounts?find=${name}`)) as { id: string }[]
      if (hit) return hit.id
    }
  }

  test('show what an event and a ticket change, without being loaded again', async () => {
    const [customer, today] = [await asOwner(), await asOwner()]
    const { key: writeKey } = (await send(customer, 'POST', '/api/v1/write-keys', {
      name: 'Backend',
      kind: 'server',
    })) as { key: string }
    await post('group', { writeKey, userId: 'first', groupId: 'acme', traits: { name: 'Acme' } })
    const id = await found(customer, 'Acme')
    await openCustomer(customer, id)
    await today.goto('/')
    await untilLive(today)
    await mark(today)

    await openTicket(customer, id)
    await customer.getByText('1 open').first().waitFor()
    await today.getByRole('listitem').filter({ hasText: 'Acme' }).first().waitFor()

    const track = (userId: string) =>
      post('track', {
        writeKey,
        userId,
        event: 'Report opened',
        timestamp: yesterday,
        context: { groupId: 'acme' },
      })
    const uses = customer.getByRole('row').filter({ hasText: 'Report opened' })
    await track('first')
    await uses.filter({ hasText: /opened1/ }).waitFor()
    await track('second')
    await uses.filter({ hasText: /opened2/ }).waitFor()

    expect([await wasNotLoadedAgain(customer), await wasNotLoadedAgain(today)]).toEqual([true, true])
  })

  test('go on when PostgreSQL was killed under them', async () => {
    const page = await asOwner()
    const id = await addCustomer(page, 'Globex')
    await openCustomer(page, id)
    const cluster = await clusterOf(installation.app.dataDir)
    const [pid] = (await readFile(join(cluster, 'postmaster.pid'), 'utf8')).split('\n')
    // What is asked while the store is away fails, and is asked again.
    page.removeAllListeners('console')
    const lost = page
      .getByText(/^Not live: last read/)
      .first()
      .waitFor()
    process.kill(Number(pid), 'SIGKILL')
    await lost
    await untilLive(page)
    await openTicket(page, id)
    await page.getByText('1 open').first().waitFor()
    expect(await wasNotLoadedAgain(page)).toBe(true)
  })

  test('lead to sign-in when the session ends elsewhere', async () => {
    const page = await asOwner()
    await openCustomer(page, await addCustomer(page, 'Initech'))
    const second = await page.context().newPage()
    await send(second, 'DELETE', '/api/v1/session')
    await page.waitForURL('**/sign-in**')
    await send(second, 'POST', '/api/v1/session', { email: owner.email, password: owner.password })
  })
})
