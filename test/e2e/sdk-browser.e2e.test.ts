import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasBrowser, launchBrowser } from './browser.ts'
import { startKillable, type KillableServer } from './killable-server.ts'

const scripts = join(dirname(createRequire(import.meta.url).resolve('@segment/analytics-next')), '../umd')
let server: KillableServer
let browser: Browser
let site: Server

/** A product of somebody else: a page with the browser client, on an origin of its own. */
function serveProduct(): Server {
  return createServer((request, response) => {
    const name = new URL(request.url ?? '/', 'http://site').pathname.slice(1)
    if (!/^[\w.-]+\.js$/.test(name)) {
      response.setHeader('content-type', 'text/html')
      return void response.end('<!doctype html><title>Product</title><script src="/index.js"></script>')
    }
    response.setHeader('content-type', 'text/javascript')
    readFile(join(scripts, name)).then(
      (text) => response.end(text),
      () => response.writeHead(404).end(),
    )
  }).listen(0, '127.0.0.1')
}

beforeAll(async () => {
  site = serveProduct()
  server = await startKillable()
  if (hasBrowser) browser = await launchBrowser()
})
afterAll(async () => {
  await browser?.close()
  site?.close()
  await server?.remove()
})

type Client = {
  identify(id: string): Promise<unknown>
  group(id: string): Promise<unknown>
  track(name: string): Promise<unknown>
}
type ClientWindow = { AnalyticsNext: { AnalyticsBrowser: { load(settings: object): Client } } }

describe.skipIf(!hasBrowser)('the browser client', () => {
  it('delivers from a listed origin, and from no other', async () => {
    const { port } = site.address() as AddressInfo
    const made = (await server.ask('POST', '/api/v1/write-keys', {
      name: 'Pages',
      kind: 'browser',
      origins: [`http://127.0.0.1:${port}`],
    })) as { key: string }
    const send = async (host: string, event: string) => {
      const page = await browser.newPage()
      await page.goto(`http://${host}:${port}/`)
      await page.evaluate(
        async ({ key, url, name }) => {
          const { AnalyticsBrowser } = (window as unknown as ClientWindow).AnalyticsNext
          const client = AnalyticsBrowser.load({ writeKey: key, cdnURL: url })
          const work = (async () => {
            await client.track(`${name} before`)
            await client.identify('u1')
            await client.group('acme')
            await client.track(name)
          })()
          // Where the settings are refused the client never begins.
          await Promise.race([
            work.catch(() => undefined),
            new Promise((resolve) => setTimeout(resolve, 3_000)),
          ])
        },
        { key: made.key, url: server.url, name: event },
      )
      await page.close()
    }
    await send('127.0.0.1', 'Report opened')
    await send('localhost', 'Forged')
    type Row = { type: string; name: string; by: string; library: string; user: { kind: string } }
    const rows = (await server.ask('GET', '/api/v1/events')) as Row[]
    expect(rows.map(({ type, name, by, user }) => [type, name, by, user.kind]).sort()).toEqual([
      ['group', '', 'browser', 'user'],
      ['identify', '', 'browser', 'user'],
      ['track', 'Report opened before', 'browser', 'anonymous'],
      ['track', 'Report opened', 'browser', 'user'],
    ])
    expect(rows[0]?.library).toMatch(/^analytics\.js /)
  })
})
