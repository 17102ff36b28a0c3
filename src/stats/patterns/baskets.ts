import { insist } from '../stats-error.ts'

/**
 * What came together, once a basket: basket b holds `items` from `offsets[b]` up to `offsets[b + 1]`, each a place in
 * `labels`, in any order, none twice.
 */
export type Baskets = Readonly<{
  offsets: ArrayLike<number>
  items: ArrayLike<number>
  labels: readonly string[]
}>

/**
 * Ends the call with `bad_input` unless the parts are baskets: offsets that rise from 0 to the number of items, and items
 * that are places in the labels. (That none comes twice is seen by who counts them.)
 *
 * Source: the compressed rows of Y. Saad, Iterative Methods for Sparse Linear Systems, 2nd ed. (2003), section 3.4.
 * Cost: O(baskets + items).
 *
 * @throws StatsError bad_input, naming the first basket that is wrong (counted from 0)
 * @example
 * insistBaskets({ offsets: [0, 2, 3], items: [0, 1, 1], labels: ['late', 'lost'] }) // undefined
 */
export function insistBaskets({ offsets, items, labels }: Baskets): void {
  const count = offsets.length - 1
  insist(count >= 1, 'There are no baskets: give offsets for at least one.')
  insist(offsets[0] === 0, `Offsets start at 0, not at ${offsets[0]}.`)
  insist(
    offsets[count] === items.length,
    `Offsets end at ${offsets[count]}, but there are ${items.length} items: end them at the number of items.`,
  )
  for (let basket = 0; basket < count; basket++) {
    const [from, to] = [offsets[basket]!, offsets[basket + 1]!]
    if (!(Number.isInteger(to) && to >= from))
      insist(false, `Basket ${basket} reaches from ${from} to ${to}: offsets are whole and never fall.`)
    for (let at = from; at < to; at++) {
      const item = items[at]!
      if (!(Number.isInteger(item) && item >= 0 && item < labels.length))
        insist(false, `Basket ${basket} holds item ${item}: give places in the ${labels.length} labels.`)
    }
  }
}

/**
 * Baskets from lists of labels. Labels are numbered as they first come; one that is twice in a list counts once.
 *
 * Source: the compressed rows of Y. Saad, Iterative Methods for Sparse Linear Systems, 2nd ed. (2003), section 3.4.
 * Cost: O(labels in all lists).
 *
 * @throws StatsError bad_input when there are no lists
 * @example
 * const { offsets, items, labels } = basketsOf([['late', 'lost'], [], ['lost', 'lost']])
 * labels // ['late', 'lost']
 * offsets // [0, 2, 2, 3]
 * items // [0, 1, 1]
 */
export function basketsOf(lists: readonly (readonly string[])[]): Baskets {
  insist(lists.length > 0, 'There are no baskets: give at least one list.')
  const places = new Map<string, number>()
  const offsets = new Uint32Array(lists.length + 1)
  const items: number[] = []
  lists.forEach((list, basket) => {
    for (const label of new Set(list)) {
      const place = places.get(label) ?? places.size
      places.set(label, place)
      items.push(place)
    }
    offsets[basket + 1] = items.length
  })
  return { offsets, items: Uint32Array.from(items), labels: [...places.keys()] }
}

function keptBaskets({ offsets, items, labels }: Baskets, keeps: (basket: number) => boolean): Baskets {
  const ends = [0]
  const kept: number[] = []
  for (let basket = 0; basket + 1 < offsets.length; basket++) {
    if (!keeps(basket)) continue
    for (let at = offsets[basket]!; at < offsets[basket + 1]!; at++) kept.push(items[at]!)
    ends.push(kept.length)
  }
  return { offsets: Uint32Array.from(ends), items: Uint32Array.from(kept), labels }
}

/**
 * Baskets before time `cut` to find rules in, and those from `cut` on to check them with: the latest quarter, say. Items keep
 * their numbers.
 *
 * Source: L. J. Tashman, Out-of-sample tests of forecasting accuracy, Int. J. Forecasting 16 (2000) 437-450: what was chosen
 * on data is judged on later data. Cost: O(items).
 *
 * @param times of the baskets, in any unit
 * @throws StatsError bad_input when times and baskets differ in number, a time is not finite, or one side is empty
 * @example
 * const all = basketsOf([['late'], ['late', 'lost'], ['lost']])
 * const { earlier, later } = splitBaskets(all, [1, 2, 3], 3)
 * earlier.items // [0, 0, 1]
 * later.items // [1]
 */
export function splitBaskets(
  baskets: Baskets,
  times: ArrayLike<number>,
  cut: number,
): Readonly<{ earlier: Baskets; later: Baskets }> {
  insistBaskets(baskets)
  const count = baskets.offsets.length - 1
  insist(times.length === count, `${count} baskets stand beside ${times.length} times: give each its time.`)
  let before = 0
  for (let basket = 0; basket < count; basket++) {
    if (!Number.isFinite(times[basket]))
      insist(false, `Basket ${basket} has time ${times[basket]}: give a finite one.`)
    if (times[basket]! < cut) before++
  }
  insist(
    before > 0 && before < count,
    `${before} of ${count} baskets come before ${cut}: cut where some do and some do not.`,
  )
  return {
    earlier: keptBaskets(baskets, (basket) => times[basket]! < cut),
    later: keptBaskets(baskets, (basket) => times[basket]! >= cut),
  }
}
