import { Layers } from 'lucide-react'
import { SidebarGroup, SidebarLink } from '../../../ui/layout/Sidebar.tsx'
import { viewLabel } from './conditions.ts'
import { usePins, useViews } from './use-portfolio.ts'
import { words } from './words.ts'

const tones = { low: 'petrol', medium: 'ochre', high: 'rust' } as const

/** Customers that the person pinned, each with a square in the colour of its risk class. */
export function PinnedGroup() {
  const { data } = usePins()
  if (!data?.length) return null
  return (
    <SidebarGroup title={words('pinned')}>
      {data.map(({ id, name, risk }) => (
        <SidebarLink key={id} to={`/customers/${id}`} label={name} {...(risk && { risk: tones[risk] })} />
      ))}
    </SidebarGroup>
  )
}

/** Saved and built-in views, but for the one of all customers. */
export function ViewsGroup() {
  const { data } = useViews()
  const shown = data?.slice(1) ?? []
  if (shown.length === 0) return null
  return (
    <SidebarGroup title={words('views')}>
      {shown.map((view) => (
        <SidebarLink
          key={view.id}
          to={`/customers?view=${encodeURIComponent(view.id)}`}
          label={viewLabel(view)}
          icon={Layers}
          exact
        />
      ))}
    </SidebarGroup>
  )
}
