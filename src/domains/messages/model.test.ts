import { describe, expect, it } from 'vitest'
import { messageImport } from './import.ts'
import { readChannel, readDirection } from './model.ts'

describe('words of other systems', () => {
  it('are read as a direction, or not at all', () => {
    expect(['Inbound', 'RECEIVED', 'sent', 'out-going', 'outgoing', 'sideways'].map(readDirection)).toEqual([
      'in',
      'in',
      'out',
      null,
      'out',
      null,
    ])
  })

  it('are read as a channel, else "other"', () => {
    expect(['E-Mail', 'Phone call', 'Zoom meeting', 'Slack', 'pigeon', ''].map(readChannel)).toEqual([
      'email',
      'call',
      'meeting',
      'chat',
      'other',
      'other',
    ])
  })
})

describe('messageImport', () => {
  const map = (cells: Record<string, string | number | null>) => {
    if (messageImport.target !== 'records') throw new Error('records')
    return messageImport.map(
      { rowNumber: 1, cells, others: {} },
      { source: 's', asOf: null, unknownAccounts: 'refuse', currency: 'USD', timeZone: 'UTC' },
    )
  }

  it('makes a message with its person, whether the duration is in seconds or minutes', () => {
    const { drafts } = map({
      account: 'A1',
      email: 'D@x.test',
      direction: 'inbound',
      channel: 'Call',
      at: '2026-01-01T00:00:00Z',
      duration_minutes: 1.5,
    })
    expect(drafts).toMatchObject([
      {
        entity: 'message',
        externalId: null,
        values: { direction: 'in', channel: 'call', duration_seconds: 90, body: null },
        refs: { person_id: { externalId: 'd@x.test', optional: true }, account_id: { externalId: 'A1' } },
      },
    ])
  })

  it.each([
    ['unknown_direction', { account: 'A1', direction: 'sideways' }],
    ['unknown_direction', { account: 'A1' }],
    ['nobody_named', { direction: 'in' }],
    ['negative_duration', { account: 'A1', direction: 'in', duration_seconds: -1 }],
  ])('refuses a row: %s', (code, cells) => {
    expect(map(cells)).toMatchObject({ drafts: [], faults: [{ severity: 'error', code }] })
  })
})
