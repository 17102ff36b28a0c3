import { createHash } from 'node:crypto'

/** What the store knows of one content under an identity (a row of source_record). */
export type Variant = Readonly<{
  variant: number
  recordId: string
  /** Hex. */
  contentHash: string
  /** Row of this import that took the variant, or null while only earlier imports know it. */
  takenByRow: number | null
}>

export type Verdict =
  | Readonly<{ what: 'new'; variant: number; repeats: number | null }>
  | Readonly<{ what: 'changed' | 'same'; match: Variant; repeats: number | null }>
  | Readonly<{ what: 'refused'; match: Variant; repeats: number }>

/**
 * The identity rule for one record. Same content as an earlier import: the same. Other content under an id that an
 * earlier import knows: a change. The id again within this import with other content: a variant of its own, or refused
 * where only one may stand (`single`). Without an id the content is the identity, and equal rows are told apart by
 * their occurrence. `repeats` names the earlier row of this import that has the same id.
 */
export function decideIdentity(
  known: readonly Variant[],
  contentHash: string,
  { hasId, single }: Readonly<{ hasId: boolean; single: boolean }>,
): Verdict {
  const free = known.filter((variant) => variant.takenByRow === null)
  const taken = known.filter((variant) => variant.takenByRow !== null)
  const repeats = hasId ? (taken[0]?.takenByRow ?? null) : null
  const twin = hasId && taken.find((variant) => variant.contentHash === contentHash)
  if (twin) return { what: 'same', match: twin, repeats: null }
  const equal = free.find((variant) => variant.contentHash === contentHash)
  if (single && repeats !== null && taken[0]) return { what: 'refused', match: taken[0], repeats }
  if (equal) return { what: 'same', match: equal, repeats }
  if (hasId && free[0]) return { what: 'changed', match: free[0], repeats }
  return { what: 'new', variant: Math.max(-1, ...known.map((variant) => variant.variant)) + 1, repeats }
}

/** JSON whose keys are in order, so that equal contents have equal text. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined)
  const sorted = entries.sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${sorted.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`).join(',')}}`
}

/** SHA-256 of a content as hex. */
export const contentHash = (value: unknown): string =>
  createHash('sha256').update(canonical(value)).digest('hex')

/** The identity of a record without an id: its content. */
export const hashIdentity = (hash: string): string => `sha256:${hash}`
