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

applyTheme()
const router = createWebRouter()
onSignedOut(() => {
  const { pathname, href } = router.state.location
  if (pathname !== '/sign-in') void router.navigate({ to: '/sign-in', search: { next: href } })
})

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <QueryClientProvider client={createQueryClient()}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
)
