import { useQuery } from '@tanstack/react-query'
import { api, body } from '../../ui/api/client.ts'
import type { components } from '../../ui/api/schema.d.ts'

export type Session = components['schemas']['Session']

/** Who is signed in, and where. */
export function useSession() {
  return useQuery({
    queryKey: ['session'],
    queryFn: ({ signal }) => body(api.GET('/api/v1/session', { signal })),
    staleTime: 60_000,
  })
}

export async function signOut(): Promise<void> {
  await api.DELETE('/api/v1/session')
}

export async function switchWorkspace(workspaceId: string): Promise<void> {
  await api.PUT('/api/v1/session/workspace', { body: { workspaceId } })
}
