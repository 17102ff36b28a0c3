import { useQuery } from '@tanstack/react-query'
import { api, body } from '../../../ui/api/client.ts'
import type { components } from '../../../ui/api/schema.d.ts'

type Schemas = components['schemas']
export type UseCase = Schemas['UseCase']
export type UsageFeatures = Schemas['UsageFeatures']
export type FeatureReach = Schemas['FeatureReach']

export type AdoptionStudy = Schemas['AdoptionStudy']

export const useCasesKey = ['usage', 'use-cases']

export function useUseCases() {
  return useQuery({
    queryKey: useCasesKey,
    queryFn: ({ signal }) => body(api.GET('/api/v1/use-cases', { signal })),
  })
}

/** How far features reach; inside these segments too, when some are named. */
export function useFeatures(segments: readonly string[] | null) {
  const segment = segments && segments.length > 0 ? [...segments] : undefined
  return useQuery({
    queryKey: ['usage', 'features', segment ?? []],
    queryFn: ({ signal }) =>
      body(api.GET('/api/v1/usage/features', { params: { query: { ...(segment && { segment }) } }, signal })),
  })
}

export function useAdoption() {
  return useQuery({
    queryKey: ['usage', 'adoption'],
    queryFn: ({ signal }) => body(api.GET('/api/v1/usage/adoption', { signal })),
    staleTime: 300_000,
  })
}

/** Segments of the customers, the most frequent first. */
export function useSegments(): readonly string[] {
  const { data } = useQuery({
    queryKey: ['portfolio', 'fields'],
    queryFn: async () => await body(api.GET('/api/v1/portfolio/fields')),
    staleTime: 60_000,
  })
  const field = (data as FieldsAnswer | undefined)?.fields.find(({ code }) => code === 'segment')
  return field?.options?.map(({ value }) => value) ?? []
}

type FieldsAnswer = Readonly<{
  fields: readonly Readonly<{ code: string; options?: readonly Readonly<{ value: string }>[] | null }>[]
}>
