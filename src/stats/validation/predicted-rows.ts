import { insist } from '../stats-error.ts'

/**
 * Ends the call unless every event is 0 or 1 and has a finite score.
 *
 * Source: this library's checks at the door. Cost: O(n).
 *
 * @throws StatsError bad_input for no rows, unequal lengths, an event that is not 0 or 1 or a score that is not finite
 * @example
 * insistScores([0, 1], [-2.5, 7]) // undefined
 */
export function insistScores(events: ArrayLike<number>, scores: ArrayLike<number>): void {
  const rows = events.length
  insist(rows > 0, 'There are no rows: give one event and one prediction a row.')
  insist(scores.length === rows, `${rows} events and ${scores.length} predictions do not make pairs.`)
  for (let row = 0; row < rows; row++) {
    const event = events[row]!
    // The sentence is built only when it is said: these loops see every row.
    if (event !== 0 && event !== 1) insist(false, `Row ${row} has the event ${event}: an event is 0 or 1.`)
    if (!Number.isFinite(scores[row]!)) insist(false, `Row ${row} has no finite prediction: ${scores[row]}.`)
  }
}

/**
 * Ends the call unless every event is 0 or 1 and has a chance in [0, 1].
 *
 * Source: this library's checks at the door. Cost: O(n).
 *
 * @throws StatsError bad_input as `insistScores`, and for a chance outside [0, 1]
 * @example
 * insistChances([0, 1], [0, 0.7]) // undefined
 */
export function insistChances(events: ArrayLike<number>, chances: ArrayLike<number>): void {
  insistScores(events, chances)
  for (let row = 0; row < chances.length; row++) {
    const chance = chances[row]!
    if (chance < 0 || chance > 1) insist(false, `Row ${row} has the chance ${chance}: it lies in [0, 1].`)
  }
}
