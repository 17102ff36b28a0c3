import { useId, type ComponentProps, type ReactNode, type Ref } from 'react'
import { cx } from '../cx.ts'
import css from './Field.module.css'

/** What a control inside a field needs, to be tied to its label, hint and error. */
export interface FieldControl {
  id: string
  'aria-describedby': string | undefined
  'aria-invalid': true | undefined
}

export interface FieldProps {
  label: string
  /** Keeps the label for screen readers only. */
  hideLabel?: boolean
  hint?: ReactNode
  /** What is wrong and how to fix it. */
  error?: string | undefined
  children: (control: FieldControl) => ReactNode
}

/** Label, control, hint and error: `<Field label="Due">{(control) => <TextInput {...control} />}</Field>`. */
export function Field({ label, hideLabel = false, hint, error, children }: FieldProps) {
  const id = useId()
  const described = [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(' ')
  return (
    <div className={css.field}>
      <label htmlFor={id} className={hideLabel ? css.hidden : css.label}>
        {label}
      </label>
      {children({
        id,
        'aria-describedby': described || undefined,
        'aria-invalid': error ? true : undefined,
      })}
      {error && (
        <p id={`${id}-error`} className={css.error} role="alert">
          {error}
        </p>
      )}
      {hint && (
        <p id={`${id}-hint`} className={css.hint}>
          {hint}
        </p>
      )}
    </div>
  )
}

/** A single line of text. */
export function TextInput({ className, ...rest }: ComponentProps<'input'> & { ref?: Ref<HTMLInputElement> }) {
  return <input type="text" {...rest} className={cx(css.input, className)} />
}

/** Several lines of text. */
export function TextArea({
  className,
  ...rest
}: ComponentProps<'textarea'> & { ref?: Ref<HTMLTextAreaElement> }) {
  return <textarea rows={4} {...rest} className={cx(css.input, css.area, className)} />
}
