import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clustersOf, rowsOfClusters } from './clusters.ts'

describe('clusters', () => {
  it('hold each row once, rising, with the rows of its own id', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 })), (ids) => {
        const { count, offsets, rows } = clustersOf(ids)
        expect(count).toBe(new Set(ids).size)
        expect([...rows].sort((a, b) => a - b)).toEqual(ids.map((_, row) => row))
        for (let cluster = 0; cluster < count; cluster += 1) {
          const own = [...rows.subarray(offsets[cluster], offsets[cluster + 1])]
          expect(own.length).toBeGreaterThan(0)
          expect(own).toEqual(ids.flatMap((id, row) => (id === ids[own[0]!] ? [row] : [])))
        }
      }),
    )
  })

  it('come in numbers or names, or not at all', () => {
    expect(clustersOf(['x', 'y', 'x']).count).toBe(2)
    expect(clustersOf([])).toEqual({
      count: 0,
      offsets: new Int32Array(1),
      rows: new Int32Array(0),
    })
  })

  it('refuse a sample from elsewhere', () => {
    const clusters = clustersOf([1, 1, 2])
    expect(() => rowsOfClusters(clusters, [2])).toThrow(expect.objectContaining({ code: 'bad_input' }))
    expect(() => rowsOfClusters(clusters, [-1])).toThrow(expect.objectContaining({ code: 'bad_input' }))
    expect(() => rowsOfClusters(clusters, [0.5])).toThrow(expect.objectContaining({ code: 'bad_input' }))
  })
})
