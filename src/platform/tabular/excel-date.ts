/** What a cell's number format makes of its number. */
export type NumberKind = 'number' | 'date' | 'dateTime' | 'time'

const DAY_MS = 86_400_000
const EPOCH_1900 = Date.UTC(1899, 11, 30)
const EPOCH_1904 = Date.UTC(1904, 0, 1)

/** Built-in formats, ECMA-376 part 1, 18.8.30; 27-36 and 50-58 are the East Asian dates. */
const builtInKind = (id: number): NumberKind | null => {
  if (id >= 14 && id <= 17) return 'date'
  if (id === 22) return 'dateTime'
  if ((id >= 18 && id <= 21) || (id >= 45 && id <= 47)) return 'time'
  if ((id >= 27 && id <= 31) || id === 36 || (id >= 50 && id <= 58)) return 'date'
  if (id >= 32 && id <= 35) return 'time'
  return null
}

/** The kind of a number format. `code` is the custom format, if there is one. */
export const numberKind = (formatId: number, code: string | undefined): NumberKind => {
  if (code === undefined) return builtInKind(formatId) ?? 'number'
  // Elapsed time such as [h]:mm is an amount, not a time of day.
  if (/\[(h+|m+|s+)\]/i.test(code)) return 'number'
  const letters = code
    .split(';')[0]!
    .replace(/"[^"]*"|\\.|_.|\*.|\[[^\]]*\]|general/gi, '')
    .toLowerCase()
  const hasTime = /[hs]/.test(letters)
  const hasDate = /[yd]/.test(letters) || (/m/.test(letters) && !hasTime)
  if (hasDate) return hasTime ? 'dateTime' : 'date'
  return hasTime ? 'time' : 'number'
}

/**
 * A serial day number as ISO text: '2024-02-29', '2024-02-29T13:30:00' or '13:30:00'; null when it is no date.
 * Serial 60 of the 1900 system is the 29 February 1900 that never was; it is given out as such, and no parser takes it.
 */
export const serialToIso = (serial: number, kind: NumberKind, date1904: boolean): string | null => {
  if (!Number.isFinite(serial) || serial < 0 || serial >= 2_958_466) return null
  const ms = Math.round(serial * DAY_MS)
  const time = timeText(ms % DAY_MS)
  if (kind === 'time' && ms < DAY_MS) return time
  const day = dayText(Math.floor(ms / DAY_MS), date1904)
  return kind === 'date' && ms % DAY_MS === 0 ? day : `${day}T${time}`
}

const dayText = (days: number, date1904: boolean): string => {
  if (!date1904 && days === 60) return '1900-02-29'
  const shift = !date1904 && days < 60 ? 1 : 0
  return new Date((date1904 ? EPOCH_1904 : EPOCH_1900) + (days + shift) * DAY_MS).toISOString().slice(0, 10)
}

const timeText = (ms: number): string => {
  const text = new Date(ms).toISOString()
  return ms % 1000 === 0 ? text.slice(11, 19) : text.slice(11, 23)
}
