import { Temporal } from 'temporal-polyfill'
import { serialToIso } from './excel-date.ts'
import { type DateOrder, type DateText, isoDay, readDateText } from './read-date.ts'
import { type DecimalMark, type NumberParts, readNumber, type ThousandsMark } from './read-number.ts'

export type ReasonCode =
  | 'not_a_boolean'
  | 'not_a_number'
  | 'not_a_whole_number'
  | 'other_decimal_mark'
  | 'too_many_decimals'
  | 'number_too_large'
  | 'unexpected_currency'
  | 'other_currency'
  | 'not_a_date'
  | 'no_such_day'
  | 'day_order_unknown'
  | 'unexpected_time'
  | 'not_a_serial_date'

export interface Reason {
  code: ReasonCode
  params: Record<string, string | number | null>
}

export type Parsed<T> = { ok: true; value: T } | { ok: false; reason: Reason }

export interface BooleanFormat {
  type: 'boolean'
  /** Lower case. */
  trueWords: string[]
  falseWords: string[]
}

export interface NumberFormat {
  type: 'integer' | 'decimal' | 'money'
  /** null: not decided, so a number with a mark is refused. */
  decimal: DecimalMark | null
  thousands: ThousandsMark | null
  /** Most digits seen after the decimal mark. */
  decimals: number
  percent: boolean
  /** Symbol or code as written in the file; null when cells name none, or differ. */
  currency: string | null
}

export interface DateFormat {
  type: 'date' | 'dateTime'
  /** null: not decided, so a date whose order matters is refused. */
  order: DateOrder | null
}

/** Days since 1899-12-30, or since 1904-01-01. */
export interface SerialDateFormat {
  type: 'serialDate'
  date1904: boolean
}

const value = <T>(result: T): Parsed<T> => ({ ok: true, value: result })

const refuse = (code: ReasonCode, params: Reason['params']): Parsed<never> => ({
  ok: false,
  reason: { code, params },
})

const shown = (text: string): string => (text.length > 80 ? `${text.slice(0, 80)}...` : text)

export const parseBoolean = (text: string, format: BooleanFormat): Parsed<boolean> => {
  const word = text.trim().toLowerCase()
  if (format.trueWords.includes(word)) return value(true)
  if (format.falseWords.includes(word)) return value(false)
  return refuse('not_a_boolean', { text: shown(text) })
}

/** Whole numbers up to 2^53; '12.0' is whole, '12.5' is not. */
export const parseInteger = (text: string, format: NumberFormat): Parsed<number> => {
  const read = readPlainNumber(text, format)
  if (!read.ok) return read
  if (/[1-9]/.test(read.value.fraction)) return refuse('not_a_whole_number', { text: shown(text) })
  return safeInteger(read.value.negative, read.value.whole, text)
}

/** An exact decimal as text with a point: '-1234.5'. Digits after the point stay as written; '12%' is '12'. */
export const parseDecimal = (text: string, format: NumberFormat): Parsed<string> => {
  const read = readPlainNumber(text, format)
  return read.ok ? value(decimalText(read.value)) : read
}

/** A number with at most `decimals` digits after the mark as a whole number of its smallest unit: '29.85' is 2985. */
export const parseScaled = (text: string, format: NumberFormat, decimals: number): Parsed<number> => {
  const read = readPlainNumber(text, format)
  return read.ok ? scaled(read.value, decimals, text) : read
}

export interface MoneyAmount {
  minorUnits: number
  /** As written in the cell, else the format's; null when neither names one. */
  currency: string | null
}

/**
 * An amount in the smallest unit of its currency (`decimals` digits: 2 for USD, 0 for JPY). A cell that names another
 * currency than the format is refused.
 */
export const parseMoney = (text: string, format: NumberFormat, decimals: number): Parsed<MoneyAmount> => {
  const read = readFormatted(text, format)
  if (!read.ok) return read
  const { currency, parts } = read.value
  if (currency !== null && format.currency !== null && currency !== format.currency)
    return refuse('other_currency', { text: shown(text), found: currency, expected: format.currency })
  const amount = scaled(parts, decimals, text)
  return amount.ok ? value({ minorUnits: amount.value, currency: currency ?? format.currency }) : amount
}

const readPlainNumber = (text: string, format: NumberFormat): Parsed<NumberParts> => {
  const read = readFormatted(text, format)
  if (!read.ok) return read
  const { currency, parts } = read.value
  return currency === null || format.type === 'money'
    ? value(parts)
    : refuse('unexpected_currency', { text: shown(text), found: currency })
}

const readFormatted = (
  text: string,
  format: NumberFormat,
): Parsed<{ parts: NumberParts; currency: string | null }> => {
  const number = readNumber(text)
  if (!number || (number.percent && !format.percent)) return refuse('not_a_number', { text: shown(text) })
  const { currency, readings } = number
  if (format.decimal === null) {
    const [point, comma] = [readings['.'], readings[',']]
    if (point && comma && decimalText(point) === decimalText(comma)) return value({ parts: point, currency })
    return refuse('other_decimal_mark', { text: shown(text), expected: null })
  }
  const parts = readings[format.decimal]
  if (!parts || (parts.thousands !== null && parts.thousands !== format.thousands))
    return refuse('other_decimal_mark', { text: shown(text), expected: format.decimal })
  return value({ parts, currency })
}

/** '-1234.50' from digits; zero has no sign. */
export const decimalText = ({ negative, whole, fraction }: NumberParts): string => {
  const digits = fraction === '' ? whole : `${whole}.${fraction}`
  return negative && /[1-9]/.test(digits) ? `-${digits}` : digits
}

const scaled = (
  { negative, whole, fraction }: NumberParts,
  decimals: number,
  text: string,
): Parsed<number> => {
  if (/[1-9]/.test(fraction.slice(decimals)))
    return refuse('too_many_decimals', { text: shown(text), limit: decimals })
  return safeInteger(negative, whole + fraction.slice(0, decimals).padEnd(decimals, '0'), text)
}

const safeInteger = (negative: boolean, digits: string, text: string): Parsed<number> => {
  const number = Number(digits)
  if (!Number.isSafeInteger(number)) return refuse('number_too_large', { text: shown(text) })
  return value(negative && number !== 0 ? -number : number)
}

/** A day as 'YYYY-MM-DD'. Midnight may stand beside it, any other time may not. */
export const parseDate = (text: string, format: DateFormat): Parsed<string> => {
  const read = readDay(text, format.order)
  if (!read.ok) return read
  const { time } = read.value.date
  if (time && (time.hour || time.minute || time.second || time.millisecond))
    return refuse('unexpected_time', { text: shown(text) })
  return value(read.value.day)
}

/**
 * An instant as ISO text in UTC ('2024-03-05T14:30:00.000Z'). A text with a zone of its own keeps it; otherwise it is
 * local time in `timeZone`. A day without time is its midnight. Local times that a clock change skips are moved forward
 * by the gap, and of those that occur twice the first is meant (Temporal's 'compatible').
 */
export const parseDateTime = (text: string, format: DateFormat, timeZone: string): Parsed<string> => {
  const read = readDay(text, format.order)
  if (!read.ok) return read
  const { date, day } = read.value
  const { hour, minute, second, millisecond } = date.time ?? midnight
  const withinMinute = second * 1_000 + millisecond
  const asUtc = Date.parse(`${day}T00:00:00Z`) + (hour * 60 + minute) * 60_000
  const minuteStart =
    date.offsetMinutes === null ? localMinute(asUtc, timeZone) : asUtc - date.offsetMinutes * 60_000
  return value(new Date(minuteStart + withinMinute).toISOString())
}

const midnight = { hour: 0, minute: 0, second: 0, millisecond: 0 }

const readDay = (text: string, order: DateOrder | null): Parsed<{ date: DateText; day: string }> => {
  const date = readDateText(text)
  if (!date) return refuse('not_a_date', { text: shown(text) })
  if (date.style === 'numeric' && order === null) return refuse('day_order_unknown', { text: shown(text) })
  const day = isoDay(date, order)
  return day === null ? refuse('no_such_day', { text: shown(text), order }) : value({ date, day })
}

/** Zones are slow to ask and rows repeat their minutes; clocks change on whole minutes. */
const minutes = new Map<string, number>()
const MAX_CACHED_MINUTES = 20_000

const localMinute = (asUtc: number, timeZone: string): number => {
  if (timeZone === 'UTC') return asUtc
  const key = `${timeZone} ${asUtc}`
  const known = minutes.get(key)
  if (known !== undefined) return known
  const local = Temporal.PlainDateTime.from(new Date(asUtc).toISOString().slice(0, 19))
  const instant = local.toZonedDateTime(timeZone, { disambiguation: 'compatible' }).epochMilliseconds
  if (minutes.size >= MAX_CACHED_MINUTES) minutes.clear()
  minutes.set(key, instant)
  return instant
}

/** A spreadsheet's serial number as 'YYYY-MM-DD' or, with a time of day, local 'YYYY-MM-DDTHH:MM:SS'. */
export const parseSerialDate = (text: string, format: SerialDateFormat): Parsed<string> => {
  const trimmed = text.trim()
  const iso = /^\d{1,7}(\.\d+)?$/.test(trimmed) ? serialToIso(Number(trimmed), 'date', format.date1904) : null
  const date = iso === null ? null : readDateText(iso)
  return iso === null || !date || isoDay(date, null) === null
    ? refuse('not_a_serial_date', { text: shown(text) })
    : value(iso)
}

/** Whether a cell is one of the marks that stand for "no value"; marks are compared without case and outer spaces. */
export const isMissing = (text: string, marks: ReadonlySet<string>): boolean =>
  marks.has(text.trim().toLowerCase())
