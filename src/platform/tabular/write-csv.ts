export type CsvCell = string | number | bigint | boolean | null

export interface CsvOptions {
  /** Default ','. */
  delimiter?: string
  /** Default '\r\n', which every spreadsheet reads. */
  lineEnd?: string
  /**
   * 'neutralise' (default) puts an apostrophe before text that a spreadsheet would run as a formula; 'keep' writes text
   * as it is, for programs.
   */
  formulas?: 'neutralise' | 'keep'
  /** Start with a byte order mark, which Excel needs to read UTF-8. Default false. */
  bom?: boolean
}

const FORMULA_START = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/
const PLAIN_NUMBER = /^[+-]?\d+([.,]\d+)*$/

/** Text that a spreadsheet shows and does not run; numbers stay numbers. */
export const neutralise = (text: string): string =>
  FORMULA_START.test(text) && !PLAIN_NUMBER.test(text) ? `'${text}` : text

/** One row of CSV without its line end. null is an empty field. */
export const csvLine = (cells: readonly CsvCell[], options: CsvOptions = {}): string => {
  const { delimiter = ',', formulas = 'neutralise' } = options
  const line = cells.map((cell) => csvField(cell, delimiter, formulas)).join(delimiter)
  // A row with one empty field would otherwise be a blank line, which readers skip.
  return line === '' && cells.length === 1 ? '""' : line
}

const csvField = (cell: CsvCell, delimiter: string, formulas: 'neutralise' | 'keep'): string => {
  if (cell === null) return ''
  if (typeof cell !== 'string') return String(cell)
  const text = formulas === 'neutralise' ? neutralise(cell) : cell
  const quoted = text.includes(delimiter) || /["\r\n]|^\s|\s$/.test(text)
  return quoted ? `"${text.replaceAll('"', '""')}"` : text
}

const PIECE_CHARS = 64 * 1024

/** Streams rows as CSV text in pieces of about 64 KB. */
export async function* writeCsv(
  rows: Iterable<readonly CsvCell[]> | AsyncIterable<readonly CsvCell[]>,
  options: CsvOptions = {},
): AsyncGenerator<string> {
  const { lineEnd = '\r\n', bom = false } = options
  let piece = bom ? '\ufeff' : ''
  for await (const row of rows) {
    piece += csvLine(row, options) + lineEnd
    if (piece.length >= PIECE_CHARS) {
      yield piece
      piece = ''
    }
  }
  if (piece !== '') yield piece
}
