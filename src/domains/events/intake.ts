import { ClickHouseError } from '@clickhouse/client'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { RateLimit } from '../../platform/auth/rate-limit.ts'
import { senderOf, type Sender } from '../../platform/auth/write-key.ts'
import type { Services } from '../../platform/context.ts'
import { Problem } from '../../platform/errors.ts'
import { problemResponse, toProblem } from '../../platform/http/problem.ts'
import { newId } from '../../platform/ids.ts'
import { keepDeliveries, type Delivery } from './actions/keep.ts'
import { eventTypes, maxBatchBytes, readEvent, skewOf, type EventType, type Reason } from './model.ts'
import { originIsListed } from './reads.ts'

type Limits = Readonly<{ key: RateLimit; address: RateLimit }>
type Body = Readonly<Record<string, unknown>>
type Keep = (delivery: Delivery) => Promise<void>

/** Events that wait for the disk at most, before senders are asked to come back. */
const maxWaiting = 200_000
const flushEvents = 20_000
const retrySeconds = 5

/** Addresses of the contract, long and short. */
const kinds: Readonly<Record<string, EventType | 'batch'>> = Object.fromEntries([
  ...eventTypes.flatMap((type) => [
    [type, type],
    [type[0], type],
  ]),
  ['batch', 'batch'],
  ['b', 'batch'],
  ['import', 'batch'],
])

const away = () =>
  new Problem(503, 'away', 'Events cannot be stored at the moment. Send them again.', {
    retryAfterSeconds: retrySeconds,
  })

/** The values themselves were refused, so the others of the same write need not suffer. */
const isRefusal = (error: unknown): boolean =>
  error instanceof ClickHouseError || /^2[23]/.test((error as { code?: string }).code ?? '')

/**
 * Writes requests that arrive at the same time together: while one write is on its way, the next gathers. A delivery is
 * settled when it is on the disk.
 */
function createWriter(services: Services): Keep {
  type Waiting = Readonly<{ delivery: Delivery; done(): void; failed(error: unknown): void }>
  let waiting: Waiting[] = []
  let events = 0
  let running = false

  function next(): Waiting[] {
    let size = 0
    const end = waiting.findIndex(({ delivery }) => (size += delivery.events.length) > flushEvents)
    const taken = waiting.slice(0, end < 0 ? undefined : Math.max(1, end))
    waiting = waiting.slice(taken.length)
    for (const { delivery } of taken) events -= delivery.events.length
    return taken
  }

  async function write(taken: readonly Waiting[]): Promise<void> {
    try {
      await keepDeliveries(
        services,
        taken.map(({ delivery }) => delivery),
      )
      for (const { done } of taken) done()
    } catch (error) {
      services.log.warn({ error: String(error), requests: taken.length }, 'events were not stored')
      if (taken.length > 1 && isRefusal(error)) for (const one of taken) await write([one])
      else for (const { failed } of taken) failed(away())
    }
  }

  async function drain(): Promise<void> {
    running = true
    while (waiting.length > 0) await write(next())
    running = false
  }

  return (delivery) =>
    new Promise((done, failed) => {
      if (events > maxWaiting) return failed(away())
      events += delivery.events.length
      waiting.push({ delivery, done, failed })
      if (!running) void drain()
    })
}

const tooLarge = () =>
  new Problem(413, 'too_large', 'A request may have 500 KB, unpacked. Send fewer events at once.')

async function bytesOf(request: Request): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of (request.body ?? []) as unknown as AsyncIterable<Uint8Array>) {
    size += chunk.length
    if (size > maxBatchBytes) throw tooLarge()
    chunks.push(chunk)
  }
  const bytes = Buffer.concat(chunks)
  const encoding = request.headers.get('content-encoding') ?? 'identity'
  if (encoding === 'identity') return bytes
  if (encoding !== 'gzip') throw new Problem(415, 'encoding', 'Send the body plain or as gzip.')
  return promisify(gunzip)(bytes, { maxOutputLength: maxBatchBytes }).catch(
    (error: NodeJS.ErrnoException) => {
      throw error.code === 'ERR_BUFFER_TOO_LARGE'
        ? tooLarge()
        : new Problem(400, 'broken_gzip', 'The gzip body is damaged. Send it again.')
    },
  )
}

/** The body as an object, whatever media type it says: pages send JSON as text/plain to spare a preflight. */
async function bodyOf(request: Request): Promise<Body> {
  const bytes = await bytesOf(request)
  try {
    const body = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown
    // What cannot be written again is nested too deep to be kept.
    JSON.stringify(body)
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Body
  } catch {
    // Falls through to the same answer.
  }
  throw new Problem(
    400,
    'malformed_json',
    'The body is not a JSON object. Check quotes, commas, nesting and encoding (UTF-8).',
  )
}

/** The write key as user name of basic authentication, or in the body. */
function keyOf(request: Request, body: Body): string {
  const basic = /^Basic\s+(\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1]
  const key = basic ? Buffer.from(basic, 'base64').toString('utf8').split(':')[0] : body.writeKey
  return typeof key === 'string' ? key.trim() : ''
}

/** The sender of a request; browser keys are good for pages of their origins, and so often a minute. */
async function admit(services: Services, limits: Limits, request: Request, key: string, ip: string) {
  const sender = key === '' ? undefined : await senderOf(services, key)
  if (!sender)
    throw new Problem(
      401,
      'write_key',
      'The write key is not known, or it was revoked. Make one in the settings.',
    )
  const origin = request.headers.get('origin')
  if (sender.kind === 'server') {
    if (origin)
      throw new Problem(
        403,
        'secret_key',
        'This write key is secret. Use a browser key in pages, and revoke this one.',
      )
    return sender
  }
  if (!origin || !sender.origins.includes(origin))
    throw new Problem(
      403,
      'origin',
      'Pages of this origin may not use this write key. Add the origin to a key.',
    )
  await limits.address.spend(`${sender.keyId}:${ip}`)
  await limits.key.spend(sender.keyId)
  return sender
}

const isObject = (value: unknown): value is Body =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The events of a body as they came. What a batch says once holds for each of its events. */
function eventsOf(kind: EventType | 'batch', body: Body): unknown[] {
  if (kind !== 'batch') {
    const { writeKey: _, sentAt: __, ...event } = body
    return [{ ...event, type: kind }]
  }
  if (!Array.isArray(body.batch))
    throw new Problem(400, 'no_batch', 'A batch needs its events as a list in "batch".')
  const shared = body.context
  return body.batch.map((event: unknown) =>
    isObject(shared) && isObject(event) && (event.context === undefined || isObject(event.context))
      ? { ...event, context: { ...shared, ...event.context } }
      : event,
  )
}

function deliveryOf(sender: Sender, kind: EventType | 'batch', body: Body, receivedAt: Date): Delivery {
  const raws = eventsOf(kind, body)
  const skewMs = skewOf(
    body.sentAt ?? (raws[0] as { sentAt?: unknown } | null | undefined)?.sentAt,
    receivedAt,
  )
  const read = raws.map((raw) => ({ raw, ...readEvent(raw, { receivedAt, skewMs, newId }) }))
  return {
    workspace: sender.workspace,
    keyId: sender.keyId,
    by: sender.kind,
    receivedAt,
    skewMs,
    events: read.flatMap((one) => ('event' in one ? [one.event] : [])),
    rejects: read.flatMap((one) =>
      'reason' in one ? [{ raw: JSON.stringify(one.raw), reason: one.reason as Reason }] : [],
    ),
  }
}

/** What the browser SDK asks for before it sends: everything goes to this server and nowhere else. */
async function settingsOf(services: Services, key: string, request: Request): Promise<Response> {
  const sender = await senderOf(services, key)
  if (sender?.kind !== 'browser')
    throw new Problem(
      404,
      'write_key',
      'This is not a browser key, or it was revoked. Make one in the settings.',
    )
  const { host, protocol } = new URL(request.url)
  const forwarded = request.headers.get('x-forwarded-proto')
  return Response.json({
    integrations: {
      'Segment.io': {
        apiKey: key,
        apiHost: `${host}/v1`,
        protocol: forwarded === 'https' ? 'https' : protocol.replace(':', ''),
        unbundledIntegrations: [],
        addBundledMetadata: true,
        maybeBundledConfigIds: {},
        versionSettings: { version: '4.4.7', componentTypes: ['browser'] },
      },
    },
    plan: {
      track: { __default: { enabled: true, integrations: {} } },
      identify: { __default: { enabled: true } },
    },
    edgeFunction: {},
    analyticsNextEnabled: true,
    middlewareSettings: {},
    enabledMiddleware: {},
    metrics: { sampleRate: 0 },
    legacyVideoPluginsEnabled: false,
    remotePlugins: [],
  })
}

async function answer(services: Services, limits: Limits, keep: Keep, request: Request, ip: string) {
  const path = new URL(request.url).pathname.replace(/\/$/, '').slice('/v1/'.length)
  const project = /^projects\/([^/]+)\/settings$/.exec(path)?.[1]
  if (project && request.method === 'GET') return settingsOf(services, project, request)
  const kind = Object.hasOwn(kinds, path) ? kinds[path] : undefined
  if (!kind || request.method !== 'POST')
    throw new Problem(404, 'no_such_call', 'Events are posted to /v1/batch, /v1/track and their like.')
  const receivedAt = services.clock()
  const body = await bodyOf(request)
  const sender = await admit(services, limits, request, keyOf(request, body), ip)
  const delivery = deliveryOf(sender, kind, body, receivedAt)
  await keep(delivery)
  const rejected = delivery.rejects.length
  return Response.json({ success: true, ...(rejected > 0 ? { rejected } : {}) })
}

/** What a browser must hear before it lets a page of another origin speak to us; nothing for origins of no key. */
async function crossOriginHeaders(services: Services, request: Request): Promise<Record<string, string>> {
  const origin = request.headers.get('origin')
  if (!origin || !(await originIsListed(services, origin))) return { vary: 'origin' }
  return {
    vary: 'origin',
    'access-control-allow-origin': origin,
    'access-control-allow-methods': 'GET, POST',
    'access-control-allow-headers': 'authorization, content-type, content-encoding',
    'access-control-max-age': '600',
  }
}

/**
 * The HTTP contract of Segment below /v1: takes a request to its answer. 200 means that every event is on the disk, in
 * its place or on the list of rejected events.
 */
export function createIntake(
  services: Services,
  limits: Limits,
): (request: Request, ip: string) => Promise<Response> {
  const keep = createWriter(services)
  return async (request, ip) => {
    const headers = await crossOriginHeaders(services, request).catch(() => ({ vary: 'origin' }))
    const response =
      request.method === 'OPTIONS'
        ? new Response(null, { status: 204 })
        : await answer(services, limits, keep, request, ip).catch((error: unknown) => {
            const requestId = newId()
            const problem = toProblem(error)
            if (problem.status >= 500)
              services.log.error({ requestId, error: String(error) }, 'events were refused')
            return problemResponse(problem, requestId)
          })
    for (const [name, value] of Object.entries(headers)) response.headers.set(name, value)
    response.headers.set('cache-control', 'no-store')
    return response
  }
}
