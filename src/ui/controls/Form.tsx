import { useEffect, useRef, type ReactNode } from 'react'
import { ProblemError } from '../api/problem.ts'
import { ErrorState } from '../states/ErrorState.tsx'
import { words } from '../words.ts'
import css from './Form.module.css'

/**
 * Fields above each other and their actions. `error` is what the last try said: faults of the named `fields`
 * belong beside them (`fieldFault`), everything else is shown here. Focus goes to the first faulty field.
 */
export function Form({
  onSubmit,
  error,
  fields,
  actions,
  children,
}: {
  onSubmit: () => void
  error: Error | null
  /** Paths of the fields that show their own fault. */
  fields: readonly string[]
  actions: ReactNode
  children: ReactNode
}) {
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => {
    if (error) form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus()
  }, [error])
  const message = error && messageBeside(error, fields)
  return (
    <form
      ref={form}
      noValidate
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault()
        onSubmit()
      }}
    >
      {children}
      {message && <ErrorState title={words('notDone')} text={message} />}
      <div className={css.actions}>{actions}</div>
    </form>
  )
}

/** What is left to say of an error beside the faults that fields show themselves. */
function messageBeside(error: Error, fields: readonly string[]): string | null {
  if (!(error instanceof ProblemError)) return error.message
  if (error.retryAfterSeconds) return waitText(error.retryAfterSeconds)
  if (error.errors.length === 0) return error.message
  const others = error.errors.filter(({ path }) => !fields.includes(path))
  return others.map(({ path, message }) => `${path}: ${message}`).join(' ') || null
}

function waitText(seconds: number): string {
  return seconds < 60
    ? words('waitSeconds', { n: seconds })
    : words('waitMinutes', { n: Math.ceil(seconds / 60) })
}
