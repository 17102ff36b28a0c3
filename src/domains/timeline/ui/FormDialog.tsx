import { useMutation } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { fieldFault } from '../../../ui/api/problem.ts'
import { Button } from '../../../ui/controls/Button.tsx'
import { Form } from '../../../ui/controls/Form.tsx'
import { Dialog } from '../../../ui/overlays/Dialog.tsx'
import { toast } from '../../../ui/overlays/Toast.tsx'
import { useAct, useRefresh } from './queries.ts'
import { words } from './words.ts'

/** What was said when a form was sent, and how it is taken back where it can be. */
export interface Sent {
  said: string
  undo?: () => Promise<unknown>
}

/** A dialog with one form: what is wrong stands beside its field, what was done is said and can be undone. */
export function FormDialog({
  title,
  action,
  width,
  fields,
  send,
  onClose,
  lead,
  after,
  children,
}: {
  title: string
  action: string
  width?: number
  /** Paths of the fields that show their own fault. */
  fields: readonly string[]
  send: () => Promise<Sent>
  onClose: () => void
  lead?: ReactNode
  /** What stands below the form and is done apart from it. */
  after?: ReactNode
  children: (fault: (path: string) => string | undefined) => ReactNode
}) {
  const [refresh, act] = [useRefresh(), useAct()]
  const { mutate, error, isPending } = useMutation({
    mutationFn: send,
    onSuccess: async ({ said, undo }) => {
      onClose()
      toast(said, undo && (() => void act(undo, words('undone'))))
      await refresh()
    },
  })
  return (
    <Dialog open onClose={onClose} title={title} {...(width !== undefined && { width })}>
      {lead}
      <Form
        onSubmit={mutate}
        error={error}
        fields={fields}
        actions={
          <>
            <Button onClick={onClose}>{words('cancel')}</Button>
            <Button variant="primary" type="submit" busy={isPending}>
              {action}
            </Button>
          </>
        }
      >
        {children((path) => fieldFault(error, path))}
      </Form>
      {after}
    </Dialog>
  )
}
