import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { words } from '../words.ts'
import css from './MobileTabBar.module.css'

/** The places at the bottom of a phone, at most five. Children are links made with TabFace. */
export function MobileTabBar({ children }: { children: ReactNode }) {
  return (
    <nav aria-label={words('places')} className={css.bar}>
      {children}
    </nav>
  )
}

/** Icon over name, inside a link or button of the tab bar. */
export function TabFace({ icon: Icon, label }: { icon: LucideIcon; label: string }) {
  return (
    <span className={css.face}>
      <Icon size={20} strokeWidth={1.6} aria-hidden />
      {label}
    </span>
  )
}
