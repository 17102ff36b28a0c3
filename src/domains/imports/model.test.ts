import { describe, expect, it } from 'vitest'
import { afterStep, isBusy, states, steps } from './model.ts'

const fresh = { started: false, undoBegun: false }
const started = { started: true, undoBegun: false }
const undoBegun = { started: true, undoBegun: true }

describe('the states of an import', () => {
  it('lead from upload to done and back', () => {
    const path = ['check', 'checked', 'run', 'start', 'finish', 'undo', 'undone'] as const
    const seen = path.reduce<string[]>((list, step, index) => {
      const before = (list.at(-1) ?? 'uploaded') as (typeof states)[number]
      return [...list, afterStep(before, step, index > 3 ? started : fresh) ?? 'refused']
    }, [])
    expect(seen).toEqual(['checking', 'checked', 'waiting', 'running', 'done', 'undoing', 'undone'])
  })

  it('never plan anew what was written in part, nor undo what was not', () => {
    for (const state of states) {
      expect(afterStep(state, 'plan', started)).toBeNull()
      expect(afterStep(state, 'check', started)).toBeNull()
    }
    expect(afterStep('failed', 'undo', fresh)).toBeNull()
    expect(afterStep('failed', 'undo', started)).toBe('undoing')
    expect(afterStep('failed', 'run', started)).toBe('waiting')
  })

  it('can be stopped wherever something is under way, and stopped again', () => {
    for (const state of states)
      expect(afterStep(state, 'stop', started)).toBe(isBusy(state) || state === 'failed' ? 'failed' : null)
  })

  it('only go on with the undo once it has begun', () => {
    expect(afterStep('failed', 'run', undoBegun)).toBeNull()
    expect(afterStep('failed', 'undo', undoBegun)).toBe('undoing')
  })

  it('end with undone', () => {
    for (const step of steps) expect(afterStep('undone', step, started)).toBeNull()
  })
})
