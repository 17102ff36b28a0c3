import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { personImport } from './import.ts'
import { mentionPattern, presenceOn, readErasures, readRoles, writeErasures } from './model.ts'

describe('presenceOn', () => {
  it('takes the last day as the first day without the role', () => {
    const span = { fromOn: '2026-03-01', toOn: '2026-04-01' }
    expect(
      ['2026-02-28', '2026-03-01', '2026-03-31', '2026-04-01'].map((day) => presenceOn(span, day)),
    ).toEqual(['coming', 'current', 'current', 'gone'])
  })

  it('counts somebody whose days are not known as present', () => {
    expect(presenceOn({ fromOn: null, toOn: null }, '2026-03-01')).toBe('current')
  })
})

describe('readRoles', () => {
  it('reads several roles in the words of other systems and keeps what it does not know', () => {
    expect(readRoles('Economic Buyer; IT-Admin and wizard')).toEqual({
      roles: ['buyer', 'admin'],
      unknown: ['wizard'],
    })
    expect(readRoles('')).toEqual({ roles: [], unknown: [] })
  })
})

describe('mentionPattern', () => {
  it('has nothing to look for in a name of one word', () => {
    expect(mentionPattern({ emails: [], names: ['Will'] })).toBeNull()
  })
})

describe('the erasures file', () => {
  const line = fc.record({
    workspaceId: fc.uuid(),
    personId: fc.uuid(),
    erasedAt: fc
      .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString()),
  })

  it('reads back what was written, also after a line that a crash cut off', () => {
    fc.assert(
      fc.property(fc.array(line), fc.array(line), fc.nat(120), (before, after, cut) => {
        const torn = writeErasures(before).slice(0, -1 - cut)
        const read = readErasures(torn + writeErasures(after))
        expect(read.slice(read.length - after.length)).toEqual(after)
        expect(before).toEqual(expect.arrayContaining(read.slice(0, read.length - after.length)))
      }),
    )
  })
})

describe('personImport', () => {
  const map = (cells: Record<string, string | null>) => {
    if (personImport.target !== 'records') throw new Error('records')
    return personImport.map(
      { rowNumber: 1, cells, others: {} },
      { source: 's', asOf: null, unknownAccounts: 'refuse', currency: 'USD', timeZone: 'UTC' },
    )
  }

  it('makes a person and a role for each part named', () => {
    const { drafts, faults } = map({
      id: 'P1',
      account: 'A1',
      first_name: 'Dana',
      last_name: 'Ruiz',
      email: 'Dana@Harlow.test',
      role: 'champion, admin',
      since: '2025-01-01',
    })
    expect(faults).toEqual([])
    expect(drafts.map((draft) => draft.values)).toEqual([
      { name: 'Dana Ruiz', email: 'dana@harlow.test', title: null },
      { role: 'champion', from_on: '2025-01-01', to_on: null },
      { role: 'admin', from_on: '2025-01-01', to_on: null },
    ])
    expect(drafts[1]?.refs).toMatchObject({
      account_id: { externalId: 'A1' },
      person_id: { externalId: 'P1' },
    })
  })

  it('does not invent a role, and says which word it did not know', () => {
    const { drafts, faults } = map({ id: 'P1', account: 'A1', name: 'Dana', role: 'wizard' })
    expect(drafts[1]?.values).toMatchObject({ role: null })
    expect(faults).toMatchObject([
      { severity: 'warning', code: 'unknown_role', params: { values: ['wizard'] } },
    ])
  })

  it('refuses a row that names nobody and one that ends before it begins', () => {
    expect(map({ account: 'A1' })).toMatchObject({ drafts: [], faults: [{ code: 'nobody_named' }] })
    expect(map({ account: 'A1', name: 'D', since: '2026-02-01', left_on: '2026-01-01' })).toMatchObject({
      drafts: [],
      faults: [{ code: 'left_before_since' }],
    })
  })
})
