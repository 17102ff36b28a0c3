import { Checkbox as Base } from '@base-ui/react/checkbox'
import { Check, Minus } from 'lucide-react'
import css from './Checkbox.module.css'

/** A check box with its label; `hideLabel` keeps the label for screen readers only. */
export function Checkbox({
  label,
  hideLabel = false,
  checked,
  mixed = false,
  onChange,
  tabIndex,
}: {
  label: string
  hideLabel?: boolean
  checked: boolean
  mixed?: boolean
  onChange: (checked: boolean) => void
  tabIndex?: number
}) {
  const box = (
    <Base.Root
      className={css.box}
      checked={checked}
      indeterminate={mixed}
      onCheckedChange={onChange}
      aria-label={hideLabel ? label : undefined}
      tabIndex={tabIndex}
    >
      <Base.Indicator className={css.mark}>
        {mixed ? (
          <Minus size={12} strokeWidth={2.5} aria-hidden />
        ) : (
          <Check size={12} strokeWidth={2.5} aria-hidden />
        )}
      </Base.Indicator>
    </Base.Root>
  )
  if (hideLabel) return box
  return (
    <label className={css.label}>
      {box}
      {label}
    </label>
  )
}
