import { asMark, perhapsMissing, surelyMissing } from './missing.ts'
import type { BooleanFormat, DateFormat, NumberFormat, SerialDateFormat } from './parse-cell.ts'
import { decimalText } from './parse-cell.ts'
import type { RawRow } from './raw-row.ts'
import { type DateOrder, type DateText, isoDay, readDateText } from './read-date.ts'
import { type DecimalMark, type NumberText, readNumber, type ThousandsMark } from './read-number.ts'

export type ColumnFormat =
  BooleanFormat | NumberFormat | DateFormat | SerialDateFormat | { type: 'email' | 'url' | 'text' | 'empty' }

export interface Example {
  row: number
  value: string
}

/** What a column seems to hold, with the evidence; plain JSON, to be shown, corrected and stored. */
export interface ColumnGuess {
  index: number
  name: string
  format: ColumnFormat
  /** Rows seen; `rows` = `missing` + cells with a value. */
  rows: number
  missing: number
  /** Marks read as "no value", as written ('' and ' ' are different marks), with their counts. */
  missingMarks: { mark: string; count: number }[]
  /** Marks that could mean "no value" but may be words here: a person decides. */
  possibleMarks: { mark: string; count: number }[]
  /** Cells with a value that do not read as `format`. */
  exceptions: { count: number; examples: Example[] }
  /** What the cells cannot decide. A format with null in it must be chosen before parsing. */
  undecided: 'dayOrder' | 'decimalMark' | null
  /** Cells that prove the day order or the decimal mark; of both kinds when they contradict each other. */
  evidence: { proves: 'dmy' | 'mdy' | '.' | ','; row: number; value: string }[]
  /** Day order that other columns of this table prove, when this one is undecided. A hint, never applied. */
  hint: { order: DateOrder; column: string } | null
  /** Date-time cells without time, and with a zone of their own. */
  dayOnly: number
  zoned: number
  /** Other formats that fit equally well. */
  alternatives: ('integer' | 'serialDate' | 'compactDate')[]
  currencies: { currency: string; count: number }[]
  distinct: { count: number; capped: boolean }
  /** Smallest and largest as the format orders them; null for text or when undecided. */
  min: string | null
  max: string | null
  longestChars: number
  examples: string[]
}

/** A format holds when at least this share of the cells with a value reads as it; the rest are exceptions. */
const HOLDS = 0.95
const MAX_EXAMPLES = 5
const MAX_EXAMPLE_CHARS = 120
const MAX_DISTINCT = 1_000
const MAX_DISTINCT_CELLS = 200_000
const MAX_DISTINCT_CHARS = 200

const booleanWords: [string, string][] = [
  ['true', 'false'],
  ['yes', 'no'],
  ['y', 'n'],
  ['t', 'f'],
  ['1', '0'],
  ['on', 'off'],
  ['ja', 'nein'],
  ['oui', 'non'],
  ['sí', 'no'],
  ['si', 'no'],
]

const email = /^[^\s@,;<>"]+@[^\s@,;<>"]+\.[^\s@.,;<>"]{2,}$/
const url = /^https?:\/\/[^\s]+$/i
const timeWords =
  /(^|[^a-z])(date|day|time|datetime|timestamp|at|on)($|[^a-z])|(?<=[a-z])(Date|Day|Time|At|On)$/

/** Guesses every column from some or all rows. Rows with a problem are left out. */
export const detectColumns = (columns: readonly string[], rows: Iterable<RawRow>): ColumnGuess[] => {
  const detector = new ColumnDetector(columns)
  detector.add(rows)
  return detector.guesses()
}

/** Gathers evidence row by row in bounded memory, so that a guess from a sample can be confirmed on the whole file. */
export class ColumnDetector {
  private readonly columns: ColumnEvidence[]

  constructor(names: readonly string[]) {
    const maxDistinct = Math.min(MAX_DISTINCT, Math.ceil(MAX_DISTINCT_CELLS / Math.max(1, names.length)))
    this.columns = names.map((name, index) => new ColumnEvidence(name, index, maxDistinct))
  }

  add(rows: Iterable<RawRow>): void {
    for (const { row, fields, problem } of rows) {
      if (problem) continue
      for (const column of this.columns) column.add(fields[column.index] ?? '', row)
    }
  }

  guesses(): ColumnGuess[] {
    const guesses = this.columns.map((column) => column.guess())
    return guesses.map((guess) => ({ ...guess, hint: dayOrderHint(guess, guesses) }))
  }
}

const dayOrderHint = (guess: ColumnGuess, all: ColumnGuess[]): ColumnGuess['hint'] => {
  if (guess.undecided !== 'dayOrder' || guess.evidence.length > 0) return null
  const proven = all.flatMap(({ format, evidence, name }) =>
    'order' in format && format.order !== null && evidence.length > 0
      ? [{ order: format.order, column: name }]
      : [],
  )
  return proven.every(({ order }) => order === proven[0]!.order) ? (proven[0] ?? null) : null
}

/** How many cells one reading fits, and the range of its values. */
class Tally {
  hits = 0
  misses: Example[] = []
  private minKey: string | number | null = null
  private maxKey: string | number | null = null
  min: string | null = null
  max: string | null = null

  count(fits: boolean, cell: Example): void {
    if (fits) this.hits++
    else if (this.misses.length < MAX_EXAMPLES) this.misses.push({ row: cell.row, value: shown(cell.value) })
  }

  range(key: string | number, text: string): void {
    if (this.minKey === null || key < this.minKey) [this.minKey, this.min] = [key, text]
    if (this.maxKey === null || key > this.maxKey) [this.maxKey, this.max] = [key, text]
  }
}

/** What a cell can be, worked out once per distinct text. */
interface Reading {
  booleanPairs: number
  number: NumberText | null
  date: DateText | null
  days: Record<DateOrder, string | null>
  isEmail: boolean
  isUrl: boolean
}

const readCell = (text: string): Reading => {
  const date = readDateText(text)
  const trimmed = text.trim()
  return {
    booleanPairs: pairsWith(trimmed.toLowerCase()),
    number: date ? null : readNumber(text),
    date,
    days: { dmy: date && isoDay(date, 'dmy'), mdy: date && isoDay(date, 'mdy') },
    isEmail: email.test(trimmed),
    isUrl: url.test(trimmed),
  }
}

const pairsWith = (word: string): number =>
  booleanWords.reduce((bits, pair, i) => (pair.includes(word) ? bits | (1 << i) : bits), 0)

class ColumnEvidence {
  private rows = 0
  private readonly marks = new Map<string, number>()
  private readonly doubtfulMarks = new Map<string, number>()
  private values = 0
  private readonly known = new Map<string, Reading>()
  private capped = false
  private readonly tallies = {
    '.': new Tally(),
    ',': new Tally(),
    dmy: new Tally(),
    mdy: new Tally(),
    email: new Tally(),
    url: new Tally(),
    any: new Tally(),
  }
  /** Bit i: every value so far is one of pair i of the boolean words. */
  private booleanPairs = -1
  private readonly proofs = new Map<'dmy' | 'mdy' | '.' | ',', Example>()
  private readonly currencies = new Map<string, number>()
  private readonly thousands = { '.': new Set<ThousandsMark>(), ',': new Set<ThousandsMark>() }
  private readonly decimals = { '.': 0, ',': 0 }
  private numbers = 0
  private withLeadingZero = 0
  private withPercent = 0
  private numericDates = 0
  private withTime = 0
  private dates = 0
  private zoned = 0
  private compactDays = 0
  private serials = 0
  private longestChars = 0

  constructor(
    readonly name: string,
    readonly index: number,
    private readonly maxDistinct: number,
  ) {}

  add(text: string, row: number): void {
    this.rows++
    const mark = asMark(text)
    if (surelyMissing.has(mark)) return increment(this.marks, text)
    if (perhapsMissing.has(mark)) return increment(this.doubtfulMarks, text)
    this.values++
    this.longestChars = Math.max(this.longestChars, text.length)
    const reading = this.reading(text)
    const cell = { row, value: text }
    this.booleanPairs &= reading.booleanPairs
    this.countNumber(reading.number, cell)
    this.countDate(reading, cell)
    this.tallies.any.count(true, cell)
    this.tallies.email.count(reading.isEmail, cell)
    this.tallies.url.count(reading.isUrl, cell)
  }

  private reading(text: string): Reading {
    const key =
      text.length > MAX_DISTINCT_CHARS ? `${text.slice(0, MAX_DISTINCT_CHARS)} (${text.length})` : text
    const known = this.known.get(key)
    if (known) return known
    const reading = readCell(text)
    if (this.known.size >= this.maxDistinct) this.capped = true
    else this.known.set(detached(key), reading)
    return reading
  }

  private countNumber(number: NumberText | null, cell: Example): void {
    for (const mark of ['.', ','] as const) {
      const parts = number?.readings[mark] ?? null
      this.tallies[mark].count(parts !== null, cell)
      if (!parts) continue
      const text = decimalText(parts)
      this.tallies[mark].range(Number(text), text)
      if (parts.thousands) this.thousands[mark].add(parts.thousands)
      this.decimals[mark] = Math.max(this.decimals[mark], parts.fraction.length)
      if (number!.readings[mark === '.' ? ',' : '.'] === null) this.prove(mark, cell)
    }
    if (!number) return
    this.numbers++
    if (number.leadingZero) this.withLeadingZero++
    if (number.percent) this.withPercent++
    if (number.currency) increment(this.currencies, number.currency)
    if (isCompactDay(cell.value)) this.compactDays++
    if (isLikelySerial(cell.value)) this.serials++
  }

  private countDate({ date, days }: Reading, cell: Example): void {
    for (const order of ['dmy', 'mdy'] as const) {
      const day = days[order]
      this.tallies[order].count(day !== null, cell)
      if (day) this.tallies[order].range(sortableTime(day, date!), day)
    }
    if (!date) return
    this.dates++
    if (date.time) this.withTime++
    if (date.offsetMinutes !== null) this.zoned++
    if (date.style !== 'numeric') return
    this.numericDates++
    if (days.dmy && !days.mdy) this.prove('dmy', cell)
    if (days.mdy && !days.dmy) this.prove('mdy', cell)
  }

  private prove(what: 'dmy' | 'mdy' | '.' | ',', { row, value }: Example): void {
    if (!this.proofs.has(what)) this.proofs.set(what, { row, value: shown(value) })
  }

  guess(): ColumnGuess {
    const chosen = this.choose()
    const isText = chosen.format.type === 'text'
    const doubtful = isText ? [] : [...this.doubtfulMarks]
    const doubtfulValues = isText ? sum(this.doubtfulMarks) : 0
    const missingMarks = [...this.marks, ...doubtful].map(asCount)
    return {
      index: this.index,
      name: this.name,
      format: chosen.format,
      rows: this.rows,
      missing: this.rows - this.values - doubtfulValues,
      missingMarks,
      possibleMarks: isText ? [...this.doubtfulMarks].map(asCount) : [],
      exceptions: { count: this.values - chosen.tally.hits, examples: chosen.tally.misses },
      undecided: chosen.undecided ?? null,
      evidence: (chosen.proofs ?? []).flatMap((proves) => {
        const proof = this.proofs.get(proves)
        return proof ? [{ proves, ...proof }] : []
      }),
      hint: null,
      dayOnly: chosen.format.type === 'dateTime' ? this.dates - this.withTime : 0,
      zoned: chosen.format.type === 'dateTime' ? this.zoned : 0,
      alternatives: chosen.alternatives ?? [],
      currencies: [...this.currencies].map(([currency, count]) => ({ currency, count })),
      distinct: { count: this.known.size, capped: this.capped },
      min: chosen.undecided ? null : chosen.tally.min,
      max: chosen.undecided ? null : chosen.tally.max,
      longestChars: this.longestChars,
      examples: [...this.known.keys()].slice(0, MAX_EXAMPLES).map(shown),
    }
  }

  private choose(): Choice {
    const nothing = { tally: this.tallies.any }
    if (this.values === 0 && this.doubtfulMarks.size === 0) return { ...nothing, format: { type: 'empty' } }
    return (
      this.chooseBoolean() ??
      this.chooseDate() ??
      this.chooseNumber() ??
      this.chooseWord('email') ??
      this.chooseWord('url') ?? { ...nothing, format: { type: 'text' } }
    )
  }

  private holds(tally: Tally): boolean {
    return this.values > 0 && tally.hits >= HOLDS * this.values
  }

  private chooseBoolean(): Choice | null {
    const at = booleanWords.findIndex((_, i) => this.values > 0 && this.booleanPairs & (1 << i))
    if (at < 0) return null
    const [yes, no] = booleanWords[at]!
    // A column of only 0 or only 1 is as likely a count that has not moved as a flag.
    if (yes === '1' && this.known.size < 2) return null
    return {
      format: { type: 'boolean', trueWords: [yes], falseWords: [no] },
      tally: this.tallies.any,
      alternatives: yes === '1' ? ['integer'] : [],
    }
  }

  private chooseDate(): Choice | null {
    const { dmy, mdy } = this.tallies
    const best = dmy.hits >= mdy.hits ? dmy : mdy
    if (this.values === 0 || this.dates < HOLDS * this.values) return null
    const type = this.withTime > 0 ? 'dateTime' : 'date'
    if (this.numericDates === 0) return { format: { type, order: null }, tally: best }
    const proofs = ['dmy', 'mdy'] as const
    const proven = proofs.filter((order) => this.proofs.has(order))
    if (proven.length !== 1)
      return { format: { type, order: null }, tally: best, undecided: 'dayOrder', proofs: [...proofs] }
    return { format: { type, order: proven[0]! }, tally: this.tallies[proven[0]!], proofs: [...proofs] }
  }

  private chooseNumber(): Choice | null {
    const point = this.tallies['.']
    const comma = this.tallies[',']
    const best = point.hits >= comma.hits ? point : comma
    if (this.values === 0 || this.numbers < HOLDS * this.values || this.withLeadingZero > 0) return null
    if (timeWords.test(this.name)) {
      if (this.serials >= HOLDS * this.values)
        return { format: { type: 'serialDate', date1904: false }, tally: best, alternatives: ['integer'] }
    }
    const decimal = this.decimalMark()
    const mark = decimal ?? '.'
    const { currency, type } = this.numberType(mark, decimal === null)
    return {
      format: {
        type,
        decimal,
        thousands: decimal === null ? null : ([...this.thousands[mark]][0] ?? null),
        decimals: this.decimals[mark],
        percent: this.withPercent > 0,
        currency,
      },
      tally: decimal === null ? best : this.tallies[decimal],
      undecided: decimal === null ? 'decimalMark' : null,
      proofs: ['.', ','],
      alternatives: this.dateAlternatives(type),
    }
  }

  /** '.' unless the cells say otherwise; null when they contradict each other or could mean either. */
  private decimalMark(): DecimalMark | null {
    const provesPoint = this.proofs.has('.')
    const provesComma = this.proofs.has(',')
    if (provesPoint !== provesComma) return provesPoint ? '.' : ','
    if (provesPoint) return null
    const marksSeen = this.decimals['.'] > 0 || this.decimals[','] > 0
    return marksSeen ? null : '.'
  }

  private numberType(mark: DecimalMark, undecided: boolean): Pick<NumberFormat, 'type' | 'currency'> {
    const found = [...this.currencies.keys()]
    if (found.length > 0) return { type: 'money', currency: found.length === 1 ? found[0]! : null }
    return { type: undecided || this.decimals[mark] > 0 ? 'decimal' : 'integer', currency: null }
  }

  private dateAlternatives(type: NumberFormat['type']): ColumnGuess['alternatives'] {
    if (type === 'money') return []
    if (this.compactDays === this.values) return ['compactDate']
    return this.serials === this.values ? ['serialDate'] : []
  }

  private chooseWord(type: 'email' | 'url'): Choice | null {
    const tally = this.tallies[type]
    return this.holds(tally) ? { format: { type }, tally } : null
  }
}

interface Choice {
  format: ColumnFormat
  tally: Tally
  undecided?: ColumnGuess['undecided']
  proofs?: ('dmy' | 'mdy' | '.' | ',')[]
  alternatives?: ColumnGuess['alternatives']
}

const sortableTime = (day: string, { time }: DateText): string =>
  time ? `${day}T${String(time.hour).padStart(2, '0')}:${String(time.minute).padStart(2, '0')}` : day

const isCompactDay = (text: string): boolean => {
  if (!/^(19|20)\d{6}$/.test(text)) return false
  const date = readDateText(`${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`)
  return date !== null && isoDay(date, null) !== null
}

/** Serial days from 1954 to 2119. */
const isLikelySerial = (text: string): boolean =>
  /^\d{5}(\.\d+)?$/.test(text) && Number(text) >= 20_000 && Number(text) < 80_000

const increment = (counts: Map<string, number>, key: string): void => {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

const sum = (counts: Map<string, number>): number =>
  [...counts.values()].reduce((total, count) => total + count, 0)

const asCount = ([mark, count]: [string, number]) => ({ mark, count })

/** Copies a text out of the chunk it was cut from, which a slice would keep alive. */
const detached = (text: string): string => Buffer.from(text).toString()

const shown = (text: string): string =>
  detached(text.length > MAX_EXAMPLE_CHARS ? `${text.slice(0, MAX_EXAMPLE_CHARS)}...` : text)
