import { expect, test } from 'vitest'
import { dayAt, dayOfInstant, daysBetween, timeOfInstant } from './instant.ts'

const now = new Date('2026-10-15T12:00:00Z')

test('an instant has the day and time of its zone', () => {
  expect(dayAt('2026-10-15T23:30:00Z', 'Europe/Berlin')).toBe('2026-10-16')
  expect(dayAt('2026-10-15T03:30:00Z', 'America/New_York')).toBe('2026-10-14')
  expect(timeOfInstant('2026-10-15T22:30:00Z', 'Europe/Berlin', now)).toBe('16 Oct, 00:30')
})

test('another year is said', () => {
  expect(dayOfInstant('2025-01-05T12:00:00Z', 'UTC', now)).toBe('Jan \u201925')
})

test('days lie whole between two days, also over a change of the clock', () => {
  expect(daysBetween('2026-10-24', '2026-10-26')).toBe(2)
  expect(daysBetween('2027-01-01', '2026-12-31')).toBe(-1)
})
