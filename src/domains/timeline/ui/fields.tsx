import type { HTMLInputTypeAttribute } from 'react'
import { Combobox } from '../../../ui/controls/Combobox.tsx'
import { Field, TextArea, TextInput } from '../../../ui/controls/Field.tsx'
import { Select, type Option } from '../../../ui/controls/Select.tsx'
import { words } from './words.ts'

interface FieldOf<Value> {
  label: string
  value: Value
  onChange: (value: Value) => void
  error?: string | undefined
  hint?: string
  /** What somebody else stored here since the form was opened. */
  meanwhile?: Value | undefined
}

const meanwhileHint = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : words('meanwhile', { value: text || words('notSet') })

export function TextField({
  label,
  value,
  onChange,
  error,
  hint,
  meanwhile,
  type = 'text',
}: FieldOf<string> & { type?: HTMLInputTypeAttribute }) {
  return (
    <Field label={label} error={error} hint={meanwhileHint(meanwhile) ?? hint}>
      {(control) => (
        <TextInput
          {...control}
          type={type}
          value={value}
          autoComplete="off"
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  )
}

export function LongField({ label, value, onChange, error }: FieldOf<string>) {
  return (
    <Field label={label} error={error}>
      {(control) => (
        <TextArea {...control} rows={5} value={value} onChange={(event) => onChange(event.target.value)} />
      )}
    </Field>
  )
}

export function ChoiceField<Value extends string>({
  label,
  value,
  onChange,
  error,
  meanwhile,
  options,
}: FieldOf<Value> & { options: readonly Option<Value>[] }) {
  const stored = options.find((option) => option.value === meanwhile)?.label ?? meanwhile
  return (
    <Field label={label} error={error} hint={meanwhileHint(stored)}>
      {(control) => <Select {...control} options={options} value={value} onChange={onChange} />}
    </Field>
  )
}

export function FindField({
  label,
  value,
  onChange,
  error,
  meanwhile,
  options,
  onSearch,
  placeholder,
}: FieldOf<Option | null> & {
  options: readonly Option[]
  onSearch?: (query: string) => void
  placeholder?: string
}) {
  const stored = meanwhile === undefined ? undefined : (meanwhile?.label ?? '')
  return (
    <Field label={label} error={error} hint={meanwhileHint(stored)}>
      {(control) => (
        <Combobox
          {...control}
          options={options}
          value={value}
          onChange={onChange}
          {...(onSearch && { onSearch })}
          {...(placeholder && { placeholder })}
        />
      )}
    </Field>
  )
}

/** An empty field says that nothing is known. */
export const orNull = (text: string): string | null => (text.trim() === '' ? null : text.trim())
