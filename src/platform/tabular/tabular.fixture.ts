import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll } from 'vitest'
import type { DelimitedDialect } from './delimited.ts'
import type { Batch, RawRow } from './raw-row.ts'
import { openSource, type TextSource, type WorkbookSource } from './source.ts'
import type { TabularLimits } from './limits.ts'

const folder = mkdtempSync(join(tmpdir(), 'tabular-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
let files = 0

export const fileWith = (content: string | Buffer): string => {
  const path = join(folder, `${files++}`)
  writeFileSync(path, content)
  return path
}

export const textSource = async (
  content: string | Buffer,
  limits?: Partial<TabularLimits>,
): Promise<TextSource> => {
  const source = await openSource(fileWith(content), { limits })
  if (source.format === 'xlsx') throw new Error('not a text')
  return source
}

/** The same bytes cut into chunks of the given sizes, again and again. */
export const chunkedSource = async (content: Buffer, sizes: number[]): Promise<TextSource> => {
  const chunks: Buffer[] = []
  for (let at = 0, i = 0; at < content.length; i++) {
    const size = sizes[i % sizes.length]!
    chunks.push(content.subarray(at, at + size))
    at += size
  }
  const source = await openSource(Readable.from(chunks))
  if (source.format === 'xlsx') throw new Error('not a text')
  // The head would hand the chunks on as they came, which is what is wanted.
  return source
}

export const workbookSource = async (content: Buffer): Promise<WorkbookSource> => {
  const source = await openSource(fileWith(content))
  if (source.format !== 'xlsx') throw new Error('not a workbook')
  return source
}

export const dialectWith = (
  columns: string[],
  changes: Partial<DelimitedDialect> = {},
): DelimitedDialect => ({
  kind: 'delimited',
  encoding: 'utf-8',
  delimiter: ',',
  quote: '"',
  preambleRows: 0,
  header: true,
  columns,
  ...changes,
})

export const allRows = async (batches: AsyncIterable<Batch>): Promise<RawRow[]> => {
  const rows: RawRow[] = []
  for await (const batch of batches) rows.push(...batch.rows)
  return rows
}

export const allFields = async (batches: AsyncIterable<Batch>): Promise<string[][]> =>
  (await allRows(batches)).map(({ fields }) => fields)

/** The rows handed out before a reader failed, and its error. */
export const rowsUntilError = async (batches: AsyncIterable<Batch>) => {
  const rows: RawRow[] = []
  try {
    for await (const batch of batches) rows.push(...batch.rows)
  } catch (error) {
    return { rows, error }
  }
  throw new Error('the reader did not fail')
}
