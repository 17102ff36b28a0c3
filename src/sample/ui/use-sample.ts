import { useMutation, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { atLeast } from '../../platform/auth/roles.ts'
import { announce } from '../../ui/announce.ts'
import { api, body } from '../../ui/api/client.ts'
import type { components } from '../../ui/api/schema.d.ts'
import { useSession } from '../../ui/api/session.ts'
import { toast } from '../../ui/overlays/Toast.tsx'
import { words } from './words.ts'

export type Sample = components['schemas']['SampleState']

const sampleKey = ['sample']
const movesMs = 1_000

/** Whether it is being loaded or removed. */
export const isMoving = ({ state }: Sample): boolean => state === 'loading' || state === 'removing'

/** Where the sample company stands, read again every second while it moves, and on wish until its readings are there. */
export const useSample = (untilSettled = false) =>
  useQuery({
    queryKey: sampleKey,
    queryFn: ({ signal }) => body(api.GET('/api/v1/sample', { signal })),
    refetchInterval: ({ state: { data } }) =>
      data && (isMoving(data) || (untilSettled && data.settling)) ? movesMs : false,
  })

/** Whether this person may load and remove it; undefined while that is not known. */
export function useMaySample(): boolean | undefined {
  const role = useSession().data?.role
  return role && atLeast(role, 'admin')
}

/** Loads it or goes on loading it, or removes it. */
export function useSampleAct(verb: 'load' | 'remove') {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: () =>
      verb === 'load' ? body(api.POST('/api/v1/sample', { body: {} })) : body(api.DELETE('/api/v1/sample')),
    onSuccess: (state) => cache.setQueryData(sampleKey, state),
    onError: async (error) => {
      toast(words('notDone', { reason: error.message }))
      await cache.invalidateQueries({ queryKey: sampleKey })
    },
  })
}

/** Whatever pages have read is read again. */
export const readAgain = (cache: QueryClient): Promise<void> =>
  cache.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== sampleKey[0] })

/** Every page is read again once the company has come or gone, and screen readers hear of it. */
export function useSampleChanges(sample: Sample | undefined): void {
  const cache = useQueryClient()
  const before = useRef(sample)
  useEffect(() => {
    const was = before.current
    before.current = sample
    if (!was || !sample) return
    if (was.state !== sample.state && sample.state === 'absent') announce(words('removedSaid'))
    if (isMoving(was) && !isMoving(sample)) {
      if (sample.state === 'loaded') announce(words('loadedSaid'))
      void readAgain(cache)
    }
  }, [sample, cache])
}
