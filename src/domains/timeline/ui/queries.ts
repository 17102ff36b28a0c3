import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import { atLeast, type Role } from '../../../platform/auth/roles.ts'
import { api, body } from '../../../ui/api/client.ts'
import type { components } from '../../../ui/api/schema.d.ts'
import { useSession } from '../../../ui/api/session.ts'
import { dayAt } from '../../../ui/instant.ts'
import { toast } from '../../../ui/overlays/Toast.tsx'
import type { Filter, Peek, Sort } from '../../portfolio/schema.ts'
import type { AccountUsage } from '../../usage/schema.ts'
import { words } from './words.ts'

type Schemas = components['schemas']
export type Account = Schemas['Account']
export type AccountRevenue = Schemas['AccountRevenue']
export type Subscription = Schemas['Subscription']
export type Ticket = Schemas['Ticket']
export type AccountPerson = Schemas['AccountPerson']
export type Task = Schemas['Task']
export type AccountRisk = Schemas['AccountRisk']
export type RiskReading = Schemas['RiskReading']
export type RiskModel = Schemas['RiskModel']
export type TimelineEntry = Schemas['TimelineEntry']
export type CustomField = Schemas['CustomField']

const byId = (id: string) => ({ path: { id } })

export const accountQuery = (id: string) =>
  queryOptions({
    queryKey: ['accounts', id, 'account'],
    queryFn: ({ signal }) => body(api.GET('/api/v1/accounts/{id}', { params: byId(id), signal })),
  })

export const revenueQuery = (id: string) =>
  queryOptions({
    queryKey: ['accounts', id, 'revenue'],
    queryFn: ({ signal }) => body(api.GET('/api/v1/accounts/{id}/revenue', { params: byId(id), signal })),
  })

export const useAccount = (id: string) => useQuery({ ...accountQuery(id), placeholderData: undefined })

export const useRevenue = (id: string) => useQuery({ ...revenueQuery(id), placeholderData: undefined })

export function useRisk(id: string) {
  return useQuery({
    queryKey: ['accounts', id, 'risk'],
    queryFn: ({ signal }) => body(api.GET('/api/v1/accounts/{id}/risk', { params: byId(id), signal })),
    placeholderData: undefined,
  })
}

export function useRiskModel(enabled: boolean) {
  return useQuery({
    queryKey: ['risk', 'model'],
    queryFn: ({ signal }) => body(api.GET('/api/v1/risk/model', { signal })),
    enabled,
  })
}

export function useUsage(id: string) {
  return useQuery({
    queryKey: ['accounts', id, 'usage'],
    queryFn: async ({ signal }) =>
      (await body(api.GET('/api/v1/accounts/{id}/usage', { params: byId(id), signal }))) as AccountUsage,
    placeholderData: undefined,
  })
}

export function useOpenTickets(id: string) {
  return useQuery({
    queryKey: ['accounts', id, 'tickets', 'open'],
    queryFn: ({ signal }) =>
      body(
        api.GET('/api/v1/accounts/{id}/tickets', {
          params: { ...byId(id), query: { open: 'true', limit: 200 } },
          signal,
        }),
      ),
    placeholderData: undefined,
  })
}

export function usePeople(id: string) {
  return useQuery({
    queryKey: ['accounts', id, 'people'],
    queryFn: ({ signal }) => body(api.GET('/api/v1/accounts/{id}/people', { params: byId(id), signal })),
    placeholderData: undefined,
  })
}

export function useTasks(id: string) {
  return useQuery({
    queryKey: ['accounts', id, 'tasks'],
    queryFn: ({ signal }) =>
      body(api.GET('/api/v1/tasks', { params: { query: { account: id, state: 'open' } }, signal })),
    placeholderData: undefined,
  })
}

/** The stored readings of the account with what they are made of, and whether it is pinned. */
export function usePeek(id: string) {
  return useQuery({
    queryKey: ['portfolio', 'peek', id],
    queryFn: async ({ signal }) =>
      (await body(api.GET('/api/v1/portfolio/accounts/{id}', { params: byId(id), signal }))) as Peek,
    placeholderData: undefined,
    refetchInterval: 30_000,
  })
}

export function useMembers() {
  return useQuery({
    queryKey: ['members'],
    queryFn: ({ signal }) => body(api.GET('/api/v1/members', { signal })),
    staleTime: 60_000,
  })
}

export function useCustomFields() {
  return useQuery({
    queryKey: ['custom-fields', 'account'],
    queryFn: ({ signal }) =>
      body(api.GET('/api/v1/custom-fields/{entity}', { params: { path: { entity: 'account' } }, signal })),
    staleTime: 60_000,
  })
}

export function useFoundAccounts(find: string) {
  return useQuery({
    queryKey: ['accounts', 'find', find],
    queryFn: ({ signal }) => body(api.GET('/api/v1/accounts', { params: { query: { find } }, signal })),
    enabled: find.trim() !== '',
  })
}

/** Where and when the person is, and what they may do. */
export interface Here {
  timeZone: string
  currency: string
  /** The day in the time zone of the workspace. */
  today: string
  me: string | null
  may: (role: Role) => boolean
}

export function useHere(): Here {
  const { data } = useSession()
  const timeZone = data?.workspace.timeZone ?? 'UTC'
  return {
    timeZone,
    currency: data?.workspace.currency ?? 'USD',
    today: dayAt(new Date().toISOString(), timeZone),
    me: data?.user.id ?? null,
    may: (role) => data !== undefined && atLeast(data.role, role),
  }
}

/** The list that the customer was opened from, and the place in it, counted from 1. */
export interface FromList {
  list: { filter: Filter; find: string; sort: Sort[] }
  at: number
}

/** The customers before and after this one in its list, and how many the list has. */
export function useNeighbours(from: FromList | null) {
  return useQuery({
    queryKey: ['portfolio', 'neighbours', from],
    queryFn: async ({ signal }) => {
      const { list, at } = from!
      const offset = Math.max(0, at - 2)
      const { rows, total } = await body(
        api.POST('/api/v1/portfolio/rows', { body: { ...list, offset, limit: 3, columns: [] }, signal }),
      )
      const here = at - 1 - offset
      return { total, previous: rows[here - 1]?.id ?? null, next: rows[here + 1]?.id ?? null }
    },
    enabled: from !== null,
  })
}

/** How long the readings of one account take to follow a change, with time to spare. */
const readingsFollowMs = 2_000

/** Reads again what a change at this account may have moved; its readings follow a moment later. */
export function useRefresh(): () => Promise<void> {
  const cache = useQueryClient()
  return useCallback(async () => {
    setTimeout(() => void cache.invalidateQueries({ queryKey: ['portfolio'] }), readingsFollowMs)
    await Promise.all(
      [['accounts'], ['portfolio'], ['today']].map((queryKey) => cache.invalidateQueries({ queryKey })),
    )
  }, [cache])
}

/** Does something at once, says so, and offers to take it back. */
export function useAct() {
  const refresh = useRefresh()
  const act = useCallback(
    async (run: () => Promise<unknown>, said: string, undo?: () => Promise<unknown>): Promise<void> => {
      try {
        await run()
        toast(said, undo && (() => void act(undo, words('undone'))))
      } catch (error) {
        toast(words('notDone', { reason: (error as Error).message }))
      }
      await refresh()
    },
    [refresh],
  )
  return act
}
