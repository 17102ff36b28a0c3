/** Header names and words compare alike: 'customerID', 'Customer-Id' and 'customer_id' are 'customer id'. */
export const normalise = (text: string): string =>
  text
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()

/** Keys of custom fields from column names, each once. */
export function customKeys(columns: readonly string[]): Map<string, string> {
  const used = new Set<string>()
  return new Map(
    columns.map((column) => {
      const plain = normalise(column)
        .normalize('NFKD')
        .replace(/[^a-z0-9]+/g, '_')
        .replace(/^_+|_+$/g, '')
      const stem = (/^[a-z]/.test(plain) ? plain : `field_${plain}`).slice(0, 58).replace(/_+$/, '')
      let key = stem
      for (let n = 2; used.has(key); n += 1) key = `${stem}_${n}`
      used.add(key)
      return [column, key]
    }),
  )
}

/** Text that PostgreSQL can store: no NUL and no half of a surrogate pair. */
export const storable = (text: string): string =>
  text.replace(/\0/g, '\u2400').replace(/\p{Surrogate}/gu, '\ufffd')
