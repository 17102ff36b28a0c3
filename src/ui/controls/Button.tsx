import type { ComponentProps, ReactNode, Ref } from 'react'
import type { LucideIcon } from 'lucide-react'
import { cx } from '../cx.ts'
import { Tooltip } from '../overlays/Tooltip.tsx'
import css from './Button.module.css'
import { ariaKeys, Kbd } from './Kbd.tsx'

export interface ButtonProps extends Omit<ComponentProps<'button'>, 'disabled'> {
  /** At most one primary button per screen. `danger` confirms what cannot be undone. */
  variant?: 'primary' | 'default' | 'quiet' | 'danger'
  /** 28 high; `row` is 26 high inside rows and bars. */
  size?: 'default' | 'row'
  icon?: LucideIcon
  /** The key that does the same, shown as a cap. The page registers it with useKeys. */
  keys?: string
  /** Disables the button and says why, in its tooltip. */
  disabledReason?: string | undefined
  /** Disables the button while its own action runs. */
  busy?: boolean
  ref?: Ref<HTMLButtonElement>
  children: ReactNode
}

/** A button. A disabled one stays focusable, so that its reason can be read. */
export function Button({
  variant = 'default',
  size = 'default',
  icon: Icon,
  keys,
  disabledReason,
  busy = false,
  className,
  children,
  onClick,
  ...rest
}: ButtonProps) {
  const off = disabledReason !== undefined || busy
  const button = (
    <button
      type="button"
      {...rest}
      className={cx(css.button, css[variant], size === 'row' && css.row, className)}
      aria-disabled={off || undefined}
      aria-busy={busy || undefined}
      aria-keyshortcuts={ariaKeys(keys)}
      onClick={off ? (event) => event.preventDefault() : onClick}
    >
      {Icon && <Icon size={14} strokeWidth={1.75} aria-hidden className={css.icon} />}
      <span>{children}</span>
      {keys && (
        <span className={css.key} aria-hidden>
          <Kbd keys={keys} />
        </span>
      )}
    </button>
  )
  return disabledReason ? <Tooltip text={disabledReason}>{button}</Tooltip> : button
}

/** A button with only an icon; `label` is its name and tooltip. */
export function IconButton({
  icon: Icon,
  label,
  tooltip = true,
  className,
  ...rest
}: { icon: LucideIcon; label: string; tooltip?: boolean } & Omit<ComponentProps<'button'>, 'children'>) {
  const button = (
    <button type="button" aria-label={label} {...rest} className={cx(css.iconButton, className)}>
      <Icon size={16} strokeWidth={1.6} aria-hidden />
    </button>
  )
  return tooltip ? <Tooltip text={label}>{button}</Tooltip> : button
}
