import { useMutation } from '@tanstack/react-query'
import { useEffect, useRef, type ReactNode } from 'react'
import { fieldFault, ProblemError, type Changed } from '../../../ui/api/problem.ts'
import { Button } from '../../../ui/controls/Button.tsx'
import { Form } from '../../../ui/controls/Form.tsx'
import { Dialog } from '../../../ui/overlays/Dialog.tsx'
import { timeOfInstant } from '../../../ui/instant.ts'
import { toast } from '../../../ui/overlays/Toast.tsx'
import { ErrorState } from '../../../ui/states/ErrorState.tsx'
import css from './customer.module.css'
import { useAct, useHere, useRefresh } from './queries.ts'
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
  loadNewer,
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
  /** Reads again what the form is about, after somebody else changed it; what was typed stands. */
  loadNewer?: () => Promise<unknown>
  lead?: ReactNode
  /** What stands below the form and is done apart from it. */
  after?: ReactNode
  children: (fault: (path: string) => string | undefined) => ReactNode
}) {
  const [refresh, act] = [useRefresh(), useAct()]
  const { mutate, error, isPending, reset } = useMutation({
    mutationFn: send,
    onSuccess: async ({ said, undo }) => {
      onClose()
      toast(said, undo && (() => void act(undo, words('undone'))))
      await refresh()
    },
  })
  const newer = useMutation({ mutationFn: async () => loadNewer?.(), onSuccess: reset })
  const overtaken = error instanceof ProblemError && error.code === 'changed_meanwhile' ? error : null
  const fault = overtaken ? newer.error : error
  return (
    <Dialog open onClose={onClose} title={title} {...(width !== undefined && { width })}>
      {lead}
      <Form
        onSubmit={mutate}
        error={fault}
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
        {children((path) => fieldFault(fault, path))}
        {overtaken && (
          <Overtaken changed={overtaken.changed} busy={newer.isPending} onLoad={() => newer.mutate()} />
        )}
        {!overtaken && newer.isSuccess && <Loaded />}
      </Form>
      {after}
    </Dialog>
  )
}

/** Says who was faster, and offers the newer state. Nothing that was typed is lost by either. */
function Overtaken({
  changed,
  busy,
  onLoad,
}: {
  changed: Changed | undefined
  busy: boolean
  onLoad: () => void
}) {
  const { timeZone } = useHere()
  const { by, at } = changed ?? { by: null, at: null }
  const time = at && timeOfInstant(at, timeZone)
  const fact =
    by && time
      ? words('changedBy', { by, time })
      : time
        ? words('changedAt', { time })
        : words('changedSince')
  return (
    <ErrorState
      title={words('notStored')}
      text={`${fact} ${words('typedKept')}`}
      actions={
        <Button busy={busy} onClick={onLoad}>
          {words('loadNewer')}
        </Button>
      }
    />
  )
}

/** Takes the focus that the button for loading had. */
function Loaded() {
  const text = useRef<HTMLParagraphElement>(null)
  useEffect(() => text.current?.focus(), [])
  return (
    <p ref={text} tabIndex={-1} className={css.lead}>
      {words('newerLoaded')}
    </p>
  )
}
