import { expect } from 'vitest'
import type { StatsErrorCode } from '../stats-error.ts'

const rows = Array.from({ length: 200 }, (_, i) => i)

/** 200 rows with 59 events and two scores in hundredths with ties, by a rule that R can follow. */
export const judged = (() => {
  const events = rows.map((i) => (((i * 37) % 101) % 7 < 2 ? 1 : 0))
  const hundredths = (value: number) => Math.round(value * 100) / 100
  const a = rows.map((i) => hundredths((((i * 53) % 97) / 97) * 0.5 + 0.35 * events[i]!))
  const b = rows.map((i) => hundredths((((i * 71) % 89) / 89) * 0.6 + 0.2 * events[i]!))
  return { events, a, b, chances: a.map((score) => 0.02 + 0.95 * score) }
})()

/** Holds that the call fails with this code. */
export const expectCode = (call: () => unknown, code: StatsErrorCode) =>
  expect(call).toThrow(expect.objectContaining({ code }))
