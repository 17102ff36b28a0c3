import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { changesOf } from './actions/count.ts'
import {
  type Belonging,
  countUse,
  groupAt,
  jsonText,
  keyOf,
  maxTraitBytes,
  mergeTraits,
  readEvent,
  skewOf,
  type Tally,
} from './model.ts'

const receivedAt = new Date('2026-11-02T10:00:00.000Z')
const read = (raw: unknown, skewMs = 0) => readEvent(raw, { receivedAt, skewMs, newId: () => 'new' })
const timeOf = (raw: object, skewMs = 0) => {
  const result = read({ type: 'track', event: 'A', userId: 'u', ...raw }, skewMs)
  return 'event' in result ? result.event.at : result.reason
}

describe('an event', () => {
  it('is understood or refused with a reason, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.constantFrom('track', 'identify', 'group', 'alias', 'page'),
        (value, type) => {
          for (const raw of [value, { type, userId: value, event: value, traits: value, timestamp: value }]) {
            const result = read(raw)
            expect('event' in result || 'reason' in result).toBe(true)
          }
        },
      ),
    )
  })

  it('is refused with the bound that it breaks, just beyond it', () => {
    const reason = (raw: object) => {
      const result = read({ type: 'track', event: 'A', userId: 'u', ...raw })
      return 'reason' in result ? result.reason : null
    }
    const names = (count: number) => ({
      properties: Object.fromEntries(Array.from({ length: count }, (_, n) => [`p${n}`, n])),
    })
    // Type, event, userId and properties are names as well.
    expect([reason(names(996)), reason(names(997))]).toEqual([null, 'too_many_properties'])
    const size = (bytes: number) => ({ text: 'x'.repeat(bytes - JSON.stringify(base).length) })
    const base = { type: 'track', event: 'A', userId: 'u', text: '' }
    expect([reason(size(32_768)), reason(size(32_769))]).toEqual([null, 'too_large'])
    const deep = (levels: number) => JSON.parse(`${'{"a":'.repeat(levels)}{}${'}'.repeat(levels)}`) as object
    expect([reason({ properties: deep(31) }), reason({ properties: deep(32) })]).toEqual([null, 'too_deep'])
    expect([reason({ userId: 999_999_999_999_999 }), reason({ userId: 1e15 })]).toEqual([null, 'bad_id'])
    expect(reason({ timestamp: '2026-02-29' })).toBe('bad_timestamp')
  })

  it('is written out as it came, however deep it is nested', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => void expect(jsonText(value)).toBe(JSON.stringify(value))),
    )
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const around = (inner: string) => `${'[{"a":'.repeat(5_000)}${inner}${'}]'.repeat(5_000)}`
        const text = around(JSON.stringify(value))
        expect(jsonText(JSON.parse(text))).toBe(text)
      }),
      { numRuns: 10 },
    )
  })

  it('has the time of our clock, whatever the clock of the sender says', () => {
    const hour = 3_600_000
    expect(timeOf({ timestamp: '2026-11-02T08:00:00Z' })).toBe('2026-11-02T08:00:00.000Z')
    expect(timeOf({ timestamp: '2026-11-02T08:00:00+02:00' })).toBe('2026-11-02T06:00:00.000Z')
    expect(timeOf({ timestamp: '2026-11-02T11:00:00Z' }, 2 * hour)).toBe('2026-11-02T09:00:00.000Z')
    expect(timeOf({ timestamp: '1970-01-01T00:00:00Z' }, skewOf('1970-01-01T00:00:01Z', receivedAt))).toBe(
      '2026-11-02T09:59:59.000Z',
    )
    expect(timeOf({ timestamp: '2026-11-02T12:00:00Z' })).toBe(receivedAt.toISOString())
    // Some clients say there when the call was made, and beside it for when it was meant.
    expect(timeOf({ timestamp: '2026-11-01T12:00:00Z', originalTimestamp: '2026-11-02T10:00:00Z' })).toBe(
      '2026-11-01T12:00:00.000Z',
    )
    expect(timeOf({})).toBe(receivedAt.toISOString())
    expect(timeOf({ timestamp: 'yesterday' })).toBe('bad_timestamp')
    expect(timeOf({ timestamp: '0001-01-01T00:00:00Z' })).toBe('too_old')
    expect(timeOf({ timestamp: '9999-12-31T23:59:59Z' })).toBe('in_the_future')
    expect(skewOf('no time', receivedAt)).toBe(0)
  })
})

describe('use', () => {
  it('counts for the group of the time, and before the first for the first', () => {
    const memberships = [
      { at: '2026-11-01T10:00:30.000Z', groupId: 'a' },
      { at: '2026-11-02T10:00:00.000Z', groupId: 'b' },
    ]
    expect(groupAt(memberships, '2026-10-01T00:00:00Z')).toBe('a')
    expect(groupAt(memberships, '2026-11-01T10:00:00Z')).toBe('a')
    expect(groupAt(memberships, '2026-11-02T09:59:00Z')).toBe('a')
    expect(groupAt(memberships, '2026-11-02T10:00:00Z')).toBe('b')
    expect(groupAt([], '2026-11-02T10:00:00Z')).toBeNull()
  })

  it('keeps every event whose account is known, once, and what is written makes the old the new', () => {
    const name = fc.constantFrom('a', 'b', 'c')
    const tally = fc.record({
      key: name,
      feature: name,
      groupId: fc.constantFrom('', 'g', 'h'),
      events: fc.nat(9),
    })
    fc.assert(
      fc.property(fc.array(tally), fc.array(tally), (first, second) => {
        const belongings = new Map<string, Belonging>(
          ['a', 'b'].map((key) => [
            key,
            { root: 'a', memberships: [], account: key === 'a' ? 'home' : null },
          ]),
        )
        const accounts = new Map([['g', 'account g']])
        const uses = (drawn: typeof first) =>
          countUse(
            drawn.map((one): Tally => ({ ...one, day: '2026-11-02', minute: '2026-11-02T10:00:00Z' })),
            belongings,
            accounts,
          )
        const known = first.filter(
          ({ key, groupId }) => key !== 'c' && (groupId === 'g' || (groupId === '' && key === 'a')),
        )
        const sum = (rows: readonly { events: number }[]) =>
          rows.reduce((total, { events }) => total + events, 0)
        expect(sum(uses(first))).toBe(sum(known))
        const stood = new Map(changesOf(uses(first), []).map((row) => [row.accountId + row.rowKey, row]))
        for (const row of changesOf(uses(second), [...stood.values()]))
          if (row.deleted) stood.delete(row.accountId + row.rowKey)
          else stood.set(row.accountId + row.rowKey, row)
        expect([...stood.values()].reduce((total, { count }) => total + count, 0)).toBe(sum(uses(second)))
        expect(changesOf(uses(second), [...stood.values()])).toEqual([])
      }),
    )
  })

  it('tells users and anonymous ids apart, and workspaces too', () => {
    const keys = [
      keyOf('w1', { kind: 'user', id: 'x' }),
      keyOf('w1', { kind: 'anonymous', id: 'x' }),
      keyOf('w2', { kind: 'user', id: 'x' }),
    ]
    expect(new Set(keys).size).toBe(3)
  })
})

describe('traits', () => {
  it('of later calls lie over earlier ones, and never become more than is kept', () => {
    const calls = fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { maxLength: 8 })
    fc.assert(
      fc.property(calls, (said) => {
        const all = new Map(said.flatMap((traits) => Object.entries(traits)))
        const merged = Object.entries(mergeTraits(said))
        expect(new Map(merged)).toEqual(all)
      }),
    )
    const many = (call: number) =>
      Object.fromEntries(Array.from({ length: 900 }, (_, n) => [`p${call}.${n}`, 'x'.repeat(20)]))
    const merged = mergeTraits(Array.from({ length: 9 }, (_, call) => many(call)))
    expect(Buffer.byteLength(JSON.stringify(merged))).toBeLessThanOrEqual(maxTraitBytes)
    expect(merged).toMatchObject(many(8))
    expect(Object.keys(merged)).not.toContain('p0.0')
  })
})
