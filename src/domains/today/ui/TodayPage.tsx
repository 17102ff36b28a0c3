import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { X } from 'lucide-react'
import { atLeast } from '../../../platform/auth/roles.ts'
import { useSession } from '../../../ui/api/session.ts'
import { Button, IconButton } from '../../../ui/controls/Button.tsx'
import { Segmented } from '../../../ui/controls/Segmented.tsx'
import { cx } from '../../../ui/cx.ts'
import { count, dayWithWeekday } from '../../../ui/format.ts'
import { dayAt, timeOfInstant } from '../../../ui/instant.ts'
import { useKeys, type KeyBinding } from '../../../ui/keys.ts'
import { Page } from '../../../ui/layout/Page.tsx'
import { Lead } from '../../../ui/layout/Region.tsx'
import { Empty } from '../../../ui/states/Empty.tsx'
import { ErrorState } from '../../../ui/states/ErrorState.tsx'
import { SkeletonRows } from '../../../ui/states/Skeleton.tsx'
import { HeldOrder } from '../../../ui/table/HeldOrder.tsx'
import { phone, useMedia } from '../../../ui/use-media.ts'
import { HeldBack } from './HeldBack.tsx'
import { ManyRegion, type Choice } from './ManyRegion.tsx'
import { moneyEnds, shortMoney, type Item, type List } from './reasons.ts'
import { RowActions, type ActionsHandle } from './RowActions.tsx'
import { TodayPanel, WhyRegion } from './TodayPanel.tsx'
import { todaySearch, type TodaySearch } from './search.ts'
import { TodayRow } from './TodayRow.tsx'
import css from './today.module.css'
import { useDecisions, useRisk, useToday, type Decision, type Whose } from './use-today.ts'
import { useSteadyItems } from './use-steady.ts'
import { words } from './words.ts'

/** What is worth doing now, ranked, with why at its right. */
export function TodayPage() {
  const { whose: asked, item } = useSearch({ strict: false }) as Partial<TodaySearch>
  const navigate = useNavigate()
  const go = (next: Partial<TodaySearch>) =>
    void navigate({ to: '/', search: todaySearch(next) as never, replace: true })
  const mine = useToday('mine')
  // Whoever looks after nobody yet is shown what the team has, unless the address asks for their own list.
  const instead = asked === undefined && mine.data !== undefined && ownsNothing(mine.data)
  const whose = asked ?? (instead ? 'team' : 'mine')
  const team = useToday('team', whose === 'team')
  const today = whose === 'team' ? team : mine
  const session = useSession()
  const timeZone = session.data?.workspace.timeZone ?? 'UTC'
  const day = today.data?.today ?? dayAt(new Date().toISOString(), timeZone)
  return (
    <Page
      title={words('title')}
      note={dayWithWeekday(day)}
      actions={
        <Segmented
          label={words('whose')}
          options={[
            { value: 'mine', label: words('mine') },
            { value: 'team', label: words('team') },
          ]}
          value={whose}
          onChange={(next) => go({ whose: next })}
        />
      }
    >
      {today.data ? (
        <Loaded
          list={today.data}
          whose={whose}
          instead={instead}
          timeZone={timeZone}
          wanted={item}
          onFocus={(key) => go({ whose, item: key })}
          onWhose={(next) => go({ whose: next })}
          mayAct={session.data ? atLeast(session.data.role, 'csm') : false}
          viewer={session.data !== undefined && !atLeast(session.data.role, 'csm')}
          failure={
            today.isError ? (
              <ErrorState
                title={words('failed')}
                text={words('failedSince', {
                  reason: today.error.message,
                  time: timeOfInstant(today.data.asOf, timeZone),
                })}
                actions={<Button onClick={() => void today.refetch()}>{words('tryAgain')}</Button>}
              />
            ) : null
          }
        />
      ) : today.isError ? (
        <ErrorState
          title={words('failed')}
          text={today.error.message}
          actions={<Button onClick={() => void today.refetch()}>{words('tryAgain')}</Button>}
        />
      ) : (
        <SkeletonRows rows={8} label={words('loading')} reading={words('reading')} />
      )}
    </Page>
  )
}

const ownsNothing = ({ scope, found }: List): boolean => scope.own === 0 && scope.accounts > 0 && found === 0

interface LoadedProps {
  list: List
  whose: Whose
  /** The team's list stands in for one that is empty. */
  instead: boolean
  timeZone: string
  wanted: string | undefined
  mayAct: boolean
  viewer: boolean
  failure: React.ReactNode
  onFocus: (key: string) => void
  onWhose: (whose: Whose) => void
}

function Loaded({
  list,
  whose,
  instead,
  timeZone,
  wanted,
  mayAct,
  viewer,
  failure,
  onFocus,
  onWhose,
}: LoadedProps) {
  const navigate = useNavigate()
  const { away, decide } = useDecisions(whose)
  const [choice, setChoice] = useState<{ key: string; ids: ReadonlySet<string> } | null>(null)
  const [peeking, setPeeking] = useState(false)
  const whyRef = useRef<HTMLDivElement>(null)
  const actions = useRef<ActionsHandle>(null)
  const onPhone = useMedia(phone)
  const steady = useSteadyItems(list.items)
  const items = steady.items.filter(({ key }) => away.get(key) !== 'gone')
  const staying = items.filter(({ key }) => away.get(key) !== 'leaving')
  const current = staying.find(({ key }) => key === wanted) ?? staying[0]
  const focus = useTitleFocus(current?.key)

  const move = (step: 1 | -1) => {
    const at = staying.findIndex(({ key }) => key === current?.key)
    const next = staying[Math.min(staying.length - 1, Math.max(0, at + step))]
    if (next) select(next.key, true)
  }
  const select = (key: string, andFocus = false) => {
    if (andFocus) focus(key)
    if (key !== wanted) onFocus(key)
  }
  const open = (item: Item) => {
    if (item.many) showWhy()
    else if (item.account) void navigate({ to: `/customers/${item.account.id}` as '/' })
  }
  const chosen = choice && choice.key === current?.key ? choice.ids : nobody
  const onDecide = (item: Item, decision: Decision, said: string) => {
    const accountIds = [...chosen]
    const some = accountIds.length > 0 && accountIds.length < (item.many?.count ?? 0)
    const leaves = !some && (decision.decision !== 'reassigned' || whose === 'mine')
    setChoice(null)
    if (leaves) steady.decide(item.key)
    const at = staying.findIndex(({ key }) => key === item.key)
    const next = leaves ? (staying[at + 1] ?? staying[at - 1]) : item
    void decide(item, decision, said, { leaves, accountIds })
    if (next) select(next.key, true)
  }
  const showWhy = () => {
    setPeeking(true)
    // After the overlay is there, where there is one.
    requestAnimationFrame(() => whyRef.current?.focus())
  }
  useKeys(
    pageKeys({
      current,
      mayAct,
      peekable: !onPhone,
      peeking,
      move,
      open,
      why: showWhy,
      peek: setPeeking,
      act: (what) => actions.current?.[what](),
    }),
  )

  if (items.length === 0 && list.items.length === 0)
    return (
      <div className={css.column}>
        {failure}
        <div className={css.nothing}>
          <NothingToDo list={list} onTeam={() => onWhose('team')} />
        </div>
        {list.scope.accounts > 0 && (
          <HeldBack list={list} whose={whose} timeZone={timeZone} mayAct={mayAct} />
        )}
      </div>
    )
  const scale = Math.max(0, ...items.map(({ keepsCents }) => keepsCents?.value ?? 0))
  const choosing: Choice = {
    chosen,
    onChoose: mayAct && current ? (ids) => setChoice({ key: current.key, ids }) : null,
  }
  const panel = current && (
    <TodayPanel
      item={current}
      today={list.today}
      currency={list.currency}
      timeZone={timeZone}
      whose={whose}
      choice={choosing}
      whyRef={whyRef}
    />
  )
  return (
    <div className={cx(css.split, peeking && css.peeking)}>
      <div className={css.column}>
        {failure}
        <Opening list={list} />
        {instead && <p className={css.viewer}>{words('teamInstead')}</p>}
        {viewer && <p className={css.viewer}>{words('viewerNote')}</p>}
        <div className={css.columnHeads} aria-hidden>
          <span className={css.headWhat}>{words('what')}</span>
          <span className={css.number}>{words('atStake')}</span>
          <span className={css.number}>{words('keeps')}</span>
          <span className={css.number}>{words('time')}</span>
        </div>
        <ol ref={steady.list} aria-label={words('list')} className={css.list}>
          {items.map((item) => {
            const isCurrent = item.key === current?.key
            return (
              <TodayRow
                key={item.key}
                item={item}
                today={list.today}
                currency={list.currency}
                scale={scale}
                current={isCurrent}
                leaving={away.get(item.key) === 'leaving'}
                gone={steady.gone.has(item.key)}
                onSelect={() => select(item.key)}
                onStart={() => (mayAct ? actions.current?.start() : open(item))}
              >
                {isCurrent && (
                  <>
                    {onPhone && item.account && <PhoneWhy accountId={item.account.id} />}
                    {onPhone && item.many && (
                      <div ref={whyRef} tabIndex={-1} className={css.why}>
                        <ManyRegion item={item} whose={whose} {...choosing} />
                      </div>
                    )}
                    {mayAct && steady.gone.has(item.key) && <div className={css.noActions} />}
                    {mayAct && !steady.gone.has(item.key) && (
                      <RowActions
                        key={item.key}
                        ref={actions}
                        item={item}
                        chosen={chosen.size}
                        today={list.today}
                        onOpen={() => open(item)}
                        onDecide={(decision, said) => onDecide(item, decision, said)}
                      />
                    )}
                  </>
                )}
              </TodayRow>
            )
          })}
        </ol>
        <HeldBack list={list} whose={whose} timeZone={timeZone} mayAct={mayAct} />
      </div>
      {steady.differs && <HeldOrder onShow={steady.showNewer} />}
      {panel && !onPhone && (
        <aside
          className={css.panel}
          aria-label={words('panel', { name: current.account?.name ?? current.title ?? current.rule.name })}
        >
          <span className={css.closePanel}>
            <IconButton icon={X} label={words('close')} onClick={() => setPeeking(false)} />
          </span>
          {panel}
        </aside>
      )}
    </div>
  )
}

const nobody: ReadonlySet<string> = new Set()

/** The keys of the list, in the order of the key bar. */
function pageKeys(on: {
  current: Item | undefined
  mayAct: boolean
  peekable: boolean
  peeking: boolean
  move: (step: 1 | -1) => void
  open: (item: Item) => void
  why: () => void
  peek: (open: boolean) => void
  act: (what: keyof ActionsHandle) => void
}): KeyBinding[] {
  const { current, mayAct } = on
  const some = current !== undefined
  const opens = some && (current.account !== null || current.many !== null)
  const acts = some && mayAct
  const bar = 'left' as const
  const openCurrent = () => current && on.open(current)
  return [
    { key: 'j', label: words('keyMove'), run: () => on.move(1), bar, when: some },
    { key: 'k', label: words('keyMove'), run: () => on.move(-1), bar, when: some },
    { key: 'down', label: words('keyMove'), run: () => on.move(1), when: some },
    { key: 'up', label: words('keyMove'), run: () => on.move(-1), when: some },
    {
      key: 'enter',
      label: words('keyStart'),
      run: () => (mayAct ? on.act('start') : openCurrent()),
      bar,
      when: acts || opens,
    },
    { key: 'o', label: words('keyOpen'), run: openCurrent, bar, when: opens },
    { key: 'w', label: words('keyWhy'), run: on.why, bar, when: some && on.peekable },
    { key: 'e', label: words('keyDone'), run: () => on.act('done'), bar, when: acts },
    { key: 's', label: words('keySnooze'), run: () => on.act('snooze'), bar, when: acts },
    { key: 'a', label: words('keyReassign'), run: () => on.act('reassign'), bar, when: acts },
    { key: 'x', label: words('keyNotUseful'), run: () => on.act('notUseful'), bar, when: acts },
    { key: 'space', label: words('keyPeek'), run: () => on.peek(!on.peeking), when: some && on.peekable },
    { key: 'escape', label: words('close'), run: () => on.peek(false), when: on.peeking },
  ]
}

function PhoneWhy({ accountId }: { accountId: string }) {
  return <WhyRegion risk={useRisk(accountId)} />
}

/** Moves focus to the title of an item once it is drawn; keys move, so does what a screen reader reads. */
function useTitleFocus(currentKey: string | undefined): (key: string) => void {
  const wish = useRef<string>(undefined)
  useEffect(() => {
    if (wish.current === undefined || wish.current !== currentKey) return
    wish.current = undefined
    const title = document.querySelector<HTMLElement>(`[data-item=${CSS.escape(currentKey)}]`)
    title?.focus({ preventScroll: true })
    title?.closest('li')?.scrollIntoView({ block: 'nearest' })
  })
  return (key) => {
    wish.current = key
  }
}

/** How much is to do, what is at stake in it, what acting is expected to keep, and what is not known. */
function Opening({ list: { items, totals, currency, heldBack } }: { list: List }) {
  const beyond = heldBack.find(({ code }) => code === 'beyond_list')?.count ?? 0
  const measured = items.some(({ effect }) => effect.basis !== 'assumption')
  const stakeEnds = totals.atStakeCents && moneyEnds(totals.atStakeCents, currency)
  const keepEnds = totals.keepsCents && moneyEnds(totals.keepsCents, currency)
  return (
    <Lead>
      <b>
        {beyond > 0
          ? words('thingsOf', { n: count(items.length), of: count(items.length + beyond) })
          : words('things', { n: items.length })}
      </b>{' '}
      {totals.atStakeCents && stakeEnds && (
        <span>
          {words('stake', {
            money: shortMoney(totals.atStakeCents, currency),
            n: totals.customers,
            ...stakeEnds,
          })}{' '}
        </span>
      )}
      {totals.keepsCents && keepEnds ? (
        <span>
          {words('keepAll', { n: items.length })} <b>{shortMoney(totals.keepsCents, currency)}</b>{' '}
          {words(measured ? 'keepEndsMeasured' : 'keepEnds', keepEnds)}{' '}
          <Link to={'/settings/rules' as '/'} className={css.shares}>
            {words('shares')}
          </Link>
          .{' '}
        </span>
      ) : (
        totals.atStakeCents && <span>{words('noEstimate')} </span>
      )}
      {totals.unknown > 0 && <span>{words('unknownMoney', { n: totals.unknown })}</span>}
    </Lead>
  )
}

function NothingToDo({ list, onTeam }: { list: List; onTeam: () => void }) {
  const { accounts, own, signals } = list.scope
  const navigate = useNavigate()
  if (accounts === 0 && list.found === 0)
    return (
      <Empty
        title={words('nothingYet')}
        text={words('nothingYetText')}
        action={
          <Button variant="primary" onClick={() => void navigate({ to: '/import' as '/' })}>
            {words('import')}
          </Button>
        }
      />
    )
  if (own === 0 && list.found === 0)
    return (
      <Empty
        title={words('noneOfMine')}
        text={words('noneOfMineText', { n: accounts })}
        action={<Button onClick={onTeam}>{words('showTeam')}</Button>}
      />
    )
  return (
    <Empty
      title={words('clear')}
      text={
        <>
          {words('clearText', { n: signals })} {signals === 0 && words('clearNoData')}
        </>
      }
    />
  )
}
