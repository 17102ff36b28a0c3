import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { newPage, ownerPage, startApp, type RunningApp } from './app.ts'
import { complaintsOf, launchBrowser } from './browser.ts'

export interface Installation {
  /** To be asked inside tests and hooks only. */
  readonly app: RunningApp
  /** A page with nobody signed in. */
  visit(options?: BrowserContextOptions): Promise<Page>
  /** A page with the owner signed in; makes the owner when the installation is new. */
  asOwner(options?: BrowserContextOptions): Promise<Page>
}

/**
 * One installation and one browser for all tests of the `describe` that calls it: they follow each other, as its people
 * do. After each test its pages are closed, and whatever the browser complained about fails it.
 */
export function oneInstallation(): Installation {
  let app: RunningApp
  let browser: Browser
  const open: { page: Page; complaints: string[] }[] = []

  const watched = async (opening: Promise<Page>): Promise<Page> => {
    const page = await opening
    open.push({ page, complaints: complaintsOf(page) })
    return page
  }

  beforeAll(async () => {
    app = await startApp()
    browser = await launchBrowser()
  })

  afterEach(async () => {
    const pages = open.splice(0)
    await Promise.all(pages.map(({ page }) => page.context().close()))
    expect(pages.flatMap(({ complaints }) => complaints)).toEqual([])
  })

  afterAll(async () => {
    await browser?.close()
    await app?.stop()
  })

  return {
    get app() {
      return app
    },
    visit: (options) => watched(newPage(browser, app, options)),
    asOwner: (options) => watched(ownerPage(browser, app, options)),
  }
}
