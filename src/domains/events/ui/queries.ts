import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { api, body } from '../../../ui/api/client.ts'
import type { components } from '../../../ui/api/schema.d.ts'

type Schemas = components['schemas']
export type WriteKey = Schemas['WriteKey']
export type KeyActivity = Schemas['KeyActivity']
export type ExploredEvent = Schemas['ExploredEvent']
export type EventVolume = Schemas['EventVolume']
export type EventName = Schemas['EventName']
export type RejectedEvent = Schemas['RejectedEvent']
export type RejectReason = Schemas['RejectReason']
export type EventType = ExploredEvent['type']

/** What the stream is narrowed to. Instants are ISO text. */
export interface EventFilter {
  type?: EventType
  name?: string
  key?: string
  account?: string
  user?: string
  state?: 'counted' | 'waiting'
  day?: string
  since?: string
}

export const writeKeysKey = ['write-keys']

export function useWriteKeys(enabled = true) {
  return useQuery({
    queryKey: [...writeKeysKey, 'list'],
    queryFn: ({ signal }) => body(api.GET('/api/v1/write-keys', { signal })),
    enabled,
  })
}

export function useKeyActivity() {
  return useQuery({
    queryKey: [...writeKeysKey, 'activity'],
    queryFn: ({ signal }) => body(api.GET('/api/v1/write-keys/activity', { signal })),
    refetchInterval: 15_000,
  })
}

const explore = (query: EventFilter & { before?: string; limit?: number }, signal?: AbortSignal) =>
  body(api.GET('/api/v1/events/explore', { params: { query }, ...(signal && { signal }) }))

/** Events of a key since an instant, asked for every two seconds until their place is known. */
export function useFirstEvents(key: string, since: string) {
  return useQuery({
    queryKey: ['events', 'first', key, since],
    queryFn: ({ signal }) => explore({ key, since, limit: 20 }, signal),
    refetchInterval: 2_000,
    placeholderData: undefined,
  })
}

/** What was rejected of a key since an instant. */
export function useFirstRejects(keyName: string, since: string) {
  return useQuery({
    queryKey: ['events', 'first-rejects', keyName, since],
    queryFn: ({ signal }) => rejectedPage({ limit: 10 }, signal),
    select: ({ rows }) => rows.filter(({ key, receivedAt }) => key === keyName && receivedAt >= since),
    refetchInterval: 4_000,
    placeholderData: undefined,
  })
}

const pageSize = 60

export function useStream(filter: EventFilter) {
  return useInfiniteQuery({
    queryKey: ['events', 'stream', filter],
    queryFn: ({ signal, pageParam }) =>
      explore({ ...filter, limit: pageSize, ...(pageParam && { before: pageParam }) }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    staleTime: Infinity,
  })
}

/** What came since an instant, asked for every four seconds: what of it the stream does not show yet is new. */
export function useNewest(filter: EventFilter, since: string | undefined) {
  const from = since && filter.since && filter.since > since ? filter.since : since
  return useQuery({
    queryKey: ['events', 'newest', filter, from],
    queryFn: ({ signal }) => explore({ ...filter, ...(from && { since: from }), limit: pageSize }, signal),
    refetchInterval: 4_000,
    enabled: from !== undefined,
    placeholderData: undefined,
  })
}

export function useVolume(by: 'hour' | 'day') {
  return useQuery({
    queryKey: ['events', 'volume', by],
    queryFn: ({ signal }) => body(api.GET('/api/v1/events/volume', { params: { query: { by } }, signal })),
    refetchInterval: 30_000,
  })
}

export function useNames(days: number) {
  return useQuery({
    queryKey: ['events', 'names', days],
    queryFn: ({ signal }) => body(api.GET('/api/v1/events/names', { params: { query: { days } }, signal })),
  })
}

export function useProperties({ type, name }: Pick<EventName, 'type' | 'name'>) {
  return useQuery({
    queryKey: ['events', 'properties', type, name],
    queryFn: ({ signal }) =>
      body(api.GET('/api/v1/events/properties', { params: { query: { type, name } }, signal })),
    placeholderData: undefined,
  })
}

export function useWaiting() {
  return useQuery({
    queryKey: ['events', 'waiting'],
    queryFn: ({ signal }) => body(api.GET('/api/v1/events/waiting', { signal })),
  })
}

export function useReasons(enabled = true) {
  return useQuery({
    queryKey: ['events', 'rejected', 'reasons'],
    queryFn: ({ signal }) => body(api.GET('/api/v1/events/rejected/reasons', { signal })),
    enabled,
  })
}

export const rejectedPage = (
  query: { before?: string; reason?: string; limit: number },
  signal?: AbortSignal,
) => body(api.GET('/api/v1/events/rejected', { params: { query }, ...(signal && { signal }) }))

export function useRejected(reason: string | undefined) {
  return useInfiniteQuery({
    queryKey: ['events', 'rejected', 'list', reason ?? ''],
    queryFn: ({ signal, pageParam }) =>
      rejectedPage({ limit: 50, ...(reason && { reason }), ...(pageParam && { before: pageParam }) }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  })
}
