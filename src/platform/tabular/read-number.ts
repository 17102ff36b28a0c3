import { currencies } from '../money.ts'

export type DecimalMark = '.' | ','
/** ' ' stands for every kind of space and "'" for both apostrophes. */
export type ThousandsMark = ',' | '.' | ' ' | "'"

/** A number as digits, so that nothing is rounded. */
export interface NumberParts {
  negative: boolean
  /** At least one digit, without leading zeros or group marks. */
  whole: string
  /** Digits after the decimal mark, as written. */
  fraction: string
  thousands: ThousandsMark | null
}

/** What a text says as a number; each decimal mark may give its own reading, or none. */
export interface NumberText {
  readings: Record<DecimalMark, NumberParts | null>
  /** Symbol or code as written ('$', 'EUR'), null without one. */
  currency: string | null
  percent: boolean
  /** Digits that begin with a needless zero, as identifiers do: '00123'. */
  leadingZero: boolean
}

const MAX_CHARS = 64

const shape =
  /^(?<open>\()?(?<sign1>[-+\u2212])?\s?(?<currency1>[A-Z]{0,3}\p{Sc}|[A-Z]{3})?\s?(?<sign2>[-+\u2212])?(?<body>[\d.,'\u2019 \u00a0\u2009\u202f]*\d[.,]?)(?<exponent>[eE][+-]?\d{1,3})?\s?(?<currency2>\p{Sc}|[A-Z]{3})?(?<percent>%)?(?<sign3>[-\u2212])?(?<close>\))?$/u

/** Reads a text as a number, or null when it is none. Accounting parentheses and a trailing minus are negative. */
export const readNumber = (text: string): NumberText | null => {
  const trimmed = text.trim()
  if (trimmed === '' || trimmed.length > MAX_CHARS) return null
  const groups = shape.exec(trimmed)?.groups
  if (!groups) return null
  const { open, close, currency1, currency2, sign1, sign2, sign3 } = groups
  if ((open === undefined) !== (close === undefined) || (currency1 && currency2)) return null
  const currency = currency1 ?? currency2 ?? null
  if (currency !== null && /^[A-Z]{3}$/.test(currency) && !currencies.has(currency)) return null
  const signs = [open && '-', sign1, sign2, sign3].filter((sign) => sign !== undefined)
  if (signs.length > 1) return null
  const body = groups.body!.trim()
  const negative = signs.length === 1 && signs[0] !== '+'
  const read = (mark: DecimalMark) => withExponent(readBody(body, mark, negative), groups.exponent)
  const readings = { '.': read('.'), ',': read(',') }
  if (!readings['.'] && !readings[',']) return null
  return {
    readings,
    currency,
    percent: groups.percent !== undefined,
    leadingZero: /^0\d/.test(body),
  }
}

const groupings: Record<ThousandsMark, RegExp> = {
  // Indian digits group as 12,34,567.
  ',': /^([1-9]\d{0,2}(,\d{3})+|[1-9]\d?(,\d{2})+,\d{3})$/,
  '.': /^[1-9]\d{0,2}(\.\d{3})+$/,
  ' ': /^[1-9]\d{0,2}([ \u00a0\u2009\u202f]\d{3})+$/,
  "'": /^[1-9]\d{0,2}(['\u2019]\d{3})+$/,
}

const readBody = (body: string, mark: DecimalMark, negative: boolean): NumberParts | null => {
  const at = body.indexOf(mark)
  const wholeText = at < 0 ? body : body.slice(0, at)
  const fraction = at < 0 ? '' : body.slice(at + 1)
  if (!/^\d*$/.test(fraction) || (wholeText === '' && fraction === '')) return null
  if (/^\d*$/.test(wholeText)) return parts(wholeText, fraction, negative, null)
  const thousands = (Object.keys(groupings) as ThousandsMark[]).find(
    (group) => group !== mark && groupings[group].test(wholeText),
  )
  return thousands ? parts(wholeText.replace(/\D/g, ''), fraction, negative, thousands) : null
}

const parts = (
  digits: string,
  fraction: string,
  negative: boolean,
  thousands: ThousandsMark | null,
): NumberParts => ({ negative, whole: digits.replace(/^0+(?=\d)/, '') || '0', fraction, thousands })

/** '1.2E+05' is 120000: moves the decimal point in the digits. */
const withExponent = (number: NumberParts | null, exponent: string | undefined): NumberParts | null => {
  if (!number || exponent === undefined) return number
  const shift = Number(exponent.slice(1))
  if (Math.abs(shift) > 30) return null
  const digits = number.whole + number.fraction
  const point = number.whole.length + shift
  const padded = point <= 0 ? '0'.repeat(1 - point) + digits : digits.padEnd(point, '0')
  const cut = Math.max(point, 1)
  return parts(padded.slice(0, cut), padded.slice(cut).replace(/0+$/, ''), number.negative, number.thousands)
}
