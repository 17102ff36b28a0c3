import { Activity, Import, ListChecks, Settings, Building2, type LucideIcon } from 'lucide-react'
import { useTodayCount } from '../../domains/today/ui/use-today.ts'
import { words } from './web-words.ts'

export interface Place {
  to: string
  label: string
  icon: LucideIcon
  /** The key after G. */
  key: string
  /** Not among the few tabs of a phone; Find leads there. */
  wide?: boolean
  /** Settings stands beside the user instead of in the list. */
  foot?: boolean
  /** How many things wait there for someone to act; a hook of the domain. */
  useCount?: () => number | undefined
}

/** The places of this release, in the order of the sidebar and the tab bar. */
export const places: readonly Place[] = [
  { to: '/', label: words('today'), icon: ListChecks, key: 't', useCount: useTodayCount },
  { to: '/customers', label: words('customers'), icon: Building2, key: 'c' },
  { to: '/events', label: words('events'), icon: Activity, key: 'e', wide: true },
  { to: '/import', label: words('import'), icon: Import, key: 'm' },
  { to: '/settings', label: words('settings'), icon: Settings, key: 's', foot: true },
]
