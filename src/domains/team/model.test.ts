import { describe, expect, it } from 'vitest'
import { isTimeZone } from './model.ts'
import { currentZoneName, timeZoneOption, timeZoneOptions } from './ui/time-zones.ts'

describe('a time zone', () => {
  it.each([
    'Asia/Kolkata',
    'Asia/Calcutta',
    'Europe/Kyiv',
    'America/Argentina/Buenos_Aires',
    'Etc/UTC',
    'Etc/GMT+5',
    'UTC',
    'US/Eastern',
    'EST5EDT',
  ])('%s is one', (name) => expect(isTimeZone(name)).toBe(true))

  // IST is India, Israel or Ireland, as whoever reads it pleases; to PostgreSQL CET has no summer.
  it.each(['', '+02:00', 'IST', 'cst', 'CET', 'SystemV/AST4', 'Mars/Olympus', 'Europe'])(
    '%s is none',
    (name) => expect(isTimeZone(name)).toBe(false),
  )

  it('is offered once, under its current name, and names the old one', () => {
    const options = timeZoneOptions()
    const labels = options.map(({ label }) => label)
    for (const label of [
      'Asia/Kolkata (Asia/Calcutta)',
      'Europe/Kyiv (Europe/Kiev)',
      'America/New York',
      'UTC',
    ])
      expect(labels.filter((one) => one === label)).toEqual([label])
    expect(options.filter(({ value }) => value.endsWith('Calcutta'))).toEqual([])
    expect(options.map(({ value }) => value).filter((value) => !isTimeZone(value))).toEqual([])
  })

  it('that was stored under any name is shown, never lost', () => {
    expect(currentZoneName('Asia/Calcutta')).toBe('Asia/Kolkata')
    expect(timeZoneOption('Asia/Calcutta').label).toBe('Asia/Kolkata (Asia/Calcutta)')
    expect(timeZoneOption('Etc/UTC')).toEqual({ value: 'Etc/UTC', label: 'Etc/UTC' })
  })
})
