import { expect, it } from 'vitest'
import { accountImport } from './import.ts'

const answers = {
  source: 's',
  asOf: null,
  unknownAccounts: 'refuse',
  currency: 'USD',
  timeZone: 'UTC',
} as const

function zoneOf(time_zone: string) {
  if (accountImport.target !== 'records') throw new Error('accounts are records')
  const { drafts, faults } = accountImport.map(
    { rowNumber: 2, cells: { id: 'A1', time_zone }, others: {} },
    answers,
  )
  return { stored: drafts[0]?.values.time_zone, codes: faults.map(({ code }) => code) }
}

it('keeps the time zone of an account by any name that it has, and says when a text is none', () => {
  expect(zoneOf('Asia/Kolkata')).toEqual({ stored: 'Asia/Kolkata', codes: [] })
  expect(zoneOf('Berlin time')).toEqual({ stored: null, codes: ['unknown_time_zone'] })
})
