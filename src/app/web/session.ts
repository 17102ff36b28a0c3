import { api } from '../../ui/api/client.ts'
import { toast } from '../../ui/overlays/Toast.tsx'
import { words } from './web-words.ts'

/** Signs out and shows the sign-in page. */
export async function leave(): Promise<void> {
  try {
    await api.DELETE('/api/v1/session')
    location.assign('/sign-in')
  } catch (error) {
    toast(words('notSignedOut', { reason: (error as Error).message }))
  }
}

/** Goes to another workspace. It shares no data with this one, so the page starts anew. */
export async function enter(workspaceId: string): Promise<void> {
  try {
    await api.PUT('/api/v1/session/workspace', { body: { workspaceId } })
    location.assign('/')
  } catch (error) {
    toast(words('notSwitched', { reason: (error as Error).message }))
  }
}
