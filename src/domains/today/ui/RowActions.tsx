import { useImperativeHandle, useRef, useState, type Ref } from 'react'
import { Button } from '../../../ui/controls/Button.tsx'
import { dayShort } from '../../../ui/format.ts'
import { Menu, type MenuItem } from '../../../ui/overlays/Menu.tsx'
import { NotUseful } from './NotUseful.tsx'
import { snoozeChoices, type Item } from './reasons.ts'
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
  /** Customers of an item of many that were chosen; none means all. */
  chosen: number
  today: string
  onOpen: () => void
  onDecide: (decision: Decision, said: string) => void
}

/** What can be done with the item in focus: its step first, then done, snooze, reassign, not useful. */
export function RowActions({ ref, item, chosen, today, onOpen, onDecide }: ActionsProps) {
  const snooze = useRef<HTMLButtonElement>(null)
  const reassign = useRef<HTMLButtonElement>(null)
  const [asking, setAsking] = useState(false)
  const forMany = item.many && (chosen || item.many.count)
  const decide: ActionsProps['onDecide'] = (decision, said) =>
    onDecide(decision, forMany ? words('saidMany', { n: forMany, said }) : said)
  const done = () => decide({ decision: 'done' }, words(item.taskId ? 'saidTaskDone' : 'saidDone'))
  // Without a customer there is nothing to open: completing the task is the step.
  const completes = item.account === null && item.many === null
  useImperativeHandle(ref, () => ({
    start: completes ? done : onOpen,
    done,
    snooze: () => snooze.current?.click(),
    reassign: () => reassign.current?.click(),
    notUseful: () => setAsking(true),
  }))
  const doneLabel = forMany ? words('doneMany', { n: forMany }) : words(item.taskId ? 'completeTask' : 'done')
  return (
    <div role="group" aria-label={words('actions')} className={css.actions}>
      {completes ? (
        <Button size="row" variant="primary" keys="enter" onClick={done}>
          {words('completeTask')}
        </Button>
      ) : (
        <>
          <Button size="row" variant="primary" keys="enter" onClick={onOpen}>
            {words(item.many ? 'openList' : 'openCustomer')}
          </Button>
          <Button size="row" keys="e" onClick={done}>
            {doneLabel}
          </Button>
        </>
      )}
      <Menu
        items={snoozeItems(item, today, decide)}
        trigger={
          <Button ref={snooze} size="row" keys="s">
            {words('snooze')}
          </Button>
        }
      />
      <Menu
        items={useAssignees(item, decide)}
        trigger={
          <Button ref={reassign} size="row" keys="a">
            {words('reassign')}
          </Button>
        }
      />
      <Button size="row" variant="quiet" keys="x" onClick={() => setAsking(true)}>
        {words('notUseful')}
      </Button>
      <NotUseful
        item={item}
        open={asking}
        onClose={() => setAsking(false)}
        onSave={(why, comment) =>
          decide(
            { decision: 'not_useful', ...(why && { why }), ...(comment && { comment }) },
            words('saidNotUseful'),
          )
        }
      />
    </div>
  )
}

function snoozeItems(item: Item, today: string, onDecide: ActionsProps['onDecide']): MenuItem[] {
  return snoozeChoices(today, item.taskId !== null).map(({ label, decision }) => ({
    label,
    run: () =>
      onDecide(
        { decision: 'snoozed', ...decision },
        decision.untilOn
          ? words('saidSnoozed', { day: dayShort(decision.untilOn, today) })
          : words(decision.untilChange ? 'saidSnoozedChange' : 'saidSnoozedTime'),
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
