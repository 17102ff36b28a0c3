import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { assertInflation } from './inflate-guard.ts'
import { defaultLimits, type TabularLimits } from './limits.ts'
import { readSignature } from './signature.ts'
import { TabularError } from './tabular-error.ts'
import { assertWorkbook } from './zip.ts'

export interface ByteStream {
  /** Unpacked bytes. Leaving the loop early closes the file. */
  chunks: AsyncIterable<Buffer>
  /** Bytes taken from the source so far, compressed if it is compressed: progress against `sizeBytes`. */
  bytesRead(): number
}

/** Delimited text, plain or gzipped. */
export interface TextSource {
  format: 'text' | 'gzip'
  /** Size as stored, null when it comes from a stream. */
  sizeBytes: number | null
  /** The first unpacked bytes, for detection. */
  head: Buffer
  headIsWhole: boolean
  open(signal?: AbortSignal): ByteStream
}

export interface WorkbookSource {
  format: 'xlsx'
  path: string
  sizeBytes: number
}

export type Source = TextSource | WorkbookSource

export interface SourceOptions {
  limits?: Partial<TabularLimits>
  signal?: AbortSignal
}

const CHUNK_BYTES = 256 * 1024
const SIGNATURE_BYTES = 64 * 1024
const HEAD_BYTES = 512 * 1024

type OpenBytes = (signal?: AbortSignal) => ByteStream

/**
 * Finds out from its first bytes what a file is. A Readable of bytes can be text or gzip and be read once; a path can be
 * read again and again. Throws TabularError for everything that is not a table, and says what to do.
 */
export const openSource = async (input: string | Readable, options: SourceOptions = {}): Promise<Source> => {
  const { signal } = options
  const limits = { ...defaultLimits, ...options.limits }
  const reopenable = typeof input === 'string'
  const sizeBytes = reopenable ? await fileSize(input) : null
  const open: OpenBytes = reopenable ? fileBytes(input) : (s) => counted(input, s)
  const stored = await readHead(open, SIGNATURE_BYTES, reopenable, signal)
  const format = formatOf(stored.bytes)
  if (format === 'xlsx') {
    if (!reopenable || sizeBytes === null) throw new TabularError('workbook_needs_file')
    await assertWorkbook(input, limits)
    return { format, path: input, sizeBytes }
  }
  const unpacked = format === 'gzip' ? inflated(stored.open, limits) : stored.open
  const head = await readHead(unpacked, HEAD_BYTES, reopenable, signal)
  if (format === 'gzip') assertPlainText(head.bytes)
  if (head.whole && isBlank(head.bytes)) throw new TabularError('empty_file')
  return { format, sizeBytes, head: head.bytes, headIsWhole: head.whole, open: head.open }
}

const isBlank = (bytes: Buffer): boolean =>
  /^(\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\0]*$/.test(bytes.toString('latin1'))

const formatOf = (head: Buffer): 'text' | 'gzip' | 'xlsx' => {
  const signature = readSignature(head)
  switch (signature.format) {
    case 'text':
    case 'gzip':
      return signature.format
    case 'zip':
      return 'xlsx'
    case 'ole':
      throw new TabularError(isEncryptedOle(head) ? 'encrypted_excel' : 'legacy_excel')
    case 'binary':
      throw new TabularError('binary_file', { kind: signature.kind })
    case 'markup':
      throw new TabularError('not_a_table', { kind: signature.kind })
    case 'empty':
      throw new TabularError('empty_file')
  }
}

const assertPlainText = (head: Buffer): void => {
  const { format } = readSignature(head)
  if (format === 'gzip' || format === 'zip' || format === 'ole') {
    const kind = format === 'ole' ? 'an old Excel workbook' : `another archive (${format})`
    throw new TabularError('nested_archive', { kind })
  }
  if (format !== 'empty') formatOf(head)
}

const isEncryptedOle = (head: Buffer): boolean => head.includes(Buffer.from('EncryptedPackage', 'utf16le'))

const fileSize = async (path: string): Promise<number> => {
  try {
    const found = await stat(path)
    if (!found.isFile()) throw new TabularError('file_unreadable', { reason: 'it is not a file' })
    return found.size
  } catch (error) {
    throw unreadable(error)
  }
}

const unreadable = (error: unknown): unknown =>
  error instanceof Error && 'syscall' in error && 'code' in error
    ? new TabularError('file_unreadable', { reason: String(error.code) }, { cause: error })
    : error

const fileBytes =
  (path: string): OpenBytes =>
  (signal) =>
    counted(createReadStream(path, { highWaterMark: CHUNK_BYTES, signal }), signal)

const counted = (stream: AsyncIterable<unknown>, signal?: AbortSignal): ByteStream => {
  let bytesRead = 0
  const chunks = async function* () {
    try {
      for await (const chunk of stream) {
        signal?.throwIfAborted()
        const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk as Uint8Array | string)
        bytesRead += bytes.length
        yield bytes
      }
    } catch (error) {
      throw unreadable(error)
    }
  }
  return { chunks: chunks(), bytesRead: () => bytesRead }
}

const inflated =
  (open: OpenBytes, limits: TabularLimits): OpenBytes =>
  (signal) => {
    const stored = open(signal)
    const chunks = async function* () {
      const gunzip = createGunzip({ chunkSize: CHUNK_BYTES })
      // The pipeline destroys gunzip on failure, and the loop below then throws that same failure.
      const feeding = pipeline(stored.chunks, gunzip, { signal }).catch(() => undefined)
      let inflatedBytes = 0
      try {
        for await (const chunk of gunzip) {
          inflatedBytes += chunk.length
          assertInflation(inflatedBytes, stored.bytesRead(), limits)
          yield chunk as Buffer
        }
      } catch (error) {
        throw gzipError(error)
      } finally {
        gunzip.destroy()
        await feeding
      }
    }
    return { chunks: chunks(), bytesRead: stored.bytesRead }
  }

const gzipError = (error: unknown): unknown => {
  if (!(error instanceof Error) || !('code' in error) || !String(error.code).startsWith('Z_')) return error
  if (error.code === 'Z_BUF_ERROR') return new TabularError('truncated_gzip', {}, { cause: error })
  return new TabularError('corrupt_gzip', { reason: error.message }, { cause: error })
}

/**
 * Takes the first bytes of a stream. What it was taken from can be opened again from its start: a file any number of
 * times, a one-time stream once.
 */
const readHead = async (open: OpenBytes, size: number, reopenable: boolean, signal?: AbortSignal) => {
  const stream = open(signal)
  const chunks = stream.chunks[Symbol.asyncIterator]()
  const taken: Buffer[] = []
  let length = 0
  let whole = false
  while (length < size && !whole) {
    const next = await chunks.next()
    if (next.done) whole = true
    else {
      taken.push(next.value)
      length += next.value.length
    }
  }
  if (reopenable) await chunks.return?.()
  return {
    bytes: Buffer.concat(taken),
    whole,
    open: reopenable ? open : onlyOnce({ chunks: resumed(taken, chunks), bytesRead: stream.bytesRead }),
  }
}

async function* resumed(taken: Buffer[], rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* taken
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value
  } finally {
    await rest.return?.()
  }
}

const onlyOnce = (stream: ByteStream): OpenBytes => {
  let taken = false
  return (signal) => {
    if (taken) throw new TabularError('source_consumed')
    taken = true
    return { chunks: abortable(stream.chunks, signal), bytesRead: stream.bytesRead }
  }
}

async function* abortable(chunks: AsyncIterable<Buffer>, signal?: AbortSignal): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    signal?.throwIfAborted()
    yield chunk
  }
}
