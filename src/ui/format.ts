import { minorDigits } from '../platform/money.ts'

/** Integer minor units with an ISO 4217 currency, for example `{ minor: 1310000, currency: 'USD' }`. */
export interface Money {
  minor: number
  currency: string
}

export const notYet = 'not yet'
/** Stands where too few data exist to judge. Unknown is never zero. */
export const tooFew = '~'

const minus = '\u2212'

/** Money for sentences, three figures: `$13.1K`, `$96K`, `$1.69M`, `$468`. */
export function money(amount: Money): string {
  const major = Math.abs(toMajor(amount))
  return sign(amount.minor) + symbol(amount.currency) + shortNumber(major)
}

/** Money for tables, whole units: `$38,400`. */
export function moneyWhole(amount: Money): string {
  const major = Math.abs(toMajor(amount))
  return sign(amount.minor) + symbol(amount.currency) + Math.round(major).toLocaleString('en')
}

/** A count with thousands separators: `1,386`. */
export function count(n: number): string {
  return sign(n) + Math.abs(n).toLocaleString('en')
}

/** A number with fixed decimals and a true minus: `0.58`, `−0.06`. */
export function decimal(value: number, decimals: number): string {
  const text = Math.abs(value).toFixed(decimals)
  return (Number(text) === 0 ? '' : sign(value)) + text
}

/** What arithmetic leaves of nothing. */
const isNothing = (share: number): boolean => Math.abs(share) < 1e-9

/** The decimals that the smallest of these shares needs as percent, so that none but zero reads as zero; at most 2. */
export function percentDecimals(shares: readonly (number | null)[], least = 0): number {
  const sizes = shares.map((share) => Math.abs(share ?? 0)).filter((share) => !isNothing(share))
  const smallest = Math.min(...sizes) * 100
  return Math.max(least, smallest < 0.1 ? 2 : smallest < 1 ? 1 : 0)
}

/** A share from 0 to 1 as percent with exactly these decimals, without the sign: `17`, `<1`. */
export function percentNumber(share: number, decimals: number): string {
  const shown = decimal(share * 100, decimals)
  if (isNothing(share) || Number(shown) !== 0) return shown
  const step = decimal(Math.sign(share) * 10 ** -decimals, decimals)
  return share > 0 ? `<${step}` : `>${step}`
}

/** A share from 0 to 1 as percent: `34%`, and where it is small `0.2%`, `0.05%` or `<0.01%`: only zero reads as zero. */
export function percent(share: number, decimals = 0): string {
  return `${percentNumber(share, percentDecimals([share], decimals))}%`
}

/** A share that somebody chose, with the decimals (at most 2) that it was chosen with: `10%`, `3.75%`. */
export function percentChosen(share: number): string {
  const exact = share * 100
  const decimals = [0, 1].find((digits) => Math.abs(Number(exact.toFixed(digits)) - exact) < 1e-9)
  return percent(share, decimals ?? 2)
}

/**
 * A share of an amount as percent, with the decimals (at most 4) with which the whole gives the part as `money` shows it:
 * `0.165%` of $1.58M is $2.6K.
 */
export function percentOf(share: number, whole: Money, part: Money): string {
  const shownPart = money(part)
  let decimals = percentDecimals([share])
  const gives = () =>
    money({ ...whole, minor: Math.round((Number((share * 100).toFixed(decimals)) / 100) * whole.minor) })
  while (decimals < 4 && gives() !== shownPart) decimals += 1
  return `${percentNumber(share, decimals)}%`
}

/** A share and its interval with the same decimals: `{ share: '0.16%', range: '0.04 to 0.38' }`; range null without ends. */
export function percentParts(
  share: number,
  [low, high]: readonly [number | null, number | null],
  least = 0,
): { share: string; range: string | null } {
  const decimals = percentDecimals([share, low, high], least)
  return {
    share: `${percentNumber(share, decimals)}%`,
    range:
      low === null || high === null
        ? null
        : `${percentNumber(low, decimals)} to ${percentNumber(high, decimals)}`,
  }
}

/** A share from 0 to 1 with its interval: `34% (22 to 48)`, `0.16% (0.04 to 0.38)`. */
export function percentInterval(share: number, interval: readonly [number, number], decimals = 0): string {
  const shown = percentParts(share, interval, decimals)
  return `${shown.share} (${shown.range})`
}

/** Below this many, a share is told as its counts: a percentage would say more than is known. */
export const leastForPercent = 20

/** A share of n as percent, or as its counts where n is small: `38%`, `5 of 8`. */
export function shareOf(share: number, n: number | null): string {
  return n !== null && n < leastForPercent ? `${count(Math.round(share * n))} of ${count(n)}` : percent(share)
}

/** Two numbers as `22 to 48`. */
export function range(low: number, high: number, decimals = 0): string {
  return `${decimal(low, decimals)} to ${decimal(high, decimals)}`
}

/** A change in points with its sign: `+10.2`, `−4.1`, `0`. */
export function points(change: number, decimals = 0): string {
  const text = Math.abs(change).toFixed(decimals)
  if (Number(text) === 0) return text
  return (change < 0 ? minus : '+') + text
}

/** Whole days: `47 d`. */
export function days(n: number): string {
  return `${count(Math.round(n))} d`
}

/** Minutes as `20 m`, `2 h`, `1 h 40 m`. */
export function duration(minutes: number): string {
  const whole = Math.round(minutes)
  const [hours, rest] = [Math.floor(whole / 60), whole % 60]
  if (hours === 0) return `${rest} m`
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} m`
}

/** So near a day needs no year. */
const halfYearMs = 182 * 86_400_000

/** A day 'YYYY-MM-DD' as `15 Oct`, or `Jan ’27` when it is neither in the year of `today` nor within half a year of it. */
export function dayShort(day: string, today: string): string {
  const { year, month, date } = splitDay(day)
  const near = Math.abs(Date.parse(day) - Date.parse(today)) <= halfYearMs
  const plain = near || year === splitDay(today).year
  return plain ? `${date} ${month}` : `${month} \u2019${String(year).slice(-2)}`
}

/** A day 'YYYY-MM-DD' as `12 Jan 2027`. */
export function dayLong(day: string): string {
  const { year, month, date } = splitDay(day)
  return `${date} ${month} ${year}`
}

/** A day 'YYYY-MM-DD' as `Thu 15 Oct 2026`. */
export function dayWithWeekday(day: string): string {
  return `${weekdays[new Date(`${day}T00:00:00Z`).getUTCDay()]} ${dayLong(day)}`
}

/**
 * Rounds parts so that what is shown sums exactly to the shown total (largest remainder).
 * Throws a RangeError when the parts do not sum to the total to begin with.
 */
export function roundParts(parts: readonly number[], total: number, decimals: number): number[] {
  const scale = 10 ** decimals
  const sum = parts.reduce((a, b) => a + b, 0)
  if (!(Math.abs(sum - total) * scale < 1))
    throw new RangeError(`Parts sum to ${sum}, the total is ${total}: pass the parts of this total.`)
  const exact = parts.map((part) => part * scale)
  const floors = exact.map(Math.floor)
  const missing = Math.round(total * scale) - floors.reduce((a, b) => a + b, 0)
  const byRemainder = exact.map((_, i) => i).sort((a, b) => exact[b]! - floors[b]! - (exact[a]! - floors[a]!))
  const order = missing < 0 ? byRemainder.reverse() : byRemainder
  for (let i = 0; i < Math.abs(missing) && order.length > 0; i++)
    floors[order[i % order.length]!]! += Math.sign(missing)
  return floors.map((units) => units / scale)
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']

function splitDay(day: string): { year: number; month: string; date: number } {
  const match = /^(\d{4})-(\d{2})-(\d{2})/.exec(day)
  const month = match && months[Number(match[2]) - 1]
  if (!match || !month) throw new RangeError(`Not a day: ${day}. Write it as YYYY-MM-DD.`)
  return { year: Number(match[1]), month, date: Number(match[3]) }
}

function toMajor({ minor, currency }: Money): number {
  return minor / 10 ** minorDigits(currency)
}

function symbol(currency: string): string {
  const part = new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: 0,
    maximumFractionDigits: 0,
  })
    .formatToParts(0)
    .find(({ type }) => type === 'currency')!.value
  return /^[A-Z]{3}$/.test(part) ? `${part} ` : part
}

function shortNumber(major: number): string {
  if (Math.round(major) < 1000) return String(Math.round(major))
  const steps: [size: number, letter: string][] = [
    [1e9, 'B'],
    [1e6, 'M'],
    [1e3, 'K'],
  ]
  for (const [size, letter] of steps) {
    const scaled = major / size
    if (Number(scaled.toPrecision(3)) < 1) continue
    if (Number.isInteger(scaled)) return `${scaled.toLocaleString('en')}${letter}`
    const decimals = letter === 'K' ? (scaled < 99.95 ? 1 : 0) : scaled < 9.995 ? 2 : scaled < 99.95 ? 1 : 0
    return `${scaled.toLocaleString('en', { minimumFractionDigits: decimals, maximumFractionDigits: decimals })}${letter}`
  }
  return String(Math.round(major))
}

function sign(n: number): string {
  return n < 0 ? minus : ''
}
