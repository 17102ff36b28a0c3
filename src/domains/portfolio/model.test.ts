import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { binEdges, riskClass, sumInterval } from './model.ts'
import { units } from './schema.ts'

describe('bins of a histogram', () => {
  it('cover every value, ascend, and are few', () => {
    const value = fc.double({ min: -1e9, max: 1e9, noNaN: true }).map((one) => Math.round(one * 100) / 100)
    fc.assert(
      fc.property(fc.array(value, { minLength: 1 }), fc.constantFrom(...units), (values, unit) => {
        const sorted = values.toSorted((a, b) => a - b)
        const [min, max] = [sorted[0]!, sorted.at(-1)!]
        const edges = binEdges({ min, max, p98: sorted[Math.floor((sorted.length - 1) * 0.98)]! }, unit)
        expect(edges[0]).toBeLessThanOrEqual(min)
        expect(edges.at(-1)).toBeGreaterThanOrEqual(max)
        expect(edges.every((edge, i) => i === 0 || edge > edges[i - 1]!)).toBe(true)
        expect(edges.length).toBeLessThanOrEqual(15)
      }),
    )
  })

  it('begin at zero for shares, stand at round numbers, and keep a long tail in the last', () => {
    expect(binEdges({ min: 0.05, max: 0.58, p98: 0.5 }, 'share')).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6])
    const edges = binEdges({ min: 0, max: 1_000_000, p98: 9_000 }, 'money')
    expect(edges.slice(0, 3)).toEqual([0, 1_000, 2_000])
    expect(edges.at(-1)).toBe(1_000_000)
    expect(binEdges({ min: 0, max: 3, p98: 3 }, 'count')).toEqual([0, 1, 2, 3, 4])
    expect(binEdges({ min: null, max: null, p98: null }, 'money')).toEqual([])
  })
})

it('the interval of a sum keeps its sides apart', () => {
  expect(sumInterval(10, 9, 16)).toEqual({ low: 7, high: 14, method: 'segments' })
})

it('risk has three classes, and none where it is not known', () => {
  expect([0, 0.149, 0.15, 0.25, null].map(riskClass)).toEqual(['low', 'low', 'medium', 'high', null])
})
