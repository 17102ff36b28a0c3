import { insist, StatsError } from '../stats-error.ts'

/**
 * How a chart's limits come about: they start anew at each of `changes`, are set by the first `baseline` rows after it (20
 * unless told) without the `excluded` rows, and stay frozen. `reach` is how many standard deviations they lie out (3).
 */
export type ChartOptions = Readonly<{
  /** Rows from which on the process was changed on purpose. */
  changes?: readonly number[]
  baseline?: number
  /** Rows whose cause is known: they are drawn, but set no limits. */
  excluded?: readonly number[]
  reach?: number
}>

/**
 * The rows from `start` to before `end`, and those of them that set the limits. `provisional`: fewer than 20 rows set them, so
 * they move much by chance.
 */
export type Stage = Readonly<{
  start: number
  end: number
  baseline: readonly number[]
  provisional: boolean
}>

const leastBaseline = 20

function insistRows(rows: readonly number[], count: number, what: string): void {
  const known = rows.every((row) => Number.isInteger(row) && row >= 0 && row < count)
  insist(known, `${what} are rows of the data: whole numbers from 0 to ${count - 1}.`)
}

function stageOf(start: number, end: number, size: number, excluded: ReadonlySet<number>): Stage {
  const baseline: number[] = []
  for (let row = start; row < end && baseline.length < size; row++) if (!excluded.has(row)) baseline.push(row)
  if (baseline.length === 0)
    throw new StatsError(
      'not_enough_data',
      `Every row from ${start} to before ${end} is excluded: keep some.`,
    )
  return { start, end, baseline, provisional: baseline.length < leastBaseline }
}

/**
 * The stages of a chart: one from the start, and one from each declared change, each with the rows that set its limits.
 *
 * Source: D. C. Montgomery, Introduction to Statistical Quality Control, 6th ed. (2009), section 6.2: 20 to 25 samples for
 * trial limits, frozen for use; M. A. Mohammed et al., Plotting basic control charts, Qual. Saf. Health Care 17 (2008) 137.
 * Cost: O(rows).
 *
 * @throws StatsError bad_input unless changes and excluded are rows; not_enough_data where nothing is left of a stage
 * @example
 * const [before, after] = stagesOf(30, { changes: [24] })
 * before.baseline.length // 20
 * after // { start: 24, end: 30, provisional: true }
 */
export function stagesOf(rows: number, options: ChartOptions = {}): Stage[] {
  const { changes = [], baseline = leastBaseline, excluded = [] } = options
  if (rows < 1) throw new StatsError('not_enough_data', 'A chart needs rows.')
  insist(Number.isInteger(baseline) && baseline >= 1, `A baseline is a number of rows, not ${baseline}.`)
  insistRows(changes, rows, 'Declared changes')
  insistRows(excluded, rows, 'Excluded points')
  const known = new Set(excluded)
  const starts = [...new Set([0, ...changes])].sort((a, b) => a - b)
  return starts.map((start, i) => stageOf(start, starts[i + 1] ?? rows, baseline, known))
}
