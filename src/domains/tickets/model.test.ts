import fc from 'fast-check'
import { expect, it } from 'vitest'
import { changesOf, isOpen, priorityOf, reopens, stateOf, ticketStates, type Tracked } from './model.ts'

it('reads the states of other systems', () => {
  const labels = [
    'New',
    'Active',
    'Awaiting User Info',
    'Awaiting Vendor',
    'Resolved',
    'Closed',
    'On Hold',
    'In Progress',
  ]
  expect(labels.map(stateOf)).toEqual([
    'new',
    'open',
    'waiting',
    'waiting',
    'solved',
    'closed',
    'waiting',
    'open',
  ])
  expect(['-100', '', 'Newton'].map(stateOf)).toEqual([null, null, null])
})

it('reads priorities, the most severe as 1', () => {
  const labels = ['urgent', 'high', 'medium', 'low', '3 - Moderate', '1 - Critical', 'P2', 'SEV-1', 'sev 4']
  expect(labels.map(priorityOf)).toEqual([1, 2, 3, 4, 3, 1, 2, 1, 4])
  expect(['', 'purple', '12', '0'].map(priorityOf)).toEqual([null, null, null, null])
})

const tracked: fc.Arbitrary<Tracked> = fc.record({
  state: fc.constantFrom(...ticketStates),
  stateLabel: fc.option(fc.constantFrom('New', 'Awaiting Vendor', 'Awaiting Problem')),
  priority: fc.option(fc.integer({ min: 1, max: 5 })),
  assignee: fc.option(fc.constantFrom('Ann', 'Bo')),
  assignmentGroup: fc.option(fc.constantFrom('Tier 1', 'Tier 2')),
  reopenCount: fc.option(fc.nat(3)),
})

it('tells every change once, and nothing where nothing changed', () => {
  fc.assert(
    fc.property(tracked, tracked, (before, after) => {
      expect(changesOf(before, before)).toEqual([])
      const kinds = changesOf(before, after).map(({ kind }) => kind)
      expect(new Set(kinds).size).toBe(kinds.length)
      expect(kinds.includes('priority')).toBe(before.priority !== after.priority)
      expect(kinds.includes('reopened')).toBe((after.reopenCount ?? 0) > (before.reopenCount ?? 0))
    }),
  )
  const [opened] = fc.sample(tracked, 1)
  expect(changesOf(null, opened!)).toMatchObject([{ kind: 'opened', from: null }])
})

it('knows what is open and what begins again', () => {
  expect(ticketStates.filter(isOpen)).toEqual(['new', 'open', 'waiting'])
  expect(reopens('closed', 'open')).toBe(true)
  expect(reopens('new', 'open')).toBe(false)
  expect(reopens('solved', 'closed')).toBe(false)
})
