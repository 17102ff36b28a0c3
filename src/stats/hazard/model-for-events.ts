import { insist } from '../stats-error.ts'

/** What a number of churn events allows. `freedom` is the most effective degrees of freedom that the model should use. */
export type ModelRung = Readonly<{
  model: 'prior' | 'prior and few terms' | 'ridge' | 'smooth' | 'smooth and pairs'
  freedom: number
  /** Whether customers may be ranked by the model at all. */
  ranks: boolean
  /** Events from which the next rung is allowed, if there is one. */
  next: number | undefined
}>

const rungs: readonly (ModelRung & Readonly<{ from: number }>)[] = [
  { from: 0, model: 'prior', freedom: 1, ranks: false, next: 10 },
  { from: 10, model: 'prior and few terms', freedom: 4, ranks: true, next: 30 },
  { from: 30, model: 'ridge', freedom: 10, ranks: true, next: 100 },
  { from: 100, model: 'smooth', freedom: 30, ranks: true, next: 301 },
  { from: 301, model: 'smooth and pairs', freedom: 60, ranks: true, next: undefined },
]

/**
 * Which model a number of churn events allows: below 10 only what was believed before, from 10 few terms with priors, from 30
 * slopes with ridge, from 100 curves, above 300 pairs of covariates.
 *
 * Source: a cautious reading of R. D. Riley et al., Calculating the sample size required for developing a clinical prediction
 * model, BMJ 368 (2020) m441; the steps themselves are a choice. Cost: O(1).
 *
 * @throws StatsError bad_input unless events is a whole number, 0 or more
 * @example
 * modelForEvents(45).model // 'ridge'
 * modelForEvents(300).next // 301
 */
export function modelForEvents(events: number): ModelRung {
  insist(Number.isInteger(events) && events >= 0, `${events} is no number of events.`)
  const { model, freedom, ranks, next } = rungs.findLast(({ from }) => events >= from)!
  return { model, freedom, ranks, next }
}
