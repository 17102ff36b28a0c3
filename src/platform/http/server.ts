import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { getConnInfo } from '@hono/node-server/conninfo'
import type { Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { secureHeaders } from 'hono/secure-headers'
import { demand, demandRole } from '../action.ts'
import { authenticate, sessionCookie } from '../auth/session.ts'
import type { Ctx, Services } from '../context.ts'
import { forbidden, invalid, Problem } from '../errors.ts'
import { faultsOf } from '../faults.ts'
import { newId } from '../ids.ts'
import type { Metrics } from '../metrics.ts'
import { ProblemDocument, problemResponse, toProblem } from './problem.ts'
import type { AnyInput, Http, Route } from './route.ts'

export const apiPrefix = '/api/v1'
const jsonLimitBytes = 1_000_000

export type HttpOptions = Readonly<{
  publicUrl: string | undefined
  trustProxy: number
  metrics: Metrics
}>

type Env = { Variables: { requestId: string } }
export type HttpApp = OpenAPIHono<Env>

const problemContent = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: ProblemDocument } },
})

/** The entry of a route in the OpenAPI document. */
function describe(route: Route) {
  const status = route.status ?? (route.response ? 200 : 204)
  const { params, query, body } = route
  const success =
    route.response === 'raw'
      ? { description: 'The answer', content: { [route.produces ?? 'text/plain']: { schema: z.string() } } }
      : route.response
        ? { description: 'The answer', content: { 'application/json': { schema: route.response } } }
        : { description: 'Done' }
  return createRoute({
    method: route.method,
    path: apiPrefix + route.path,
    summary: route.summary,
    tags: [route.tag],
    operationId: `${route.method}${route.path.replace(/\{(\w+)\}/g, 'By-$1').replace(/[^a-zA-Z]+(.)?/g, (_, c: string) => c?.toUpperCase() ?? '')}`,
    security: route.access === 'public' ? [] : [{ session: [] }, { apiKey: [] }],
    request: {
      ...(params ? { params: params as z.ZodObject } : {}),
      ...(query ? { query: query as z.ZodObject } : {}),
      ...(body ? { body: { required: true, content: { 'application/json': { schema: body } } } } : {}),
      ...(route.upload
        ? {
            body: {
              required: true,
              content: { 'application/octet-stream': { schema: z.string().meta({ format: 'binary' }) } },
            },
          }
        : {}),
    },
    responses: {
      [status]: success,
      ...(route.access === 'public'
        ? {}
        : { 401: problemContent('Not signed in'), 403: problemContent('Not allowed') }),
      422: problemContent('Input that was not accepted'),
      default: problemContent('Any other failure'),
    },
  })
}

/** Address of the client, behind as many proxies as the configuration trusts. */
export function clientAddress(c: Context, trustProxy: number): string {
  const forwarded = c.req
    .header('x-forwarded-for')
    ?.split(',')
    .map((part) => part.trim())
  const hop = forwarded?.[forwarded.length - trustProxy]
  if (trustProxy > 0 && hop) return hop
  try {
    return getConnInfo(c).remote.address ?? 'unknown'
  } catch {
    return 'local'
  }
}

function httpOf(c: Context, options: HttpOptions): Http {
  const origin = options.publicUrl?.replace(/\/$/, '') ?? new URL(c.req.url).origin
  const secure = origin.startsWith('https:')
  return {
    request: c.req.raw,
    ip: clientAddress(c, options.trustProxy),
    origin,
    cookie: (name) => getCookie(c, name),
    setCookie: (name, value, days) =>
      setCookie(c, name, value, {
        path: '/',
        httpOnly: true,
        sameSite: 'Lax',
        secure,
        maxAge: days * 86_400,
      }),
    clearCookie: (name) => deleteCookie(c, name, { path: '/', secure }),
  }
}

/**
 * A browser sends cookies along with requests that another site made; only our own pages can add the header,
 * and a foreign origin gives itself away.
 */
function refuseForeignOrigin(c: Context, origin: string): void {
  const sent = c.req.header('origin')
  if (c.req.header('x-requested-with') === 'mainstay' && (!sent || sent === origin || sameHost(c, sent)))
    return
  throw forbidden('This request did not come from the Mainstay page. Reload the page and try again.')
}

const sameHost = (c: Context, sent: string): boolean =>
  URL.canParse(sent) && new URL(sent).host === c.req.header('host')

async function contextOf(c: Context<Env>, services: Services, route: Route, http: Http): Promise<Ctx> {
  const session = http.cookie(sessionCookie)
  const authorization = c.req.header('authorization')
  const principal = await authenticate(services, { authorization, session })
  if (!principal)
    throw new Problem(401, 'not_signed_in', 'Sign in, or send a valid API key as a bearer token.')
  if (principal.actor.kind === 'user' && route.method !== 'get') refuseForeignOrigin(c, http.origin)
  const requestId = c.get('requestId')
  const log = services.log.child({ requestId, actor: principal.actor.id, workspace: principal.workspace })
  const ctx: Ctx = { ...services, ...principal, requestId, log }
  if (route.access !== 'public') {
    const needed = route.method === 'get' || route.reads ? 'read' : undefined
    if (needed) demand(ctx, route.access, needed)
    else demandRole(ctx, route.access)
  }
  return ctx
}

async function inputOf(c: Context, route: Route): Promise<AnyInput> {
  const request = c.req as unknown as { valid(part: string): unknown }
  return {
    params: route.params ? request.valid('param') : undefined,
    query: route.query ? request.valid('query') : undefined,
    body: route.body ? request.valid('json') : undefined,
  }
}

function mount(app: HttpApp, services: Services, options: HttpOptions, route: Route): void {
  const status = route.status ?? (route.response ? 200 : 204)
  const answer = async (c: Context<Env>): Promise<Response> => {
    const http = httpOf(c, options)
    const input = await inputOf(c, route)
    if (route.access === 'public' && route.method !== 'get') refuseForeignOrigin(c, http.origin)
    const result =
      route.access === 'public'
        ? await route.handle(services, input, http)
        : await route.handle((c.get as (key: string) => unknown)('ctx') as Ctx, input, http)
    if (result instanceof Response) return c.newResponse(result.body, result)
    if (!route.response) return c.body(null, 204)
    return c.json(result, status as 200)
  }
  const description = describe(route)
  // Who is asking comes first: a stranger learns nothing from validation messages.
  const path = description.getRoutingPath()
  app.on(route.method.toUpperCase(), path, async (c, next) => {
    if (!route.upload) {
      const refused = await bodyLimit({
        maxSize: jsonLimitBytes,
        onError: () => {
          throw new Problem(413, 'too_large', 'The body is over 1 MB. Send less at once, or use an import.')
        },
      })(c, async () => undefined)
      if (refused) return refused
    }
    if (route.access !== 'public') {
      const set = c.set as (key: string, value: unknown) => void
      set('ctx', await contextOf(c, services, route, httpOf(c, options)))
    }
    await next()
  })
  app.openapi(description, answer as never)
}

const contentSecurityPolicy = {
  defaultSrc: ["'self'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'"],
  imgSrc: ["'self'", 'data:'],
  fontSrc: ["'self'"],
  connectSrc: ["'self'"],
  objectSrc: ["'none'"],
  baseUri: ["'none'"],
  formAction: ["'self'"],
  frameAncestors: ["'none'"],
}

/** The HTTP application: every route with its checks, errors as problem+json, and the OpenAPI document. */
export function createHttp(services: Services, routes: readonly Route[], options: HttpOptions): HttpApp {
  const app: HttpApp = new OpenAPIHono<Env>({
    defaultHook: (result) => {
      if (!result.success)
        throw invalid(
          'Some of the input was not accepted. Each fault is listed with its place.',
          faultsOf(result.error),
        )
    },
  })
  app.use(async (c, next) => {
    const requestId = newId()
    c.set('requestId', requestId)
    c.header('x-request-id', requestId)
    const started = performance.now()
    await next()
    const seconds = (performance.now() - started) / 1_000
    options.metrics.observeRequest(c.req.method, c.req.routePath, c.res.status, seconds)
    services.log.debug(
      { requestId, method: c.req.method, path: c.req.path, status: c.res.status, seconds },
      'request',
    )
  })
  app.use(
    secureHeaders({ contentSecurityPolicy, referrerPolicy: 'same-origin', crossOriginEmbedderPolicy: false }),
  )
  app.use(`${apiPrefix}/*`, async (c, next) => {
    await next()
    c.header('cache-control', 'no-store')
  })
  app.onError((error, c) => {
    const problem = toProblem(error)
    const requestId = c.get('requestId')
    if (problem.status >= 500)
      services.log.error(
        { requestId, error: error.stack ?? String(error), path: c.req.path },
        'request failed',
      )
    return problemResponse(problem, requestId)
  })
  for (const route of routes) mount(app, services, options, route)
  app.openAPIRegistry.registerComponent('securitySchemes', 'session', {
    type: 'apiKey',
    in: 'cookie',
    name: sessionCookie,
  })
  app.openAPIRegistry.registerComponent('securitySchemes', 'apiKey', { type: 'http', scheme: 'bearer' })
  app.all(`${apiPrefix}/*`, () => {
    throw new Problem(404, 'no_such_route', 'There is no such address in the API. The list is at /api/docs.')
  })
  return app
}
