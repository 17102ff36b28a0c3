import { StatsError, insist } from '../stats-error.ts'

/**
 * What was seen of each row: `time` is when its event came (`event` 1) or when it was last seen without one (`event` 0),
 * in any unit from 0. `entry` is when watching began, for rows that were already some time on their way (left truncation,
 * or one account split into several rows): the row is at risk in (entry, time]. Without `entry` all were watched from the
 * start. Events at a time come before censorings at that time.
 */
export type FollowUp = Readonly<{
  time: ArrayLike<number>
  event: ArrayLike<number>
  entry?: ArrayLike<number>
}>

/**
 * Ends the call with `bad_input` unless the rows are a follow-up: as many times as events, at least one row, finite times
 * from 0, events 0 or 1, each entry before its time.
 *
 * Source: the counting process form, Andersen and Gill, Ann. Statist. 10 (1982) 1100. Cost: O(n).
 *
 * @throws StatsError bad_input, naming the first row that is wrong (counted from 0)
 * @example
 * insistFollowUp({ time: [3, 5], event: [1, 0], entry: [0, 2] }) // undefined
 */
export function insistFollowUp({ time, event, entry }: FollowUp): void {
  const rows = time.length
  insist(rows > 0, 'A follow-up needs at least one row.')
  insist(event.length === rows, `${rows} times stand beside ${event.length} events: give one of each a row.`)
  insist(
    entry === undefined || entry.length === rows,
    `${rows} times stand beside ${entry?.length} entries: give one of each a row, or no entries at all.`,
  )
  for (let i = 0; i < rows; i++) {
    const at = time[i]!
    const came = event[i]!
    if (!(at >= 0 && at < Infinity)) insist(false, `Row ${i} has time ${at}: give a finite time from 0.`)
    if (came !== 0 && came !== 1)
      insist(false, `Row ${i} has event ${came}: give 1 for an event, 0 for censored.`)
    if (entry && !(entry[i]! < at && entry[i]! > -Infinity))
      insist(false, `Row ${i} enters at ${entry[i]} and ends at ${at}: an entry comes before its end.`)
  }
}

/**
 * How many codes there are when `codes` are whole numbers from 0 without gaps: the number of groups or strata.
 *
 * Source: the convention of this library that groups are codes. Cost: O(n).
 *
 * @throws StatsError bad_input unless there are `rows` codes, whole numbers from 0; empty_stratum when one is skipped
 * @example
 * countCodes([0, 1, 1, 2], 4) // 3
 */
export function countCodes(codes: ArrayLike<number>, rows: number): number {
  insist(codes.length === rows, `${rows} rows stand beside ${codes.length} codes: give one code a row.`)
  let most = -1
  for (let i = 0; i < rows; i++) {
    const code = codes[i]!
    if (!(Number.isInteger(code) && code >= 0 && code < rows))
      insist(false, `Row ${i} has code ${code}: number groups 0, 1, 2 and so on, without gaps.`)
    if (code > most) most = code
  }
  const seen = new Uint8Array(most + 1)
  for (let i = 0; i < rows; i++) seen[codes[i]!] = 1
  const missing = seen.indexOf(0)
  if (missing >= 0)
    throw new StatsError('empty_stratum', `Nobody is in group ${missing}: number groups without gaps.`)
  return most + 1
}
