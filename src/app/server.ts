import { serve } from '@hono/node-server'
import { serveStatic } from '@hono/node-server/serve-static'
import { compress } from 'hono/compress'
import { readFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Pool } from 'pg'
import { createIntake } from '../domains/events/intake.ts'
import { createRateLimit } from '../platform/auth/rate-limit.ts'
import { sameSecret } from '../platform/auth/secrets.ts'
import type { Services } from '../platform/context.ts'
import { Problem } from '../platform/errors.ts'
import { createLive } from '../platform/http/live.ts'
import { clientAddress, createHttp, type HttpApp } from '../platform/http/server.ts'
import { createMetrics, type Metrics } from '../platform/metrics.ts'
import { serveDocs, openApiInfo } from './api-docs.ts'
import { allRoutes } from './domains.ts'

export type AppOptions = Readonly<{
  publicUrl: string | undefined
  trustProxy: number
  uploadMaxBytes: number
  metricsToken: string | undefined
  /** Folder of the built web app; absent in tests that only use the API. */
  webDir: string | undefined
}>

const quarterHour = 15 * 60

async function answers(check: () => Promise<unknown>): Promise<boolean> {
  const timeout = new Promise<false>((resolve) => setTimeout(resolve, 3_000, false).unref())
  return Promise.race([
    check().then(
      () => true,
      () => false,
    ),
    timeout,
  ])
}

async function storesUp({ pg, ch }: Services, metrics: Metrics) {
  const [records, events] = await Promise.all([
    answers(() => pg.selectFrom('workspace').select('id').limit(1).execute()),
    answers(async () => {
      const pong = await ch.ping()
      if (!pong.success) throw pong.error
    }),
  ])
  metrics.storeUp('records', records)
  metrics.storeUp('events', events)
  return { records, events }
}

/** Addresses for whoever operates the process: alive, ready, measured. */
function serveOperations(
  app: HttpApp,
  services: Services,
  metrics: Metrics,
  token: string | undefined,
): void {
  app.get('/healthz', (c) => c.json({ status: 'alive' }))
  app.get('/readyz', async (c) => {
    const stores = await storesUp(services, metrics)
    const ready = stores.records && stores.events
    return c.json({ status: ready ? 'ready' : 'waiting for a store', stores }, ready ? 200 : 503)
  })
  app.get('/metrics', async (c) => {
    const bearer = c.req.header('authorization')?.replace(/^Bearer /, '')
    const host = (c.env as { incoming?: { socket: { remoteAddress?: string } } } | undefined)?.incoming
      ?.socket.remoteAddress
    const local =
      host !== undefined && /^(::1|127\.|::ffff:127\.)/.test(host) && !c.req.header('x-forwarded-for')
    if (!(token && bearer && sameSecret(token, bearer)) && !(local && !token))
      throw new Problem(
        403,
        'metrics',
        'Metrics are read from this machine, or with the token MAINSTAY_METRICS_TOKEN.',
      )
    await storesUp(services, metrics)
    return c.body(await metrics.text(), 200, { 'content-type': metrics.contentType })
  })
}

/** The built page: hashed files may be kept for ever, every other address answers with the page itself. */
function serveWeb(app: HttpApp, webDir: string): void {
  app.use('/assets/*', async (c, next) => {
    await next()
    if (c.res.ok) c.header('cache-control', 'public, max-age=31536000, immutable')
  })
  app.use('/assets/*', serveStatic({ root: webDir }))
  app.get('/assets/*', (c) => c.text('Not found', 404))
  app.get('*', async (c) => {
    const page = await readFile(join(webDir, 'index.html'), 'utf8').catch(() => undefined)
    if (!page)
      throw new Problem(503, 'not_built', 'The web app is not built. Run "npm run build" and start again.')
    return c.html(page, 200, { 'cache-control': 'no-cache' })
  })
}

/** The whole HTTP application; needs no port, so tests call it directly. */
export function createApp(
  services: Services,
  pool: Pool,
  options: AppOptions,
  metrics = createMetrics(),
  live = createLive(services, pool, metrics),
): HttpApp {
  const routes = allRoutes({
    limits: {
      address: createRateLimit(pool, 'address', 60, quarterHour),
      account: createRateLimit(pool, 'account', 10, quarterHour),
    },
    uploadMaxBytes: options.uploadMaxBytes,
    live,
  })
  const app = createHttp(services, routes, { ...options, metrics })
  serveOperations(app, services, metrics, options.metricsToken)
  const intake = createIntake(services, {
    key: createRateLimit(pool, 'write_key', 6_000, 60),
    address: createRateLimit(pool, 'write_address', 600, 60),
  })
  // The contract that products speak has its own addresses and answers; it is no part of our API.
  app.all('/v1/*', (c) => intake(c.req.raw, clientAddress(c, options.trustProxy)))
  serveDocs(app)
  app.doc31('/api/openapi.json', openApiInfo)
  if (options.webDir) {
    app.use(compress())
    serveWeb(app, options.webDir)
  }
  return app
}

export type Listening = Readonly<{ port: number; close(): Promise<void> }>

/** Listens; `close` lets requests under way end and cuts those that take longer than five seconds. */
export function listen(app: HttpApp, host: string, port: number): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, hostname: host, port }, (info: AddressInfo) =>
      resolve({
        port: info.port,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed())
            if ('closeIdleConnections' in server) server.closeIdleConnections()
            setTimeout(() => 'closeAllConnections' in server && server.closeAllConnections(), 5_000).unref()
          }),
      }),
    )
    server.on('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new Error(`Port ${port} is in use. Stop the other program, or choose another with MAINSTAY_PORT.`)
          : new Error(
              `Nothing can listen on ${host} port ${port} (${error.code}). Check MAINSTAY_HOST and MAINSTAY_PORT.`,
            ),
      ),
    )
  })
}
