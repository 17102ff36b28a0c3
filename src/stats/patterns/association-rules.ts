import { hypergeometricUpperTail } from '../distributions/hypergeometric.ts'
import { benjaminiHochbergAdjusted } from '../inference/adjusted-p.ts'
import { pause, type LongRun } from '../long-run.ts'
import { insist } from '../stats-error.ts'
import { indexItemsets } from './itemset-index.ts'
import { itemsetAt, type Itemsets } from './itemsets.ts'
import { ruleMeasures, type RuleCounts, type RuleMeasures } from './rule-measures.ts'

/**
 * Baskets that hold the antecedent hold the consequent more often than by luck. `p` is Fisher's, one-sided; `addedP` the
 * greatest p of the tests that each item of the antecedent adds to the others (p where it is alone); `adjustedP` is the
 * greater of both, adjusted for all rules that were tested. `improvement` is the confidence gained over the best rule with
 * fewer of the antecedent's items, or none.
 */
export type Rule = Readonly<{ antecedent: readonly number[]; consequent: number; counts: RuleCounts }> &
  RuleMeasures &
  Readonly<{ p: number; addedP: number; adjustedP: number; improvement: number }>

export type RuleOptions = Readonly<{
  /** Items that may follow, chosen before the data was seen (all): 'left', say. */
  consequents?: readonly number[]
  /** Rules with a greater adjusted p are left out (0.05). */
  maxAdjustedP?: number
  /** Rules with a smaller confidence are left out (0). */
  minConfidence?: number
  /** Rules that improve by no more than this are left out (0); -1 keeps all. */
  minImprovement?: number
  /** Of the intervals of lift (0.95). */
  level?: number
}>

/** Rules that are left, the one with the highest lower limit of lift first, and of how many that were tested. */
export type RuleSearch = Readonly<{ tested: number; rules: readonly Rule[] }>

const setsBetweenPauses = 4096

function checkedOptions(options: RuleOptions): Required<Omit<RuleOptions, 'consequents'>> {
  const { maxAdjustedP = 0.05, minConfidence = 0, minImprovement = 0, level = 0.95 } = options
  insist(maxAdjustedP >= 0 && maxAdjustedP <= 1, `An adjusted p lies in [0, 1], not at ${maxAdjustedP}.`)
  insist(minConfidence >= 0 && minConfidence <= 1, `A confidence lies in [0, 1], not at ${minConfidence}.`)
  insist(
    minImprovement >= -1 && minImprovement <= 1,
    `An improvement lies in [-1, 1], not at ${minImprovement}.`,
  )
  return { maxAdjustedP, minConfidence, minImprovement, level }
}

/** How many baskets hold each item of its own, and which items may follow. Items that are not frequent are in none. */
function singleItems({ offsets, items, counts }: Itemsets, consequents: readonly number[] | undefined) {
  const countOf = new Map<number, number>()
  for (let set = 0; set < counts.length && offsets[set + 1] === set + 1; set++)
    countOf.set(items[set]!, counts[set]!)
  const mayFollow = new Set([...countOf.keys()].filter((item) => consequents?.includes(item) ?? true))
  return { countOf, mayFollow }
}

/**
 * Pairs of a frequent antecedent and a frequent consequent outside it. Whether a pair is among them depends on its margins
 * alone, not on how often the two meet, so that those who meet too seldom to be found count as tested all the same.
 */
function countTested(itemsets: Itemsets, mayFollow: ReadonlySet<number>): number {
  let tested = 0
  for (let set = 0; set < itemsets.counts.length; set++) {
    const antecedent = itemsetAt(itemsets, set)
    if (antecedent.length >= itemsets.maxLength) continue
    tested += mayFollow.size
    for (const item of antecedent) if (mayFollow.has(item)) tested--
  }
  return tested
}

/** Of the rule from the rest of a set to the item at place k among the items of all sets, at k; `places` are those of rules. */
type Found = Readonly<{
  places: Uint32Array
  sets: Uint32Array
  antecedents: Uint32Array
  improvements: Float64Array
  chances: Float64Array
  addedChances: Float64Array
}>

/**
 * All rules that the sets hold, shorter first. `best` is the greatest confidence of a consequent after any part of an
 * antecedent, found from those of the antecedents one item shorter.
 */
async function findRules(
  itemsets: Itemsets,
  { countOf, mayFollow }: ReturnType<typeof singleItems>,
  run: LongRun,
): Promise<Found> {
  const { offsets, items, counts, basketCount } = itemsets
  const index = indexItemsets(itemsets)
  const best = new Float64Array(items.length)
  const improvements = new Float64Array(items.length)
  const chances = new Float64Array(items.length)
  const addedChances = new Float64Array(items.length)
  const antecedents = new Uint32Array(items.length)
  const sets = new Uint32Array(items.length)
  const places = new Uint32Array(items.length)
  let size = 0
  for (let set = 0; set < counts.length; set++) {
    if (set % setsBetweenPauses === 0) await pause(run, set / counts.length)
    const [from, to] = [offsets[set]!, offsets[set + 1]!]
    for (let place = from; place < to; place++) {
      const consequent = items[place]!
      if (!mayFollow.has(consequent)) continue
      if (to - from === 1) {
        best[place] = countOf.get(consequent)! / basketCount
        continue
      }
      const antecedent = index.without(set, consequent)
      const [both, before] = [counts[set]!, counts[antecedent]!]
      const chance = hypergeometricUpperTail(both, before, countOf.get(consequent)!, basketCount)
      let addedChance = to - from === 2 ? chance : 0
      let bestPart = 0
      for (let at = from; at < to; at++) {
        if (at === place) continue
        const part = index.without(set, items[at]!)
        // The consequent has one place less in the part where the item that was taken out stood before it.
        const partPlace = offsets[part]! + place - from - (at < place ? 1 : 0)
        bestPart = Math.max(bestPart, best[partPlace]!)
        if (to - from === 2) continue
        const all = counts[antecedents[partPlace]!]!
        addedChance = Math.max(addedChance, hypergeometricUpperTail(both, before, counts[part]!, all))
      }
      const confidence = both / before
      improvements[place] = confidence - bestPart
      best[place] = Math.max(confidence, bestPart)
      chances[place] = chance
      addedChances[place] = addedChance
      antecedents[place] = antecedent
      sets[place] = set
      places[size++] = place
    }
  }
  return { places: places.slice(0, size), sets, antecedents, improvements, chances, addedChances }
}

/**
 * Rules from sets of items to one item more, tested and sifted: Fisher's exact test that antecedent and consequent are
 * independent, against more together; the same among the baskets with all but one item of the antecedent, whether that item
 * adds anything; Benjamini and Hochberg over every pair of a frequent antecedent and a frequent consequent, also those that
 * meet too seldom to be seen (their p counts as 1); no rule whose confidence a part of it has too.
 *
 * Source: R. Agrawal, T. Imielinski and A. Swami, SIGMOD (1993) 207-216; G. I. Webb, Discovering significant patterns,
 * Machine Learning 68 (2007) 1-33, on tests of all items and over the whole search; improvement: R. J. Bayardo, R. Agrawal and D. Gunopulos,
 * Constraint-based rule mining in large, dense databases, Data Mining and Knowledge Discovery 4 (2000) 217-240. Assumes
 * baskets that do not depend on each other: one an account. A rule is an association and no cause. Items that exclude
 * each other, or name the same thing, are tested like any others. Cost: O(rules length (length + sqrt baskets)), about 60 bytes a rule.
 *
 * @param itemsets all frequent sets of the baskets, as `frequentItemsets` gives them
 * @throws StatsError bad_input when an option lies outside its range; aborted
 * @example
 * const lists = [...Array(20).fill(['late', 'lost']), ...Array(10).fill(['late']), ...Array(30).fill(['lost']), ...Array(90).fill([])]
 * const sets = await frequentItemsets(basketsOf(lists), { minCount: 10 })
 * const { tested, rules } = await associationRules(sets, { consequents: [1] })
 * tested // 1
 * rules[0].antecedent // [0]
 * rules[0].lift // 2
 * rules[0].p // 2.99e-5
 * rules[0].improvement // 0.3333
 */
export async function associationRules(
  itemsets: Itemsets,
  options: RuleOptions = {},
  run: LongRun = {},
): Promise<RuleSearch> {
  const { maxAdjustedP, minConfidence, minImprovement, level } = checkedOptions(options)
  const single = singleItems(itemsets, options.consequents)
  const tested = countTested(itemsets, single.mayFollow)
  const found = await findRules(itemsets, single, run)
  const { places, improvements, chances, addedChances } = found
  // Those not seen have p = 1 and rank last: they only raise the number of tests.
  const unseen = tested / Math.max(1, places.length)
  const greater = Float64Array.from(places, (place) => Math.max(chances[place]!, addedChances[place]!))
  const adjusted = benjaminiHochbergAdjusted(greater).map((p) => Math.min(1, p * unseen))
  const rules: Rule[] = []
  for (const [k, place] of places.entries()) {
    const antecedent = found.antecedents[place]!
    const consequent = itemsets.items[place]!
    const counts = {
      baskets: itemsets.basketCount,
      withAntecedent: itemsets.counts[antecedent]!,
      withConsequent: single.countOf.get(consequent)!,
      withBoth: itemsets.counts[found.sets[place]!]!,
    }
    const confidence = counts.withBoth / counts.withAntecedent
    const [p, addedP, adjustedP] = [chances[place]!, addedChances[place]!, adjusted[k]!]
    const improvement = improvements[place]!
    if (adjustedP > maxAdjustedP || confidence < minConfidence || improvement <= minImprovement) continue
    rules.push({
      antecedent: Array.from(itemsetAt(itemsets, antecedent)),
      consequent,
      counts,
      ...ruleMeasures(counts, level),
      p,
      addedP,
      adjustedP,
      improvement,
    })
  }
  rules.sort((a, b) => b.liftInterval![0] - a.liftInterval![0])
  await pause(run, 1)
  return { tested, rules }
}
