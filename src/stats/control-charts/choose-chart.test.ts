import { describe, expect, it } from 'vitest'
import { drawPoisson } from '../random/draw.ts'
import { seededRandom } from '../random/seeded-random.ts'
import { chooseChart } from './choose-chart.ts'
import { computers, orangeJuice, pistonRings, slaMisses, viscosity } from './classic-series.fixture.ts'

const refusal = (code: string) => expect.objectContaining({ code })

describe('which chart', () => {
  it('knows the textbook data', () => {
    const { counts, sizes } = computers()
    const { counts: cans, sizes: samples } = orangeJuice()
    // Samples 15 and 23 have known causes.
    const ordinary = (_: number, row: number) => row !== 14 && row !== 22
    const shares = { counts: cans.filter(ordinary), sizes: samples.filter(ordinary) }
    expect(chooseChart({ kind: 'shares', ...shares }).chart).toBe('p')
    expect(chooseChart({ kind: 'rates', counts, exposures: sizes }).chart).toBe('c')
    expect(chooseChart({ kind: 'subgroups', subgroups: pistonRings() }).chart).toBe('meanAndRange')
    expect(chooseChart({ kind: 'subgroups', subgroups: viscosity().map((value) => [value]) }).chart).toBe(
      'individuals',
    )
    expect(chooseChart({ kind: 'subgroups', subgroups: [viscosity(), [1, 2]] }).chart).toBe(
      'meanAndDeviation',
    )
  })

  it('sees what varies by more than chance, and what is rare', () => {
    expect(chooseChart({ kind: 'shares', ...slaMisses }).chart).toBe('laneyP')
    const wild = { counts: [40, 4, 60, 8, 90, 2], exposures: [5, 6, 5, 6, 5, 6] }
    expect(chooseChart({ kind: 'rates', ...wild }).chart).toBe('laneyU')
    expect(chooseChart({ kind: 'shares', counts: [0, 1, 0], sizes: [900, 800, 900] }).chart).toBe('g')
    expect(chooseChart({ kind: 'shares', counts: [900, 799, 900], sizes: [900, 800, 900] }).chart).toBe('g')
  })

  it('seldom calls independent counts overdispersed', () => {
    const random = seededRandom(6)
    let wide = 0
    for (let run = 0; run < 500; run++) {
      const counts = Array.from({ length: 24 }, () => drawPoisson(random, 12))
      const exposures = counts.map((_, row) => (row === 0 ? 1.01 : 1))
      const { chart } = chooseChart({ kind: 'rates', counts, exposures })
      expect(['u', 'laneyU']).toContain(chart)
      wide += Number(chart === 'laneyU')
    }
    expect(wide).toBeLessThan(10)
  })

  it('takes counts that never change, and one row', () => {
    expect(chooseChart({ kind: 'rates', counts: [5, 5, 5], exposures: [1, 1, 1] }).chart).toBe('c')
    expect(chooseChart({ kind: 'shares', counts: [5], sizes: [9] }).chart).toBe('p')
  })

  it('refuses nothing at all', () => {
    expect(() => chooseChart({ kind: 'shares', counts: [], sizes: [] })).toThrow(refusal('bad_input'))
    expect(() => chooseChart({ kind: 'subgroups', subgroups: [[]] })).toThrow(refusal('bad_input'))
    expect(() => chooseChart({ kind: 'rates', counts: [1], exposures: [0] })).toThrow(refusal('bad_input'))
  })
})
