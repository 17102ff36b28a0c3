import { lazyRouteComponent } from '@tanstack/react-router'
import { todaySearch } from '../../domains/today/ui/search.ts'
import { answered } from '../../ui/api/answered.ts'

export interface WebPage {
  path: string
  /** In the shell with its sidebar, or alone on the screen (sign-in). */
  frame: 'shell' | 'alone'
  component: ReturnType<typeof lazyRouteComponent>
  /** Reads and completes what the address says after the question mark. */
  search?: (search: Record<string, unknown>) => object
}

/** Every page of the product. Each is loaded when it is first opened; a domain's page is added here alone. */
export const pages: readonly WebPage[] = [
  {
    path: '/setup',
    frame: 'alone',
    component: lazyRouteComponent(
      answered(() => import('../../domains/team/ui/SetupPage.tsx')),
      'SetupPage',
    ),
  },
  {
    path: '/welcome',
    frame: 'alone',
    component: lazyRouteComponent(
      answered(() => import('./Welcome.tsx')),
      'Welcome',
    ),
  },
  {
    path: '/sign-in',
    frame: 'alone',
    component: lazyRouteComponent(
      answered(() => import('../../domains/team/ui/SignInPage.tsx')),
      'SignInPage',
    ),
  },
  {
    path: '/invitation',
    frame: 'alone',
    component: lazyRouteComponent(
      answered(() => import('../../domains/team/ui/InvitationPage.tsx')),
      'InvitationPage',
    ),
  },
  {
    path: '/settings/{-$section}',
    frame: 'shell',
    component: lazyRouteComponent(
      answered(() => import('./SettingsFrame.tsx')),
      'SettingsFrame',
    ),
  },
  {
    path: '/',
    frame: 'shell',
    component: lazyRouteComponent(
      answered(() => import('../../domains/today/ui/TodayPage.tsx')),
      'TodayPage',
    ),
    search: todaySearch,
  },
  {
    path: '/customers',
    frame: 'shell',
    component: lazyRouteComponent(
      answered(() => import('../../domains/portfolio/ui/CustomersPage.tsx')),
      'CustomersPage',
    ),
  },
  {
    path: '/events',
    frame: 'shell',
    component: lazyRouteComponent(
      answered(() => import('../../domains/events/ui/EventsPage.tsx')),
      'EventsPage',
    ),
  },
  {
    path: '/import',
    frame: 'shell',
    component: lazyRouteComponent(
      answered(() => import('./Imports.tsx')),
      'Imports',
    ),
  },
  {
    path: '/import/$id',
    frame: 'shell',
    component: lazyRouteComponent(
      answered(() => import('../../domains/imports/ui/ImportPage.tsx')),
      'ImportPage',
    ),
  },
  {
    path: '/customers/$id',
    frame: 'shell',
    component: lazyRouteComponent(
      answered(() => import('../../domains/timeline/ui/CustomerPage.tsx')),
      'CustomerPage',
    ),
  },
  {
    path: '/components',
    frame: 'alone',
    component: lazyRouteComponent(
      answered(() => import('./ComponentsPage.tsx')),
      'ComponentsPage',
    ),
  },
]
