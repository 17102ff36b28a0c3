import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { onSignedOut } from '../../ui/api/client.ts'
import { createQueryClient } from '../../ui/api/query.ts'
import '../../ui/tokens.css'
import '../../ui/base.css'
import { applyTheme } from '../../ui/theme.ts'
import { createWebRouter } from './router.tsx'
import { pages } from './routes.tsx'

applyTheme()
const router = createWebRouter()
onSignedOut(() => {
  const { pathname, href } = router.state.location
  // Pages that stand alone work without a session and say themselves what went wrong.
  if (pages.some(({ path, frame }) => frame === 'alone' && path === pathname)) return
  void router.navigate({ to: '/sign-in', search: { next: href }, replace: true })
})

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <QueryClientProvider client={createQueryClient()}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
)
