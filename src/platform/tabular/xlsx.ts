import { type NumberKind, serialToIso } from './excel-date.ts'
import { defaultLimits, type TabularLimits } from './limits.ts'
import { type Batch, BatchBuilder, type FoundRow, type ReadOptions, type TableShape } from './raw-row.ts'
import type { WorkbookSource } from './source.ts'
import { TabularError } from './tabular-error.ts'
import {
  createTextGatherer,
  readCellKinds,
  readSharedStrings,
  readWorkbook,
  type SheetInfo,
  type Workbook,
} from './workbook.ts'
import { csvLine } from './write-csv.ts'
import { readXml, type XmlHandlers } from './xml.ts'
import { openZip, readEntry, type Zip } from './zip.ts'

/** How to read one sheet of a workbook; plain JSON, so it can be stored with a template. */
export interface SheetDialect extends TableShape {
  kind: 'sheet'
  sheet: string
}

/** The sheets of a workbook, in their order. */
export const listSheets = async (
  source: WorkbookSource,
  limits: Partial<TabularLimits> = {},
): Promise<SheetInfo[]> => {
  const all = { ...defaultLimits, ...limits }
  const zip = await openZip(source.path, all)
  try {
    const { sheets } = await readWorkbook(zip, all)
    return sheets.map(({ name, hidden }) => ({ name, hidden }))
  } finally {
    zip.file.close()
  }
}

/** Streams the data rows of a sheet in batches, as `readDelimited` does for text. Empty rows are left out. */
export async function* readSheet(
  source: WorkbookSource,
  dialect: SheetDialect,
  options: ReadOptions = {},
): AsyncGenerator<Batch> {
  const limits = { ...defaultLimits, ...options.limits }
  const builder = new BatchBuilder(dialect, options.skipRows ?? 0, limits, true)
  let bytesRead = 0
  let failure: unknown = null
  try {
    for await (const found of sheetRows(source, dialect.sheet, limits, options.signal)) {
      bytesRead = found.bytesRead
      for (const rows of builder.take(found.rows)) yield { rows, bytesRead }
    }
  } catch (error) {
    failure = error
  }
  options.signal?.throwIfAborted()
  for (const rows of builder.flush()) yield { rows, bytesRead }
  if (failure !== null) throw failure
}

/** Streams the rows of a sheet as they stand, header included. */
export async function* sheetRows(
  source: WorkbookSource,
  sheet: string,
  limits: TabularLimits,
  signal?: AbortSignal,
): AsyncGenerator<{ rows: FoundRow[]; bytesRead: number }> {
  const zip = await openZip(source.path, limits)
  try {
    const workbook = await readWorkbook(zip, limits)
    const entry = zip.entries.get(sheetPart(workbook, sheet))
    if (!entry) throw new TabularError('corrupt_zip', { reason: `the part of sheet ${sheet} is missing` })
    const cells = await readCellContext(zip, workbook, limits)
    const gathered: { rows: FoundRow[] } = { rows: [] }
    let unpacked = 0
    const counted = async function* () {
      for await (const chunk of readEntry(zip, entry, limits, signal)) {
        unpacked += chunk.length
        yield chunk
      }
    }
    for await (const _ of readXml(counted(), rowHandlers(gathered, cells, limits))) {
      const share = entry.uncompressedSize > 0 ? unpacked / entry.uncompressedSize : 1
      const { rows } = gathered
      gathered.rows = []
      yield { rows, bytesRead: Math.round(source.sizeBytes * share) }
    }
  } finally {
    zip.file.close()
  }
}

const sheetPart = (workbook: Workbook, sheet: string): string => {
  const found = workbook.sheets.find(({ name }) => name === sheet)
  if (found) return found.part
  throw new TabularError('unknown_sheet', {
    sheet,
    sheets: workbook.sheets.map(({ name }) => name).join(', '),
  })
}

/** What turns the content of a cell into text. */
interface CellContext {
  strings: string[]
  kinds: NumberKind[]
  date1904: boolean
}

const readCellContext = async (
  zip: Zip,
  workbook: Workbook,
  limits: TabularLimits,
): Promise<CellContext> => ({
  strings: await readSharedStrings(zip, limits),
  kinds: await readCellKinds(zip, limits),
  date1904: workbook.date1904,
})

const rowHandlers = (
  gathered: { rows: FoundRow[] },
  context: CellContext,
  limits: TabularLimits,
): XmlHandlers => {
  const inline = createTextGatherer(limits)
  let line = 0
  let fields: string[] = []
  let rowChars = 0
  let column = -1
  let type = 'n'
  let style = 0
  let value = ''
  let inValue = false

  const openRow = (attributes: Record<string, string>): void => {
    const number = Number(attributes.r ?? line + 1)
    if (!Number.isInteger(number) || number <= line)
      throw new TabularError('sheet_unreadable', { reason: `row ${line + 1} is out of order` })
    line = number
    fields = []
    rowChars = 0
    column = -1
  }
  const openCell = (attributes: Record<string, string>): void => {
    column = attributes.r === undefined ? column + 1 : columnIndex(attributes.r, line)
    type = attributes.t ?? 'n'
    style = Number(attributes.s ?? 0)
    value = ''
    inline.reset()
  }
  const closeCell = (): void => {
    const text = type === 'inlineStr' ? inline.value() : cellText(value, type, style, context)
    if (text === '') return
    assertFits(text.length, limits.maxFieldChars, 'field_too_long')
    rowChars += text.length
    assertFits(rowChars, limits.maxRowChars, 'row_too_long')
    while (fields.length < column) fields.push('')
    fields[column] = text
  }
  const closeRow = (): void => {
    if (fields.length > 0)
      gathered.rows.push({ line, fields, raw: csvLine(fields, { formulas: 'keep' }), fault: null })
  }
  const assertFits = (length: number, limit: number, code: 'field_too_long' | 'row_too_long'): void => {
    if (length > limit) throw new TabularError(code, { row: line, line, column: column + 1, limit })
  }

  return {
    open: (name, attributes) => {
      if (name === 'c') openCell(attributes)
      else if (name === 'v') inValue = true
      else if (name === 'row') openRow(attributes)
      else inline.open(name)
    },
    text: (piece) => {
      if (inValue) value += piece
      else inline.add(piece)
    },
    close: (name) => {
      if (name === 'c') closeCell()
      else if (name === 'v') inValue = false
      else if (name === 'row') closeRow()
      else inline.close(name)
    },
  }
}

/** The last column of Excel is XFD. */
const LAST_COLUMN = 16_384

const columnIndex = (reference: string, line: number): number => {
  let column = 0
  for (let i = 0; i < reference.length; i++) {
    const letter = reference.charCodeAt(i) - 64
    if (letter < 1 || letter > 26) break
    column = column * 26 + letter
  }
  if (column < 1 || column > LAST_COLUMN)
    throw new TabularError('sheet_unreadable', {
      reason: `row ${line} has a cell named ${reference.slice(0, 20)}`,
    })
  return column - 1
}

/** Cell types of ECMA-376 part 1, 18.18.11: n, s, str, b, e, d (and inlineStr, read elsewhere). */
const cellText = (value: string, type: string, style: number, context: CellContext): string => {
  if (value === '') return ''
  switch (type) {
    case 's':
      return sharedString(value, context.strings)
    case 'b':
      return value === '1' || value === 'true' ? 'TRUE' : 'FALSE'
    case 'n':
      return numberText(value.trim(), context.kinds[style] ?? 'number', context.date1904)
    default:
      return value
  }
}

const sharedString = (index: string, strings: string[]): string => {
  const text = strings[Number(index)]
  if (text === undefined)
    throw new TabularError('sheet_unreadable', {
      reason: `it refers to text ${index}, which the workbook lacks`,
    })
  return text
}

const numberText = (value: string, kind: NumberKind, date1904: boolean): string => {
  const number = Number(value)
  if (!Number.isFinite(number)) return value
  const iso = kind === 'number' ? null : serialToIso(number, kind, date1904)
  return iso ?? plainNumber(value, number)
}

/** Excel keeps 15 digits and writes 17, of which the last are noise of the binary form: 29.850000000000001. */
const plainNumber = (value: string, number: number): string => {
  if (/^-?\d{1,15}$/.test(value)) return value
  const text = String(Number(number.toPrecision(15)))
  return text.includes('e') ? expandExponent(text) : text
}

/** '1.5e-7' -> '0.00000015'. */
const expandExponent = (text: string): string => {
  const [, sign, whole, fraction = '', exponent] = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text)!
  const digits = whole! + fraction
  const point = whole!.length + Number(exponent)
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`
  return `${sign}${digits.slice(0, point).padEnd(point, '0')}${point < digits.length ? `.${digits.slice(point)}` : ''}`
}
