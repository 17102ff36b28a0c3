import { describe, expect, it } from 'vitest'
import { filterOf, filtersOf, readAddress } from './address.ts'

describe('the address of the events', () => {
  it('keeps what it knows and leaves out the rest', () => {
    expect(
      readAddress({ tab: 'names', type: 'drop table', user: 42, key: 'x', state: 'waiting', at: '' }),
    ).toEqual({
      tab: 'names',
      user: '42',
      state: 'waiting',
    })
  })

  it('asks for what came since the span began, and for nothing that is not said', () => {
    const now = Date.parse('2026-11-23T10:00:00Z')
    const address = readAddress({ span: 'hour', name: 'Export' })
    expect(filtersOf(address)).toEqual(['name', 'span'])
    expect(filterOf(address, now)).toEqual({ name: 'Export', since: '2026-11-23T09:00:00.000Z' })
  })
})
