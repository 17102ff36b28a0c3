import type { TabularLimits } from './limits.ts'
import { TabularError } from './tabular-error.ts'

/** A row that cannot be trusted; its text is kept so that nothing is lost. */
export interface RowProblem {
  code: 'too_few_fields' | 'too_many_fields' | 'text_after_quote' | 'nul_character'
  params: { expected: number; found: number }
  raw: string
}

export interface RawRow {
  /** 1 is the first data row. */
  row: number
  /** Physical line of the text, or row of the sheet, on which it begins (1-based). */
  line: number
  fields: string[]
  problem: RowProblem | null
}

export interface Batch {
  rows: RawRow[]
  /** Bytes of the source (compressed if it is compressed) taken so far; for progress against its size. */
  bytesRead: number
}

export interface ReadOptions {
  /** Leave out the first n data rows: resumes after row n with the same rows and numbers. */
  skipRows?: number
  limits?: Partial<TabularLimits>
  signal?: AbortSignal
}

/** Which rows of a table are data and what its columns are called. */
export interface TableShape {
  /** Rows before the header (a title, "sep=;"). */
  preambleRows: number
  header: boolean
  columns: string[]
}

const BATCH_ROWS = 1_000
const BATCH_CHARS = 1024 ** 2

/** A row as a reader of one format finds it. */
export interface FoundRow {
  line: number
  fields: string[]
  raw: string
  fault: 'text_after_quote' | 'nul_character' | null
}

/**
 * Turns found rows into batches: drops preamble, header and skipped rows, numbers the rest, and marks rows whose field
 * count is wrong. Batch borders depend on the rows alone, never on how the bytes arrived.
 */
export class BatchBuilder {
  private seen = 0
  private pending: RawRow[] = []
  private pendingChars = 0
  private readonly leading: number

  constructor(
    private readonly shape: TableShape,
    private readonly skipRows: number,
    private readonly limits: Pick<TabularLimits, 'maxColumns'>,
    private readonly padShortRows: boolean,
  ) {
    this.leading = leadingRows(shape)
  }

  /** Takes rows and returns the batches that became full. */
  take(found: FoundRow[]): RawRow[][] {
    const full: RawRow[][] = []
    for (const row of found) {
      const number = ++this.seen - this.leading
      if (number <= 0) {
        if (number === 0 && this.shape.header) this.checkHeader(row.fields)
        continue
      }
      if (number <= this.skipRows) continue
      this.pending.push(this.rawRow(row, number))
      this.pendingChars += row.raw.length
      if (this.pending.length >= BATCH_ROWS || this.pendingChars >= BATCH_CHARS) full.push(...this.flush())
    }
    return full
  }

  /** Returns what is left, if anything. */
  flush(): RawRow[][] {
    if (this.pending.length === 0) return []
    const rows = this.pending
    this.pending = []
    this.pendingChars = 0
    return [rows]
  }

  private rawRow({ line, fields, raw, fault }: FoundRow, row: number): RawRow {
    const expected = this.shape.columns.length
    const found = fields.length
    if (this.padShortRows) while (fields.length < expected) fields.push('')
    // Exports often end rows with spare delimiters; empty fields beyond the last column say nothing.
    while (fields.length > expected && fields.at(-1) === '') fields.pop()
    const code = fault ?? countFault(fields.length, expected)
    return { row, line, fields, problem: code && { code, params: { expected, found }, raw } }
  }

  private checkHeader(fields: string[]): void {
    const found = headerColumns(fields, this.limits)
    const { columns } = this.shape
    if (found.length !== columns.length || found.some((name, i) => name !== columns[i]))
      throw new TabularError('header_changed', { found: found.join(', '), expected: columns.join(', ') })
  }
}

export const leadingRows = (shape: TableShape): number => shape.preambleRows + (shape.header ? 1 : 0)

const countFault = (found: number, expected: number) =>
  found < expected ? 'too_few_fields' : found > expected ? 'too_many_fields' : null

/** Column names from a header row: trimmed, empty ones numbered, repeated ones told apart ("name", "name_2"). */
export const headerColumns = (fields: string[], limits: Pick<TabularLimits, 'maxColumns'>): string[] => {
  if (fields.length > limits.maxColumns)
    throw new TabularError('too_many_columns', { found: fields.length, limit: limits.maxColumns })
  const names = fields.map((field, i) => field.trim() || `column_${i + 1}`)
  const taken = new Set(names)
  const used = new Set<string>()
  return names.map((name) => {
    let unique = name
    for (let n = 2; used.has(unique) || (unique !== name && taken.has(unique)); n++) unique = `${name}_${n}`
    used.add(unique)
    return unique
  })
}

/** Column names for a table without header: column_1, column_2, ... */
export const numberedColumns = (count: number, limits: Pick<TabularLimits, 'maxColumns'>): string[] =>
  headerColumns(
    Array.from({ length: count }, () => ''),
    limits,
  )
