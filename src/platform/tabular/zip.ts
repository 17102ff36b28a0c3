import { crc32 } from 'node:zlib'
import yauzl, { type Entry, type ZipFile } from 'yauzl'
import { assertInflation } from './inflate-guard.ts'
import type { TabularLimits } from './limits.ts'
import { TabularError } from './tabular-error.ts'

/** An open archive and its parts by name. Close it when done. */
export interface Zip {
  entries: Map<string, Entry>
  file: ZipFile
}

const ENCRYPTED_FLAG = 1

/** Reads the directory of a zip file. Damage, encryption and absurd sizes become a TabularError. */
export const openZip = async (path: string, limits: TabularLimits): Promise<Zip> => {
  const file = await yauzl.openPromise(path, { autoClose: false, lazyEntries: true }).catch(throwCorrupt)
  try {
    if (file.entryCount > limits.maxZipEntries)
      throw new TabularError('too_many_entries', { limit: limits.maxZipEntries })
    const entries = new Map<string, Entry>()
    for await (const entry of file.eachEntry()) entries.set(entry.fileName, entry)
    if ([...entries.values()].some((entry) => entry.generalPurposeBitFlag & ENCRYPTED_FLAG))
      throw new TabularError('encrypted_zip')
    return { entries, file }
  } catch (error) {
    file.close()
    throw asCorrupt(error)
  }
}

/** Throws unless the zip at `path` is an Excel workbook (.xlsx). */
export const assertWorkbook = async (path: string, limits: TabularLimits): Promise<void> => {
  const zip = await openZip(path, limits)
  zip.file.close()
  if (zip.entries.has('xl/workbook.xml')) return
  const names = [...zip.entries.keys()]
  const shown = names.slice(0, 3).join(', ') + (names.length > 3 ? `, and ${names.length - 3} more` : '')
  throw new TabularError('zip_without_workbook', { entries: shown || 'nothing' })
}

/** Streams one part, unpacked, checking its size and checksum. */
export async function* readEntry(
  zip: Zip,
  entry: Entry,
  limits: TabularLimits,
  signal?: AbortSignal,
): AsyncGenerator<Buffer> {
  let inflatedBytes = 0
  let checksum = 0
  try {
    const stream = await zip.file.openReadStreamPromise(entry)
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      signal?.throwIfAborted()
      inflatedBytes += chunk.length
      checksum = crc32(chunk, checksum)
      assertInflation(inflatedBytes, entry.compressedSize, limits)
      yield chunk
    }
  } catch (error) {
    throw signal?.aborted ? error : asCorrupt(error)
  }
  if (checksum !== entry.crc32)
    throw new TabularError('corrupt_zip', { reason: `${entry.fileName} has a wrong checksum` })
}

const asCorrupt = (error: unknown): TabularError =>
  error instanceof TabularError
    ? error
    : new TabularError(
        'corrupt_zip',
        { reason: error instanceof Error ? error.message : String(error) },
        { cause: error },
      )

const throwCorrupt = (error: unknown): never => {
  throw asCorrupt(error)
}
