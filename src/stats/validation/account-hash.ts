/**
 * Where an account stands in [0, 1), by its name alone: evenly spread, the same on every machine and in every month, so that
 * the accounts below a share stay the held-out ones when others come and go.
 *
 * Source: G. Fowler, L. C. Noll and K.-P. Vo, FNV-1a of 32 bits (RFC 9923), over UTF-16 units, with the finaliser of
 * A. Appleby's MurmurHash3, since FNV alone leaves like names near each other. Cost: O(length of the name).
 *
 * @example
 * accountHash('acct-17') === accountHash('acct-17') // true
 * accountHash(17) === accountHash('17') // true
 */
export function accountHash(account: string | number): number {
  const name = String(account)
  let hash = 0x811c9dc5
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32
}
