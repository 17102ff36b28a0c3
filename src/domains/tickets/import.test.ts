import { describe, expect, it } from 'vitest'
import type { Answers, Cell, Fold } from '../imports/import-type.ts'
import { ticketImport, ticketLogImport } from './import.ts'

const answers: Answers = {
  source: 'test',
  asOf: null,
  unknownAccounts: 'refuse',
  currency: 'USD',
  timeZone: 'UTC',
}
type Cells = Record<string, Cell>

describe('one row a ticket', () => {
  const map = (cells: Cells) => {
    if (ticketImport.target !== 'records') throw new Error('takes rows')
    return ticketImport.map({ rowNumber: 2, cells, others: { channel: 'web' } }, answers)
  }
  const row = { id: 'T-1', account: 'A-1', opened_at: '2023-07-27T00:00:00.000Z', priority: 'urgent' }

  it('reads severity, answer and resolution', () => {
    const { drafts, faults } = map({
      ...row,
      closed_at: '2023-07-28T03:00:00.000Z',
      resolution_hours: 27,
      first_response_minutes: 74,
      escalated: false,
    })
    expect(faults).toEqual([])
    expect(drafts).toMatchObject([
      {
        externalId: 'T-1',
        values: {
          priority: 1,
          priority_label: 'urgent',
          state: 'closed',
          solved_at: '2023-07-28T03:00:00.000Z',
          first_response_at: '2023-07-27T01:14:00.000Z',
          satisfaction: null,
          custom: { channel: 'web' },
        },
        refs: { account_id: { entity: 'account', externalId: 'A-1' } },
      },
    ])
  })

  it('needs no account, and is open while nothing says that it was solved', () => {
    const { drafts } = map({ ...row, account: null })
    expect(drafts[0]).toMatchObject({ refs: {}, values: { state: 'open', solved_at: null } })
  })

  it('does not take a count that the file does not give for nought', () => {
    expect(map(row).drafts[0]?.values).toMatchObject({ reopen_count: null, reassignment_count: null })
    expect(map({ ...row, reopens: 0, reassignments: 2 }).drafts[0]?.values).toMatchObject({
      reopen_count: 0,
      reassignment_count: 2,
    })
  })

  it('keeps labels that it does not know and says so', () => {
    const { drafts, faults } = map({ ...row, state: 'Parked', priority: 'purple' })
    expect(faults.map(({ code, severity }) => [severity, code])).toEqual([
      ['warning', 'unknown_state'],
      ['warning', 'unknown_priority'],
    ])
    expect(drafts[0]?.values).toMatchObject({ state: 'open', state_label: 'Parked', priority: null })
  })

  it('refuses a ticket without a beginning', () => {
    expect(map({ ...row, opened_at: null })).toMatchObject({
      drafts: [],
      faults: [{ severity: 'error', code: 'opening_missing' }],
    })
  })
})

describe('an event log', () => {
  if (ticketLogImport.target !== 'log') throw new Error('takes a log')
  const fold: Fold<unknown> = ticketLogImport.fold
  const first = {
    id: 'INC1',
    state: 'New',
    priority: '3 - Moderate',
    opened_at: '2016-02-29T01:16:00.000Z',
    at: '2016-02-29T01:23:00.000Z',
    reopens: 0,
    reassignments: 0,
    sla_met: true,
  }
  const run = (rows: readonly Cells[], stored: Record<string, unknown> | null = null) => {
    let state = fold.restore(stored)
    const events: Cells[] = []
    for (const [index, cells] of rows.entries()) {
      const stepped = fold.step(state, { rowNumber: index + 2, cells, others: {} }, answers)
      if (stepped.faults.some(({ severity }) => severity === 'error')) continue
      state = stepped.state
      events.push(...stepped.drafts.map(({ values }) => values as Cells))
    }
    return { ticket: fold.draft(state, 'INC1').values, events }
  }
  const rows = [
    first,
    { ...first, state: 'Active', priority: '2 - High', assignment_group: 'Group 7', reassignments: 1 },
    { ...first, state: '-100', priority: '1 - Critical' },
    { ...first, state: 'Resolved', priority: '2 - High', assignment_group: 'Group 7', sla_met: false },
    {
      ...first,
      state: 'Active',
      priority: '2 - High',
      assignment_group: 'Group 7',
      reopens: 1,
      sla_met: false,
    },
  ]

  it('is told by its last row, with every change on the way', () => {
    const { ticket, events } = run(rows)
    expect(ticket).toMatchObject({
      state: 'open',
      state_label: 'Active',
      priority: 2,
      reopen_count: 1,
      reassignment_count: 1,
      sla_met: false,
      log_rows: 4,
    })
    expect(events.map(({ kind, from_value, to_value }) => [kind, from_value, to_value])).toEqual([
      ['opened', null, 'New'],
      ['state', 'New', 'Active'],
      ['priority', '3', '2'],
      ['assignment', null, 'Group 7'],
      ['state', 'Active', 'Resolved'],
      ['reopened', '0', '1'],
      ['state', 'Resolved', 'Active'],
    ])
    const order = events.map(({ seq }) => Number(seq))
    expect(order).toEqual(order.toSorted((a, b) => a - b))
  })

  it('refuses a placeholder as a state and says which', () => {
    const stepped = fold.step(null, { rowNumber: 2, cells: rows[2]!, others: {} }, answers)
    expect(stepped).toMatchObject({
      state: null,
      drafts: [],
      faults: [{ severity: 'error', code: 'state_is_placeholder', params: { value: '-100' } }],
    })
  })

  it('goes on where it stopped, and ends the same wherever that was', () => {
    const whole = run(rows)
    for (let cut = 1; cut < rows.length; cut += 1) {
      const before = run(rows.slice(0, cut))
      const after = run(rows.slice(cut), before.ticket)
      expect(after.ticket).toEqual(whole.ticket)
      expect([...before.events, ...after.events]).toEqual(whole.events)
    }
  })
})
