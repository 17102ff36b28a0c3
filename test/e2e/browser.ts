import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import { chromium, type Browser, type Page } from 'playwright-core'
import { expect } from 'vitest'

export const browserPath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'
export const hasBrowser = existsSync(browserPath)

if (!hasBrowser)
  console.warn(`NO BROWSER at ${browserPath}: browser tests are skipped. Set CHROMIUM_PATH to a Chromium.`)

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: browserPath,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const wcag = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

/** What axe finds against WCAG 2.2 AA, one line per element. */
export async function violations(page: Page): Promise<string[]> {
  // Colours on their way are nobody's colours.
  await page.evaluate(async () => {
    await new Promise((drawn) => requestAnimationFrame(drawn))
    await Promise.allSettled(document.getAnimations().map(({ finished }) => finished))
  })
  // Evaluated through the debugger, which the policy of the page does not bind.
  await page.evaluate(axeSource)
  const results = (await page.evaluate(
    (tags) =>
      (window as unknown as { axe: { run: (where: object, how: object) => Promise<unknown> } }).axe.run(
        // Focus guards are hidden on purpose: they hand focus on at once.
        { exclude: [['[data-base-ui-focus-guard]']] },
        { runOnly: tags },
      ),
    wcag,
  )) as AxeResults
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, any }) => `${id}: ${html.slice(0, 200)} ${any[0]?.message ?? ''}`),
  )
}

/** How many px the page is wider than its window; 0 when nothing scrolls sideways. */
export function sidewaysScroll(page: Page): Promise<number> {
  return page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - window.innerWidth))
}

/** Holds a page to WCAG in both themes, and to the width of a phone. */
export async function expectClean(page: Page): Promise<void> {
  for (const theme of ['light', 'dark']) {
    await page.evaluate((chosen) => (document.documentElement.dataset.theme = chosen), theme)
    expect({ theme, url: page.url(), found: await violations(page) }).toMatchObject({ found: [] })
  }
  await page.setViewportSize({ width: 390, height: 844 })
  // Tables become lists once the page has heard of its new width.
  await expect.poll(() => sidewaysScroll(page), { message: page.url() }).toBe(0)
  await page.setViewportSize({ width: 1440, height: 900 })
}

/** Collects what the browser complains about: errors in scripts, breaches of the content security policy. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = []
  page.on('console', (message) => {
    // A refused request is an answer that the page handles, and is tested as such.
    if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  return complaints
}
