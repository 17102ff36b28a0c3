import { type NumberKind, numberKind } from './excel-date.ts'
import type { TabularLimits } from './limits.ts'
import { TabularError } from './tabular-error.ts'
import { drainXml, type XmlHandlers } from './xml.ts'
import { readEntry, type Zip } from './zip.ts'

export interface SheetInfo {
  name: string
  hidden: boolean
}

/** What all sheets of a workbook share. */
export interface Workbook {
  sheets: (SheetInfo & { part: string })[]
  date1904: boolean
}

/** Reads the list of sheets. */
export const readWorkbook = async (zip: Zip, limits: TabularLimits): Promise<Workbook> => {
  const targets = new Map<string, string>()
  await readPart(zip, 'xl/_rels/workbook.xml.rels', limits, {
    open: (name, attributes) => {
      if (name === 'Relationship') targets.set(attributes.Id ?? '', attributes.Target ?? '')
    },
  })
  const workbook: Workbook = { sheets: [], date1904: false }
  await readPart(zip, 'xl/workbook.xml', limits, {
    open: (name, attributes) => {
      if (name === 'workbookPr') workbook.date1904 = isTrue(attributes.date1904)
      if (name !== 'sheet') return
      const part = partName(targets.get(relationId(attributes)) ?? '')
      // Chart and dialogue sheets have no cells.
      if (!part.includes('worksheets/')) return
      workbook.sheets.push({ name: attributes.name ?? '', hidden: isHidden(attributes.state), part })
    },
  })
  return workbook
}

const relationId = (attributes: Record<string, string>): string =>
  Object.entries(attributes).find(([name]) => name.endsWith(':id'))?.[1] ?? ''

const partName = (target: string): string =>
  target.startsWith('/') ? target.slice(1) : `xl/${target.replace(/^\.\//, '')}`

const isTrue = (value: string | undefined): boolean => value === '1' || value === 'true'

const isHidden = (state: string | undefined): boolean => state === 'hidden' || state === 'veryHidden'

/** The number kind of each cell style, by the index cells refer to. */
export const readCellKinds = async (zip: Zip, limits: TabularLimits): Promise<NumberKind[]> => {
  const codes = new Map<number, string>()
  const formatIds: number[] = []
  let inCellStyles = false
  await readPart(zip, 'xl/styles.xml', limits, {
    open: (name, attributes) => {
      if (name === 'numFmt') codes.set(Number(attributes.numFmtId), attributes.formatCode ?? '')
      if (name === 'cellXfs') inCellStyles = true
      if (name === 'xf' && inCellStyles) formatIds.push(Number(attributes.numFmtId ?? 0))
    },
    close: (name) => {
      if (name === 'cellXfs') inCellStyles = false
    },
  })
  return formatIds.map((id) => numberKind(id, codes.get(id)))
}

/** The texts that cells refer to by index. All stay in memory, hence the limits. */
export const readSharedStrings = async (zip: Zip, limits: TabularLimits): Promise<string[]> => {
  const strings: string[] = []
  const text = createTextGatherer(limits)
  let chars = 0
  await readPart(zip, 'xl/sharedStrings.xml', limits, {
    open: (name) => {
      if (name === 'si') text.reset()
      text.open(name)
    },
    text: (piece) => text.add(piece),
    close: (name) => {
      text.close(name)
      if (name !== 'si') return
      const value = text.value()
      strings.push(value)
      chars += value.length
      if (strings.length > limits.maxSharedStrings)
        throw new TabularError('too_many_shared_strings', { limit: limits.maxSharedStrings, unit: 'pieces' })
      if (chars > limits.maxSharedStringChars)
        throw new TabularError('too_many_shared_strings', {
          limit: limits.maxSharedStringChars,
          unit: 'characters',
        })
    },
  })
  return strings
}

const readPart = async (
  zip: Zip,
  part: string,
  limits: TabularLimits,
  handlers: XmlHandlers,
): Promise<void> => {
  const entry = zip.entries.get(part)
  if (entry) await drainXml(readEntry(zip, entry, limits), handlers)
}

/** Joins the text runs of a shared or inline string, leaving out phonetic guides. */
export const createTextGatherer = ({ maxFieldChars }: Pick<TabularLimits, 'maxFieldChars'>) => {
  let pieces = ''
  let inText = false
  let inPhonetic = false
  return {
    reset: () => {
      pieces = ''
      inText = inPhonetic = false
    },
    open: (name: string) => {
      if (name === 't') inText = true
      else if (name === 'rPh') inPhonetic = true
    },
    add: (piece: string) => {
      if (!inText || inPhonetic) return
      pieces += piece
      if (pieces.length > maxFieldChars)
        throw new TabularError('sheet_unreadable', {
          reason: `a cell is longer than ${maxFieldChars} characters`,
        })
    },
    close: (name: string) => {
      if (name === 't') inText = false
      else if (name === 'rPh') inPhonetic = false
    },
    value: () => unescapeControls(pieces),
  }
}

/** Excel writes characters that XML cannot hold as _xHHHH_. */
const unescapeControls = (text: string): string =>
  text.includes('_x')
    ? text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    : text
