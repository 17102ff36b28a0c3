import { existsSync } from 'node:fs'
import { chromium, type Browser } from 'playwright-core'

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
