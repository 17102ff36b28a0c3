import type { DelimitedDialect } from './delimited.ts'
import { createDecoder, detectEncoding, type EncodingGuess } from './encoding.ts'
import type { TabularLimits } from './limits.ts'
import { surelyMissing, asMark } from './missing.ts'
import { type FoundRow, headerColumns, numberedColumns, type TableShape } from './raw-row.ts'
import { readDateText } from './read-date.ts'
import { readNumber } from './read-number.ts'
import { RowScanner, type ScannedRow } from './scanner.ts'
import type { TextSource } from './source.ts'
import { TabularError } from './tabular-error.ts'

/** Why the first row is taken for column names or not. `certain` false: a person should look. */
export interface HeaderGuess {
  evidence: 'types_differ' | 'numbers_in_first_row' | 'values_recur' | 'distinct_words' | 'only_row'
  certain: boolean
}

/** What a person has already decided; the rest is detected. */
export interface DialectChoices {
  encoding?: string
  delimiter?: string
  quote?: string | null
  header?: boolean
  preambleRows?: number
}

export interface DialectGuess {
  dialect: DelimitedDialect
  encoding: EncodingGuess
  header: HeaderGuess
}

export const delimiters = [',', ';', '\t', '|'] as const

const SAMPLE_ROWS = 300
const MAX_PREAMBLE = 10

/** Works out from the first bytes of a text how to read it. */
export const detectDialect = (
  source: Pick<TextSource, 'head' | 'headIsWhole'>,
  limits: TabularLimits,
  choices: DialectChoices = {},
): DialectGuess => {
  const encoding = detectEncoding(source.head, source.headIsWhole)
  const chosenEncoding = choices.encoding ?? encoding.encoding
  const text = headText(source, chosenEncoding)
  const directive = /^sep=([,;\t|])\r?\n/i.exec(text)?.[1]
  const sample = (delimiter: string, quote: string | null) =>
    sampleRows(text, source.headIsWhole, delimiter, quote, limits)
  const delimiter = choices.delimiter ?? directive ?? bestDelimiter((candidate) => sample(candidate, '"'))
  const quote = choices.quote === undefined ? likelyQuote(sample(delimiter, '"')) : choices.quote
  const rows = sample(delimiter, quote)
  if (rows.length === 0 && !source.headIsWhole && text.trim() !== '')
    throw new TabularError('first_line_too_long', { limit: text.length })
  const { shape, header } = detectShape(rows, limits, { preambleRows: directive ? 1 : undefined, ...choices })
  return {
    dialect: { kind: 'delimited', encoding: chosenEncoding, delimiter, quote, ...shape },
    encoding,
    header,
  }
}

const headText = (source: Pick<TextSource, 'head' | 'headIsWhole'>, encoding: string): string => {
  const decoder = createDecoder(encoding)
  const { text } = decoder.write(source.head)
  return source.headIsWhole ? text + decoder.end().text : text
}

const sampleRows = (
  text: string,
  whole: boolean,
  delimiter: string,
  quote: string | null,
  limits: TabularLimits,
): ScannedRow[] => {
  const rows: ScannedRow[] = []
  try {
    const scanner = new RowScanner({ delimiter, quote, limits })
    scanner.push(text, rows)
    if (whole) scanner.end(rows)
  } catch (error) {
    // The rows before the fault are enough to guess from; reading will report it with its row.
    if (!(error instanceof TabularError)) throw error
  }
  return rows.slice(0, SAMPLE_ROWS)
}

/** The delimiter that cuts most rows into the same number of fields, more fields and a matching first row preferred. */
const bestDelimiter = (sample: (delimiter: string) => ScannedRow[]): string => {
  const scored = delimiters.map((delimiter) => {
    const rows = sample(delimiter)
    const width = usualWidth(rows)
    if (width < 2) return { delimiter, score: 0 }
    const share = rows.filter(({ fields }) => fields.length === width).length / rows.length
    const firstFits = rows[0]!.fields.length === width ? 1 : 0.5
    return { delimiter, score: share ** 2 * firstFits * (1 + Math.log2(width)) }
  })
  return scored.reduce((best, next) => (next.score > best.score ? next : best)).delimiter
}

const usualWidth = (rows: Pick<FoundRow, 'fields'>[]): number => {
  const counts = new Map<number, number>()
  for (const { fields } of rows) counts.set(fields.length, (counts.get(fields.length) ?? 0) + 1)
  const [first] = [...counts].sort(([widthA, a], [widthB, b]) => b - a || widthB - widthA)
  return first?.[0] ?? 0
}

const likelyQuote = (rows: ScannedRow[]): string => {
  const fields = rows.flatMap((row) => row.fields)
  const single = fields.filter((field) => field.length > 1 && field.startsWith("'") && field.endsWith("'"))
  return single.length > 0.3 * fields.length ? "'" : '"'
}

/** Finds preamble, header and column names in the first rows of any table. */
export const detectShape = (
  rows: Pick<FoundRow, 'fields'>[],
  limits: TabularLimits,
  choices: Pick<DialectChoices, 'header' | 'preambleRows'> = {},
): { shape: TableShape; header: HeaderGuess } => {
  const preambleRows = choices.preambleRows ?? countPreamble(rows)
  const table = rows.slice(preambleRows)
  const first = table[0]?.fields
  if (!first) throw new TabularError('empty_file')
  const guess = guessHeader(first, table.slice(1))
  const header = choices.header ?? guess.header
  const columns = header
    ? headerColumns(first, limits)
    : numberedColumns(Math.max(first.length, usualWidth(table)), limits)
  return { shape: { preambleRows, header, columns }, header: guess.reason }
}

/** Titles above the table have at most half of its columns. */
const countPreamble = (rows: Pick<FoundRow, 'fields'>[]): number => {
  const width = usualWidth(rows)
  if (width < 3) return 0
  const filled = (fields: string[]) => fields.filter((field) => field.trim() !== '').length
  const start = rows.findIndex(({ fields }) => filled(fields) > width / 2)
  return start > 0 && start <= MAX_PREAMBLE ? start : 0
}

const guessHeader = (
  first: string[],
  rest: Pick<FoundRow, 'fields'>[],
): { header: boolean; reason: HeaderGuess } => {
  const reason = (header: boolean, evidence: HeaderGuess['evidence'], certain: boolean) => ({
    header,
    reason: { evidence, certain },
  })
  if (first.some(isTyped)) return reason(false, 'numbers_in_first_row', first.every(isTypedOrEmpty))
  if (rest.length === 0) return reason(true, 'only_row', false)
  const column = (index: number) => rest.map(({ fields }) => fields[index] ?? '')
  const typesDiffer = first.some((_, index) => {
    const values = column(index).filter((value) => !surelyMissing.has(asMark(value)))
    return values.length > 0 && values.filter(isTyped).length > 0.8 * values.length
  })
  if (typesDiffer) return reason(true, 'types_differ', true)
  const recurs = first.some((name, index) => name.trim() !== '' && column(index).includes(name))
  return recurs ? reason(false, 'values_recur', false) : reason(true, 'distinct_words', false)
}

const isTyped = (text: string): boolean =>
  readNumber(text) !== null || readDateText(text) !== null || /^(true|false)$/i.test(text.trim())

const isTypedOrEmpty = (text: string): boolean => text.trim() === '' || isTyped(text)
