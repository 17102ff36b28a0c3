import type { Pool } from 'pg'
import { authenticate, sessionClosed, sessionCookie, sessionName } from '../auth/session.ts'
import type { Ctx, Services } from '../context.ts'
import { Problem } from '../errors.ts'
import type { Metrics } from '../metrics.ts'
import { readingsChanged, ReadingsChanged } from '../readings.ts'
import { merge, nothing, type Change } from './live-change.ts'
import { listenTo, type Listener } from './live-listener.ts'
import { createLiveStream, type LiveStream } from './live-stream.ts'
import { route, type Http, type Route } from './route.ts'

/** At most two messages a second to each reader, and one now and then that shows that the line works. */
const pace = { gapMs: 500, beatMs: 15_000 }
/** A page may have read its numbers so long before its stream opened. */
const recentMs = 10_000
/** A browser has six connections to a server for all of its tabs: two stay free for what they ask. */
const streamsOfOne = 4
const streamsOfWorkspace = 1_000

export type Live = Readonly<{
  open(ctx: Ctx, http: Pick<Http, 'request' | 'cookie'>): Response
  /** Ends streams whose session is over or whose reader is stuck, and shows the others that the line works. */
  beat(): Promise<void>
  close(): Promise<void>
}>

type Credentials = Parameters<typeof authenticate>[1]

type Reader = Readonly<{
  workspace: string
  actorId: string | null
  /** The session or key that holds the stream. */
  credentials: Credentials
  stream: LiveStream
}>

const holderOf = ({ authorization, session }: Credentials) => authorization ?? session

/** Changes of the last seconds by workspace, for pages whose stream opens just after they have read. */
function createRecent(now: () => number) {
  let changes: { at: number; workspace: string; change: Change }[] = []
  let since = Infinity
  return {
    begin: () => void (since = now()),
    stop: () => void ([since, changes] = [Infinity, []]),
    add(workspace: string, change: Change) {
      changes = changes.filter(({ at }) => at > now() - recentMs)
      changes.push({ at: now(), workspace, change })
    },
    of(workspace: string): Change {
      if (since > now() - recentMs) return null
      return changes
        .filter((one) => one.workspace === workspace && one.at > now() - recentMs)
        .reduce((all, { change }) => merge(all, change), nothing)
    },
  }
}

/**
 * Tells open pages which accounts' readings were stored, by server-sent events. Each process listens to PostgreSQL on one
 * connection, from its first stream on; what one process stores, the streams of all hear.
 */
export function createLive(
  services: Services,
  pool: Pool,
  metrics: Pick<Metrics, 'liveStreams'>,
  { gapMs, beatMs } = pace,
): Live {
  const readers = new Set<Reader>()
  const recent = createRecent(() => performance.now())
  let listener: Listener | undefined
  let listening = false
  let closed = false
  let beats: NodeJS.Timeout | undefined

  function heard(payload: string): void {
    const { workspace, accountIds } = ReadingsChanged.parse(JSON.parse(payload))
    const change = accountIds && new Set(accountIds)
    recent.add(workspace, change)
    for (const reader of readers) if (reader.workspace === workspace) reader.stream.say(true, change)
  }

  function signedOut(session: string): void {
    for (const { credentials, stream } of readers)
      if (credentials.session && sessionName(credentials.session) === session) stream.end('signed_out')
  }

  function turned(on: boolean): void {
    if (on === listening) return
    listening = on
    if (on) recent.begin()
    else recent.stop()
    // What happened in between was not heard: everything may have moved.
    for (const { stream } of readers) stream.say(on, on ? null : nothing)
  }

  const listen = () =>
    listenTo(pool, services.log, {
      channels: [readingsChanged, sessionClosed],
      heard: (channel, payload) => {
        try {
          if (channel === sessionClosed) signedOut(payload)
          else heard(payload)
        } catch (error) {
          services.log.warn({ error: String(error) }, 'a message of another process was not understood')
        }
      },
      up: () => turned(true),
      down: () => turned(false),
    })

  /** Whether the session or key still holds, for the same person in the same workspace. Reading on is no sign of life. */
  async function holds({ credentials, workspace, actorId }: Reader): Promise<boolean> {
    const principal = await authenticate(services, credentials, { sighting: false })
    return principal !== undefined && principal.workspace === workspace && principal.actor.id === actorId
  }

  async function beatOne(reader: Reader): Promise<void> {
    // While the store is away nobody can be asked, and nothing is told.
    const mayRead = await holds(reader).catch(() => true)
    if (mayRead) reader.stream.beat()
    else reader.stream.end('signed_out')
  }

  const beat = async () => void (await Promise.all([...readers].map(beatOne)))

  function admit(workspace: string, credentials: Credentials): void {
    if (closed) throw new Problem(503, 'stopping', 'Mainstay is stopping. Open the stream again.')
    if ([...readers].filter((reader) => reader.workspace === workspace).length >= streamsOfWorkspace)
      throw new Problem(
        429,
        'too_many_streams',
        'This workspace has as many live streams as it may. Close some, or ask now and then instead.',
        { retryAfterSeconds: 60 },
      )
    const own = [...readers].filter((reader) => holderOf(reader.credentials) === holderOf(credentials))
    // Tabs that nobody looks at stay open: the newest is the one in sight.
    for (const { stream } of own.slice(0, Math.max(0, own.length - streamsOfOne + 1))) stream.end('elsewhere')
  }

  function open(ctx: Ctx, http: Pick<Http, 'request' | 'cookie'>): Response {
    const credentials = {
      authorization: http.request.headers.get('authorization') ?? undefined,
      session: http.cookie(sessionCookie),
    }
    admit(ctx.workspace, credentials)
    listener ??= listen()
    beats ??= setInterval(() => void beat(), beatMs).unref()
    const stream = createLiveStream(gapMs, () => {
      readers.delete(reader)
      metrics.liveStreams(readers.size)
    })
    const actorId = ctx.actor.kind === 'system' ? null : ctx.actor.id
    const reader: Reader = { workspace: ctx.workspace, actorId, credentials, stream }
    readers.add(reader)
    metrics.liveStreams(readers.size)
    // Until it listens, or the next beat, there is nothing to say yet.
    if (listening) stream.say(true, recent.of(ctx.workspace))
    return new Response(stream.body, {
      headers: {
        'content-type': 'text/event-stream; charset=utf-8',
        // Proxies pass each message on as it comes; at the end the connection goes too, so that a stop need not wait.
        'x-accel-buffering': 'no',
        connection: 'close',
      },
    })
  }

  return {
    open,
    beat,
    async close() {
      closed = true
      clearInterval(beats)
      for (const { stream } of readers) stream.end()
      await listener?.close()
    },
  }
}

/** The stream of changes in the own workspace. */
export const liveRoute = (live: Live): Route =>
  route({
    method: 'get',
    path: '/live',
    summary:
      'Server-sent events: each message is { live, accounts }, where accounts are the ids whose readings were stored, or null for many. live is false while the server itself cannot hear of changes.',
    tag: 'Live',
    access: 'viewer',
    response: 'raw',
    produces: 'text/event-stream',
    handle: async (ctx, _input, http) => live.open(ctx, http),
  })
