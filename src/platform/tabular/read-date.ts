/** Day-month-year or month-day-year. Year first and named months need no order. */
export type DateOrder = 'dmy' | 'mdy'

/** A date as written, before anyone decides what its numbers mean. */
export interface DateText {
  /** 'numeric' is the only style whose order can be in doubt. */
  style: 'ymd' | 'named' | 'numeric'
  /** The numbers in their order on paper; for 'ymd' and 'named' always year, month, day. */
  numbers: [number, number, number]
  time: { hour: number; minute: number; second: number; millisecond: number } | null
  /** Minutes east of UTC, null without a zone. */
  offsetMinutes: number | null
}

const MAX_CHARS = 48

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

const yearFirst = /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?=$|[T\s])/i
const numeric = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?=$|[\s,])/
const dayNamed =
  /^(?:[a-z]{3,9},? )?(\d{1,2})(?:st|nd|rd|th)?[ -]([a-z]{3,9})\.?,?[ -](\d{4}|\d{2})(?=$|[\s,])/i
const monthNamed = /^(?:[a-z]{3,9}, )?([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})(?=$|[\s,])/i
const timeOfDay =
  /^(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?:\s?([ap])\.?m\.?)?\s?(z|utc|gmt|[+-]\d{2}(?::?\d{2})?)?$/i

/** Reads the shape of a date or date-time; null when it is neither. English month names only. */
export const readDateText = (text: string): DateText | null => {
  const trimmed = text.trim()
  if (trimmed.length < 6 || trimmed.length > MAX_CHARS) return null
  const day = readDay(trimmed)
  if (!day) return null
  const rest = trimmed.slice(day.length).replace(/^(T|,?\s+)/i, '')
  if (rest === '') return { style: day.style, numbers: day.numbers, time: null, offsetMinutes: null }
  const clock = readTime(rest)
  return clock && { style: day.style, numbers: day.numbers, ...clock }
}

type Day = Pick<DateText, 'style' | 'numbers'> & { length: number }

const readDay = (text: string): Day | null => {
  const first = text.charCodeAt(0)
  if (first >= 48 && first <= 57) {
    const iso = yearFirst.exec(text)
    if (iso) return day('ymd', iso, [Number(iso[1]), Number(iso[3]), Number(iso[4])])
    const plain = numeric.exec(text)
    if (plain) return day('numeric', plain, [Number(plain[1]), Number(plain[3]), fullYear(plain[4]!)])
  }
  const named = dayNamed.exec(text)
  if (named) return namedDay(named, named[3]!, named[2]!, named[1]!)
  const american = monthNamed.exec(text)
  return american && namedDay(american, american[3]!, american[1]!, american[2]!)
}

const day = (style: DateText['style'], match: RegExpExecArray, numbers: DateText['numbers']): Day => ({
  style,
  numbers,
  length: match[0].length,
})

const namedDay = (match: RegExpExecArray, year: string, month: string, dayOfMonth: string): Day | null => {
  const index = months.indexOf(month.slice(0, 3).toLowerCase())
  return index < 0 ? null : day('named', match, [fullYear(year), index + 1, Number(dayOfMonth)])
}

/** Two digits: 70 to 99 are 1970 to 1999, 00 to 69 are 2000 to 2069. */
const fullYear = (digits: string): number => {
  const year = Number(digits)
  return digits.length > 2 ? year : year + (year >= 70 ? 1900 : 2000)
}

const readTime = (text: string): Pick<DateText, 'time' | 'offsetMinutes'> | null => {
  const match = timeOfDay.exec(text)
  if (!match) return null
  const [, hours, minutes, seconds = '0', fraction = '', half, zone] = match
  const hour = half ? halfDayHour(Number(hours), half.toLowerCase()) : Number(hours)
  const minute = Number(minutes)
  const second = Number(seconds)
  if (hour === null || hour > 23 || minute > 59 || second > 59) return null
  const millisecond = Number(fraction.slice(0, 3).padEnd(3, '0'))
  return { time: { hour, minute, second, millisecond }, offsetMinutes: zone ? offset(zone) : null }
}

const halfDayHour = (hour: number, half: string): number | null =>
  hour < 1 || hour > 12 ? null : (hour % 12) + (half === 'p' ? 12 : 0)

const offset = (zone: string): number => {
  const match = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone)
  if (!match) return 0
  const minutes = Number(match[2]) * 60 + Number(match[3] ?? 0)
  return match[1] === '-' ? -minutes : minutes
}

export const FIRST_YEAR = 1900
export const LAST_YEAR = 2200

/** The day as 'YYYY-MM-DD', null when the calendar has no such day or the year is outside 1900 to 2200. */
export const isoDay = (date: DateText, order: DateOrder | null): string | null => {
  const [a, b, c] = date.numbers
  if (date.style !== 'numeric') return validDay(a, b, c)
  if (order === null) return null
  return order === 'dmy' ? validDay(c, b, a) : validDay(c, a, b)
}

const validDay = (year: number, month: number, dayOfMonth: number): string | null => {
  if (year < FIRST_YEAR || year > LAST_YEAR || month < 1 || month > 12 || dayOfMonth < 1) return null
  if (dayOfMonth > new Date(Date.UTC(year, month, 0)).getUTCDate()) return null
  return `${year}-${String(month).padStart(2, '0')}-${String(dayOfMonth).padStart(2, '0')}`
}
