import { Button } from '../../ui/controls/Button.tsx'
import { Region } from '../../ui/layout/Region.tsx'
import type { Session } from '../../ui/api/session.ts'
import { enter, leave } from './session.ts'
import css from './SettingsFrame.module.css'
import { words } from './web-words.ts'

/** Signs out and changes workspace, also on phones, where the sidebar with its menus is not shown. */
export function SessionRegion({ session: { workspace, workspaces } }: { session: Session }) {
  return (
    <Region title={words('session')} note={words('sessionNote')}>
      <div className={css.buttons}>
        <Button onClick={() => void leave()}>{words('signOut')}</Button>
        {workspaces
          .filter(({ id }) => id !== workspace.id)
          .map(({ id, name }) => (
            <Button key={id} variant="quiet" onClick={() => void enter(id)}>
              {words('goToWorkspace', { name })}
            </Button>
          ))}
      </div>
    </Region>
  )
}
