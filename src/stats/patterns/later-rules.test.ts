import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../random/seeded-random.ts'
import { associationRules } from './association-rules.ts'
import { basketsOf, splitBaskets } from './baskets.ts'
import { frequentItemsets } from './frequent-itemsets.ts'
import { laterRules } from './later-rules.ts'
import { anyLists, letters } from './patterns.fixture.ts'

describe('rules in later baskets', () => {
  it('are counted as looking at every basket counts them', () => {
    const anyRule = fc
      .shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 2 })
      .map(([consequent, ...antecedent]) => ({ consequent: consequent!, antecedent }))
    // Many baskets, for words of 32 of them to be full.
    const manyLists = fc.tuple(anyLists, anyLists, anyLists).map((parts) => [[...letters], ...parts.flat()])
    fc.assert(
      fc.property(manyLists, fc.array(anyRule, { minLength: 1, maxLength: 3 }), (lists, rules) => {
        const holds = (list: readonly string[], items: readonly number[]) =>
          items.every((item) => list.includes(letters[item]!))
        const count = (items: readonly number[]) => lists.filter((list) => holds(list, items)).length
        const found = laterRules(rules, basketsOf(lists))
        rules.forEach(({ antecedent, consequent }, at) => {
          const counts = {
            baskets: lists.length,
            withAntecedent: count(antecedent),
            withConsequent: count([consequent]),
            withBoth: count([...antecedent, consequent]),
          }
          expect(found[at]).toMatchObject({ kind: 'seen', counts })
          const more = counts.withBoth * counts.baskets > counts.withAntecedent * counts.withConsequent
          expect(found[at]).toMatchObject({ holds: more })
        })
      }),
    )
  })

  it('tell a tie that lasts from one that ended', async () => {
    const random = seededRandom(4)
    const months = Array.from({ length: 4000 }, (_, basket) => Math.floor(basket / 1000))
    const lists = months.map((month) => {
      const list = letters.slice(0, 3).filter(() => random() < 0.3)
      const lasting = list.includes('a') ? 0.3 : 0
      const ended = month < 3 && list.includes('b') ? 0.3 : 0
      return random() < 0.1 + lasting + ended ? [...list, 'lost'] : list
    })
    const baskets = basketsOf(lists)
    const { earlier, later } = splitBaskets(baskets, months, 3)
    const sets = await frequentItemsets(earlier, { minCount: 20, maxLength: 2 })
    const { rules } = await associationRules(sets, { consequents: [baskets.labels.indexOf('lost')] })
    const before = rules.map(({ antecedent }) => baskets.labels[antecedent[0]!]!)
    expect([...before].sort()).toEqual(['a', 'b'])
    const after = laterRules(rules, later)
    expect(after[before.indexOf('a')]).toMatchObject({ kind: 'seen', holds: true })
    const ended = after[before.indexOf('b')]!
    if (ended.kind !== 'seen') expect.fail('b is seen later')
    // No tie after the end: the interval of lift reaches 1 or lies below.
    expect(ended.liftInterval![0]).toBeLessThan(1)
  })

  it('say when one side is not seen any more', () => {
    const later = { ...basketsOf([['a', 'b'], ['a']]), labels: ['a', 'b', 'c'] }
    const [gone, never, apart] = laterRules(
      [
        { antecedent: [2], consequent: 0 },
        { antecedent: [0], consequent: 2 },
        { antecedent: [1], consequent: 0 },
      ],
      later,
    )
    expect(gone).toEqual({
      kind: 'not_seen',
      counts: { baskets: 2, withAntecedent: 0, withConsequent: 2, withBoth: 0 },
    })
    expect(never).toMatchObject({ kind: 'not_seen', counts: { withAntecedent: 2, withConsequent: 0 } })
    expect(apart).toMatchObject({ kind: 'seen', lift: 1, holds: false })
  })

  it('have no interval where the two sides no longer meet', () => {
    const [rule] = laterRules([{ antecedent: [0], consequent: 1 }], basketsOf([['a'], ['b']]))
    expect(rule).toMatchObject({ kind: 'seen', lift: 0, liftInterval: null, holds: false })
  })

  it('are refused for items without label and rules without antecedent', () => {
    const later = basketsOf([['a']])
    expect(() => laterRules([{ antecedent: [0], consequent: 3 }], later)).toThrowError(
      'item 3, which has no label',
    )
    expect(() => laterRules([{ antecedent: [], consequent: 0 }], later)).toThrowError(
      'needs an item that goes before',
    )
    expect(laterRules([], later)).toEqual([])
  })
})
