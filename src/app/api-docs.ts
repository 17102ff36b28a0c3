import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Pool } from 'pg'
import { createRateLimit } from '../platform/auth/rate-limit.ts'
import type { Services } from '../platform/context.ts'
import { createLive } from '../platform/http/live.ts'
import { createHttp, type HttpApp } from '../platform/http/server.ts'
import { createMetrics } from '../platform/metrics.ts'
import { allRoutes } from './domains.ts'

export const openApiInfo = {
  openapi: '3.1.0',
  info: {
    title: 'Mainstay',
    version: '1',
    description:
      'Everything the web app does, it does through this API. Sign in for a session cookie, or send an API key as a bearer token. Errors are RFC 9457 problem documents with a stable code.',
    license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
  },
}

/** The document without a running server: only the routes are read, no store is asked. */
export function openApiDocument(unusedPool: Pool): unknown {
  const limit = createRateLimit(unusedPool, 'unused', 1, 1)
  const metrics = createMetrics()
  const routes = allRoutes({
    limits: { address: limit, account: limit },
    uploadMaxBytes: 1,
    live: createLive({} as Services, unusedPool, metrics),
  })
  const options = { publicUrl: undefined, trustProxy: 0, metrics }
  return createHttp({} as Services, routes, options).getOpenAPI31Document(openApiInfo)
}

const assets: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css',
  'swagger-ui-bundle.js': 'text/javascript',
}

const page = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Mainstay API</title>
<link rel="stylesheet" href="/api/docs/swagger-ui.css"></head>
<body><div id="api"></div>
<script src="/api/docs/swagger-ui-bundle.js"></script><script src="/api/docs/start.js"></script></body>
</html>`

const start = `SwaggerUIBundle({
  url: '/api/openapi.json', dom_id: '#api', deepLinking: true, validatorUrl: null,
  requestInterceptor: (request) => { request.headers['X-Requested-With'] = 'mainstay'; return request },
})`

/** A page to browse and try the API; everything it needs comes from this server. */
export function serveDocs(app: HttpApp): void {
  const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))
  app.get('/api/docs', (c) => c.html(page))
  app.get('/api/docs/start.js', (c) => c.body(start, 200, { 'content-type': 'text/javascript' }))
  for (const [name, type] of Object.entries(assets))
    app.get(`/api/docs/${name}`, async (c) =>
      c.body(new Uint8Array(await readFile(join(folder, name))), 200, {
        'content-type': type,
        'cache-control': 'public, max-age=86400',
      }),
    )
}
