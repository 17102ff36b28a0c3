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

export const steps = [
  'plan',
  'check',
  'checked',
  'run',
  'start',
  'finish',
  'fail',
  'stop',
  'undo',
  'undone',
] as const
export type Step = (typeof steps)[number]

const next: Readonly<Record<ImportState, Readonly<Partial<Record<Step, ImportState>>>>> = {
  uploaded: { plan: 'uploaded', check: 'checking', run: 'waiting' },
  checking: { check: 'checking', checked: 'checked', fail: 'failed', stop: 'failed' },
  checked: { plan: 'uploaded', check: 'checking', run: 'waiting' },
  waiting: { run: 'waiting', start: 'running', fail: 'failed', stop: 'failed' },
  running: { run: 'running', start: 'running', finish: 'done', fail: 'failed', stop: 'failed' },
  failed: { plan: 'uploaded', check: 'checking', run: 'waiting', undo: 'undoing', stop: 'failed' },
  done: { undo: 'undoing' },
  undoing: { undo: 'undoing', undone: 'undone', stop: 'failed' },
  undone: {},
}

/** What happened to an import before: rows were written, or some of them were taken back. */
export type Past = Readonly<{ started: boolean; undoBegun: boolean }>

/**
 * The state after a step, or null where the step does not fit. Once rows were written, the plan stands: only going on
 * or undoing keeps the records in order. Once an undo began, only going on with it does.
 */
export function afterStep(state: ImportState, step: Step, { started, undoBegun }: Past): ImportState | null {
  if (started && (step === 'plan' || step === 'check')) return null
  if (undoBegun && step === 'run') return null
  if (!started && state === 'failed' && step === 'undo') return null
  return next[state][step] ?? null
}

/** Work is under way or waits for its turn. */
export const isBusy = (state: ImportState): boolean =>
  ['checking', 'waiting', 'running', 'undoing'].includes(state)
