import type { ReactNode } from 'react'
import type { LucideIcon } from 'lucide-react'
import { cx } from '../cx.ts'
import css from './Tag.module.css'

export type Tone = 'neutral' | 'petrol' | 'ochre' | 'rust' | 'plum' | 'unknown'

/** A short state in words. Unknown has a dashed outline and no hue. */
export function Tag({
  tone = 'neutral',
  icon: Icon,
  children,
}: {
  tone?: Tone
  icon?: LucideIcon
  children: ReactNode
}) {
  return (
    <span className={cx(css.tag, css[tone])}>
      {Icon && <Icon size={12} strokeWidth={1.75} aria-hidden />}
      {children}
    </span>
  )
}
