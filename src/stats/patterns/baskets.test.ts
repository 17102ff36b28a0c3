import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { basketsOf, insistBaskets, splitBaskets } from './baskets.ts'
import { anyLists } from './patterns.fixture.ts'

const listsOf = ({ offsets, items, labels }: ReturnType<typeof basketsOf>) =>
  Array.from({ length: offsets.length - 1 }, (_, basket) =>
    Array.from(items)
      .slice(offsets[basket], offsets[basket + 1])
      .map((item) => labels[item]!),
  )

describe('baskets', () => {
  it('hold the lists they were made of', () => {
    fc.assert(
      fc.property(anyLists, (lists) => {
        const baskets = basketsOf(lists)
        insistBaskets(baskets)
        expect(listsOf(baskets)).toEqual(lists)
      }),
    )
  })

  it('split into those before the cut and those from it on, none lost', () => {
    fc.assert(
      fc.property(anyLists, fc.integer({ min: 1, max: 29 }), (lists, cut) => {
        fc.pre(cut < lists.length)
        const times = lists.map((_, index) => index)
        const { earlier, later } = splitBaskets(basketsOf(lists), times, cut)
        expect(listsOf(earlier)).toEqual(lists.slice(0, cut))
        expect(listsOf(later)).toEqual(lists.slice(cut))
      }),
    )
  })

  it.each([
    ['no baskets', { offsets: [0], items: [], labels: [] }, 'no baskets'],
    ['a late start', { offsets: [1, 1], items: [0], labels: ['a'] }, 'start at 0'],
    ['an early end', { offsets: [0, 1], items: [0, 0], labels: ['a'] }, 'end at 1'],
    ['a fall', { offsets: [0, 1, 0, 1], items: [0], labels: ['a'] }, 'Basket 1 reaches from 1 to 0'],
    ['an item without label', { offsets: [0, 1], items: [1], labels: ['a'] }, 'Basket 0 holds item 1'],
    ['half an item', { offsets: [0, 1], items: [0.5], labels: ['a'] }, 'Basket 0 holds item 0.5'],
  ])('are refused with %s', (_, baskets, said) => {
    expect(() => insistBaskets(baskets)).toThrowError(expect.objectContaining({ code: 'bad_input' }))
    expect(() => insistBaskets(baskets)).toThrowError(said)
  })

  it('are not split where one side is empty, or by times that are none', () => {
    const baskets = basketsOf([['a'], ['b']])
    expect(() => splitBaskets(baskets, [1, 2], 1)).toThrowError('0 of 2 baskets come before 1')
    expect(() => splitBaskets(baskets, [1, 2], 3)).toThrowError('2 of 2 baskets come before 3')
    expect(() => splitBaskets(baskets, [1], 1)).toThrowError('2 baskets stand beside 1 times')
    expect(() => splitBaskets(baskets, [1, NaN], 2)).toThrowError('Basket 1 has time NaN')
    expect(() => basketsOf([])).toThrowError('no baskets')
  })
})
