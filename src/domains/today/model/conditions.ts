import type { Reading } from '../../../platform/readings.ts'
import type { Condition } from '../schema.ts'

/** Readings whose value counts days to a day of their detail: the count ages, the day does not. */
export const countdowns: Readonly<Record<string, string>> = { 'revenue.renewal': 'renewsOn' }

export const factOf = (part: string): string | null =>
  part.startsWith('detail.') ? part.slice('detail.'.length) : null

/** Readings of which a rule asks the state: only those are looked at when nothing is known of them. */
export const askedStates = (conditions: readonly Condition[]): ReadonlySet<string> =>
  new Set(conditions.filter(({ part }) => part === 'state').map(({ reading }) => reading))

type Tested = Pick<Reading, 'code' | 'state' | 'value' | 'low' | 'high' | 'detail'>

const dayMs = 86_400_000

/** What a condition tests, as it is on the day `day`; null where it is not known. */
function numberOf({ code, value, low, high, detail }: Tested, part: string, day: string): number | null {
  if (part === 'low') return low
  if (part === 'high') return high
  const name = factOf(part)
  if (name !== null) return typeof detail[name] === 'number' ? detail[name] : null
  const until = countdowns[code] && detail[countdowns[code]]
  return typeof until === 'string' ? (Date.parse(until) - Date.parse(day)) / dayMs : value
}

/** The same answer that the records store gives, for readings that are not stored: those of the past. */
function passes(condition: Condition, reading: Tested, day: string): boolean {
  const { part, op, value } = condition
  if (part === 'state') return reading.state === value
  if (typeof value !== 'number') {
    const fact = reading.detail[factOf(part) ?? '']
    if (fact === undefined || fact === null) return false
    return (typeof fact === 'object' ? JSON.stringify(fact) : String(fact)) === String(value)
  }
  const found = numberOf(reading, part, day)
  if (found === null) return false
  return op === 'at_least' ? found >= value : op === 'at_most' ? found <= value : found === value
}

/**
 * Whether every condition holds for one account on a day ('YYYY-MM-DD'). What is unknown never passes; neither does what
 * is stale, unless its state is asked for or it counts to a day.
 */
export function holds(
  conditions: readonly Condition[],
  readings: ReadonlyMap<string, Tested>,
  day: string,
): boolean {
  const asked = askedStates(conditions)
  return conditions.every((condition) => {
    const reading = readings.get(condition.reading)
    if (!reading) return false
    if (reading.state === 'not_enough_data' && !asked.has(condition.reading)) return false
    if (reading.state === 'stale' && !asked.has(condition.reading) && !(condition.reading in countdowns))
      return false
    return passes(condition, reading, day)
  })
}
