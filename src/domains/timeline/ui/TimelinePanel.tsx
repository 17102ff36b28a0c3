import { useInfiniteQuery } from '@tanstack/react-query'
import { useLocation, useNavigate } from '@tanstack/react-router'
import {
  ArrowDownRight,
  CircleAlert,
  CircleCheck,
  CircleDollarSign,
  DoorOpen,
  Mail,
  MessageCircle,
  NotebookPen,
  Phone,
  RotateCcw,
  Star,
  UserMinus,
  UserPlus,
  Users,
  SquareCheck,
  type LucideIcon,
} from 'lucide-react'
import { useEffect, useRef, type Ref, type RefObject } from 'react'
import { api, body } from '../../../ui/api/client.ts'
import { Button } from '../../../ui/controls/Button.tsx'
import { Select } from '../../../ui/controls/Select.tsx'
import { dayAt } from '../../../ui/instant.ts'
import { Heading } from '../../../ui/layout/Region.tsx'
import { Timeline, TimelineItem } from '../../../ui/layout/Timeline.tsx'
import { Empty } from '../../../ui/states/Empty.tsx'
import { ErrorState } from '../../../ui/states/ErrorState.tsx'
import { SkeletonRows } from '../../../ui/states/Skeleton.tsx'
import type { TimelineKind } from '../schema.ts'
import css from './customer.module.css'
import { anchorOf, entryDay, entryGroups, entryText, type EntryGroup } from './entries.ts'
import type { Here, TimelineEntry } from './queries.ts'
import { words } from './words.ts'

const pageSize = 30

function useTimeline(id: string, show: EntryGroup) {
  const kinds: readonly TimelineKind[] = entryGroups[show]
  return useInfiniteQuery({
    queryKey: ['accounts', id, 'timeline', show],
    queryFn: ({ signal, pageParam }) =>
      body(
        api.GET('/api/v1/accounts/{id}/timeline', {
          params: {
            path: { id },
            query: {
              limit: pageSize,
              ...(pageParam && { after: pageParam }),
              ...(kinds.length > 0 && { kinds: kinds.join(',') }),
            },
          },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  })
}

/** Everything that happened, newest first, without an end to the page; links of other regions lead to entries. */
export function TimelinePanel({
  ref,
  id,
  here,
  show,
}: {
  ref: RefObject<HTMLElement | null>
  id: string
  here: Here
  show: EntryGroup
}) {
  const timeline = useTimeline(id, show)
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = timeline
  const rows = data?.pages.flatMap((page) => page.rows)
  const more = useNearEnd(() => {
    if (hasNextPage && !isFetchingNextPage && !error) void fetchNextPage()
  })
  const target = useJump(rows, hasNextPage && !isFetchingNextPage, fetchNextPage)
  return (
    <aside ref={ref} id="timeline" tabIndex={-1} aria-label={words('timeline')} className={css.timeline}>
      <Heading title={words('timeline')} actions={<Show show={show} />} />
      {error && (
        <ErrorState
          title={words('notRead')}
          text={error.message}
          actions={<Button onClick={() => void refetch()}>{words('tryAgain')}</Button>}
        />
      )}
      {!rows && !error && <SkeletonRows rows={8} label={words('timeline')} />}
      {rows?.length === 0 && (
        <Empty
          title={words(show === 'all' ? 'timelineEmpty' : 'timelineNoneOfKind')}
          text={words(show === 'all' ? 'timelineEmptyText' : 'timelineNoneText')}
        />
      )}
      {rows && rows.length > 0 && (
        <>
          <Timeline label={words('timeline')}>
            {rows.map((entry) => (
              <Entry
                key={`${entry.kind} ${entry.recordId} ${entry.at}`}
                entry={entry}
                here={here}
                target={target}
              />
            ))}
          </Timeline>
          <p ref={more} className={css.quiet}>
            {hasNextPage ? (
              <Button size="row" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
                {words('older')}
              </Button>
            ) : (
              words('timelineEnd')
            )}
          </p>
        </>
      )}
    </aside>
  )
}

/** Which entries are shown; the address holds it. */
function Show({ show }: { show: EntryGroup }) {
  const navigate = useNavigate()
  const groups = Object.keys(entryGroups) as EntryGroup[]
  return (
    <span className={css.show}>
      <Select
        label={words('show')}
        options={groups.map((value) => ({ value, label: words(`show_${value}`) }))}
        value={show}
        onChange={(next) =>
          void navigate({
            to: '.',
            search: (now: Record<string, unknown>) => ({ ...now, show: next === 'all' ? undefined : next }),
            replace: true,
          } as never)
        }
      />
    </span>
  )
}

/** Calls when the element comes into sight: the next page is there before somebody asks. */
function useNearEnd(reach: () => void): Ref<HTMLParagraphElement> {
  const end = useRef<HTMLParagraphElement>(null)
  const current = useRef(reach)
  useEffect(() => {
    current.current = reach
  })
  useEffect(() => {
    const observer = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) current.current()
    })
    if (end.current) observer.observe(end.current)
    return () => observer.disconnect()
  })
  return end
}

/** The entry that the address names: pages are read until it is there, then it gets the focus. */
function useJump(
  rows: readonly TimelineEntry[] | undefined,
  mayReadMore: boolean,
  readMore: () => unknown,
): string | null {
  const { hash, state } = useLocation()
  const target = hash.startsWith('entry-') ? hash : null
  const found = target !== null && rows?.some((entry) => anchorOf(entry) === target)
  useEffect(() => {
    if (target === null || !rows) return
    if (found) {
      const entry = document.getElementById(target)
      entry?.scrollIntoView({ block: 'center' })
      entry?.focus()
    } else if (mayReadMore) readMore()
    // Focus moves when the address changes or the entry arrives, not whenever rows are read again.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [target, found, mayReadMore, state])
  return found ? target : null
}

const channelIcons: Readonly<Record<string, LucideIcon>> = {
  email: Mail,
  call: Phone,
  chat: MessageCircle,
  meeting: Users,
}

const icons: Readonly<Record<Exclude<TimelineKind, 'message'>, LucideIcon>> = {
  ticket_opened: CircleAlert,
  ticket_reopened: RotateCcw,
  ticket_solved: CircleCheck,
  survey_answer: Star,
  note: NotebookPen,
  task_done: SquareCheck,
  churn_event: DoorOpen,
  revenue_movement: CircleDollarSign,
  person_arrived: UserPlus,
  person_left: UserMinus,
}

function iconOf({ kind, params }: TimelineEntry): LucideIcon {
  if (kind === 'message') return channelIcons[String(params.channel)] ?? MessageCircle
  if (kind === 'revenue_movement' && Number(params.deltaCents) < 0) return ArrowDownRight
  return icons[kind]
}

function Entry({ entry, here, target }: { entry: TimelineEntry; here: Here; target: string | null }) {
  const { title, tone, ...rest } = entryText(entry, here)
  const anchor = anchorOf(entry)
  const isTarget = anchor === target
  return (
    <TimelineItem
      icon={iconOf(entry)}
      title={
        <span
          id={anchor}
          tabIndex={-1}
          aria-current={isTarget || undefined}
          className={isTarget ? css.target : undefined}
        >
          {title}
        </span>
      }
      date={entryDay(entry, here.today, (instant) => dayAt(instant, here.timeZone))}
      effectTone={tone}
      {...rest}
    />
  )
}
