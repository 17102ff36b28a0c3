import {
  createRootRoute,
  createRoute,
  createRouter,
  type AnyRoute,
  type RouteComponent,
} from '@tanstack/react-router'
import { Frame } from './Frame.tsx'
import { NotFoundPage, PageFailed } from './failures.tsx'
import { pages, type WebPage } from './routes.tsx'
import { Shell } from './Shell.tsx'

const notFound = { path: '$', component: NotFoundPage }

/** The router over all registered pages: pages in the shell, pages alone, and a page for what does not exist. */
export function createWebRouter() {
  const root = createRootRoute({
    component: Frame,
    notFoundComponent: NotFoundPage,
    errorComponent: PageFailed,
  })
  const shell = createRoute({ getParentRoute: () => root, id: 'shell', component: Shell })
  const routes = (frame: WebPage['frame'], parent: AnyRoute) =>
    pages.filter((page) => page.frame === frame).map((page) => toRoute(page, parent))
  return createRouter({
    routeTree: root.addChildren([
      shell.addChildren([...routes('shell', shell), toRoute(notFound, shell)]),
      ...routes('alone', root),
    ]),
    defaultPreload: 'intent',
    defaultErrorComponent: PageFailed,
    scrollRestoration: true,
  })
}

function toRoute(
  { path, component, search }: Pick<WebPage, 'path' | 'search'> & { component: RouteComponent },
  parent: AnyRoute,
): AnyRoute {
  return createRoute({
    getParentRoute: () => parent,
    path,
    component,
    ...(search && { validateSearch: search }),
  })
}
