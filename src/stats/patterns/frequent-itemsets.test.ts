import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../random/seeded-random.ts'
import { basketsOf, type Baskets } from './baskets.ts'
import { frequentItemsets } from './frequent-itemsets.ts'
import { itemsetAt } from './itemsets.ts'
import {
  anyLists,
  codeOf,
  countedByHand,
  countsByName,
  letters,
  shuffled,
  telcoBaskets,
} from './patterns.fixture.ts'

const reference = JSON.parse(readFileSync('test/reference/misc.json', 'utf8')) as {
  'apriori_telco6_sup.05': { itemsets: number; by_len: Record<string, number> }
}

const lengthsOf = ({ offsets, counts }: Awaited<ReturnType<typeof frequentItemsets>>) =>
  Array.from(counts, (_, set) => offsets[set + 1]! - offsets[set]!)

/** Twenty items of falling popularity in 3,000 baskets, with ties between neighbours. */
function manyLists() {
  const random = seededRandom(7)
  return Array.from({ length: 3000 }, () => {
    const eager = random() < 0.3 ? 1.8 : 1
    return Array.from({ length: 20 }, (_, item) => `i${item}`).filter(
      (_, item) => random() < Math.min(0.9, (eager * 2.4) / (item + 4)),
    )
  })
}

const mined = async (lists: readonly (readonly string[])[], minCount: number, maxLength = 6) => {
  const baskets = basketsOf(lists)
  return countsByName(await frequentItemsets(baskets, { minCount, maxLength }), baskets.labels)
}

describe('frequent itemsets', () => {
  it('are the 327 of six columns of telco at a support of 5 %', async () => {
    const expected = reference['apriori_telco6_sup.05']
    const sets = await frequentItemsets(telcoBaskets(), { minCount: Math.ceil(0.05 * 7043), maxLength: 6 })
    expect(sets.counts).toHaveLength(expected.itemsets)
    const byLength: Record<string, number> = {}
    for (const length of lengthsOf(sets)) byLength[length] = (byLength[length] ?? 0) + 1
    expect(byLength).toEqual(expected.by_len)
  })

  it('are those that looking at every set finds', async () => {
    const anyCount = fc.integer({ min: 1, max: 6 })
    await fc.assert(
      fc.asyncProperty(
        anyLists,
        anyCount,
        fc.integer({ min: 1, max: 6 }),
        async (lists, minCount, maxLength) => {
          expect(await mined(lists, minCount, maxLength)).toEqual(countedByHand(lists, minCount, maxLength))
        },
      ),
      { numRuns: 200 },
    )
  })

  it('are in as many baskets as hold all their items, where trees are large', async () => {
    const lists = manyLists()
    const baskets = basketsOf(lists)
    const sets = await frequentItemsets(baskets, { minCount: 20, maxLength: 5 })
    expect(sets.counts.length).toBeGreaterThan(1000)
    const holders = new Map(
      baskets.labels.map((label) => [label, lists.filter((list) => list.includes(label))]),
    )
    const wrong = Array.from(sets.counts).filter((count, set) => {
      const names = Array.from(itemsetAt(sets, set), (item) => baskets.labels[item]!)
      const rarest = names.map((name) => holders.get(name)!).sort((a, b) => a.length - b.length)[0]!
      return rarest.filter((list) => names.every((name) => list.includes(name))).length !== count
    })
    expect(wrong).toEqual([])
  })

  it('do not hang on the order of baskets, of items in a basket, or on labels', async () => {
    const lists = manyLists()
    const random = seededRandom(3)
    const turned = shuffled(random, lists).map((list) => shuffled(random, list))
    expect(await mined(turned, 30)).toEqual(await mined(lists, 30))
  })

  it('are in twice as many baskets when each basket comes twice', async () => {
    const lists = manyLists().slice(0, 500)
    const once = await mined(lists, 20)
    const twice = await mined([...lists, ...lists], 40)
    expect(twice).toEqual(Object.fromEntries(Object.entries(once).map(([name, count]) => [name, 2 * count])))
  })

  it('come shorter first, items rising, each once', async () => {
    const sets = await frequentItemsets(basketsOf(manyLists()), { minCount: 30 })
    const lengths = lengthsOf(sets)
    expect(lengths).toEqual([...lengths].sort((a, b) => a - b))
    const all = Array.from(sets.counts, (_, set) => [...itemsetAt(sets, set)])
    expect(all).toEqual(all.map((items) => [...items].sort((a, b) => a - b)))
    expect(new Set(all.map(String)).size).toBe(all.length)
  })

  it('are none where nothing is in so many baskets, or baskets are empty', async () => {
    expect(await mined([['a'], ['b']], 2)).toEqual({})
    expect(await mined([[], []], 1)).toEqual({})
    expect(await mined([['a']], 1)).toEqual({ a: 1 })
  })

  it('of baskets that are all the same are all their subsets', async () => {
    const sets = await frequentItemsets(basketsOf(Array(9).fill(letters)), { minCount: 9, maxLength: 6 })
    expect(sets.counts).toEqual(new Uint32Array(63).fill(9))
  })

  it.each<[string, Baskets, number, number | undefined, string]>([
    ['an item twice', { offsets: [0, 2], items: [0, 0], labels: ['a'] }, 1, 5, 'Basket 0 holds item 0 twice'],
    ['a count of 0', basketsOf([['a']]), 0, 5, 'not in 0'],
    ['half a count', basketsOf([['a']]), 1.5, 5, 'not in 1.5'],
    ['a length of 0', basketsOf([['a']]), 1, 0, 'not 0'],
    ['too many sets', basketsOf([letters]), 1, 6, 'raise minCount or lower maxLength'],
  ])('are refused for %s', async (_, baskets, minCount, maxLength, said) => {
    const tried = frequentItemsets(baskets, { minCount, maxLength, maxItemsets: 62 })
    await expect(tried).rejects.toMatchObject({ code: 'bad_input', message: expect.stringContaining(said) })
  })

  it('are found a step at a time, and not when the caller stops', async () => {
    const baskets = basketsOf(manyLists())
    const shares: number[] = []
    await frequentItemsets(baskets, { minCount: 100 }, { onProgress: (share) => shares.push(share) })
    expect(shares).toEqual([...shares].sort((a, b) => a - b))
    expect(shares.at(-1)).toBe(1)
    const abort = new AbortController()
    const stop = (share: number) => share > 0.4 && abort.abort()
    const stopped = frequentItemsets(baskets, { minCount: 100 }, { signal: abort.signal, onProgress: stop })
    expect(await stopped.catch(codeOf)).toBe('aborted')
  })
})
