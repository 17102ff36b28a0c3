/** Which accounts moved; null stands for many, of which one should read everything again. */
export type Change = ReadonlySet<string> | null

export const nothing: Change = new Set()

/**
 * Beyond so many names a list says no more than "many", and every open page would read again. It holds what 1,000
 * events a second touch between two messages.
 */
const namedAtMost = 1_000

/** What moved in either. */
export function merge(one: Change, other: Change): Change {
  if (one === null || other === null) return null
  const both = new Set([...one, ...other])
  return both.size > namedAtMost ? null : both
}
