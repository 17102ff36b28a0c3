import type { RuleDefinition } from '../schema.ts'

/** Share that one act on many small customers keeps: what the rule says, else a quarter of what acts one by one keep. */
export const shareForMany = ({ effect }: Pick<RuleDefinition, 'effect'>): number =>
  effect.shareForMany ?? effect.share / 4
