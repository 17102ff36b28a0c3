import { describe, expect, it } from 'vitest'
import { kinds } from './schema.ts'
import { abandoned, progressOf, standingOf, type Part, type Standing } from './standing.ts'

const part = (change: Partial<Part> = {}): Part => ({
  kind: 'accounts',
  state: 'done',
  started: true,
  undoBegun: false,
  rowsDone: 10,
  fileBytes: 100,
  bytesDone: 100,
  undone: 0,
  toUndo: 0,
  ...change,
})
const whole = kinds.map((kind) => part({ kind }))
const waiting = { state: 'uploaded', started: false, rowsDone: 0, bytesDone: 0 } as const
const now = (change: Partial<Standing>): Standing => ({
  parts: whole,
  job: null,
  gaveUp: false,
  attended: false,
  ...change,
})

describe('where the sample company stands', () => {
  it('is loaded when all of it is in, and absent when none is', () => {
    expect(standingOf(now({}))).toEqual({ state: 'loaded', stopped: null })
    expect(standingOf(now({ parts: [] }))).toEqual({ state: 'absent', stopped: null })
  })

  it('is being loaded or removed only while somebody does it', () => {
    const half = [
      ...whole.slice(0, 3),
      part({ state: 'running' }),
      ...whole.slice(4).map(() => part(waiting)),
    ]
    expect(standingOf(now({ parts: half, attended: true })).state).toBe('loading')
    expect(standingOf(now({ parts: half }))).toEqual({ state: 'stopped', stopped: 'loading' })
    const leaving = whole.slice(0, 5)
    expect(standingOf(now({ parts: leaving, attended: true })).state).toBe('removing')
    expect(standingOf(now({ parts: leaving }))).toEqual({ state: 'stopped', stopped: 'removing' })
    expect(standingOf(now({ parts: leaving, job: 'removing' })).state).toBe('removing')
  })

  it('is gone on with after a kill, and not after a failure that a person must look at', () => {
    const half = whole.with(4, part({ state: 'running' }))
    expect(abandoned(now({ parts: half }))).toBe('loading')
    expect(abandoned(now({ parts: whole.with(4, part({ state: 'undoing' })) }))).toBe('removing')
    expect(abandoned(now({ parts: half, attended: true }))).toBeNull()
    expect(abandoned(now({ parts: half, job: 'loading' }))).toBeNull()
    expect(abandoned(now({ parts: half, gaveUp: true }))).toBeNull()
    expect(abandoned(now({ parts: whole.with(4, part({ state: 'failed' })) }))).toBeNull()
    expect(abandoned(now({}))).toBeNull()
  })

  it('moves from nothing to all, and knows that it does not know', () => {
    expect(progressOf('loading', [])).toBeNull()
    expect(progressOf('loading', whole)).toBe(1)
    expect(progressOf('loading', [part(), part(waiting)])).toBe(0.5)
    expect(progressOf('removing', [])).toBe(1)
    expect(progressOf('removing', whole)).toBe(0)
    expect(progressOf('loaded', whole)).toBeNull()
  })
})
