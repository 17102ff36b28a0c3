import { setTimeout as sleep } from 'node:timers/promises'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import type { BenchServer } from '../ingest/server.ts'

/** A page with a part whose text is watched; times are ms of the clock. */
export type Watched = Readonly<{
  page: Page
  /** Since when the text differs from the one before `arm`; undefined while it does not. */
  changedAt(): Promise<number | undefined>
  arm(): Promise<void>
}>

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-sync',
    ],
  })
}

export async function signedIn(browser: Browser, { url, cookie }: BenchServer): Promise<BrowserContext> {
  const context = await browser.newContext({ baseURL: url, viewport: { width: 1440, height: 900 } })
  const [name = '', value = ''] = cookie.split('=')
  await context.addCookies([{ name, value, url }])
  return context
}

/** Source for the page itself, where nothing of the tools that compile this exists. */
const watching = (selector: string): string => `{
  const text = () => [...document.querySelectorAll(${JSON.stringify(selector)})].map((one) => one.textContent).join()
  let before = text()
  window.watching = { since: undefined, arm() { before = text(); this.since = undefined } }
  new MutationObserver(() => {
    if (window.watching.since === undefined && text() !== before)
      window.watching.since = performance.timeOrigin + performance.now()
  }).observe(document.body, { subtree: true, childList: true, characterData: true })
}`

/** Opens an address and watches the text of what the selector finds, from inside the page. */
export async function watch(context: BrowserContext, path: string, selector: string): Promise<Watched> {
  const page = await context.newPage()
  await page.goto(path)
  await page.getByText('Live', { exact: true }).waitFor()
  await page.locator(selector).first().waitFor()
  await page.evaluate(watching(selector))
  return {
    page,
    changedAt: () => page.evaluate('window.watching.since'),
    arm: () => page.evaluate('window.watching.arm()'),
  }
}

/** When a stream of the API told that an account changed: all times so far, in ms of the clock. */
export async function listen({ url, cookie }: BenchServer, accountId: string, signal: AbortSignal) {
  const told: number[] = []
  const response = await fetch(`${url}/api/v1/live`, { headers: { cookie }, signal })
  void (async () => {
    const decoder = new TextDecoder()
    for await (const bytes of response.body as unknown as AsyncIterable<Uint8Array>) {
      const text = decoder.decode(bytes, { stream: true })
      if (text.includes(accountId)) told.push(performance.timeOrigin + performance.now())
    }
  })().catch(() => undefined)
  return told
}

export const until = async <T>(
  ask: () => Promise<T | undefined>,
  patienceMs: number,
): Promise<T | undefined> => {
  const end = performance.now() + patienceMs
  while (performance.now() < end) {
    const found = await ask()
    if (found !== undefined) return found
    await sleep(50)
  }
  return undefined
}
