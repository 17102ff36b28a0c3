import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { openTestWorld } from '../../../test/harness/stores.ts'
import { isTimeZone } from './model.ts'
import { timeZoneOptions } from './ui/time-zones.ts'

const world = await openTestWorld()

const oldNames =
  'Asia/Calcutta Europe/Kiev America/Buenos_Aires US/Eastern EST5EDT Egypt NZ PRC ROC ROK UCT EST HST MST Etc/UTC Etc/GMT+5 UTC GMT'
const instants = ['2026-01-15T12:00:00Z', '2026-07-15T12:00:00Z']

const hereIn = (timeZone: string, instant: string): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(
    new Date(instant),
  )

it('every name that may be stored means the same hours to the records store', async () => {
  const names = [...timeZoneOptions().map(({ value }) => value), ...oldNames.split(' ')]
  expect(names.filter((name) => !isTimeZone(name))).toEqual([])
  for (const instant of instants) {
    const { rows } = await sql<{ name: string; there: string }>`
      select name, to_char(${instant}::timestamptz at time zone name, 'YYYY-MM-DD HH24:MI') as there
      from unnest(${names}::text[]) name`.execute(world.pg)
    const differs = rows.filter(({ name, there }) => hereIn(name, instant) !== there)
    expect(differs).toEqual([])
  }
})
