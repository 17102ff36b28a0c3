import { Pin, PinOff } from 'lucide-react'
import { api } from '../../../ui/api/client.ts'
import { IconButton } from '../../../ui/controls/Button.tsx'
import { useAct, usePeek } from './queries.ts'
import { words } from './words.ts'

/** Keeps the customer in the sidebar, or lets it go. */
export function PinButton({ id, name }: { id: string; name: string }) {
  const act = useAct()
  const { data } = usePeek(id)
  if (!data) return null
  const params = { path: { id } }
  const add = () => api.PUT('/api/v1/pins/{id}', { params })
  const remove = () => api.DELETE('/api/v1/pins/{id}', { params })
  const { pinned } = data
  return (
    <IconButton
      icon={pinned ? PinOff : Pin}
      label={words(pinned ? 'unpin' : 'pin')}
      aria-pressed={pinned}
      onClick={() =>
        void (pinned
          ? act(remove, words('unpinned', { name }), add)
          : act(add, words('pinned', { name }), remove))
      }
    />
  )
}
