import { describe, expect, it } from 'vitest'
import { type FollowUp, countCodes, insistFollowUp } from './follow-up.ts'
import { codeOf } from './follow-up.fixture.ts'

describe('a follow-up at the door', () => {
  it.each<[string, FollowUp]>([
    ['no rows', { time: [], event: [] }],
    ['fewer events than times', { time: [1, 2], event: [1] }],
    ['fewer entries than times', { time: [1, 2], event: [1, 0], entry: [0] }],
    ['an endless time', { time: [1, Infinity], event: [1, 0] }],
    ['a time that is no number', { time: [NaN], event: [0] }],
    ['a time before the start', { time: [-1], event: [0] }],
    ['an event that is neither 0 nor 1', { time: [1], event: [2] }],
    ['an unknown event', { time: [1], event: [NaN] }],
    ['an entry at its end', { time: [1], event: [1], entry: [1] }],
    ['an unknown entry', { time: [1], event: [1], entry: [NaN] }],
  ])('refuses %s', async (_, followUp) => {
    expect(await codeOf(() => insistFollowUp(followUp))).toBe('bad_input')
  })

  it('names the row that is wrong', () => {
    expect(() => insistFollowUp({ time: [1, 2, -3], event: [1, 0, 1] })).toThrow(/Row 2 has time -3/)
  })

  it('takes an event at time 0 and typed arrays', () => {
    expect(() =>
      insistFollowUp({ time: new Float64Array([0, 1]), event: new Uint8Array([1, 0]) }),
    ).not.toThrow()
  })

  it('takes codes without gaps only', async () => {
    expect(countCodes([1, 0, 1], 3)).toBe(2)
    expect(await codeOf(() => countCodes([0, 2, 2], 3))).toBe('empty_stratum')
    expect(await codeOf(() => countCodes([0, 0.5], 2))).toBe('bad_input')
    expect(await codeOf(() => countCodes([0, -1], 2))).toBe('bad_input')
    expect(await codeOf(() => countCodes([0], 2))).toBe('bad_input')
  })
})
