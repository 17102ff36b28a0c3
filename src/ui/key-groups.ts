export interface KeyGroup {
  label: string
  keys: string[]
}

/** Keys with the same label as one row, in the order of their first appearance; a key is listed once. */
export function groupKeys(bindings: readonly { key: string; label: string }[]): KeyGroup[] {
  const groups = new Map<string, KeyGroup>()
  const seen = new Set<string>()
  for (const { key, label } of bindings) {
    if (seen.has(key)) continue
    seen.add(key)
    const group = groups.get(label) ?? { label, keys: [] }
    group.keys.push(key)
    groups.set(label, group)
  }
  return [...groups.values()]
}
