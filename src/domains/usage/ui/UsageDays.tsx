import { useLocation, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Button } from '../../../ui/controls/Button.tsx'
import { count, dayShort } from '../../../ui/format.ts'
import { Heading } from '../../../ui/layout/Region.tsx'
import { PlainTable, type PlainColumn } from '../../../ui/table/PlainTable.tsx'
import type { AccountUsage } from '../schema.ts'
import { DayDialog } from './DayDialog.tsx'
import { readDaysHash } from './readings.ts'
import css from './region.module.css'
import { words } from './region-words.ts'

type Day = AccountUsage['days'][number]
const shownAtOnce = 14

/** The days behind the readings; evidence leads to some of them by their place on the page. */
export function UsageDays({ id, usage, today }: { id: string; usage: AccountUsage; today: string }) {
  const { hash } = useLocation()
  const navigate = useNavigate()
  const asked = readDaysHash(hash)
  const [open, setOpen] = useState(false)
  const shown = open || asked !== null
  const within = asked ? usage.days.filter(({ day }) => day >= asked.from && day < asked.to) : usage.days
  const leave = () =>
    asked && void navigate({ to: '.', hash: '', search: true as never, replace: true, resetScroll: false })
  const note = asked
    ? words('daysFrom', { from: dayShort(asked.from, today), to: dayShort(dayBefore(asked.to), today) })
    : words('daysNote', { n: usage.days.length, weeks: usage.weeks.length })
  return (
    <div id={asked ? hash : undefined} tabIndex={-1} className={css.days}>
      <Heading
        title={words('days')}
        note={note}
        actions={
          <>
            {asked && (
              <Button size="row" variant="quiet" onClick={() => (setOpen(true), leave())}>
                {words('allDays')}
              </Button>
            )}
            <Button
              size="row"
              variant="quiet"
              aria-expanded={shown}
              onClick={() => (setOpen(!shown), leave())}
            >
              {words(shown ? 'hideDays' : 'showDays')}
            </Button>
          </>
        }
      />
      {shown && <DayTable key={hash} id={id} rows={within} today={today} />}
    </div>
  )
}

function DayTable({ id, rows, today }: { id: string; rows: readonly Day[]; today: string }) {
  const [all, setAll] = useState(false)
  const [shown, setShown] = useState<string | null>(null)
  if (rows.length === 0) return <p className={css.reason}>{words('noDays')}</p>
  const columns: PlainColumn<Day>[] = [
    {
      id: 'day',
      head: words('day'),
      cell: ({ day }) => <span className={css.nowrap}>{dayShort(day, today)}</span>,
    },
    { id: 'events', head: words('events'), number: true, cell: ({ events }) => count(events) },
    {
      id: 'users',
      head: words('users'),
      number: true,
      cell: ({ users }) => (users === null ? '~' : count(users)),
    },
    { id: 'features', head: words('features'), cell: ({ features }) => features.join(', ') },
    { id: 'errors', head: words('errors'), number: true, cell: ({ errors }) => count(errors) },
    {
      id: 'see',
      head: words('actions'),
      hideHead: true,
      cell: ({ day }) => (
        <Button
          size="row"
          variant="quiet"
          aria-label={words('showDay', { day: dayShort(day, today) })}
          onClick={() => setShown(day)}
        >
          {words('show')}
        </Button>
      ),
    },
  ]
  const rest = rows.length - shownAtOnce
  return (
    <>
      <PlainTable
        label={words('days')}
        columns={columns}
        rows={all ? rows : rows.slice(0, shownAtOnce)}
        rowKey={({ day }) => day}
      />
      {rest > 0 && !all && (
        <Button size="row" variant="quiet" onClick={() => setAll(true)}>
          {words('moreDays', { n: rest })}
        </Button>
      )}
      {shown && <DayDialog id={id} day={shown} today={today} onClose={() => setShown(null)} />}
    </>
  )
}

/** The last day of an interval that ends before `day`. */
function dayBefore(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10)
}
