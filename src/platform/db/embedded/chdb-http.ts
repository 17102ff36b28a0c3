import { createHash, randomUUID, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { renderParameters } from './literals.ts'
import { Refusal } from './refusal.ts'
import type { Answer, Query } from './session-pool.ts'

const MAX_BODY_BYTES = 256 * 1024 * 1024
const MAX_URL_BYTES = 1024 * 1024
const SLICE_BYTES = 256 * 1024

// Parameters of the interface itself; everything else in the query string is a setting of the engine.
const NOT_SETTINGS = new Set([
  'query',
  'query_id',
  'database',
  'default_format',
  'compress',
  'enable_http_compression',
  'wait_end_of_query',
  'send_progress_in_http_headers',
  'http_headers_progress_interval_ms',
  'log_comment',
])
const REFUSED = new Set(['session_id', 'role', 'decompress'])

// Formats whose data the engine reads to the end. Values is not one: after its `;` a second statement would run.
const DATA_FORMATS = new Set([
  'JSONEachRow',
  'JSONCompactEachRow',
  'JSONCompactEachRowWithNames',
  'CSV',
  'CSVWithNames',
  'TSV',
  'TSVWithNames',
  'TabSeparated',
  'TabSeparatedWithNames',
])

type Run = (query: Query, signal: AbortSignal) => Promise<Answer>

/**
 * The part of ClickHouse's HTTP interface that @clickhouse/client uses: ping, queries with parameters and settings,
 * inserts, typed errors. Results are complete before the first byte leaves, so an error is always a status code.
 */
export function createEngineServer(o: { run: Run; username: string; password: string }): Server {
  const allowed = digest(`Basic ${Buffer.from(`${o.username}:${o.password}`).toString('base64')}`)
  return createServer({ maxHeaderSize: MAX_URL_BYTES, keepAliveTimeout: 60_000 }, (request, response) => {
    const id = new URL(request.url ?? '/', 'http://engine').searchParams.get('query_id') || randomUUID()
    response.setHeader('X-ClickHouse-Query-Id', id)
    handle(o.run, allowed, request, response).catch((error: unknown) => sendError(response, error))
  })
}

async function handle(run: Run, allowed: Buffer, request: IncomingMessage, response: ServerResponse) {
  const url = new URL(request.url ?? '/', 'http://engine')
  if (url.pathname === '/ping') return void response.end('Ok.\n')
  if (!timingSafeEqual(allowed, digest(request.headers.authorization ?? '')))
    throw new Refusal(516, 'Authentication failed: the secret is wrong.', 401)
  if (url.pathname !== '/') throw new Refusal(344, 'There is nothing at this address.', 404)
  const gone = new AbortController()
  response.once('close', () => response.writableFinished || gone.abort())
  const query = readQuery(url.searchParams, request, await readBody(request))
  if (query === undefined) return send(response, url.searchParams, emptyAnswer, 0)
  return send(response, url.searchParams, await run(query, gone.signal), query.rowsSent)
}

const emptyAnswer: Answer = { bytes: new Uint8Array(), seconds: 0, rowsRead: 0, bytesRead: 0 }

type Request = Query & { rowsSent: number }

/** What to run, or undefined for an insert without rows (which the engine would refuse). */
function readQuery(fields: URLSearchParams, request: IncomingMessage, body: Buffer): Request | undefined {
  const parts = readParts(request.headers['content-type'], body)
  const params = new Map<string, string>()
  for (const [name, value] of [...fields, ...parts])
    if (name.startsWith('param_')) params.set(name.slice('param_'.length), value)
  const inUrl = fields.get('query') ?? ''
  const inBody = parts.get('query') ?? decode(body)
  const shared = {
    format: fields.get('default_format') ?? 'TabSeparated',
    database: fields.get('database') ?? undefined,
    settings: readSettings(fields),
  }
  if (inUrl === '') {
    if (request.method === 'GET') throw new Refusal(62, 'The statement is empty.')
    return { ...shared, sql: requireSql(renderParameters(inBody, params)), rowsSent: 0 }
  }
  const sql = requireSql(renderParameters(inUrl, params))
  const format = /^insert\b[^]*\bformat\s+(\w+)$/i.exec(sql)?.[1]
  if (format === undefined) {
    if (inBody.trim() !== '') throw new Refusal(62, 'Rows can only follow INSERT ... FORMAT <name>.')
    return { ...shared, sql, rowsSent: 0 }
  }
  if (!DATA_FORMATS.has(format)) throw new Refusal(73, `Rows cannot be inserted as ${format} here.`)
  if (inBody.includes('\0')) throw new Refusal(62, 'The rows hold a NUL byte.')
  const rowsSent = countLines(inBody) - (format.endsWith('WithNames') ? 1 : 0)
  return rowsSent > 0 ? { ...shared, sql: `${sql}\n${inBody}`, rowsSent } : undefined
}

function requireSql(sql: string): string {
  if (sql === '') throw new Refusal(62, 'The statement is empty.')
  return sql
}

function readSettings(fields: URLSearchParams): Map<string, string> {
  const settings = new Map<string, string>()
  for (const [name, value] of fields) {
    if (REFUSED.has(name)) throw new Refusal(344, `The embedded event store does not support ${name}.`)
    if (NOT_SETTINGS.has(name) || name.startsWith('param_')) continue
    if (!/^[a-z]\w*$/i.test(name)) throw new Refusal(115, 'A setting has an impossible name.')
    settings.set(name, value)
  }
  return settings
}

function countLines(text: string): number {
  let lines = 0
  for (let at = 0; at < text.length; lines += 1) {
    const end = text.indexOf('\n', at)
    at = end < 0 ? text.length : end + 1
    while (text[at] === '\n') at += 1
  }
  return text.trim() === '' ? 0 : lines
}

/** Fields of a multipart body, which the client uses for parameters too long for a URL. */
function readParts(contentType: string | undefined, body: Buffer): Map<string, string> {
  const parts = new Map<string, string>()
  const boundary = /^multipart\/form-data;\s*boundary="?([^";]+)/i.exec(contentType ?? '')?.[1]
  if (boundary === undefined) return parts
  for (const part of `\r\n${decode(body)}`.split(`\r\n--${boundary}`)) {
    const split = part.indexOf('\r\n\r\n')
    const name = /\bname="([^"]+)"/i.exec(part.slice(0, split))?.[1]
    if (split > 0 && name !== undefined) parts.set(name, part.slice(split + 4))
  }
  return parts
}

function decode(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body)
  } catch {
    throw new Refusal(62, 'The request is not UTF-8.')
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MAX_BODY_BYTES) throw tooLarge()
    chunks.push(chunk)
  }
  const body = Buffer.concat(chunks)
  const encoding = request.headers['content-encoding']
  if (encoding === undefined) return body
  if (encoding !== 'gzip')
    throw new Refusal(344, `The embedded event store does not read ${encoding}; send gzip.`)
  return promisify(gunzip)(body, { maxOutputLength: MAX_BODY_BYTES }).catch(
    (error: NodeJS.ErrnoException) => {
      throw error.code === 'ERR_BUFFER_TOO_LARGE' ? tooLarge() : new Refusal(62, 'The gzip body is damaged.')
    },
  )
}

function tooLarge(): Refusal {
  return new Refusal(307, `The request is larger than ${MAX_BODY_BYTES} bytes; send smaller batches.`, 413)
}

async function send(response: ServerResponse, fields: URLSearchParams, answer: Answer, rowsSent: number) {
  response.setHeader('Content-Type', 'text/plain; charset=UTF-8')
  response.setHeader('X-ClickHouse-Timezone', 'UTC')
  response.setHeader('X-ClickHouse-Format', fields.get('default_format') ?? 'TabSeparated')
  response.setHeader('X-ClickHouse-Summary', summary(answer, rowsSent))
  if (answer.bytes.length <= SLICE_BYTES) return void response.end(answer.bytes)
  await pipeline(Readable.from(slices(answer.bytes)), response).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error
  })
}

function* slices(bytes: Uint8Array): Iterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += SLICE_BYTES) yield bytes.subarray(at, at + SLICE_BYTES)
}

function summary({ rowsRead, bytesRead, seconds, bytes }: Answer, rowsSent: number): string {
  return JSON.stringify({
    read_rows: String(rowsRead),
    read_bytes: String(bytesRead),
    written_rows: String(rowsSent),
    written_bytes: '0',
    total_rows_to_read: '0',
    result_rows: '0',
    result_bytes: String(bytes.length),
    elapsed_ns: String(Math.round(seconds * 1e9)),
  })
}

const STATUS: Record<number, number> = { 60: 404, 62: 400, 81: 404, 394: 499 }

function sendError(response: ServerResponse, error: unknown): void {
  if (response.destroyed || response.headersSent) return void response.destroy()
  const { code, status, message } = describe(error)
  const body = Buffer.from(message)
  // What is left of a refused upload is not read: the connection cannot be used again.
  const unread = !response.req.complete
  response.writeHead(status, {
    'X-ClickHouse-Exception-Code': String(code),
    'Content-Type': 'text/plain; charset=UTF-8',
    'Content-Length': body.length,
    ...(unread ? { Connection: 'close' } : {}),
  })
  response.end(body)
}

function describe(error: unknown): { code: number; status: number; message: string } {
  if (error instanceof Refusal) return error
  const message = error instanceof Error ? error.message : String(error)
  const code = Number(/^Code: (\d+)\./.exec(message)?.[1] ?? 0)
  if (code > 0) return { code, status: STATUS[code] ?? 500, message }
  return new Refusal(1002, message, 500)
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
