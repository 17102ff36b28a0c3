import { expect, test } from 'vitest'
import { brushed } from './brush.ts'
import { toCsv } from './LineWithBand.tsx'
import { spanOf } from './Sparkline.tsx'

const bins = [0, 10, 20, 30].map((from) => ({ from, to: from + 10, count: 1 }))

test('a brush takes whole bins, in either direction', () => {
  expect(brushed(bins, 0.3, 0.6)).toEqual([10, 30])
  expect(brushed(bins, 0.6, 0.3)).toEqual([10, 30])
  expect(brushed(bins, 1, 1)).toEqual([30, 40])
  expect(brushed([], 0, 1)).toBeNull()
})

test('a sparkline keeps noise flat and never divides by a span of zero', () => {
  expect(spanOf([50, 52], 26)).toEqual([38, 64])
  expect(spanOf([7, 7], 0)).toEqual([6.5, 7.5])
  expect(spanOf([], 26)).toEqual([0, 1])
})

test('the data of a chart leave a missing value empty', () => {
  const points = [
    { label: 'W 1, "new"', value: 31, usual: [28, 34] as const },
    { label: 'W 2', value: null },
  ]
  expect(toCsv(points)).toBe('label,value,usual_low,usual_high\r\n"W 1, ""new""",31,28,34\r\n"W 2",,,')
})
