import { Switch as Base } from '@base-ui/react/switch'
import css from './Switch.module.css'

/** A setting that is on or off and acts at once; `hideLabel` keeps the label for screen readers only. */
export function Switch({
  label,
  hideLabel = false,
  checked,
  onChange,
}: {
  label: string
  hideLabel?: boolean
  checked: boolean
  onChange: (checked: boolean) => void
}) {
  const track = (
    <Base.Root
      checked={checked}
      onCheckedChange={onChange}
      className={css.track}
      aria-label={hideLabel ? label : undefined}
    >
      <Base.Thumb className={css.thumb} />
    </Base.Root>
  )
  if (hideLabel) return track
  return (
    <label className={css.label}>
      {track}
      {label}
    </label>
  )
}
