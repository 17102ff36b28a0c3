import type { TabularLimits } from './limits.ts'
import { TabularError } from './tabular-error.ts'

/** One row as it stands in the file. `raw` is its text without the line end. */
export interface ScannedRow {
  /** Physical line (1-based) on which the row begins. */
  line: number
  fields: string[]
  raw: string
  fault: 'text_after_quote' | 'nul_character' | null
}

export interface ScannerOptions {
  delimiter: string
  /** null when quotes have no meaning. */
  quote: string | null
  /** Rows before the first data row (header, preamble): errors count data rows from 1. */
  leadingRows?: number
  limits: Pick<TabularLimits, 'maxFieldChars' | 'maxRowChars'>
}

const LF = 10
const CR = 13
const NUL = '\0'

type State = 'fieldStart' | 'plain' | 'quoted' | 'quoteSeen'

/**
 * Cuts delimited text (RFC 4180) into rows, chunk by chunk; the result does not depend on where the chunks are cut.
 * Every kind of line end may appear in one text. A quote opens a field only as its first character; elsewhere it is
 * text. Text after a closing quote is kept and makes the row faulty. Blank lines are skipped.
 */
export class RowScanner {
  private readonly delimiter: number
  private readonly quoteText: string
  private readonly quote: number
  private readonly leadingRows: number
  private readonly limits: ScannerOptions['limits']

  private state: State = 'fieldStart'
  /** Text from the start of the current row; the three positions below point into it. */
  private text = ''
  private position = 0
  private fieldStart = 0
  private segmentStart = 0
  /** The part of a quoted field before `segmentStart`, with doubled quotes resolved. */
  private value = ''
  private fields: string[] = []
  private fault: ScannedRow['fault'] = null
  private wasQuoted = false
  private rowsSeen = 0
  private line = 1
  private lineEndsInRow = 0
  private afterCr = false

  constructor(options: ScannerOptions) {
    this.delimiter = options.delimiter.charCodeAt(0)
    this.quoteText = options.quote ?? ''
    this.quote = options.quote === null ? -1 : options.quote.charCodeAt(0)
    this.leadingRows = options.leadingRows ?? 0
    this.limits = options.limits
  }

  /** The row now being read (1 is the first data row) and the physical line on which it begins. */
  get current(): { row: number; line: number } {
    return { row: this.rowsSeen + 1 - this.leadingRows, line: this.line }
  }

  /**
   * Appends the rows that `chunk` completes to `rows`; on a TabularError those before the fault are already there.
   */
  push(chunk: string, rows: ScannedRow[]): void {
    const text = this.text + chunk
    const end = text.length
    const { delimiter, quote } = this
    let { state, position } = this
    let rowStart = 0
    for (;;) {
      if (state === 'fieldStart') {
        if (position >= end) break
        const code = text.charCodeAt(position)
        if (this.afterCr) {
          this.afterCr = false
          if (code === LF) {
            position++
            rowStart = this.fieldStart = this.segmentStart = position
            continue
          }
        }
        if (code === quote) {
          state = 'quoted'
          this.wasQuoted = true
          this.segmentStart = ++position
        } else state = 'plain'
      } else if (state === 'plain') {
        let code = -1
        while (position < end) {
          code = text.charCodeAt(position)
          if (code === delimiter || code === LF || code === CR) break
          position++
        }
        if (position >= end) break
        this.endField(text, position, this.value + text.slice(this.segmentStart, position))
        state = 'fieldStart'
        if (code !== delimiter) {
          this.endRow(text, rowStart, position, rows)
          this.afterCr = code === CR
          rowStart = position + 1
        }
        this.fieldStart = this.segmentStart = ++position
      } else if (state === 'quoted') {
        const closing = text.indexOf(this.quoteText, position)
        if (closing < 0) {
          position = end
          break
        }
        this.value += text.slice(this.segmentStart, closing)
        this.segmentStart = position = closing + 1
        state = 'quoteSeen'
      } else {
        if (position >= end) break
        const code = text.charCodeAt(position)
        if (code === quote) {
          this.value += this.quoteText
          this.segmentStart = ++position
          state = 'quoted'
        } else {
          if (code !== delimiter && code !== LF && code !== CR) this.fault = 'text_after_quote'
          state = 'plain'
        }
      }
    }
    this.state = state
    this.text = text.slice(rowStart)
    this.position = position - rowStart
    this.fieldStart -= rowStart
    this.segmentStart -= rowStart
    this.assertSizes(this.position)
    if (this.position > this.limits.maxRowChars) throw this.error('row_too_long')
  }

  /** Ends the text: appends the last row if it has no line end. */
  end(rows: ScannedRow[]): void {
    if (this.state === 'quoted') throw this.error('quote_not_closed')
    const { text, position } = this
    if (text === '') return
    this.endField(text, position, this.value + text.slice(this.segmentStart, position))
    this.endRow(text, 0, position, rows)
    this.text = ''
  }

  private endField(text: string, position: number, value: string): void {
    this.assertSizes(position)
    this.fields.push(value)
    if (!this.wasQuoted) return
    this.lineEndsInRow += countLineEnds(text, this.fieldStart, position)
    this.value = ''
    this.wasQuoted = false
  }

  private endRow(text: string, from: number, to: number, rows: ScannedRow[]): void {
    if (to - from > this.limits.maxRowChars) throw this.error('row_too_long')
    const raw = text.slice(from, to)
    if (this.fields.length > 1 || raw.trim() !== '') {
      const fault = this.fault ?? (raw.includes(NUL) ? 'nul_character' : null)
      rows.push({ line: this.line, fields: this.fields, raw, fault })
      this.rowsSeen++
    }
    this.line += 1 + this.lineEndsInRow
    this.lineEndsInRow = 0
    this.fields = []
    this.fault = null
  }

  private assertSizes(position: number): void {
    if (position - this.fieldStart > this.limits.maxFieldChars)
      throw this.error(this.wasQuoted ? 'quoted_field_too_long' : 'field_too_long')
  }

  private error(code: 'quote_not_closed' | 'quoted_field_too_long' | 'field_too_long' | 'row_too_long') {
    return new TabularError(code, {
      row: this.current.row,
      line: code === 'row_too_long' ? this.line : this.line + this.lineEndsInRow,
      column: this.fields.length + 1,
      limit: code === 'row_too_long' ? this.limits.maxRowChars : this.limits.maxFieldChars,
    })
  }
}

const countLineEnds = (text: string, from: number, to: number): number => {
  let count = 0
  for (let i = from; i < to; i++) {
    const code = text.charCodeAt(i)
    if (code === LF || (code === CR && text.charCodeAt(i + 1) !== LF)) count++
  }
  return count
}
