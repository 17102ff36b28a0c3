import { useState, type KeyboardEvent } from 'react'
import { words } from '../words.ts'
import css from './InlineEdit.module.css'

/** A value that becomes a field with Enter or a click; Enter keeps the change, Esc leaves it. */
export function InlineEdit({
  label,
  value,
  onSave,
  empty = '',
}: {
  label: string
  value: string
  onSave: (value: string) => void
  empty?: string
}) {
  const [draft, setDraft] = useState<string | null>(null)
  const finish = (save: boolean) => {
    if (save && draft !== null && draft !== value) onSave(draft)
    setDraft(null)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') finish(true)
    if (event.key === 'Escape') finish(false)
  }
  if (draft === null)
    return (
      <button
        type="button"
        className={css.value}
        aria-label={`${words('edit', { label })}: ${value || empty}`}
        onClick={() => setDraft(value)}
      >
        {value || <span className={css.empty}>{empty}</span>}
      </button>
    )
  return (
    <input
      className={css.input}
      aria-label={label}
      value={draft}
      autoFocus
      onChange={(event) => setDraft(event.target.value)}
      onKeyDown={onKeyDown}
      onBlur={() => finish(true)}
    />
  )
}
