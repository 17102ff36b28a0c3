import type { Belief } from './beta-binomial.ts'

/**
 * What groups say of each other. 'spread': they differ by more than chance, and the belief says what a further group would
 * be like. 'alike': they differ by no more than chance, so that all share `mean` and no finite weight fits. 'apart': each is
 * all or nothing, so that the others say nothing of it.
 */
export type FittedBelief =
  | Readonly<{ kind: 'spread'; belief: Belief }>
  | Readonly<{ kind: 'alike'; mean: number }>
  | Readonly<{ kind: 'apart'; mean: number }>
