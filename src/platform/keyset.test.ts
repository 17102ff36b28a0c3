import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Cursor, pageOf, readCursor, writeCursor } from './keyset.ts'

const place = fc.record(
  {
    exactAt: fc
      .tuple(
        fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }),
        fc.integer({ min: 0, max: 999 }),
      )
      .map(([date, micros]) => `${date.toISOString().slice(0, -1)}${String(micros).padStart(3, '0')}Z`),
    id: fc.uuid(),
    kind: fc.constantFrom('message', 'ticket_opened'),
  },
  { requiredKeys: ['exactAt', 'id'] },
)

describe('a place in a list', () => {
  it('reads back as it was written, microseconds included', () => {
    fc.assert(
      fc.property(place, (at) => {
        expect(readCursor(Cursor.parse(writeCursor(at)))).toEqual(at)
      }),
    )
  })

  it('is refused when no page gave it out', () => {
    for (const text of [
      '',
      'next',
      '2026-02-31T00:00:00.000000Z_01a20608-08bc-7205-90e2-f4721c352f81',
      '2026-02-01T00:00:00.000000Z_------------------------------------',
    ])
      expect(() => readCursor(text)).toThrow(expect.objectContaining({ status: 422 }))
  })

  it('is given out only when there is more', () => {
    const row = { exactAt: '2026-01-01T00:00:00.000001Z', id: '01a20608-08bc-7205-90e2-f4721c352f81', n: 1 }
    expect(pageOf([row], 1)).toEqual({ rows: [{ id: row.id, n: 1 }], next: null })
    expect(pageOf([row, row], 1).next).toBe(writeCursor(row))
  })
})
