import { expect, test } from 'vitest'
import { timelineKinds, type TimelineEntry, type TimelineKind } from '../schema.ts'
import { anchorOf, entryDay, entryGroups, entryText } from './entries.ts'

const place = { currency: 'USD', timeZone: 'Europe/Berlin' }
const entry = (kind: TimelineKind, params: TimelineEntry['params'], more: Partial<TimelineEntry> = {}) => ({
  at: '2026-10-15T08:00:00.000Z',
  kind,
  recordId: '00000000-0000-4000-8000-000000000001',
  accountId: '00000000-0000-4000-8000-000000000002',
  person: null,
  user: null,
  params,
  ...more,
})
const tom = { id: '00000000-0000-4000-8000-000000000003', name: 'Tom' }
const maya = { id: '00000000-0000-4000-8000-000000000004', name: 'Maya' }

test('every kind has words, also when its record says nothing and its person was erased', () => {
  for (const kind of timelineKinds) {
    const { title } = entryText(entry(kind, {}, { person: { ...tom, name: null } }), place)
    expect(title).not.toMatch(/undefined|null|\{/)
    expect(title).not.toBe('')
  }
})

test('every kind but none twice belongs to a choice of the timeline', () => {
  expect(Object.values(entryGroups).flat().toSorted()).toEqual([...timelineKinds].toSorted())
})

test('who spoke to whom follows the direction', () => {
  const call = { channel: 'call', direction: 'out', durationSeconds: 720 }
  expect(entryText(entry('message', call, { person: tom, user: maya }), place)).toMatchObject({
    title: 'Maya called Tom',
    effect: '12 m long',
  })
  expect(entryText(entry('message', { ...call, direction: 'in' }, { person: tom }), place).title).toBe(
    'Tom called',
  )
})

test('revenue says how much it moved and what it came to', () => {
  const shrank = { movement: 'contraction', deltaCents: -50_000, mrrAfterCents: 120_000, day: '2026-10-01' }
  expect(entryText(entry('revenue_movement', shrank), place)).toMatchObject({
    title: 'Revenue shrank',
    effect: '−$500 a month, now $1,200',
    tone: 'rust',
  })
})

test('a text that goes on says so', () => {
  expect(entryText(entry('note', { text: 'Long', cut: true }), place).quote).toBe('Long …')
})

test('a record that knows only its day keeps it in every time zone', () => {
  const asIfWest = () => '2026-10-14'
  expect(entryDay(entry('note', {}), '2026-12-01', asIfWest)).toBe('14 Oct')
  expect(entryDay(entry('churn_event', { day: '2026-10-15' }), '2026-12-01', asIfWest)).toBe('15 Oct')
})

test('tickets are found by their own id, movements by their day', () => {
  expect(anchorOf(entry('ticket_opened', { ticketId: 't' }))).toBe('entry-ticket_opened-t')
  expect(anchorOf(entry('revenue_movement', { day: '2026-10-01' }))).toBe('entry-revenue_movement-2026-10-01')
})

test('a ticket is solved the same day where the workspace is, or days of the calendar later', () => {
  const effect = (openedAt: string) => entryText(entry('ticket_solved', { openedAt }), place).effect
  expect(effect('2026-10-14T22:30:00.000Z')).toBe('Ticket solved the same day')
  expect(effect('2026-10-14T21:30:00.000Z')).toBe('Ticket solved after 1 d')
})
