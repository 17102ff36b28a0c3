import { useQueries, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useRef, useState } from 'react'
import { atLeast } from '../../../platform/auth/roles.ts'
import { api, body } from '../../../ui/api/client.ts'
import { useSession } from '../../../ui/api/session.ts'
import { steadied } from '../../../ui/steady.ts'
import type { Fields, Filter, Peek, Row, RowsPage, Sort, Summary, View } from '../schema.ts'

const pageSize = 100

export interface Asked {
  filter: Filter
  find: string
  sort: readonly Sort[]
  columns: readonly string[]
}

export const useFields = () =>
  useQuery({
    queryKey: ['portfolio', 'fields'],
    queryFn: async () => (await body(api.GET('/api/v1/portfolio/fields'))) as Fields,
    staleTime: 60_000,
  })

export const useViews = () =>
  useQuery({
    queryKey: ['portfolio', 'views'],
    queryFn: async () => (await body(api.GET('/api/v1/portfolio/views'))) as View[],
    staleTime: 60_000,
  })

export const useViewCounts = () =>
  useQuery({
    queryKey: ['portfolio', 'counts'],
    queryFn: () => body(api.GET('/api/v1/portfolio/view-counts')),
    staleTime: 60_000,
  })

export function useSummary({ filter, find, columns }: Asked, enabled: boolean) {
  return useQuery({
    queryKey: ['portfolio', 'summary', filter, find, columns],
    queryFn: async ({ signal }) =>
      (await body(
        api.POST('/api/v1/portfolio/summary', { body: { filter, find, columns: [...columns] }, signal }),
      )) as Summary,
    enabled,
  })
}

export const usePeek = (id: string | undefined) =>
  useQuery({
    queryKey: ['portfolio', 'peek', id],
    queryFn: async () =>
      (await body(
        api.GET('/api/v1/portfolio/accounts/{id}', { params: { path: { id: id ?? '' } } }),
      )) as Peek,
    enabled: id !== undefined,
    placeholderData: undefined,
  })

export const usePins = () =>
  useQuery({
    queryKey: ['portfolio', 'pins'],
    queryFn: () => body(api.GET('/api/v1/pins')),
    staleTime: 60_000,
  })

/** Whether the person may change records and what is shared; otherwise only what is their own. */
export function useMayWrite(): boolean {
  const { data } = useSession()
  return data !== undefined && atLeast(data.role, 'csm')
}

export const mayChange = (view: View, mayWrite: boolean): boolean =>
  !view.builtIn && (view.mine || (view.shared && mayWrite))

/** Forgets what was read of the portfolio, after something in it changed. */
export function useRefresh(): () => Promise<void> {
  const cache = useQueryClient()
  return useCallback(() => cache.invalidateQueries({ queryKey: ['portfolio'] }), [cache])
}

interface Held {
  key: string
  pages: Map<number, readonly Row[]>
  total: number
}

const idOf = ({ id }: Row): string => id

/**
 * Rows by server pages: those in sight are loaded, and rows of the question before stay until new ones are here. While
 * the table is `occupied`, rows take new values and keep their places; `differs` says that their order is another now.
 */
export function useRows(asked: Asked, enabled: boolean, occupied: boolean) {
  const key = JSON.stringify(asked)
  const held = useRef<Held | null>(null)
  const [, showAgain] = useState(0)
  const [sight, setSight] = useState({ key, first: 0, last: 0 })
  const { first, last } = sight.key === key ? sight : { first: 0, last: 0 }
  const wanted = Array.from({ length: last - first + 1 }, (_, i) => first + i)
  const results = useQueries({
    queries: wanted.map((page) => ({
      queryKey: ['portfolio', 'rows', asked, page],
      queryFn: async ({ signal }: { signal: AbortSignal }) =>
        (await body(
          api.POST('/api/v1/portfolio/rows', {
            body: {
              ...asked,
              sort: [...asked.sort],
              columns: [...asked.columns],
              offset: page * pageSize,
              limit: pageSize,
            },
            signal,
          }),
        )) as RowsPage,
      enabled,
      placeholderData: undefined,
    })),
  })
  let differs = false
  for (const [i, { data }] of results.entries()) {
    if (!data) continue
    if (held.current?.key !== key) held.current = { key, pages: new Map(), total: data.total }
    const before = held.current.pages.get(wanted[i]!)
    const steady = steadied(occupied && before ? before : data.rows, data.rows, idOf)
    held.current.pages.set(wanted[i]!, steady.rows)
    held.current.total = data.total
    differs ||= steady.differs
  }
  const shown = held.current
  const getRow = useCallback((index: number): Row | undefined => {
    const page = held.current?.pages.get(Math.floor(index / pageSize))
    return page?.[index % pageSize]
  }, [])
  const onRangeChange = useCallback(
    (from: number, to: number) => {
      const [firstPage, lastPage] = [Math.floor(from / pageSize), Math.floor(to / pageSize)]
      setSight((now) =>
        now.key === key && now.first === firstPage && now.last === lastPage
          ? now
          : { key, first: firstPage, last: lastPage },
      )
    },
    [key],
  )
  return {
    total: shown?.total,
    getRow,
    onRangeChange,
    error: results.find(({ error }) => error)?.error ?? null,
    retry: () => results.forEach((result) => void result.refetch()),
    loading: shown === null,
    differs,
    showNewer: () => {
      held.current?.pages.clear()
      showAgain((times) => times + 1)
    },
  }
}
