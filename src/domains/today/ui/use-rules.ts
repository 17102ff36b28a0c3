import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, body } from '../../../ui/api/client.ts'
import type { RuleDefinition } from '../schema.ts'

const rulesKey = ['today', 'rules']

export function useRules() {
  return useQuery({
    queryKey: rulesKey,
    queryFn: ({ signal }) => body(api.GET('/api/v1/today/rules', { signal })),
  })
}

/** What rules can be made of here. */
export function useChoices() {
  return useQuery({
    queryKey: ['today', 'choices'],
    queryFn: ({ signal }) => body(api.GET('/api/v1/today/rules/choices', { signal })),
    staleTime: 60_000,
  })
}

type Change = Readonly<{ version?: number; enabled?: boolean; definition?: RuleDefinition }>

function useTodayMutation<Input, Output>(mutationFn: (input: Input) => Promise<Output>) {
  const cache = useQueryClient()
  return useMutation({ mutationFn, onSuccess: () => cache.invalidateQueries({ queryKey: ['today'] }) })
}

/** Saves a new version of a rule; one that was removed comes back. */
export const useRuleChange = (code: string) =>
  useTodayMutation((change: Change) =>
    api.PUT('/api/v1/today/rules/{code}', { params: { path: { code } }, body: change }),
  )

export const useNewRule = () =>
  useTodayMutation((rule: { enabled: boolean; definition: RuleDefinition }) =>
    body(api.POST('/api/v1/today/rules', { body: rule })),
  )

export const useRuleRemoval = (code: string) =>
  useTodayMutation(() => api.DELETE('/api/v1/today/rules/{code}', { params: { path: { code } } }))

export function useOutcomes() {
  return useQuery({
    queryKey: ['today', 'outcomes'],
    queryFn: ({ signal }) => body(api.GET('/api/v1/today/outcomes', { signal })),
  })
}

export function useSettings() {
  return useQuery({
    queryKey: ['today', 'settings'],
    queryFn: ({ signal }) => body(api.GET('/api/v1/today/settings', { signal })),
  })
}

export const useSettingsChange = () =>
  useTodayMutation((smallBelowCents: number | null) =>
    api.PUT('/api/v1/today/settings', { body: { smallBelowCents } }),
  )

export function useTrialStart() {
  return useMutation({
    mutationFn: (definition: RuleDefinition) =>
      body(api.POST('/api/v1/today/trials', { body: { definition } })),
  })
}

const pollMs = 700

/** A trial, asked for again until it is done. */
export function useTrial(id: string | null) {
  return useQuery({
    queryKey: ['today', 'trials', id],
    queryFn: ({ signal }) =>
      body(api.GET('/api/v1/today/trials/{id}', { params: { path: { id: id! } }, signal })),
    enabled: id !== null,
    placeholderData: undefined,
    refetchInterval: ({ state }) =>
      state.data?.state === 'done' || state.data?.state === 'failed' ? false : pollMs,
  })
}
