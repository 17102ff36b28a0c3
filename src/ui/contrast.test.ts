import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { contrastRatio, readTokens } from './contrast.ts'

const tokens = readTokens(readFileSync(new URL('./tokens.css', import.meta.url), 'utf8'))

const published: [ink: string, ground: string, light: number, dark: number | null, needed: number][] = [
  ['ink-3', 'surface', 5.4, 6.0, 4.5],
  ['ink-3', 'paper', 5.0, 6.3, 4.5],
  ['ink-3', 'selected', 4.8, 5.1, 4.5],
  ['ink-2', 'surface', 8.7, 9.3, 4.5],
  ['petrol-ink', 'surface', 7.9, 9.0, 4.5],
  ['petrol-ink', 'petrol-50', 7.0, 7.6, 4.5],
  ['rust-ink', 'surface', 6.4, 7.8, 4.5],
  ['rust-ink', 'rust-50', 5.7, 7.1, 4.5],
  ['rust-ink', 'rust-100', 5.0, null, 4.5],
  ['ochre-ink', 'surface', 6.3, 9.4, 4.5],
  ['ochre-ink', 'ochre-50', 5.8, 8.3, 4.5],
  ['plum-ink', 'surface', 6.0, 6.6, 4.5],
  ['petrol', 'surface', 6.1, 6.1, 3],
  ['rust', 'surface', 4.9, 5.8, 3],
  ['ochre', 'surface', 3.5, 7.5, 3],
  ['ctl', 'surface', 3.6, 4.0, 3],
]

describe.each(['light', 'dark'] as const)('contrast in the %s theme', (theme) => {
  const colour = (name: string) => tokens[theme].get(name) ?? `missing token ${name}`

  test.each(published)('%s on %s', (ink, ground, light, dark, needed) => {
    const ratio = contrastRatio(colour(ink), colour(ground))
    const stated = theme === 'light' ? light : dark
    expect(ratio).toBeGreaterThanOrEqual(needed)
    if (stated !== null) expect(Math.abs(ratio - stated)).toBeLessThan(0.1)
  })

  test('text on the primary button, hover, sunken and neutral tag grounds', () => {
    for (const [ink, ground] of [
      ['btn-ink', 'btn'],
      ['ink-3', 'hover'],
      ['ink-3', 'sunken'],
      ['ink-2', 'grey-100'],
      ['ink-2', 'grey-200'],
    ] as const)
      expect(contrastRatio(colour(ink), colour(ground))).toBeGreaterThanOrEqual(4.5)
  })
})

test('black on white is the known 21', () => {
  expect(contrastRatio('#000000', '#ffffff')).toBeCloseTo(21, 10)
})
