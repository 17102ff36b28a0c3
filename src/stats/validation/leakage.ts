import { wilsonInterval, type Interval } from '../inference/wilson.ts'
import { insist } from '../stats-error.ts'
import { auc } from './auc.ts'
import { delongInterval, delongTest } from './delong.ts'

/** A sign that a prediction knows what could not have been known. */
export type LeakageAlarm =
  /** One column nearly tells the outcome: by its values, or by being filled at all. */
  | Readonly<{ kind: 'single_feature'; column: string; by: 'value' | 'presence'; auc: number }>
  /** Of the filled fields of accounts with the event, this share was filled at it or after it. */
  | Readonly<{ kind: 'filled_after_event'; filled: number; share: number; interval: Interval }>
  /** The same features a month earlier know much less. */
  | Readonly<{ kind: 'lag_jump'; auc: number; lagged: number; difference: number; interval: Interval }>
  /** Better than anyone could be. */
  | Readonly<{ kind: 'above_ceiling'; auc: number; ceiling: number; interval: Interval }>

const reversible = (value: number) => Math.max(value, 1 - value)

/** The AUC in whichever direction is the better; nothing where a side has fewer than `least` rows. */
function aucEitherWay(
  events: ArrayLike<number>,
  scores: ArrayLike<number>,
  least: number,
): number | undefined {
  let happened = 0
  for (let row = 0; row < events.length; row++) if (events[row] === 1) happened++
  if (Math.min(happened, events.length - happened) < least) return undefined
  return reversible(auc(events, scores))
}

function presentRows(column: ArrayLike<number>): number[] {
  const rows: number[] = []
  for (let row = 0; row < column.length; row++) if (!Number.isNaN(column[row]!)) rows.push(row)
  return rows
}

/** What one column knows by its values, and by which rows have one. */
function alarmsOfColumn(
  column: string,
  values: ArrayLike<number>,
  events: ArrayLike<number>,
  limit: number,
  least: number,
): LeakageAlarm[] {
  insist(values.length === events.length, `Column ${column} needs one value a row.`)
  const present = presentRows(values)
  const at = (source: ArrayLike<number>) => Float64Array.from(present, (row) => source[row]!)
  const isPresent = Float64Array.from(events, (_, row) => (Number.isNaN(values[row]!) ? 0 : 1))
  const byValue = present.length === 0 ? undefined : aucEitherWay(at(events), at(values), least)
  const byPresence = aucEitherWay(events, isPresent, least)
  return [
    { by: 'value' as const, auc: byValue },
    { by: 'presence' as const, auc: byPresence },
  ].flatMap((found) =>
    found.auc !== undefined && found.auc > limit
      ? [{ kind: 'single_feature' as const, column, by: found.by, auc: found.auc }]
      : [],
  )
}

/**
 * Columns that alone tell the outcome nearly without error, in either direction: their AUC lies above the limit.
 *
 * Source: S. Kaufman, S. Rosset, C. Perlich and O. Stitelman, Leakage in data mining, ACM TKDD 6 (2012) 15, section 5.
 * A good early sign seldom passes .9; above .95 it is nearly always the outcome itself. Cost: O(rows) a column.
 *
 * @param columns one value a row; NaN where there is none
 * @param options.limit 0.95 unless told
 * @param options.least rows with the event, and rows without, from which on a column is judged: among a few, luck alone parts
 * them; 10 unless told
 * @throws StatsError bad_input for an event that is not 0 or 1, an infinite value or unequal lengths
 * @example
 * const events = [0, 0, 1, 1]
 * singleFeatureAlarms({ seats: [5, 9, 7, 6], goodbye: [0, 0, 1, 1] }, events, { least: 2 }) // [{ kind: 'single_feature', column: 'goodbye', by: 'value', auc: 1 }]
 */
export function singleFeatureAlarms(
  columns: Readonly<Record<string, ArrayLike<number>>>,
  events: ArrayLike<number>,
  { limit = 0.95, least = 10 }: Readonly<{ limit?: number; least?: number }> = {},
): LeakageAlarm[] {
  for (let row = 0; row < events.length; row++)
    insist(events[row] === 0 || events[row] === 1, `An event is 0 or 1, not ${events[row]} as in row ${row}.`)
  insist(least >= 1, `A column is judged from one row of each kind on, not from ${least}.`)
  insist(limit >= 0.5 && limit <= 1, `A limit of an AUC lies in [0.5, 1], not at ${limit}.`)
  return Object.entries(columns).flatMap(([name, values]) =>
    alarmsOfColumn(name, values, events, limit, least),
  )
}

/**
 * Whether a field is mostly filled when the event has happened already: such a field is no sign but a trace.
 *
 * Source: Kaufman, Rosset, Perlich and Stitelman (2012), section 4, the requirement that features be observable before the
 * target. Cost: O(accounts).
 *
 * @param filledAt when the field of each account was filled, in any unit; NaN for never
 * @param eventAt when the account's event was, in the same unit; NaN for never
 * @param limit share from which on it is an alarm; 0.5 unless told
 * @throws StatsError bad_input for unequal lengths or a limit outside [0, 1]
 * @example
 * filledAfterEventAlarm([12, 20, NaN, 3], [10, 20, 30, NaN]).share // 1
 * filledAfterEventAlarm([2, 3], [10, 20]) // undefined
 */
export function filledAfterEventAlarm(
  filledAt: ArrayLike<number>,
  eventAt: ArrayLike<number>,
  limit = 0.5,
): LeakageAlarm | undefined {
  insist(filledAt.length === eventAt.length, 'Give one time of filling and one of the event an account.')
  insist(limit >= 0 && limit <= 1, `A share lies in [0, 1], not at ${limit}.`)
  let [filled, late] = [0, 0]
  for (let account = 0; account < eventAt.length; account++) {
    if (Number.isNaN(filledAt[account]!) || Number.isNaN(eventAt[account]!)) continue
    filled++
    if (filledAt[account]! >= eventAt[account]!) late++
  }
  if (filled === 0 || late / filled <= limit) return undefined
  return { kind: 'filled_after_event', filled, share: late / filled, interval: wilsonInterval(late, filled) }
}

/**
 * Whether a prediction loses much when each of its features is taken one month earlier: what appears only in the last month
 * is often written by the leaving itself. An alarm when the AUC falls by more than `least` and DeLong's interval of the fall
 * lies above 0.
 *
 * Source: the requirement of a gap between features and target, Kaufman et al. (2012), section 4; DeLong et al. (1988). Cost: O(rows).
 *
 * @param scores predictions from the features of the month
 * @param lagged predictions of the same rows from the features of the month before
 * @param least 0.05 unless told
 * @throws StatsError as `delongTest`
 * @example
 * const events = Array.from({ length: 100 }, (_, row) => (row % 5 === 0 ? 1 : 0))
 * const last = events.map((event, row) => event + (row % 7) / 6)
 * const before = events.map((event, row) => event / 4 + (row % 7) / 6)
 * lagJumpAlarm(events, last, before).kind // 'lag_jump'
 */
export function lagJumpAlarm(
  events: ArrayLike<number>,
  scores: ArrayLike<number>,
  lagged: ArrayLike<number>,
  least = 0.05,
): LeakageAlarm | undefined {
  const { first, second, difference, interval } = delongTest(events, scores, lagged)
  if (difference <= least || interval[0] <= 0) return undefined
  return { kind: 'lag_jump', auc: first, lagged: second, difference, interval }
}

/**
 * Whether a model is better than it can be: its AUC lies above a stated ceiling, such as that of the true chances in a
 * simulation plus .02, or what is known of the field.
 *
 * Source: Kaufman et al. (2012), section 5, results too good to be true. Cost: O(rows).
 *
 * @throws StatsError as `delongInterval`
 * @example
 * ceilingAlarm([0, 1, 0, 1], [0.1, 0.9, 0.2, 0.8], 0.92).auc // 1
 */
export function ceilingAlarm(
  events: ArrayLike<number>,
  scores: ArrayLike<number>,
  ceiling: number,
): LeakageAlarm | undefined {
  insist(ceiling >= 0.5 && ceiling <= 1, `A ceiling of an AUC lies in [0.5, 1], not at ${ceiling}.`)
  const { auc: found, interval } = delongInterval(events, scores)
  return found > ceiling ? { kind: 'above_ceiling', auc: found, ceiling, interval } : undefined
}
