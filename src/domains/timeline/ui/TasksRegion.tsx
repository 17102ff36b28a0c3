import { Plus } from 'lucide-react'
import { useState } from 'react'
import { announce } from '../../../ui/announce.ts'
import { api } from '../../../ui/api/client.ts'
import { Button } from '../../../ui/controls/Button.tsx'
import { Checkbox } from '../../../ui/controls/Checkbox.tsx'
import { cx } from '../../../ui/cx.ts'
import { dayShort, days } from '../../../ui/format.ts'
import { Region } from '../../../ui/layout/Region.tsx'
import { Empty } from '../../../ui/states/Empty.tsx'
import { Loaded } from '../../../ui/states/Loaded.tsx'
import css from './customer.module.css'
import { useAct, useTasks, type Here, type Task } from './queries.ts'
import { daysLate } from './reasons.ts'
import { words } from './words.ts'

/** Open tasks, the longest due first; done ones leave at once and can be taken back. */
export function TasksRegion({ id, here, onAdd }: { id: string; here: Here; onAdd: () => void }) {
  const tasks = useTasks(id)
  const act = useAct()
  const [away, setAway] = useState<ReadonlySet<string>>(new Set())
  const reason = here.may('csm') ? undefined : words('needCsm')
  const put = (task: Task, gone: boolean) =>
    setAway((now) => new Set(gone ? [...now, task.id] : [...now].filter((one) => one !== task.id)))
  const done = (task: Task) => {
    const params = { path: { id: task.id } }
    put(task, true)
    announce(words('taskDone', { title: task.title }))
    void act(
      () =>
        api.POST('/api/v1/tasks/{id}/done', { params }).catch((error: unknown) => {
          put(task, false)
          throw error
        }),
      words('taskDone', { title: task.title }),
      async () => {
        await api.DELETE('/api/v1/tasks/{id}/done', { params })
        put(task, false)
      },
    )
  }
  const add = (
    <Button size="row" variant="quiet" icon={Plus} onClick={onAdd} disabledReason={reason}>
      {words('addTask')}
    </Button>
  )
  return (
    <Region
      title={words('tasks')}
      note={
        tasks.data &&
        words('tasksNote', { n: tasks.data.rows.filter(({ id: one }) => !away.has(one)).length })
      }
      actions={add}
    >
      <Loaded query={tasks} label={words('tasks')}>
        {({ rows, total }) => {
          const shown = rows.filter((task) => !away.has(task.id))
          if (shown.length === 0) return <Empty title={words('tasksEmpty')} text={words('tasksEmptyText')} />
          return (
            <>
              <ul className={css.rows} aria-label={words('tasks')}>
                {shown.map((task) => (
                  <TaskRow
                    key={task.id}
                    task={task}
                    today={here.today}
                    {...(!reason && { onDone: () => done(task) })}
                  />
                ))}
              </ul>
              {total > rows.length && (
                <p className={css.quiet}>{words('moreTasks', { n: total - rows.length })}</p>
              )}
            </>
          )
        }}
      </Loaded>
    </Region>
  )
}

function TaskRow({ task, today, onDone }: { task: Task; today: string; onDone?: () => void }) {
  const late = daysLate(task.dueOn, today)
  return (
    <li className={css.row}>
      {onDone && (
        <span className={css.check}>
          <Checkbox
            hideLabel
            label={words('markDone', { title: task.title })}
            checked={false}
            onChange={onDone}
          />
        </span>
      )}
      <span className={css.main}>
        {task.title}
        {task.body && <span className={css.quiet}> {task.body}</span>}
      </span>
      <span className={cx(css.rowFact, css.owner)} title={task.owner?.name}>
        {task.owner?.name ?? words('nobody')}
      </span>
      <span className={late > 0 ? css.rowLate : css.rowEnd}>{dueText(task.dueOn, late, today)}</span>
    </li>
  )
}

function dueText(dueOn: string | null, late: number, today: string): string {
  if (dueOn === null) return words('noDue')
  if (late > 0) return words('dueLate', { days: days(late) })
  return dueOn === today ? words('dueToday') : dayShort(dueOn, today)
}
