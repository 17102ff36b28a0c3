import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { sidewaysScroll, violations } from './browser.ts'

type Files = Parameters<ReturnType<Page['locator']>['setInputFiles']>[0]

export const csvFile = (name: string, text: string) => ({
  name,
  mimeType: 'text/csv',
  buffer: Buffer.from(text),
})

/** Opens the import page of whoever is signed in. */
export async function openImports(page: Page): Promise<Page> {
  await page.goto('/import')
  await page.getByText('Drop files here, or choose them').waitFor()
  return page
}

export const region = (page: Page, name: string) => page.getByRole('region', { name, exact: true })
/** The step that is open. */
export const openStep = (page: Page) =>
  page.getByRole('list', { name: 'Steps of this import' }).locator('[aria-current=step]')
export const importButton = (page: Page) => page.getByRole('button', { name: /^Import [\d,]+ rows?/ })

/** Sends one file, which leads on to its page. */
export async function upload(page: Page, what: Files): Promise<void> {
  await page.locator('input[type=file]').setInputFiles(what)
  await page.waitForURL(/\/import\/[0-9a-f-]{36}/)
  await page.getByRole('heading', { name: 'What the file is' }).waitFor()
}

/** From the first step to what an import would do. */
export async function check(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Go on to columns' }).click()
  await region(page, 'First rows as they will be written').first().getByRole('table').waitFor()
  await page.getByRole('button', { name: 'Check every row' }).click()
  await importButton(page).waitFor()
}

/** Until the result of the import is there. */
export async function finish(page: Page): Promise<void> {
  await page.getByRole('heading', { name: 'What became of the rows' }).waitFor()
  await openStep(page).getByText('Result').waitFor()
}

/** A number of the counts, by its name. */
export const counted = (page: Page, name: string): Promise<string> =>
  page
    .locator('dl', { has: page.locator('dt', { hasText: new RegExp(`^${name}$`) }) })
    .locator('dd')
    .first()
    .innerText()

/** Nothing that the accessibility checker finds, in both themes, on a desk and on a phone; nothing scrolls sideways. */
export async function expectClean(page: Page): Promise<void> {
  const clean = async (where: string) => {
    for (const theme of ['light', 'dark']) {
      await page.evaluate((chosen) => (document.documentElement.dataset.theme = chosen), theme)
      expect({ theme, where, url: page.url(), found: await violations(page) }).toMatchObject({ found: [] })
    }
  }
  await clean('desk')
  await page.setViewportSize({ width: 390, height: 844 })
  // The table becomes a list once the page has heard of its new width.
  await expect.poll(() => sidewaysScroll(page), { message: page.url() }).toBe(0)
  await clean('phone')
  await page.setViewportSize({ width: 1440, height: 900 })
}
