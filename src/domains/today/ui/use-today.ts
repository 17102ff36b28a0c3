import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { announce } from '../../../ui/announce.ts'
import { api, body } from '../../../ui/api/client.ts'
import { toast } from '../../../ui/overlays/Toast.tsx'
import type { HeldCode, Why } from '../schema.ts'
import type { Item } from './reasons.ts'
import { words } from './words.ts'

export type Whose = 'mine' | 'team'

const todayQuery = (whose: Whose) => ({
  queryKey: ['today', 'list', whose],
  queryFn: ({ signal }: { signal: AbortSignal }) =>
    body(api.GET('/api/v1/today', { params: { query: { whose } }, signal })),
})

export function useToday(whose: Whose, enabled = true) {
  // Nobody's list may stand in for another while it loads.
  return useQuery({ ...todayQuery(whose), enabled, placeholderData: undefined, refetchInterval: 60_000 })
}

/** How many items wait for this person; nothing where none does. */
export function useTodayCount(): number | undefined {
  const { data } = useQuery(todayQuery('mine'))
  return data && data.items.length > 0 ? data.items.length : undefined
}

/** The customers of an item of many. */
export function useMany(ruleCode: string, whose: Whose) {
  return useQuery({
    queryKey: ['today', 'list', whose, 'many', ruleCode],
    queryFn: ({ signal }) =>
      body(
        api.GET('/api/v1/today/many/{code}', {
          params: { path: { code: ruleCode }, query: { whose } },
          signal,
        }),
      ),
    placeholderData: undefined,
  })
}

/** What is held back for one reason. */
export function useHeld(whose: Whose, code: HeldCode) {
  return useQuery({
    queryKey: ['today', 'list', whose, 'held', code],
    queryFn: ({ signal }) =>
      body(api.GET('/api/v1/today/held-back', { params: { query: { whose, code } }, signal })),
    placeholderData: undefined,
  })
}

export function useMembers() {
  return useQuery({
    queryKey: ['members'],
    queryFn: ({ signal }) => body(api.GET('/api/v1/members', { signal })),
    staleTime: 60_000,
  })
}

export function useRisk(accountId: string | null) {
  return useQuery({
    queryKey: ['accounts', accountId, 'risk'],
    queryFn: ({ signal }) =>
      body(api.GET('/api/v1/accounts/{id}/risk', { params: { path: { id: accountId! } }, signal })),
    enabled: accountId !== null,
    placeholderData: undefined,
  })
}

export function useRevenue(accountId: string | null) {
  return useQuery({
    queryKey: ['accounts', accountId, 'revenue'],
    queryFn: ({ signal }) =>
      body(api.GET('/api/v1/accounts/{id}/revenue', { params: { path: { id: accountId! } }, signal })),
    enabled: accountId !== null,
    placeholderData: undefined,
  })
}

export type Decision = Readonly<{
  decision: 'done' | 'snoozed' | 'reassigned' | 'not_useful'
  untilOn?: string | null
  untilChange?: boolean
  assigneeId?: string
  why?: Why
  comment?: string
}>

/** How long a row takes to leave, as --time-leave says. */
const leaveMs = 140

/** Tells the server; of an item of many for the chosen customers, or for all of them. Gives the id that undoes it. */
async function save(
  item: Item,
  decision: Decision,
  { whose, accountIds }: { whose: Whose; accountIds: readonly string[] },
): Promise<string> {
  const saved = item.many
    ? await body(
        api.POST('/api/v1/today/many/{code}/decisions', {
          params: { path: { code: item.rule.code } },
          body: { whose, ...decision, ...(accountIds.length > 0 && { accountIds: [...accountIds] }) },
        }),
      )
    : await body(
        api.POST('/api/v1/today/decisions', {
          body: {
            accountId: item.account?.id ?? null,
            ruleCode: item.rule.code,
            occurrence: item.occurrence,
            ...decision,
          },
        }),
      )
  return saved.id
}

/**
 * Decides about items at once and tells the server behind it. A row is first `leaving`, then `gone`; what is undone or
 * refused comes back.
 */
export function useDecisions(whose: Whose) {
  const client = useQueryClient()
  const [away, setAway] = useState<ReadonlyMap<string, 'leaving' | 'gone'>>(new Map())
  const mark = (key: string, state: 'leaving' | 'gone' | null) =>
    setAway((before) => {
      const next = new Map(before)
      if (state) next.set(key, state)
      else next.delete(key)
      return next
    })
  const refresh = () => client.invalidateQueries({ queryKey: ['today', 'list'] })

  async function undo(saved: Promise<string>): Promise<void> {
    try {
      const id = await saved
      await api.DELETE('/api/v1/today/decisions/{id}', { params: { path: { id } } })
      announce(words('undone'))
    } catch (error) {
      toast(words('notUndone', { reason: (error as Error).message }))
    }
    await refresh()
  }

  /** `leaves`: whether the row goes from the list in sight. `accountIds`: of an item of many; none means all. */
  async function decide(
    item: Item,
    decision: Decision,
    said: string,
    { leaves, accountIds }: { leaves: boolean; accountIds: readonly string[] },
  ): Promise<void> {
    if (leaves) {
      mark(item.key, 'leaving')
      setTimeout(
        () => setAway((now) => (now.has(item.key) ? new Map(now).set(item.key, 'gone') : now)),
        leaveMs,
      )
    }
    const saved = save(item, decision, { whose, accountIds })
    toast(said, () => void undo(saved))
    try {
      await saved
      await refresh()
    } catch (error) {
      toast(words('notSaved', { reason: (error as Error).message }))
    }
    // By now the list itself says whether the item is in it.
    if (leaves) mark(item.key, null)
  }
  return { away, decide }
}

/** Takes back what somebody decided about an item that is held back. */
export function useTakeBack() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => api.DELETE('/api/v1/today/decisions/{id}', { params: { path: { id } } }),
    onSuccess: () => toast(words('tookBack')),
    onError: (error) => toast(words('notUndone', { reason: error.message })),
    onSettled: () => client.invalidateQueries({ queryKey: ['today', 'list'] }),
  })
}
