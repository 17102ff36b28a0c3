/** Which accounts moved; null stands for many, of which one should read everything again. */
export type Change = ReadonlySet<string> | null

export const nothing: Change = new Set()

/** Beyond so many names a list says no more than "many". */
const namedAtMost = 200

/** What moved in either. */
export function merge(one: Change, other: Change): Change {
  if (one === null || other === null) return null
  const both = new Set([...one, ...other])
  return both.size > namedAtMost ? null : both
}
