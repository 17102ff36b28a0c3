import { useNavigate } from '@tanstack/react-router'
import { Building2, Layers, Monitor, Moon, Settings, Sun } from 'lucide-react'
import { useMemo } from 'react'
import { viewLabel } from '../../domains/portfolio/ui/conditions.ts'
import { useViews } from '../../domains/portfolio/ui/use-portfolio.ts'
import { atLeast } from '../../platform/auth/roles.ts'
import { api, body } from '../../ui/api/client.ts'
import { useSession } from '../../ui/api/session.ts'
import { useCommands, useCommandSource, type CommandItem } from '../../ui/overlays/command-store.ts'
import { setTheme } from '../../ui/theme.ts'
import { places } from './places.ts'
import { settingsSections } from './settings-sections.tsx'
import { words } from './web-words.ts'

type Go = (to: string, search?: Record<string, string>) => void

/** What can be found or done from everywhere: places, customers, views, sections of the settings, themes. */
export function useShellCommands(): void {
  const navigate = useNavigate()
  const { data: session } = useSession()
  const { data: views } = useViews()
  const role = session?.role
  const commands = useMemo(() => {
    const go: Go = (to, search) => void navigate({ to, search: (search ?? {}) as never })
    const sections = settingsSections.filter(({ needs }) => role !== undefined && atLeast(role, needs))
    return [
      ...places.map(({ to, label, icon, key }) => ({
        id: to,
        label: words('goToPlace', { place: label }),
        icon,
        kind: words('place'),
        keys: `g ${key}`,
        run: () => go(to),
      })),
      ...(views ?? []).slice(1).map((view) => ({
        id: `view ${view.id}`,
        label: viewLabel(view),
        icon: Layers,
        kind: words('view'),
        run: () => go('/customers', { view: view.id }),
      })),
      ...sections.map(({ id, label }) => ({
        id: `/settings/${id}`,
        label,
        icon: Settings,
        kind: words('setting'),
        also: words('settings'),
        run: () => go(`/settings/${id}`),
      })),
      ...themes().map(({ label, icon, run }) => ({ id: label, label, icon, kind: words('do'), run })),
    ]
  }, [navigate, role, views])
  useCommands(commands)
  useCommandSource(words('customers'), (query, signal) =>
    findCustomers(query, signal, (id) => void navigate({ to: `/customers/${id}` as '/' })),
  )
}

async function findCustomers(
  query: string,
  signal: AbortSignal,
  open: (id: string) => void,
): Promise<CommandItem[]> {
  const hits = await body(
    api.GET('/api/v1/accounts', { params: { query: { find: query, limit: 8 } }, signal }),
  )
  return hits.map(({ id, name }) => ({
    id,
    label: name,
    icon: Building2,
    kind: words('customer'),
    run: () => open(id),
  }))
}

/** The themes that may be chosen, for the menu of commands and that of the user. */
export function themes() {
  return [
    { label: words('themeSystem'), icon: Monitor, run: () => setTheme('system') },
    { label: words('themeLight'), icon: Sun, run: () => setTheme('light') },
    { label: words('themeDark'), icon: Moon, run: () => setTheme('dark') },
  ]
}
