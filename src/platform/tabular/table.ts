import { type DelimitedDialect, readDelimited } from './delimited.ts'
import { type ColumnGuess, detectColumns } from './detect-columns.ts'
import { detectDialect, detectShape, type DialectChoices, type HeaderGuess } from './detect-dialect.ts'
import type { EncodingGuess } from './encoding.ts'
import { defaultLimits, type TabularLimits } from './limits.ts'
import type { Batch, FoundRow, RawRow, ReadOptions } from './raw-row.ts'
import type { Source, TextSource, WorkbookSource } from './source.ts'
import { TabularError } from './tabular-error.ts'
import { listSheets, readSheet, type SheetDialect, sheetRows } from './xlsx.ts'
import type { SheetInfo } from './workbook.ts'

/** How to read one table; plain JSON, so it can be stored with a template. */
export type TableDialect = DelimitedDialect | SheetDialect

export interface TableChoices extends DialectChoices {
  sheet?: string
}

/** What a file seems to hold. */
export interface TableGuess {
  dialect: TableDialect
  header: HeaderGuess
  /** null for a workbook. */
  encoding: EncodingGuess | null
  /** Empty for text. */
  sheets: SheetInfo[]
  columns: ColumnGuess[]
  /** The first rows as they will be read, those with a problem included. */
  sample: RawRow[]
}

export interface InspectOptions {
  choices?: TableChoices
  /** Default 1,000. */
  sampleRows?: number
  limits?: Partial<TabularLimits>
  signal?: AbortSignal
}

/** Detects how to read a file and what its columns hold, from its first rows. A one-time stream cannot be read after. */
export const inspectTable = async (source: Source, options: InspectOptions = {}): Promise<TableGuess> => {
  const limits = { ...defaultLimits, ...options.limits }
  const choices = options.choices ?? {}
  const found =
    source.format === 'xlsx'
      ? await inspectWorkbook(source, choices, limits, options.signal)
      : inspectText(source, choices, limits)
  const sample = await firstRows(source, found.dialect, options.sampleRows ?? 1_000, options)
  return { ...found, columns: detectColumns(found.dialect.columns, sample), sample }
}

/** Streams the data rows of a table in batches, whatever it is stored as. */
export const readTable = (
  source: Source,
  dialect: TableDialect,
  options: ReadOptions = {},
): AsyncGenerator<Batch> => {
  if (source.format === 'xlsx' && dialect.kind === 'sheet') return readSheet(source, dialect, options)
  if (source.format !== 'xlsx' && dialect.kind === 'delimited') return readDelimited(source, dialect, options)
  throw new TabularError('other_format', {
    expected: dialect.kind === 'sheet' ? 'Excel workbook' : 'text file',
  })
}

type Found = Omit<TableGuess, 'columns' | 'sample'>

const inspectText = (source: TextSource, choices: TableChoices, limits: TabularLimits): Found => ({
  ...detectDialect(source, limits, choices),
  sheets: [],
})

const SHAPE_ROWS = 300

const inspectWorkbook = async (
  source: WorkbookSource,
  choices: TableChoices,
  limits: TabularLimits,
  signal?: AbortSignal,
): Promise<Found> => {
  const sheets = await listSheets(source, limits)
  const sheet = choices.sheet ?? (sheets.find(({ hidden }) => !hidden) ?? sheets[0])?.name
  if (sheet === undefined) throw new TabularError('empty_file')
  const rows: FoundRow[] = []
  for await (const found of sheetRows(source, sheet, limits, signal)) {
    rows.push(...found.rows)
    if (rows.length >= SHAPE_ROWS) break
  }
  const { shape, header } = detectShape(rows.slice(0, SHAPE_ROWS), limits, choices)
  return { dialect: { kind: 'sheet', sheet, ...shape }, header, encoding: null, sheets }
}

/** Detection must not fail on a fault that lies behind the first rows; reading reports it. */
const firstRows = async (
  source: Source,
  dialect: TableDialect,
  count: number,
  options: InspectOptions,
): Promise<RawRow[]> => {
  const rows: RawRow[] = []
  try {
    for await (const batch of readTable(source, dialect, options)) {
      rows.push(...batch.rows)
      if (rows.length >= count) break
    }
  } catch (error) {
    if (!(error instanceof TabularError) || rows.length === 0) throw error
  }
  return rows.slice(0, count)
}
