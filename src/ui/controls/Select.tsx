import { Select as Base } from '@base-ui/react/select'
import { Check, ChevronDown } from 'lucide-react'
import { cx } from '../cx.ts'
import overlay from '../overlays/overlay.module.css'
import { words } from '../words.ts'
import type { FieldControl } from './Field.tsx'
import css from './Select.module.css'

export interface Option<Value extends string = string> {
  value: Value
  label: string
}

/** One choice of a short list. Inside a Field spread its control; alone give `label`. */
export function Select<Value extends string>({
  options,
  value,
  onChange,
  label,
  placeholder = words('choose'),
  ...control
}: {
  options: readonly Option<Value>[]
  value: Value | null
  onChange: (value: Value) => void
  label?: string
  placeholder?: string
} & Partial<FieldControl>) {
  const labelOf = (chosen: Value | null) => options.find((option) => option.value === chosen)?.label
  return (
    <Base.Root
      items={options}
      value={value}
      onValueChange={(next) => next !== null && onChange(next)}
      modal={false}
    >
      <Base.Trigger {...control} aria-label={label} className={css.trigger}>
        <Base.Value>{(chosen: Value | null) => labelOf(chosen) ?? placeholder}</Base.Value>
        <ChevronDown size={14} strokeWidth={1.75} aria-hidden className={css.icon} />
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner sideOffset={4} alignItemWithTrigger={false} className={overlay.positioner}>
          <Base.Popup className={cx(overlay.popup, overlay.list)}>
            <Base.List>
              {options.map((option) => (
                <Base.Item key={option.value} value={option.value} className={overlay.item}>
                  <Base.ItemText>{option.label}</Base.ItemText>
                  <Base.ItemIndicator className={overlay.trailing}>
                    <Check size={14} strokeWidth={1.75} aria-hidden />
                  </Base.ItemIndicator>
                </Base.Item>
              ))}
            </Base.List>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
