import { X } from 'lucide-react'
import { Menu, type MenuItem } from '../overlays/Menu.tsx'
import { words } from '../words.ts'
import css from './FilterToken.module.css'

export interface FilterPart {
  label: string
  /** The choices of this part; without them the part is plain text. */
  choices?: readonly MenuItem[]
}

/** One filter as field, operator and value. Each part opens its own menu. */
export function FilterToken({
  field,
  operator,
  value,
  onRemove,
}: {
  field: FilterPart
  operator: FilterPart
  value: FilterPart
  onRemove: () => void
}) {
  return (
    <span className={css.token} role="group" aria-label={`${field.label} ${operator.label} ${value.label}`}>
      <Part part={field} field={field.label} />
      <Part part={operator} field={field.label} />
      <span className={css.value}>
        <Part part={value} field={field.label} />
      </span>
      <button
        type="button"
        className={css.remove}
        aria-label={words('removeFilter', { field: field.label })}
        onClick={onRemove}
      >
        <X size={13} strokeWidth={1.75} aria-hidden />
      </button>
    </span>
  )
}

function Part({ part, field }: { part: FilterPart; field: string }) {
  if (!part.choices) return <span className={css.part}>{part.label}</span>
  return (
    <Menu
      items={part.choices}
      trigger={
        <button
          type="button"
          className={css.part}
          aria-label={words('filterMenu', { field, part: part.label })}
        >
          {part.label}
        </button>
      }
    />
  )
}
