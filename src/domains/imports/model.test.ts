import { describe, expect, it } from 'vitest'
import { afterStep, states, steps } from './model.ts'

describe('the states of an import', () => {
  it('lead from upload to done and back', () => {
    const path = ['check', 'checked', 'run', 'start', 'finish', 'undo', 'undone'] as const
    const seen = path.reduce<string[]>((list, step, index) => {
      const before = (list.at(-1) ?? 'uploaded') as (typeof states)[number]
      return [...list, afterStep(before, step, index > 3) ?? 'refused']
    }, [])
    expect(seen).toEqual(['checking', 'checked', 'waiting', 'running', 'done', 'undoing', 'undone'])
  })

  it('never plan anew what was written in part, nor undo what was not', () => {
    for (const state of states) {
      expect(afterStep(state, 'plan', true)).toBeNull()
      expect(afterStep(state, 'check', true)).toBeNull()
    }
    expect(afterStep('failed', 'undo', false)).toBeNull()
    expect(afterStep('failed', 'undo', true)).toBe('undoing')
    expect(afterStep('failed', 'run', true)).toBe('waiting')
  })

  it('end with undone', () => {
    for (const step of steps) expect(afterStep('undone', step, true)).toBeNull()
  })
})
