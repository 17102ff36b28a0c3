import { Switch as Base } from '@base-ui/react/switch'
import css from './Switch.module.css'

/** A setting that is on or off and acts at once. */
export function Switch({
  label,
  checked,
  onChange,
}: {
  label: string
  checked: boolean
  onChange: (checked: boolean) => void
}) {
  return (
    <label className={css.label}>
      <Base.Root checked={checked} onCheckedChange={onChange} className={css.track}>
        <Base.Thumb className={css.thumb} />
      </Base.Root>
      {label}
    </label>
  )
}
