import {
  queryOptions,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
  type QueryClient,
} from '@tanstack/react-query'
import { atLeast } from '../../../platform/auth/roles.ts'
import { api, body } from '../../../ui/api/client.ts'
import { useSession } from '../../../ui/api/session.ts'
import type { components, paths } from '../../../ui/api/schema.d.ts'
import { toast } from '../../../ui/overlays/Toast.tsx'
import { isBusy } from '../model.ts'
import { words } from './words.ts'

type Schemas = components['schemas']
export type Import = Schemas['Import']
export type ImportSummary = Schemas['ImportSummary']
export type ImportKind = Schemas['ImportKind']
export type ImportField = ImportKind['fields'][number]
export type Inspection = Import['inspection']
export type ColumnGuess = Schemas['ImportColumn']
export type Format = Schemas['ImportFormat']
export type ColumnPlan = Schemas['ImportColumnPlan']
export type Preview = Schemas['ImportPreview']
export type Template = Schemas['ImportTemplate']
export type Issue = Schemas['ImportIssue']
export type IssueGroup = Schemas['ImportIssueGroup']
export type PlanChange =
  paths['/api/v1/imports/{id}/plan']['put']['requestBody']['content']['application/json']
export type Disagreement = NonNullable<Import['report']['disagreements']>[number]
export type Phase = 'check' | 'run'

const importKey = (id: string) => ['imports', 'one', id]
const listKey = ['imports', 'list']
const templatesKey = ['imports', 'templates']
const busyMs = 1_000

const importQuery = (id: string) =>
  queryOptions({
    queryKey: importKey(id),
    queryFn: ({ signal }) => body(api.GET('/api/v1/imports/{id}', { params: { path: { id } }, signal })),
    // Another file's data must not stand in for this one's while it loads.
    placeholderData: undefined,
    staleTime: 0,
  })

/** One import, read again every second for as long as something runs. */
export const useImport = (id: string) =>
  useQuery({
    ...importQuery(id),
    refetchInterval: ({ state }) => (state.data && isBusy(state.data.state) ? busyMs : false),
  })

export const useImports = () =>
  useInfiniteQuery({
    queryKey: listKey,
    queryFn: ({ signal, pageParam }) =>
      body(
        api.GET('/api/v1/imports', {
          params: { query: { limit: 100, ...(pageParam && { before: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    staleTime: 0,
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ items }) => items.some((item) => isBusy(item.state))) ? 2 * busyMs : false,
  })

export const useKinds = () =>
  useQuery({
    queryKey: ['imports', 'kinds'],
    queryFn: ({ signal }) => body(api.GET('/api/v1/import-kinds', { signal })),
    staleTime: Infinity,
  })

export const useLimits = () =>
  useQuery({
    queryKey: ['imports', 'limits'],
    queryFn: ({ signal }) => body(api.GET('/api/v1/import-limits', { signal })),
    staleTime: Infinity,
  })

/** Whether this person may import; undefined while that is not known. */
export function useMayImport(): boolean | undefined {
  const role = useSession().data?.role
  return role && atLeast(role, 'csm')
}

export const usePreview = (id: string, enabled: boolean) =>
  useQuery({
    queryKey: [...importKey(id), 'preview'],
    queryFn: ({ signal }) =>
      body(api.GET('/api/v1/imports/{id}/preview', { params: { path: { id } }, signal })),
    enabled,
    staleTime: 0,
  })

/** How a group is asked for: issues of whole rows have no column. */
export const groupQuery = ({ severity, code, column }: IssueGroup) => ({
  severity,
  code,
  column: column ?? '',
})

export const useIssueGroups = (id: string, phase: Phase, enabled: boolean) =>
  useQuery({
    queryKey: [...importKey(id), 'groups', phase],
    queryFn: ({ signal }) =>
      body(
        api.GET('/api/v1/imports/{id}/issue-groups', { params: { path: { id }, query: { phase } }, signal }),
      ),
    enabled,
    placeholderData: undefined,
    staleTime: 0,
  })

/** All issues of a phase in the order of the file, or those of one group. */
export const useIssues = (id: string, phase: Phase, group: IssueGroup | undefined) =>
  useInfiniteQuery({
    queryKey: [...importKey(id), 'issues', phase, group ? groupQuery(group) : null],
    queryFn: ({ signal, pageParam }) =>
      body(
        api.GET('/api/v1/imports/{id}/issues', {
          params: {
            path: { id },
            query: { phase, limit: 500, after: pageParam, ...(group && groupQuery(group)) },
          },
          signal,
        }),
      ),
    initialPageParam: 0,
    getNextPageParam: ({ next }) => next,
    placeholderData: undefined,
    staleTime: 0,
  })

/** What was answered becomes what is shown; the preview and the list follow. */
function accept(cache: QueryClient, answer: Import): void {
  cache.setQueryData(importKey(answer.id), answer)
  void cache.invalidateQueries({ queryKey: [...importKey(answer.id), 'preview'] })
  void cache.invalidateQueries({ queryKey: listKey })
}

/** The import as it will be once the server has agreed: a choice must show at once. */
function foreseen(before: Import, { columns = {}, answers = {} }: PlanChange): Import {
  const changed = Object.entries(columns).flatMap(([name, change]) => {
    const column = before.plan.columns[name]
    return column ? [[name, { ...column, ...change, confidence: null }]] : []
  })
  return {
    ...before,
    plan: {
      ...before.plan,
      columns: { ...before.plan.columns, ...Object.fromEntries(changed) },
      answers: { ...before.plan.answers, ...answers },
    },
  }
}

/** Changes how a file is read. Changes are sent one after the other, so that none overwrites another. */
export function usePlanChange(id: string) {
  const cache = useQueryClient()
  return useMutation({
    scope: { id: `plan of ${id}` },
    mutationFn: (change: PlanChange) =>
      body(api.PUT('/api/v1/imports/{id}/plan', { params: { path: { id } }, body: change })),
    onMutate: async (change) => {
      await cache.cancelQueries({ queryKey: importKey(id), exact: true })
      cache.setQueryData<Import>(importKey(id), (before) => before && foreseen(before, change))
    },
    onSuccess: (answer, { saveAs }) => {
      accept(cache, answer)
      if (saveAs) toast(words('templateSaved', { name: saveAs }))
    },
    onError: async (error) => {
      toast(words('notSaved', { reason: error.message }))
      await cache.invalidateQueries({ queryKey: importKey(id) })
    },
  })
}

/** Starts the check, the import or the undo, or stops what is under way. */
export function useStart(id: string, verb: 'check' | 'run' | 'undo' | 'stop', onStarted?: () => void) {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: () => body(api.POST(`/api/v1/imports/{id}/${verb}`, { params: { path: { id } } })),
    onSuccess: (answer) => {
      cache.removeQueries({ queryKey: [...importKey(id), 'groups'] })
      cache.removeQueries({ queryKey: [...importKey(id), 'issues'] })
      accept(cache, answer)
      onStarted?.()
    },
    onError: async (error) => {
      toast(words('notDone', { reason: error.message }))
      await cache.invalidateQueries({ queryKey: importKey(id) })
    },
  })
}

export const useTemplates = () =>
  useQuery({
    queryKey: templatesKey,
    queryFn: ({ signal }) => body(api.GET('/api/v1/import-templates', { signal })),
    staleTime: 0,
  })

export function useDeleteTemplate() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: ({ id }: Template) =>
      api.DELETE('/api/v1/import-templates/{id}', { params: { path: { id } } }),
    onSuccess: async (_, { name }) => {
      toast(words('templateDeleted', { name }))
      await cache.invalidateQueries({ queryKey: templatesKey })
    },
    onError: (error) => toast(words('notDone', { reason: error.message })),
  })
}

export function useDiscard(onDone: () => void) {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: ({ id }: ImportSummary) => api.DELETE('/api/v1/imports/{id}', { params: { path: { id } } }),
    onSuccess: async (_, { fileName }) => {
      toast(words('discarded', { name: fileName }))
      await cache.invalidateQueries({ queryKey: listKey })
      onDone()
    },
    onError: (error) => toast(words('notDone', { reason: error.message })),
  })
}

/** The list is read again: an upload has ended. */
export const refreshImports = (cache: QueryClient) => cache.invalidateQueries({ queryKey: listKey })
