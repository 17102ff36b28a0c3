import { TabularError } from '../../../platform/tabular/tabular-error.ts'
import type { ImportState } from '../model.ts'
import type { Failure } from '../schema.ts'

/** The import was taken on by another process, stopped or removed: this one must not write any more. */
export class NotOurs extends Error {
  override name = 'NotOurs'
}

/** What a person reads when a file cannot be read further; null for errors that trying again may cure. */
export function failureOf(thrown: unknown, phase: Failure['phase'], row: number): Failure | null {
  if (!(thrown instanceof TabularError)) return null
  const after =
    phase === 'check'
      ? 'Nothing was imported.'
      : row === 0
        ? 'No row was imported.'
        : `The rows up to ${row} are imported. Undo them, or import a corrected file: rows that are known already do not count twice.`
  return { phase, code: thrown.code, params: thrown.params, detail: `${thrown.message} ${after}`, row }
}

const phaseOf: Readonly<Partial<Record<ImportState, Failure['phase']>>> = {
  checking: 'check',
  undoing: 'undo',
}
const stopped: Readonly<Record<Failure['phase'], string>> = {
  check: 'The check was stopped. Nothing was imported.',
  run: 'The import was stopped.',
  undo: 'The undo was stopped. What it took back is gone. Go on with the undo.',
}

/** What a person reads of an import that was stopped by hand in this state. */
export function stoppedAt(state: ImportState, row: number): Failure {
  const phase = phaseOf[state] ?? 'run'
  const written =
    row === 0 ? ' No row was imported.' : ` The rows up to ${row} are imported. Go on with it, or undo it.`
  return {
    phase,
    code: 'stopped',
    params: {},
    detail: `${stopped[phase]}${phase === 'run' ? written : ''}`,
    row,
  }
}

/** SQLSTATE class 22 (data) or 23 (constraint): the row is at fault, not the store. */
export function dataFault(thrown: unknown): string | null {
  const { code, message } = thrown as { code?: unknown; message?: unknown }
  return typeof code === 'string' && /^2[23]/.test(code) ? String(message) : null
}
