import { useImperativeHandle, useRef, useState, type Ref } from 'react'
import { Button } from '../../../ui/controls/Button.tsx'
import { Field, TextInput } from '../../../ui/controls/Field.tsx'
import { dayShort } from '../../../ui/format.ts'
import { Dialog } from '../../../ui/overlays/Dialog.tsx'
import { Menu, type MenuItem } from '../../../ui/overlays/Menu.tsx'
import { snoozeChoices, titleOf, type Item } from './reasons.ts'
import css from './today.module.css'
import { useMembers, type Decision } from './use-today.ts'
import { words } from './words.ts'

/** What the keys of the page do with the item in focus. */
export interface ActionsHandle {
  start(): void
  done(): void
  snooze(): void
  reassign(): void
  notUseful(): void
}

interface ActionsProps {
  ref: Ref<ActionsHandle>
  item: Item
  today: string
  onOpen: () => void
  onDecide: (decision: Decision, said: string) => void
}

/** What can be done with the item in focus: its step first, then done, snooze, reassign, not useful. */
export function RowActions({ ref, item, today, onOpen, onDecide }: ActionsProps) {
  const snooze = useRef<HTMLButtonElement>(null)
  const reassign = useRef<HTMLButtonElement>(null)
  const [asking, setAsking] = useState(false)
  const done = () => onDecide({ decision: 'done' }, words(item.taskId ? 'saidTaskDone' : 'saidDone'))
  // Without a customer there is nothing to open: completing the task is the step.
  const completes = item.account === null
  useImperativeHandle(ref, () => ({
    start: completes ? done : onOpen,
    done,
    snooze: () => snooze.current?.click(),
    reassign: () => reassign.current?.click(),
    notUseful: () => setAsking(true),
  }))
  return (
    <div role="group" aria-label={words('actions')} className={css.actions}>
      {completes ? (
        <Button size="row" variant="primary" keys="enter" onClick={done}>
          {words('completeTask')}
        </Button>
      ) : (
        <>
          <Button size="row" variant="primary" keys="enter" onClick={onOpen}>
            {words('openCustomer')}
          </Button>
          <Button size="row" keys="e" onClick={done}>
            {words(item.taskId ? 'completeTask' : 'done')}
          </Button>
        </>
      )}
      <Menu
        items={snoozeItems(item, today, onDecide)}
        trigger={
          <Button ref={snooze} size="row" keys="s">
            {words('snooze')}
          </Button>
        }
      />
      <Menu
        items={useAssignees(item, onDecide)}
        trigger={
          <Button ref={reassign} size="row" keys="a">
            {words('reassign')}
          </Button>
        }
      />
      <Button size="row" variant="quiet" keys="x" onClick={() => setAsking(true)}>
        {words('notUseful')}
      </Button>
      <NotUseful item={item} open={asking} onClose={() => setAsking(false)} onDecide={onDecide} />
    </div>
  )
}

function snoozeItems(item: Item, today: string, onDecide: ActionsProps['onDecide']): MenuItem[] {
  return snoozeChoices(today, item.taskId !== null).map(({ label, untilOn }) => ({
    label,
    run: () =>
      onDecide(
        { decision: 'snoozed', untilOn },
        untilOn ? words('saidSnoozed', { day: dayShort(untilOn, today) }) : words('saidSnoozedChange'),
      ),
  }))
}

function useAssignees(item: Item, onDecide: ActionsProps['onDecide']): MenuItem[] {
  const { data } = useMembers()
  const others = (data ?? []).filter(({ id, role }) => role !== 'viewer' && id !== item.owner?.id)
  if (others.length === 0) return [{ label: words('noMembers'), disabled: true, run: () => {} }]
  return others.map(({ id, name }) => ({
    label: name,
    run: () => onDecide({ decision: 'reassigned', assigneeId: id }, words('saidReassigned', { name })),
  }))
}

function NotUseful({
  item,
  open,
  onClose,
  onDecide,
}: {
  item: Item
  open: boolean
  onClose: () => void
  onDecide: ActionsProps['onDecide']
}) {
  const [why, setWhy] = useState('')
  const save = () => {
    onClose()
    const comment = why.trim()
    onDecide({ decision: 'not_useful', ...(comment && { comment }) }, words('saidNotUseful'))
  }
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={words('notUsefulTitle', { action: titleOf(item) })}
      actions={
        <>
          <Button onClick={onClose}>{words('cancel')}</Button>
          <Button variant="primary" onClick={save}>
            {words('notUsefulSave')}
          </Button>
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          save()
        }}
      >
        <Field label={words('notUsefulWhy')} hint={words('notUsefulHint')}>
          {(control) => (
            <TextInput
              {...control}
              value={why}
              maxLength={500}
              autoComplete="off"
              onChange={(event) => setWhy(event.target.value)}
            />
          )}
        </Field>
      </form>
    </Dialog>
  )
}
