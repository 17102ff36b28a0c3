import { useQuery } from '@tanstack/react-query'
import { api, body } from '../../../ui/api/client.ts'

export const membersKey = ['members']
export const invitationsKey = ['invitations']
export const apiKeysKey = ['api-keys']

export function useMembers() {
  return useQuery({
    queryKey: membersKey,
    queryFn: ({ signal }) => body(api.GET('/api/v1/members', { signal })),
  })
}

export function useInvitations(enabled: boolean) {
  return useQuery({
    queryKey: invitationsKey,
    queryFn: ({ signal }) => body(api.GET('/api/v1/invitations', { signal })),
    enabled,
  })
}

export function useApiKeys() {
  return useQuery({
    queryKey: apiKeysKey,
    queryFn: ({ signal }) => body(api.GET('/api/v1/api-keys', { signal })),
  })
}
