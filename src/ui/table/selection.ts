/** Adds or removes one id. */
export function toggled(selection: ReadonlySet<string>, id: string): Set<string> {
  const next = new Set(selection)
  if (!next.delete(id)) next.add(id)
  return next
}

/**
 * Adds every known row between two indexes, both included. Rows that are not loaded have no id and stay out; the
 * table says so by not marking them.
 */
export function withRange(
  selection: ReadonlySet<string>,
  idAt: (index: number) => string | undefined,
  anchor: number,
  end: number,
): Set<string> {
  const next = new Set(selection)
  for (let i = Math.min(anchor, end); i <= Math.max(anchor, end); i++) {
    const id = idAt(i)
    if (id !== undefined) next.add(id)
  }
  return next
}
