import { describe, expect, test } from 'vitest'
import { ownerPage, send, startApp } from './app.ts'
import { hasBrowser, launchBrowser } from './browser.ts'

describe.skipIf(!hasBrowser)('while Mainstay is stopped', () => {
  test('a page says so in plain words, and nothing of what the browser calls it', async () => {
    const app = await startApp()
    const browser = await launchBrowser()
    let stopped = false
    try {
      const page = await ownerPage(browser, app)
      await send(page, 'POST', '/api/v1/accounts', { name: 'Harlow Collision' })
      await send(page, 'POST', '/api/v1/accounts', { name: 'Birch Roofing' })
      await page.goto('/customers')
      await page.getByText('Harlow Collision').first().click()
      await page.getByRole('heading', { name: 'Tickets' }).waitFor()
      await page
        .getByRole('navigation', { name: 'Places' })
        .getByRole('link', { name: 'Customers' })
        .first()
        .click()
      await page.getByText('Harlow Collision').waitFor()
      await app.stop()
      stopped = true
      // A page whose code is here and whose data are not, then one whose code is not here either.
      for (const place of ['Birch Roofing', 'Import']) {
        await page.getByText(place, { exact: true }).first().click()
        await page
          .getByText(/Mainstay does not answer\. Is it running\?/)
          .first()
          .waitFor()
        expect(await page.getByText('Failed to fetch').count()).toBe(0)
      }
    } finally {
      await browser.close()
      if (!stopped) await app.stop()
    }
  })
})
