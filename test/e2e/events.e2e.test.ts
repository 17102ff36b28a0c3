import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Page } from 'playwright-core'
import { beforeEach, describe, expect, test } from 'vitest'
import { send } from './app.ts'
import { hasBrowser, sidewaysScroll, violations } from './browser.ts'
import { oneInstallation } from './installation.ts'

const run = promisify(execFile)

describe.skipIf(!hasBrowser)('events in a browser', () => {
  const installation = oneInstallation()
  let page: Page
  let key: string

  const code = () => page.locator('pre').first().innerText()
  const sendBatch = async (batch: object[]) => {
    const response = await fetch(`${installation.app.url}/v1/batch`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ batch }),
    })
    expect(response.status).toBe(200)
  }

  beforeEach(async () => {
    page = await installation.asOwner()
  })

  test('leads from an empty explorer over a new key and copied code to the own event', async () => {
    await page.goto('/events')
    await page.getByText('No event has come yet.').waitFor()
    await page.getByRole('button', { name: 'Write keys' }).click()
    await page.getByText('No write key exists.').waitFor()
    await page.getByRole('button', { name: 'New write key' }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill('Backend')
    await page.keyboard.press('Enter')
    await page.getByText('Waiting for the first event …').waitFor()
    key = await page.getByRole('textbox', { name: 'Key “Backend”' }).inputValue()
    expect(await violations(page)).toEqual([])

    await run('bash', ['-c', await code()])
    const first = page.getByRole('listitem').filter({ hasText: 'Report opened' })
    await first.getByText('Counts as “Report opened” for company-123').waitFor()

    await page.getByRole('button', { name: 'Node', exact: true }).click()
    await run(process.execPath, ['--input-type=module', '-e', await code()])
    await page.getByText('Describes a user: Ada Byron.').waitFor()
    await page.getByText(/Puts its user into the group .company-123., which is/).waitFor()
    await page.reload()
    expect(await page.content()).not.toContain(key)
  })

  test('shows what arrives, narrowed by the keyboard, with where it counts', async () => {
    await sendBatch([
      { type: 'track', userId: 'stranger', event: 'Export started', properties: { rows: 3 } },
      { type: 'track', userId: 'user-123', event: 'Photo linked' },
    ])
    await page.goto('/events?state=waiting')
    const grid = page.getByRole('grid', { name: 'Stream' })
    await grid.getByRole('row').filter({ hasText: 'Export started' }).waitFor()
    expect(await grid.getByText('Photo linked').count()).toBe(0)
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    const detail = page.getByRole('complementary', { name: 'About this event' })
    await detail.getByText('Waits: nothing says to which customer its user belongs.').waitFor()
    expect(await detail.locator('pre').innerText()).toContain('"rows": 3')
    expect(await violations(page)).toEqual([])

    await sendBatch([{ type: 'track', userId: 'stranger', event: 'Export ended' }])
    await page.getByRole('button', { name: 'Show 1 new event' }).click()
    await grid.getByRole('row').filter({ hasText: 'Export ended' }).waitFor()

    await page.goto('/events?tab=waiting')
    await page.getByText('2 events count for nobody yet').waitFor()
    await page.getByRole('row', { name: /stranger.*nobody knows who it is/ }).waitFor()
    await page.goto('/events?tab=names')
    await page.getByRole('row').filter({ hasText: 'Export started' }).click()
    await page.getByRole('row', { name: /rows number 3 1/ }).waitFor()
  })

  test('features that matter are chosen by their reach, and breadth of use counts them down to the event', async () => {
    await page.goto('/settings/features')
    await page.getByRole('button', { name: 'New use case' }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill('Daily work')
    const features = page.getByRole('table', { name: 'How far features reach' })
    await features.getByRole('checkbox', { name: 'Photo linked' }).click()
    await features.getByRole('checkbox', { name: 'Report opened' }).click()
    await page.getByText('Breadth will be counted of 2 features').waitFor()
    expect(await violations(page)).toEqual([])
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('row', { name: /Daily work all others/ }).waitFor()

    const [customer] = (await send(page, 'GET', '/api/v1/accounts?find=company-123')) as { id: string }[]
    await page.goto(`/customers/${customer?.id}`)
    const usage = page.getByRole('region', { name: 'Usage' })
    await usage.getByText('that matter for “Daily work”').waitFor()
    expect(await usage.getByText('Unused: none of them').count()).toBe(1)
    const breadth = usage.locator('dl > div').filter({ hasText: 'Breadth' })
    await breadth.getByRole('button', { name: '1 piece of evidence' }).click()
    await page.getByRole('dialog').getByRole('link', { name: '2 of 2 features used' }).click()
    await usage.getByRole('button', { name: /^Show what/ }).click()
    const day = page.getByRole('dialog', { name: /^Use on/ })
    await day.getByRole('row', { name: /Photo linked Ada Byron/ }).waitFor()
    expect(await violations(page)).toEqual([])
    await day.getByRole('link', { name: 'In the event explorer' }).click()
    await page.getByRole('grid', { name: 'Stream' }).getByText('Photo linked').waitFor()
  })

  test('mends a rejected event, says why it is still refused, and puts another aside', async () => {
    await sendBatch([
      { type: 'track', userId: 'user-123' },
      { type: 'nothing', userId: 'user-123' },
    ])
    await page.goto('/events?tab=rejected')
    const nameless = page.getByRole('listitem').filter({ hasText: 'needs its name' })
    await nameless.getByRole('button', { name: 'Mend and try again' }).click()
    const text = page.getByRole('textbox', { name: 'The event as JSON' })
    await text.fill('{"type":"track","userId":"user-123"')
    await page.getByRole('button', { name: 'Try again' }).last().click()
    await page.getByText('is not valid JSON').first().waitFor()
    await text.fill('{"type":"track","userId":"user-123","event":"Mended"}')
    await page.getByRole('button', { name: 'Try again' }).last().click()
    await nameless.waitFor({ state: 'detached' })
    const typeless = page.getByRole('listitem').filter({ hasText: 'The type is one of' })
    await typeless.getByRole('button', { name: 'Put aside' }).click()
    await page.getByText('No rejected event is open.').waitFor()
    const { rows } = (await send(page, 'GET', '/api/v1/events/explore?name=Mended')) as { rows: unknown[] }
    expect(rows).toHaveLength(1)
  })

  test('changes the origins of a browser key, and revokes with what stops', async () => {
    await page.goto('/settings/write-keys')
    await page.getByRole('button', { name: 'New write key' }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill('Web app')
    await page.getByRole('button', { name: 'Browser' }).click()
    await page.getByRole('textbox', { name: 'Origins' }).fill('app.example.com')
    await page.getByRole('button', { name: 'Make the key' }).click()
    await page.getByRole('textbox', { name: 'Origins' }).and(page.locator('[aria-invalid=true]')).waitFor()
    await page.getByRole('textbox', { name: 'Origins' }).fill('https://app.example.com')
    await page.getByRole('button', { name: 'Make the key' }).click()
    await page.getByText('AnalyticsBrowser.load').waitFor()
    const row = page.getByRole('row').filter({ hasText: 'Web app' })
    await row.getByRole('button', { name: 'Change' }).click()
    await page
      .getByRole('textbox', { name: 'Origins' })
      .fill('https://app.example.com\nhttps://two.example.com')
    await page.getByRole('button', { name: 'Save' }).click()
    await row.getByText('https://app.example.com, https://two.example.com').waitFor()

    const backend = page.getByRole('row').filter({ hasText: 'Backend' })
    await backend.getByRole('button', { name: 'Revoke' }).click()
    await page.getByText(/It brought \d+ events in the last 24 hours/).waitFor()
    await page.getByRole('button', { name: 'Revoke' }).last().click()
    await backend.getByText(/^revoked/).waitFor()
  })

  test('has no fault that axe finds in the dark, and fits 390 px', async () => {
    for (const path of ['/events', '/events?tab=names', '/settings/features', '/settings/write-keys']) {
      await page.goto(path)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await page.evaluate(() => (document.documentElement.dataset.theme = 'dark'))
      expect({ path, found: await violations(page) }).toMatchObject({ found: [] })
      await page.setViewportSize({ width: 390, height: 844 })
      expect({ path, sideways: await sidewaysScroll(page) }).toEqual({ path, sideways: 0 })
      await page.setViewportSize({ width: 1440, height: 900 })
    }
  })
})
