import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { inject } from 'vitest'
import { start } from '../../src/main.ts'
import { readConfig } from '../../src/platform/config.ts'
import { removeCluster } from '../../src/platform/db/embedded/postgres-home.ts'

export const owner = {
  name: 'Ada Byron',
  email: 'ada@example.com',
  password: 'engines weave algebra',
  workspace: 'Engines',
  currency: 'USD',
  timeZone: 'UTC',
}

export interface RunningApp {
  url: string
  /** The link that the terminal prints on first run. */
  setupUrl: string | null
  dataDir: string
  stop(): Promise<void>
}

/** The real application from its sources, on real embedded stores in a folder of its own. */
export async function startApp(): Promise<RunningApp> {
  const folder = await mkdtemp(join(tmpdir(), 'mainstay-e2e-'))
  const config = readConfig({
    MAINSTAY_DATA: folder,
    MAINSTAY_PORT: '0',
    MAINSTAY_LOG_LEVEL: 'error',
  })
  const running = await start(config, inject('webDir'))
  return {
    url: running.url,
    setupUrl: running.setupUrl,
    dataDir: folder,
    async stop() {
      await running.stop()
      await removeCluster(folder)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Sends JSON as our own page would; throws on everything but success. */
export async function send(page: Page, method: string, path: string, data?: unknown): Promise<unknown> {
  const response = await page.request.fetch(path, {
    method,
    headers: { 'X-Requested-With': 'mainstay' },
    ...(data === undefined ? {} : { data }),
  })
  if (!response.ok()) throw new Error(`${method} ${path}: ${response.status()} ${await response.text()}`)
  const text = await response.text()
  return text === '' ? undefined : JSON.parse(text)
}

/** A page of a browser session of its own, with nobody signed in. */
export async function newPage(
  browser: Browser,
  app: RunningApp,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const context = await browser.newContext({
    baseURL: app.url,
    viewport: { width: 1440, height: 900 },
    locale: 'en-US',
    timezoneId: 'UTC',
    ...options,
  })
  return context.newPage()
}

/** A page with the owner signed in; makes the owner when the installation is new. */
export async function ownerPage(
  browser: Browser,
  app: RunningApp,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const page = await newPage(browser, app, options)
  const { needed } = (await send(page, 'GET', '/api/v1/setup')) as { needed: boolean }
  const token = new URL(app.setupUrl ?? 'http://none').hash.slice(1)
  if (needed) await send(page, 'POST', '/api/v1/setup', { ...owner, token })
  else await send(page, 'POST', '/api/v1/session', { email: owner.email, password: owner.password })
  return page
}
