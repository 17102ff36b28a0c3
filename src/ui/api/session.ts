import { useQuery } from '@tanstack/react-query'
import { api, body } from './client.ts'
import type { components } from './schema.d.ts'

export type Session = components['schemas']['Session']

/** Who is signed in, where, with which role; read once for the shell and every page. */
export function useSession() {
  return useQuery({
    queryKey: ['session'],
    queryFn: ({ signal }) => body(api.GET('/api/v1/session', { signal })),
    staleTime: 60_000,
  })
}
