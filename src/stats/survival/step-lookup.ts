/**
 * How many values of an ascending array lie at or below `t`: the step of a right-continuous step function at t.
 *
 * Source: binary search. Cost: O(log n).
 *
 * @example
 * countUpTo([1, 2, 2, 5], 2) // 3
 */
export function countUpTo(ascending: ArrayLike<number>, t: number): number {
  let low = 0
  let high = ascending.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (ascending[middle]! <= t) low = middle + 1
    else high = middle
  }
  return low
}

/**
 * How many values of an ascending array lie below `t`: the step of a right-continuous step function just before t.
 *
 * Source: binary search. Cost: O(log n).
 *
 * @example
 * countBelow([1, 2, 2, 5], 2) // 1
 */
export function countBelow(ascending: ArrayLike<number>, t: number): number {
  let low = 0
  let high = ascending.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (ascending[middle]! < t) low = middle + 1
    else high = middle
  }
  return low
}
