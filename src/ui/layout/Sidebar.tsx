import { Link } from '@tanstack/react-router'
import type { LucideIcon } from 'lucide-react'
import type { ReactElement, ReactNode } from 'react'
import { cx } from '../cx.ts'
import { count as formatCount } from '../format.ts'
import { Tooltip } from '../overlays/Tooltip.tsx'
import { useMedia } from '../use-media.ts'
import css from './Sidebar.module.css'

/** Pinned customers, saved views: a quiet heading and its links. */
export function SidebarGroup({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title} className={css.group}>
      <h2 className={css.heading}>{title}</h2>
      <ul>{children}</ul>
    </section>
  )
}

/** A link of the sidebar with an icon, or a square in the colour of a risk class. */
export function SidebarLink({
  to,
  label,
  icon: Icon,
  risk,
  count,
  exact = false,
}: {
  to: string
  label: string
  icon?: LucideIcon
  risk?: 'petrol' | 'ochre' | 'rust'
  /** How many wait for someone to act; nothing shows for zero or unknown. */
  count?: number | undefined
  exact?: boolean
}) {
  return (
    <li>
      <WithTip text={label}>
        <Link
          to={to}
          className={css.link}
          activeOptions={{ exact, includeSearch: to.includes('?') }}
          activeProps={{ 'aria-current': 'page' }}
        >
          {Icon && <Icon size={16} strokeWidth={1.6} aria-hidden className={css.icon} />}
          {risk && <span aria-hidden className={cx(css.square, css[risk])} />}
          <span className={css.label}>{label}</span>
          {count ? <span className={css.count}>{formatCount(count)}</span> : null}
        </Link>
      </WithTip>
    </li>
  )
}

/** A fact at the foot of the sidebar, for example how fresh the data are; rust when a source fails. */
export function SidebarFact({ failed = false, children }: { failed?: boolean; children: ReactNode }) {
  return (
    <p className={css.fact}>
      <span aria-hidden className={failed ? cx(css.square, css.rust) : css.disc} />
      <span className={css.label}>{children}</span>
    </p>
  )
}

function WithTip({ text, children }: { text: string; children: ReactElement }) {
  const icons = useMedia('(min-width: 768px) and (max-width: 1023px)')
  return icons ? <Tooltip text={text}>{children}</Tooltip> : children
}
