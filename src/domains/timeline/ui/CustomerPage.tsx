import { Link, useLocation, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { ChevronDown, ChevronUp } from 'lucide-react'
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import { ProblemError } from '../../../ui/api/problem.ts'
import { Button, IconButton } from '../../../ui/controls/Button.tsx'
import { cx } from '../../../ui/cx.ts'
import { dayLong } from '../../../ui/format.ts'
import { dayAt } from '../../../ui/instant.ts'
import { useKeys } from '../../../ui/keys.ts'
import { Page } from '../../../ui/layout/Page.tsx'
import { Empty } from '../../../ui/states/Empty.tsx'
import { Loaded } from '../../../ui/states/Loaded.tsx'
import { AccountMenu } from './AccountMenu.tsx'
import { readAddress, type Address } from './address.ts'
import css from './customer.module.css'
import { CustomerHeader } from './CustomerHeader.tsx'
import { DetailsDialog } from './DetailsDialog.tsx'
import { LogDialog } from './LogDialog.tsx'
import { PeopleRegion } from './PeopleRegion.tsx'
import { PinButton } from './PinButton.tsx'
import { useAccount, useHere, useNeighbours, usePeek, useRisk, type Account, type Here } from './queries.ts'
import { ReadingsStrip } from './ReadingsStrip.tsx'
import { RevenueRegion } from './RevenueRegion.tsx'
import { TaskDialog } from './TaskDialog.tsx'
import { TasksRegion } from './TasksRegion.tsx'
import { TicketsRegion } from './TicketsRegion.tsx'
import { TimelinePanel } from './TimelinePanel.tsx'
import { UsageRegion } from './UsageRegion.tsx'
import { WhyRegion } from './WhyRegion.tsx'
import { words } from './words.ts'

/** One customer in depth: who it is, its readings with their why, its records, and everything that happened. */
export function CustomerPage() {
  const { id = '' } = useParams({ strict: false }) as { id?: string }
  const search = useSearch({ strict: false }) as Record<string, unknown>
  const address = useMemo(() => readAddress(search), [search])
  return <Customer key={id} id={id} address={address} />
}

function Customer({ id, address }: { id: string; address: Address }) {
  const account = useAccount(id)
  const navigate = useNavigate()
  const root = account.data?.id
  // A merged customer answers with the one that counts: the address follows.
  useEffect(() => {
    if (root && root !== id)
      void navigate({ to: `/customers/${root}` as '/', search: true as never, replace: true })
  }, [root, id, navigate])
  if (account.error instanceof ProblemError && [404, 422].includes(account.error.status)) return <Unknown />
  if (!account.data)
    return (
      <Page title={words('customer')} parent={<Link to="/customers">{words('customers')}</Link>}>
        <div className={css.waiting}>
          <Loaded query={account} label={words('reading')}>
            {() => null}
          </Loaded>
        </div>
      </Page>
    )
  return <Known account={account.data} address={address} />
}

function Unknown() {
  const navigate = useNavigate()
  return (
    <Page title={words('notFound')} parent={<Link to="/customers">{words('customers')}</Link>}>
      <div className={css.waiting}>
        <Empty
          title={words('notFound')}
          text={words('notFoundText')}
          action={<Button onClick={() => navigate({ to: '/customers' })}>{words('toCustomers')}</Button>}
        />
      </div>
    </Page>
  )
}

type Open = 'log' | 'task' | 'details' | null

function Known({ account, address }: { account: Account; address: Address }) {
  const { id } = account
  const here = useHere()
  const [open, setOpen] = useState<Open>(null)
  const [why, setWhy] = useState<string | null>(null)
  const timeline = useRef<HTMLElement>(null)
  const mayWrite = here.may('csm')
  const close = () => setOpen(null)
  useTargetFocus(() => setWhy(null))
  useKeys([
    { key: 'w', label: words('whyKey'), run: () => setWhy('risk'), bar: 'left' },
    { key: 'l', label: words('logKey'), run: () => setOpen('log'), when: mayWrite, bar: 'left' },
    { key: 'n', label: words('taskKey'), run: () => setOpen('task'), when: mayWrite, bar: 'left' },
    { key: 'e', label: words('editKey'), run: () => setOpen('details'), when: mayWrite, bar: 'left' },
    { key: 't', label: words('timelineKey'), run: () => timeline.current?.focus(), bar: 'left' },
  ])
  return (
    <Page
      title={account.name}
      parent={<Link to="/customers">{words('customers')}</Link>}
      actions={
        <>
          <Neighbours address={address} />
          <PinButton id={id} name={account.name} />
          <AccountMenu account={account} here={here} onDetails={() => setOpen('details')} />
        </>
      }
      provenance={<Provenance id={id} here={here} />}
    >
      <div className={css.screen}>
        <CustomerHeader
          account={account}
          here={here}
          onLog={() => setOpen('log')}
          onTask={() => setOpen('task')}
          onDetails={() => setOpen('details')}
        />
        <ReadingsStrip id={id} here={here} why={why} onWhy={setWhy} />
        <div className={css.body}>
          <div className={css.records}>
            <div className={css.regions}>
              <Area name="why">
                <WhyRegion id={id} />
              </Area>
              <Area name="tasks">
                <TasksRegion id={id} here={here} onAdd={() => setOpen('task')} />
              </Area>
              <Area name="people">
                <PeopleRegion account={account} here={here} />
              </Area>
              <Area name="tickets">
                <TicketsRegion id={id} here={here} />
              </Area>
              <Area name="usage">
                <UsageRegion id={id} here={here} />
              </Area>
              <Area name="revenue">
                <RevenueRegion account={account} here={here} />
              </Area>
            </div>
          </div>
          <TimelinePanel ref={timeline} id={id} here={here} show={address.show} />
        </div>
      </div>
      {open === 'log' && <LogDialog account={account} here={here} onClose={close} />}
      {open === 'task' && <TaskDialog accountId={id} here={here} onClose={close} />}
      {open === 'details' && <DetailsDialog account={account} onClose={close} />}
    </Page>
  )
}

type AreaName = 'why' | 'tasks' | 'people' | 'tickets' | 'usage' | 'revenue'

/** The place of a region: the order of a phone is the order of the document, wide screens lay it out in two columns. */
function Area({ name, children }: { name: AreaName; children: ReactNode }) {
  return (
    <div id={name} tabIndex={-1} className={cx(css.area, css[name])}>
      {children}
    </div>
  )
}

/** Evidence leads to regions by their name in the address: its popover closes, and focus follows. */
function useTargetFocus(close: () => void): void {
  const { hash, state } = useLocation()
  const current = useRef(close)
  useEffect(() => {
    current.current = close
  })
  useEffect(() => {
    if (!hash) return
    current.current()
    if (!hash.startsWith('entry-')) document.getElementById(hash)?.focus()
  }, [hash, state])
}

function Neighbours({ address: { from, show } }: { address: Address }) {
  const { data } = useNeighbours(from)
  const navigate = useNavigate()
  const go = (to: string | null | undefined, by: number) => {
    if (to && from)
      void navigate({
        to: `/customers/${to}` as '/',
        search: { ...from, at: from.at + by, ...(show !== 'all' && { show }) } as never,
      })
  }
  useKeys([
    {
      key: 'j',
      label: words('nextKey'),
      run: () => go(data?.next, 1),
      when: !!data?.next,
      bar: 'left',
    },
    {
      key: 'k',
      label: words('nextKey'),
      run: () => go(data?.previous, -1),
      when: !!data?.previous,
      bar: 'left',
    },
  ])
  if (!from || !data) return null
  return (
    <>
      <span className={css.quiet}>{words('position', { at: from.at, total: data.total })}</span>
      <IconButton
        icon={ChevronUp}
        label={words('previous')}
        aria-disabled={!data.previous}
        onClick={() => go(data.previous, -1)}
      />
      <IconButton
        icon={ChevronDown}
        label={words('next')}
        aria-disabled={!data.next}
        onClick={() => go(data.next, 1)}
      />
    </>
  )
}

/** When the readings were computed: the stored ones, or the risk, which is computed when asked. */
function Provenance({ id, here: { timeZone } }: { id: string; here: Here }) {
  const stored = usePeek(id).data?.row.readings['risk.renewal']
  const risk = useRisk(id).data?.renewal
  const at = stored?.asOf ?? risk?.asOf
  if (!at) return null
  // What is stale carries the day that its sources speak for, not the time of the computation.
  if (stored?.state === 'stale')
    return words('computedFrom', { day: dayLong(stored.asOf.slice(0, 10)), prior: risk ? 'yes' : 'no' })
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone, timeStyle: 'short' }).format(new Date(at))
  const time = `${dayLong(dayAt(at, timeZone))}, ${clock}`
  return words(risk?.state === 'ok' ? 'computedPrior' : 'computed', { time })
}
