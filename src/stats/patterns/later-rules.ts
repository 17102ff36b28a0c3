import { insist } from '../stats-error.ts'
import { insistBaskets, type Baskets } from './baskets.ts'
import type { Rule } from './association-rules.ts'
import { ruleMeasures, type RuleCounts, type RuleMeasures } from './rule-measures.ts'

/** How a rule did in later baskets: it held when its lift stayed above 1. `not_seen`: no later basket has one side of it. */
export type LaterRule =
  | (Readonly<{ kind: 'seen'; holds: boolean; counts: RuleCounts }> & RuleMeasures)
  | Readonly<{ kind: 'not_seen'; counts: RuleCounts }>

type Sides = Pick<Rule, 'antecedent' | 'consequent'>

/** One bit a basket for each of the items asked for. */
function bitmapsOf(
  { offsets, items }: Baskets,
  asked: ReadonlySet<number>,
): ReadonlyMap<number, Uint32Array> {
  const baskets = offsets.length - 1
  const bitmaps = new Map(Array.from(asked, (item) => [item, new Uint32Array(Math.ceil(baskets / 32))]))
  for (let basket = 0; basket < baskets; basket++) {
    for (let at = offsets[basket]!; at < offsets[basket + 1]!; at++) {
      const bitmap = bitmaps.get(items[at]!)
      if (bitmap) bitmap[basket >>> 5]! |= 1 << (basket & 31)
    }
  }
  return bitmaps
}

/** Bits that are set: H. S. Warren, Hacker's Delight, 2nd ed. (2013), section 5-1. */
function bitCount(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555)
  const nibbles = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333)
  return Math.imul((nibbles + (nibbles >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

function countTogether(bitmaps: readonly Uint32Array[]): number {
  const [first, ...others] = bitmaps
  let sum = 0
  for (let word = 0; word < first!.length; word++) {
    let bits = first![word]!
    for (const other of others) bits &= other[word]!
    sum += bitCount(bits)
  }
  return sum
}

/**
 * How rules found in earlier baskets do in later ones, in the order given. What was sifted out of very many looks better where
 * it was found than where it was not; a rule whose lift does not stay above 1 is not worth acting on.
 *
 * Source: L. J. Tashman, Out-of-sample tests of forecasting accuracy, Int. J. Forecasting 16 (2000) 437-450; the holdout of
 * G. I. Webb, Discovering significant patterns, Machine Learning 68 (2007) 1-33, section 3. Assumes items numbered alike in
 * both. Cost: O(items in baskets + rules length baskets / 32); baskets / 8 bytes an item that rules speak of.
 *
 * @param later baskets that played no part in finding the rules, as `splitBaskets` gives them
 * @throws StatsError bad_input when the baskets are none or a rule speaks of an item they have no label for
 * @example
 * const later = basketsOf([['late', 'lost'], ['late', 'lost'], ['late'], ['lost'], [], []])
 * const [rule] = laterRules([{ antecedent: [0], consequent: 1 }], later)
 * rule.lift // 1.333333
 * rule.holds // true
 */
export function laterRules(rules: readonly Sides[], later: Baskets, level = 0.95): readonly LaterRule[] {
  insistBaskets(later)
  const asked = new Set(rules.flatMap(({ antecedent, consequent }) => [...antecedent, consequent]))
  for (const item of asked)
    if (!(item in later.labels))
      insist(false, `A rule speaks of item ${item}, which has no label in the later baskets.`)
  const bitmaps = bitmapsOf(later, asked)
  const bitmap = (item: number) => bitmaps.get(item)!
  return rules.map(({ antecedent, consequent }): LaterRule => {
    insist(antecedent.length > 0, 'A rule needs an item that goes before.')
    const before = antecedent.map(bitmap)
    const counts = {
      baskets: later.offsets.length - 1,
      withAntecedent: countTogether(before),
      withConsequent: countTogether([bitmap(consequent)]),
      withBoth: countTogether([...before, bitmap(consequent)]),
    }
    if (counts.withAntecedent === 0 || counts.withConsequent === 0) return { kind: 'not_seen', counts }
    const measures = ruleMeasures(counts, level)
    return { kind: 'seen', holds: measures.lift > 1, counts, ...measures }
  })
}
