import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { api } from '../../../ui/api/client.ts'
import { ProblemError } from '../../../ui/api/problem.ts'
import { toast } from '../../../ui/overlays/Toast.tsx'
import { rejectedPage } from './queries.ts'
import { words } from './words.ts'

/** So many rejected events are tried again in one go. */
const most = 500

const tryAgain = (id: string): Promise<boolean> =>
  api.POST('/api/v1/events/rejected/{id}/replay', { params: { path: { id } }, body: {} }).then(
    () => true,
    (error: unknown) => {
      // Refused once more, or settled by somebody else meanwhile: the next may fare better.
      if (error instanceof ProblemError && [404, 422].includes(error.status)) return false
      throw error
    },
  )

/** Tries the rejected events of a reason again, one after the other; it can be stopped. */
export function useReplayAll() {
  const cache = useQueryClient()
  const [done, setDone] = useState<number | null>(null)
  const stopped = useRef(false)
  useEffect(() => () => void (stopped.current = true), [])
  const start = async (reason: string) => {
    stopped.current = false
    setDone(0)
    let [taken, refused] = [0, 0]
    try {
      const { rows } = await rejectedPage({ reason, limit: most })
      for (const { id } of rows) {
        if (stopped.current) break
        if (await tryAgain(id)) taken += 1
        else refused += 1
        setDone(taken + refused)
      }
      toast(words('replayedAll', { taken, refused }))
    } catch (error) {
      toast(words('notChanged', { reason: (error as Error).message }))
    } finally {
      setDone(null)
      await cache.invalidateQueries({ queryKey: ['events'] })
    }
  }
  return { running: done !== null, done: done ?? 0, start, stop: () => void (stopped.current = true) }
}
