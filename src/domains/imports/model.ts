/** Where an import stands; see the README for the picture. */
export const states = [
  'uploaded',
  'checking',
  'checked',
  'waiting',
  'running',
  'done',
  'failed',
  'undoing',
  'undone',
] as const
export type ImportState = (typeof states)[number]

export const steps = ['plan', 'check', 'checked', 'run', 'start', 'finish', 'fail', 'undo', 'undone'] as const
export type Step = (typeof steps)[number]

const next: Readonly<Record<ImportState, Readonly<Partial<Record<Step, ImportState>>>>> = {
  uploaded: { plan: 'uploaded', check: 'checking', run: 'waiting' },
  checking: { check: 'checking', checked: 'checked', fail: 'failed' },
  checked: { plan: 'uploaded', check: 'checking', run: 'waiting' },
  waiting: { run: 'waiting', start: 'running', fail: 'failed' },
  running: { run: 'running', start: 'running', finish: 'done', fail: 'failed' },
  failed: { plan: 'uploaded', check: 'checking', run: 'waiting', undo: 'undoing' },
  done: { undo: 'undoing' },
  undoing: { undo: 'undoing', undone: 'undone' },
  undone: {},
}

/**
 * The state after a step, or null where the step does not fit. Once rows were written (`started`), the plan stands:
 * only going on or undoing keeps the records in order.
 */
export function afterStep(state: ImportState, step: Step, started: boolean): ImportState | null {
  if (started && (step === 'plan' || step === 'check')) return null
  if (!started && state === 'failed' && step === 'undo') return null
  return next[state][step] ?? null
}

/** Work is under way or waits for its turn. */
export const isBusy = (state: ImportState): boolean =>
  ['checking', 'waiting', 'running', 'undoing'].includes(state)
