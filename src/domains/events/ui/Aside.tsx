import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { IconButton } from '../../../ui/controls/Button.tsx'
import { useKeys } from '../../../ui/keys.ts'
import { Dialog } from '../../../ui/overlays/Dialog.tsx'
import { useMedia } from '../../../ui/use-media.ts'
import css from './explorer.module.css'
import { words } from './words.ts'

/** What is looked at, beside the list; on narrow screens over it. */
export function Aside({
  title,
  onClose,
  children,
}: {
  title: string
  onClose: () => void
  children: ReactNode
}) {
  const narrow = useMedia('(max-width: 1199px)')
  useKeys([{ key: 'escape', label: words('closeKey'), run: onClose, when: !narrow }])
  if (narrow)
    return (
      <Dialog open onClose={onClose} title={title} width={480}>
        {children}
      </Dialog>
    )
  return (
    <aside className={css.aside} aria-label={title}>
      <header className={css.asideHead}>
        <h2>{title}</h2>
        <IconButton icon={X} label={words('closeKey')} onClick={onClose} />
      </header>
      {children}
    </aside>
  )
}
