import type { ComponentType } from 'react'
import { PinnedGroup, ViewsGroup } from '../../domains/portfolio/ui/SidebarGroups.tsx'
import { LiveFact } from './LiveFact.tsx'

/**
 * What domains show in the sidebar below the places: pinned customers, saved views (each a SidebarGroup).
 * A component that has nothing to show renders nothing.
 */
export const sidebarGroups: readonly ComponentType[] = [PinnedGroup, ViewsGroup]

/** What stands above the user: how fresh the data are (a SidebarFact). */
export const sidebarFacts: readonly ComponentType[] = [LiveFact]
