import { expect, it } from 'vitest'
import type { Answers, Cell, ImportType } from '../imports/import-type.ts'
import { usageImport } from './import.ts'

const type = usageImport as Extract<ImportType, { target: 'usage' }>
const answers: Answers = {
  source: 'file',
  asOf: null,
  unknownAccounts: 'refuse',
  currency: 'USD',
  timeZone: 'UTC',
}
const map = (cells: Record<string, Cell>) => type.map({ rowNumber: 1, cells, others: {} }, answers)

it('reads a count of a subscription, as RavenStack gives it', () => {
  const cells = {
    id: 'U-1c6c24',
    subscription: 'S-0fcf7d',
    day: '2023-07-27',
    feature: 'feature_20',
    count: 9,
    seconds: 5004,
    errors: 0,
  }
  expect(map(cells)).toEqual({
    faults: [],
    draft: {
      externalId: 'U-1c6c24',
      account: { entity: 'subscription', externalId: 'S-0fcf7d' },
      day: '2023-07-27',
      feature: 'feature_20',
      user: null,
      count: 9,
      seconds: 5004,
      errors: 0,
    },
  })
})

it('prefers the account, and takes a row without a count column for one use', () => {
  expect(map({ account: 'A-1', subscription: 'S-1', day: '2026-01-01', user: 'u7' }).draft).toMatchObject({
    externalId: null,
    account: { entity: 'account', externalId: 'A-1' },
    user: 'u7',
    count: 1,
  })
})

it('refuses what it cannot count, each fault with its column', () => {
  const { draft, faults } = map({ account: null, day: '2026-01-01', count: -2, errors: -1 })
  expect(draft).toBeNull()
  expect(faults.map(({ code, column }) => [code, column])).toEqual([
    ['missing_account', 'account'],
    ['negative_count', 'count'],
    ['negative_count', 'errors'],
  ])
  expect(map({ account: 'A', day: '2026-01-01', count: null }).faults[0]).toMatchObject({
    code: 'missing_count',
  })
})
