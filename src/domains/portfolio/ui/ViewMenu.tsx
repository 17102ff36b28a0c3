import { useMutation } from '@tanstack/react-query'
import { Layers } from 'lucide-react'
import { useState } from 'react'
import { api, body } from '../../../ui/api/client.ts'
import { Button } from '../../../ui/controls/Button.tsx'
import { Field, TextInput } from '../../../ui/controls/Field.tsx'
import { Confirm } from '../../../ui/overlays/Confirm.tsx'
import { Dialog } from '../../../ui/overlays/Dialog.tsx'
import { Menu, type MenuItem } from '../../../ui/overlays/Menu.tsx'
import { toast } from '../../../ui/overlays/Toast.tsx'
import type { Filter, Sort, View } from '../schema.ts'
import css from './portfolio.module.css'
import { mayChange, useMayWrite, useRefresh } from './use-portfolio.ts'
import { words } from './words.ts'

export interface ViewContent {
  filter: Filter
  sort: Sort[]
  columns: string[]
}

export async function createView(name: string, content: ViewContent): Promise<string> {
  return (await body(api.POST('/api/v1/portfolio/views', { body: { name, ...content } }))).id
}

export function changeView(id: string, change: Partial<ViewContent> & { name?: string; shared?: boolean }) {
  return api.PATCH('/api/v1/portfolio/views/{id}', { params: { path: { id } }, body: change })
}

export const failed = (error: Error): void => toast(words('failed', { reason: error.message }))

type Asking = 'save' | 'rename' | 'delete' | null

/** What can be done with the view in sight: save as, rename, share, move, delete, copy its link. */
export function ViewMenu({
  view,
  saved,
  content,
  onOpen,
}: {
  view: View | undefined
  /** Saved views that the person may move, in their order. */
  saved: readonly View[]
  content: ViewContent
  onOpen: (id: string) => void
}) {
  const [asking, setAsking] = useState<Asking>(null)
  const refresh = useRefresh()
  const { mutate } = useMutation({
    mutationFn: (act: () => Promise<unknown>) => act(),
    onSuccess: refresh,
    onError: failed,
  })
  const mayWrite = useMayWrite()
  const own = view && mayChange(view, mayWrite) ? view : undefined
  const at = own ? saved.findIndex(({ id }) => id === own.id) : -1
  const move = (step: number) => {
    const ids = saved.map(({ id }) => id)
    ids.splice(at + step, 0, ...ids.splice(at, 1))
    mutate(() => api.PUT('/api/v1/portfolio/view-order', { body: { ids } }))
  }
  const items: MenuItem[] = [
    { label: words('saveAs'), run: () => setAsking('save') },
    { label: words('copyLink'), run: () => void copyLink() },
    ...(own
      ? ([
          'separator',
          { label: words('rename'), run: () => setAsking('rename') },
          ...(mayWrite || own.shared
            ? [
                {
                  label: own.shared ? words('unshareView') : words('shareView'),
                  run: () => mutate(() => changeView(own.id, { shared: !own.shared })),
                },
              ]
            : []),
          ...(at > 0 ? [{ label: words('moveLeft'), run: () => move(-1) }] : []),
          ...(at >= 0 && at < saved.length - 1 ? [{ label: words('moveRight'), run: () => move(1) }] : []),
          { label: words('deleteView'), danger: true, run: () => setAsking('delete') },
        ] satisfies MenuItem[])
      : []),
  ]
  const remove = (id: string) =>
    mutate(async () => {
      await api.DELETE('/api/v1/portfolio/views/{id}', { params: { path: { id } } })
      toast(words('deleted'))
      onOpen('all')
    })
  const save = async (name: string) => {
    const id = await createView(name, content)
    await refresh()
    onOpen(id)
  }
  const rename = async (name: string) => {
    if (own) await changeView(own.id, { name })
    await refresh()
  }
  return (
    <>
      <Menu
        align="end"
        items={items}
        trigger={
          <Button variant="quiet" icon={Layers}>
            {words('view')}
          </Button>
        }
      />
      <NameDialog
        key={asking}
        open={asking === 'save' || asking === 'rename'}
        title={asking === 'rename' ? words('renameView') : words('saveAs')}
        initial={asking === 'rename' ? (own?.name ?? '') : ''}
        onClose={() => setAsking(null)}
        onName={asking === 'rename' ? rename : save}
      />
      {own && (
        <Confirm
          open={asking === 'delete'}
          title={words('deleteTitle', { name: own.name })}
          text={own.shared ? words('deleteText') : words('deleteTextOwn')}
          action={words('deleteView')}
          onConfirm={() => remove(own.id)}
          onClose={() => setAsking(null)}
        />
      )}
    </>
  )
}

async function copyLink(): Promise<void> {
  try {
    await navigator.clipboard.writeText(location.href)
    toast(words('linkCopied'))
  } catch (error) {
    failed(error as Error)
  }
}

/** Asks for the name of a view; stays open with what was wrong when it is not accepted. */
export function NameDialog({
  open,
  title,
  initial,
  onClose,
  onName,
}: {
  open: boolean
  title: string
  initial: string
  onClose: () => void
  onName: (name: string) => Promise<void>
}) {
  const [name, setName] = useState(initial)
  const { mutate, error, isPending } = useMutation({
    mutationFn: onName,
    onSuccess: () => {
      toast(words('saved'))
      onClose()
    },
  })
  const form = 'view-name'
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={title}
      width={380}
      actions={
        <Button variant="primary" type="submit" form={form} busy={isPending}>
          {title}
        </Button>
      }
    >
      <form
        id={form}
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault()
          mutate(name.trim())
        }}
      >
        <Field label={words('viewName')} error={error?.message}>
          {(control) => (
            <TextInput
              {...control}
              autoFocus
              maxLength={80}
              required
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
      </form>
    </Dialog>
  )
}
