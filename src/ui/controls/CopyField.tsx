import { useState } from 'react'
import { announce } from '../announce.ts'
import { words } from '../words.ts'
import { Button } from './Button.tsx'
import css from './CopyField.module.css'
import { Field, TextInput } from './Field.tsx'

/** A value that was just made, to take elsewhere: it comes focused and selected, with a button that copies it. */
export function CopyField({ label, value, hint }: { label: string; value: string; hint?: string }) {
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value)
      setCopied(true)
      announce(words('copied'))
    } catch {
      announce(words('notCopied'))
    }
  }
  return (
    <Field label={label} hint={hint}>
      {(control) => (
        <span className={css.row}>
          <TextInput
            {...control}
            readOnly
            autoFocus
            value={value}
            className={css.value}
            onFocus={(event) => event.target.select()}
          />
          <Button onClick={() => void copy()}>{words(copied ? 'copiedShort' : 'copy')}</Button>
        </span>
      )}
    </Field>
  )
}
