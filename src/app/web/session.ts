import { useQuery } from '@tanstack/react-query'
import { readProblem } from '../../ui/api/problem.ts'

interface Named {
  id: string
  name: string
}

export interface Session {
  user: Named & { email: string }
  role: string
  workspace: Named
  workspaces: Named[]
}

const path = '/api/v1/session'

/** Who is signed in, and where. A 401 leads to sign-in. */
export function useSession(onSignedOut: () => void) {
  return useQuery({
    queryKey: ['session'],
    queryFn: async () => {
      const response = await call(path, 'GET')
      if (response.status === 401) onSignedOut()
      if (!response.ok) throw await readProblem(response)
      return (await response.json()) as Session
    },
    staleTime: 60_000,
  })
}

export async function signOut(): Promise<void> {
  await demand(call(path, 'DELETE'))
}

export async function switchWorkspace(workspaceId: string): Promise<void> {
  await demand(call(`${path}/workspace`, 'PUT', { workspaceId }))
}

async function demand(answer: Promise<Response>): Promise<void> {
  const response = await answer
  if (!response.ok) throw await readProblem(response)
}

function call(url: string, method: string, sent?: object): Promise<Response> {
  return fetch(url, {
    method,
    credentials: 'same-origin',
    headers: { 'X-Requested-With': 'mainstay', ...(sent && { 'Content-Type': 'application/json' }) },
    ...(sent && { body: JSON.stringify(sent) }),
  })
}
