import { buildSync } from 'esbuild'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { currencies } from '../../src/platform/money.ts'
import { moneyWhole } from '../../src/ui/format.ts'
import { hasBrowser, launchBrowser } from './browser.ts'

/** What the page writes, symbols apart: each browser has its own of those. */
const figures = (text: string) => text.replace(/[^\d,.]/g, '').replace(/^\.+/, '')

describe.skipIf(!hasBrowser)('money in a browser', () => {
  let browser: Browser
  let page: Page

  beforeAll(async () => {
    browser = await launchBrowser()
    page = await browser.newPage()
    const { outputFiles } = buildSync({
      entryPoints: ['src/ui/format.ts'],
      bundle: true,
      write: false,
      format: 'iife',
      globalName: 'format',
    })
    await page.addScriptTag({ content: outputFiles[0]!.text })
  })

  afterAll(() => browser?.close())

  test('an amount has as many digits there as on the server, in every currency', async () => {
    const amounts = [...currencies].map((currency) => ({ minor: 123_456_789, currency }))
    const there = (await page.evaluate(
      `${JSON.stringify(amounts)}.map((amount) => format.moneyWhole(amount))`,
    )) as string[]
    expect(there.map(figures)).toEqual(amounts.map((amount) => figures(moneyWhole(amount))))
    expect(there[amounts.findIndex(({ currency }) => currency === 'RSD')]).toMatch(/1,234,568$/)
  })
})
