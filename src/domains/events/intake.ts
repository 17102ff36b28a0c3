import { ClickHouseError } from '@clickhouse/client'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { RateLimit } from '../../platform/auth/rate-limit.ts'
import { senderOf, type Sender } from '../../platform/auth/write-key.ts'
import type { Services } from '../../platform/context.ts'
import { Problem } from '../../platform/errors.ts'
import { problemResponse, toProblem } from '../../platform/http/problem.ts'
import { newId } from '../../platform/ids.ts'
import { keepDeliveries, type Delivery, type Known } from './actions/keep.ts'
import {
  eventTypes,
  jsonText,
  maxBatchBytes,
  maxBatchEvents,
  readEvent,
  skewOf,
  type EventType,
  type Reason,
} from './model.ts'
import { originIsListed } from './reads.ts'

type Limits = Readonly<{ key: RateLimit; address: RateLimit }>
type Body = Readonly<Record<string, unknown>>
type Keep = (delivery: Delivery) => Promise<void>

/** What is held at most before senders are asked to come back: events that wait for the disk, bytes under way. */
const maxWaiting = 100_000
const maxHeldBytes = 64 * 1024 * 1024
const flushEvents = 20_000
/** So many events wait before a second write starts: while one uses one store, the other uses the other. */
const secondWriteEvents = 2_000
const retrySeconds = 5
/** Events of a page that count as one use of its limit. */
const eventsAPoint = 10

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

/** The records store is gone for a moment, or was lost while it was asked. */
const isLost = (error: unknown): boolean =>
  error instanceof Error &&
  /^(57P|08|ECONN|ENOENT|EPIPE)|connection error|terminated/i.test(
    `${(error as { code?: string }).code ?? ''} ${error.message}`.trim(),
  )

/** What the events store says of values that it cannot take. */
const valueErrors = new Set('6 26 27 38 41 53 69 72 117 131 321 349 376 441'.split(' '))

/** The values themselves were refused, so the others of the same write need not suffer. */
const isRefusal = (error: unknown): boolean =>
  error instanceof ClickHouseError
    ? valueErrors.has(error.code)
    : /^2[23]/.test((error as { code?: string }).code ?? '')

const notStorable = () =>
  new Problem(
    422,
    'not_storable',
    'Some value of these events cannot be stored. Send them one by one to find it.',
  )

/**
 * Writes requests that arrive at the same time together: while writes are on their way, the next gathers. A delivery is
 * settled when it is on the disk.
 */
function createWriter(services: Services): Keep {
  type Waiting = Readonly<{ delivery: Delivery; done(): void; failed(error: unknown): void }>
  const known: Known = new Set()
  let waiting: Waiting[] = []
  /** Events that are not on the disk yet, and those of them that no write has taken. */
  let events = 0
  let queued = 0
  let running = 0

  function next(): Waiting[] {
    let size = 0
    const end = waiting.findIndex(({ delivery }) => (size += delivery.events.length) > flushEvents)
    const taken = waiting.slice(0, end < 0 ? undefined : Math.max(1, end))
    waiting = waiting.slice(taken.length)
    for (const { delivery } of taken) queued -= delivery.events.length
    return taken
  }

  /** A write that was refused is halved until what cannot be stored is alone. */
  async function write(taken: readonly Waiting[]): Promise<void> {
    try {
      await keepDeliveries(
        services,
        taken.map(({ delivery }) => delivery),
        known,
      )
      for (const { done } of taken) done()
    } catch (error) {
      services.log.warn({ error: String(error), requests: taken.length }, 'events were not stored')
      const refused = isRefusal(error)
      const half = Math.ceil(taken.length / 2)
      if (refused && taken.length > 1) {
        await write(taken.slice(0, half))
        await write(taken.slice(half))
      } else for (const { failed } of taken) failed(refused ? notStorable() : away())
    }
  }

  async function drain(): Promise<void> {
    running += 1
    while (waiting.length > 0) {
      const taken = next()
      await write(taken)
      for (const { delivery } of taken) events -= delivery.events.length
    }
    running -= 1
  }

  return (delivery) =>
    new Promise((done, failed) => {
      if (events > maxWaiting) return failed(away())
      events += delivery.events.length
      queued += delivery.events.length
      waiting.push({ delivery, done, failed })
      if (running === 0 || (running === 1 && queued >= secondWriteEvents)) void drain()
    })
}

/** Bytes of requests under way; who comes when there are too many is asked to come back. */
function createBudget(max: number) {
  let held = 0
  return {
    /** Holds so many bytes while the work is done; the work may correct how many. */
    async hold<T>(bytes: number, work: (correct: (bytes: number) => void) => Promise<T>): Promise<T> {
      if (held + bytes > max) throw away()
      let mine = bytes
      held += mine
      try {
        return await work((now) => {
          held += now - mine
          mine = now
        })
      } finally {
        held -= mine
      }
    },
  }
}

const tooLarge = () =>
  new Problem(413, 'too_large', 'A request may have 500 KB, unpacked. Send fewer events at once.')

const cutOff = () => new Problem(400, 'cut_off', 'The body ended before its end. Send it again.')

async function bytesOf(request: Request): Promise<Buffer> {
  if (declaredBytes(request) > maxBatchBytes) throw tooLarge()
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for await (const chunk of (request.body ?? []) as unknown as AsyncIterable<Uint8Array>) {
      size += chunk.length
      if (size > maxBatchBytes) throw tooLarge()
      chunks.push(chunk)
    }
  } catch (error) {
    throw error instanceof Problem ? error : cutOff()
  }
  const bytes = Buffer.concat(chunks)
  const encoding = encodingOf(request)
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

const encodingOf = (request: Request): string => request.headers.get('content-encoding') ?? 'identity'

/** Bytes that a body says it has; NaN when it does not say. */
const declaredBytes = (request: Request): number =>
  Number.parseInt(request.headers.get('content-length') ?? '', 10)

/** Bytes that a body may come to, before it is read. */
const expectedBytes = (request: Request): number =>
  encodingOf(request) === 'identity' ? declaredBytes(request) || maxBatchBytes : maxBatchBytes

/** The body as an object, whatever media type it says: pages send JSON as text/plain to spare a preflight. */
function objectIn(bytes: Buffer): Body {
  try {
    const body = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown
    if (isObject(body)) return body
  } catch {
    // Falls through to the same answer.
  }
  throw new Problem(
    400,
    'malformed_json',
    'The body is not a JSON object. Check quotes, commas and encoding (UTF-8).',
  )
}

/** The write key as user name of basic authentication; undefined when there is none. */
function keyInHeader(request: Request): string | undefined {
  const basic = /^Basic\s+(\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1]
  return basic && Buffer.from(basic, 'base64').toString('utf8').split(':')[0]?.trim()
}

const keyInBody = ({ writeKey }: Body): string => (typeof writeKey === 'string' ? writeKey.trim() : '')

/** The sender of a request; browser keys are good for pages of their origins. */
async function admit(services: Services, request: Request, key: string): Promise<Sender> {
  const sender = key === '' ? undefined : await senderOf(services, key)
  if (!sender)
    throw new Problem(
      401,
      'write_key',
      'The write key is not known, or it was revoked. Make one in the settings.',
    )
  const origin = request.headers.get('origin')
  if (sender.kind === 'server' && origin)
    throw new Problem(
      403,
      'secret_key',
      'This write key is secret. Use a browser key in pages, and revoke this one.',
    )
  if (sender.kind === 'browser' && (!origin || !sender.origins.includes(origin)))
    throw new Problem(
      403,
      'origin',
      'Pages of this origin may not use this write key. Add the origin to a key.',
    )
  return sender
}

/** Anybody can copy a browser key, so that what comes with it is limited, by address and in all. */
async function spend(limits: Limits, { keyId }: Sender, ip: string, events: number): Promise<void> {
  const points = Math.max(1, Math.ceil(events / eventsAPoint))
  await limits.address.spend(`${keyId}:${ip}`, points)
  await limits.key.spend(keyId, points)
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
  if (body.batch.length > maxBatchEvents)
    throw new Problem(
      413,
      'too_many_events',
      `A batch may have ${maxBatchEvents} events. Send the others in further batches.`,
    )
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
      'reason' in one ? [{ raw: jsonText(one.raw), reason: one.reason as Reason }] : [],
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

type Intake = Readonly<{
  services: Services
  limits: Limits
  keep: Keep
  budget: ReturnType<typeof createBudget>
}>

async function take(
  { services, limits, keep, budget }: Intake,
  request: Request,
  kind: EventType | 'batch',
  ip: string,
): Promise<Response> {
  const receivedAt = services.clock()
  const named = keyInHeader(request)
  // Who is nobody is turned away before anything is read.
  const known = named === undefined ? undefined : await admit(services, request, named)
  return budget.hold(expectedBytes(request), async (correct) => {
    const bytes = await bytesOf(request)
    correct(bytes.length)
    const body = objectIn(bytes)
    const sender = known ?? (await admit(services, request, keyInBody(body)))
    const delivery = deliveryOf(sender, kind, body, receivedAt)
    const rejected = delivery.rejects.length
    if (sender.kind === 'browser') await spend(limits, sender, ip, delivery.events.length + rejected)
    await keep(delivery)
    return Response.json({ success: true, ...(rejected > 0 ? { rejected } : {}) })
  })
}

async function answer(intake: Intake, request: Request, ip: string): Promise<Response> {
  const path = new URL(request.url).pathname.replace(/\/$/, '').slice('/v1/'.length)
  const project = /^projects\/([^/]+)\/settings$/.exec(path)?.[1]
  if (project && request.method === 'GET') return settingsOf(intake.services, project, request)
  const kind = Object.hasOwn(kinds, path) ? kinds[path] : undefined
  if (!kind || request.method !== 'POST')
    throw new Problem(404, 'no_such_call', 'Events are posted to /v1/batch, /v1/track and their like.')
  return take(intake, request, kind, ip)
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
  const budget = createBudget(maxHeldBytes)
  const intake = { services, limits, keep: createWriter(services), budget }
  return async (request, ip) => {
    const headers = await crossOriginHeaders(services, request).catch(() => ({ vary: 'origin' }))
    const response =
      request.method === 'OPTIONS'
        ? new Response(null, { status: 204 })
        : await answer(intake, request, ip).catch((error: unknown) => {
            const requestId = newId()
            const problem = isLost(error) ? away() : toProblem(error)
            if (problem.status >= 500)
              services.log.error({ requestId, error: String(error) }, 'events were refused')
            return problemResponse(problem, requestId)
          })
    for (const [name, value] of Object.entries(headers)) response.headers.set(name, value)
    response.headers.set('cache-control', 'no-store')
    return response
  }
}
