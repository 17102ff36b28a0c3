/** What went wrong, for callers that answer differently to each. */
export type StatsErrorCode =
  /** The arguments are no data of the kind that the function takes. */
  | 'bad_input'
  /** Too few values to say anything. */
  | 'not_enough_data'
  /** Fewer events than the question needs. */
  | 'too_few_events'
  /** Every observation is censored: no event was seen. */
  | 'all_censored'
  /** A group or stratum holds nobody. */
  | 'empty_stratum'
  /** All values are the same, so that nothing can be compared. */
  | 'no_variation'
  /** A covariate tells events from non-events without error: its coefficient has no finite estimate. */
  | 'separation'
  /** Covariates repeat each other: the equations have no single solution. */
  | 'singular'
  /** The iterations ended before the answer stood still. */
  | 'no_convergence'
  /** No steady state exists: work arrives faster than it can be done. */
  | 'unstable'
  /** The caller's AbortSignal asked to stop. */
  | 'aborted'

/** An answer that numbers cannot give, said in one sentence that tells what to do. */
export class StatsError extends Error {
  readonly code: StatsErrorCode

  constructor(code: StatsErrorCode, sentence: string) {
    super(sentence)
    this.name = 'StatsError'
    this.code = code
  }
}

/**
 * Ends the call with `bad_input` unless `condition` holds.
 *
 * Cost: O(1).
 *
 * @throws StatsError bad_input, saying `sentence`
 * @example
 * insist(2 > 1, 'Two is more than one.') // undefined
 */
export function insist(condition: boolean, sentence: string): asserts condition {
  if (!condition) throw new StatsError('bad_input', sentence)
}
