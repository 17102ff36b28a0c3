import { useLocation } from '@tanstack/react-router'
import { useRef, type ReactNode } from 'react'
import { LineWithBand } from '../../../ui/charts/LineWithBand.tsx'
import { Sparkline } from '../../../ui/charts/Sparkline.tsx'
import { Waterfall } from '../../../ui/charts/Waterfall.tsx'
import { EvidenceList, type EvidenceItem } from '../../../ui/evidence/EvidenceList.tsx'
import { EvidenceMark } from '../../../ui/evidence/EvidenceMark.tsx'
import { Reading, type ReadingProps } from '../../../ui/evidence/Reading.tsx'
import { Why } from '../../../ui/evidence/Why.tsx'
import {
  count,
  dayLong,
  dayShort,
  money,
  moneyWhole,
  percent,
  percentOf,
  percentParts,
  tooFew,
} from '../../../ui/format.ts'
import { dayOfInstant } from '../../../ui/instant.ts'
import { useKeys } from '../../../ui/keys.ts'
import { DescriptionList } from '../../../ui/layout/DescriptionList.tsx'
import { AfterWait, Bone } from '../../../ui/states/Skeleton.tsx'
import css from './customer.module.css'
import type { Peek } from '../../portfolio/schema.ts'
import {
  useOpenTickets,
  usePeek,
  useRevenue,
  useRisk,
  useUsage,
  type AccountRevenue,
  type AccountRisk,
  type Here,
} from './queries.ts'
import {
  changeText,
  monthlyRevenue,
  movementReason,
  outOfBand,
  revenueEvidence,
  riskChange,
  riskEvidence,
  riskMissing,
  riskParts,
  riskReason,
  riskTone,
  running,
  ticketEvidence,
  trendReason,
  usageMissing,
  weekEvidence,
  weeksFace,
} from './reasons.ts'
import { words } from './words.ts'

interface CellProps {
  id: string
  here: Here
  open: boolean
  onOpen: (open: boolean) => void
}

/** The readings that exist, each with how sure it is, its reason and its why. */
export function ReadingsStrip({
  id,
  here,
  why,
  onWhy,
}: {
  id: string
  here: Here
  /** Which why is open. */
  why: string | null
  onWhy: (name: string | null) => void
}) {
  const cell = (name: string): CellProps => ({
    id,
    here,
    open: why === name,
    onOpen: (open) => onWhy(open ? name : null),
  })
  return (
    <div className={css.strip} role="group" aria-label={words('readings')}>
      <UsageCell {...cell('usage')} />
      <RevenueCell {...cell('revenue')} />
      <TicketsCell {...cell('tickets')} />
      <RiskCell {...cell('risk')} />
    </div>
  )
}

/** The evidence mark opens the others. */
const mostInWhy = 4

interface WhyContent {
  title: string
  text: ReactNode
  chart?: ReactNode
  evidence: readonly EvidenceItem[]
  change: string
}

/** A reading whose value, W and a small button open the same why. */
function Cell({
  label,
  face,
  why,
  open,
  onOpen,
}: {
  label: string
  face: Omit<ReadingProps, 'label' | 'onWhy'>
  why: WhyContent | null
  open: boolean
  onOpen: (open: boolean) => void
}) {
  const cell = useRef<HTMLDivElement>(null)
  useKeys([{ key: 'w', label: words('whyKey'), run: () => onOpen(true), when: why !== null }], {
    within: cell,
  })
  const { reason, ...rest } = face
  // Whoever follows a piece of evidence has left its list: a new place closes it.
  const { hash } = useLocation()
  return (
    <div ref={cell} className={css.cell}>
      <Reading
        label={label}
        {...rest}
        {...(why && { onWhy: () => onOpen(true) })}
        reason={
          <span className={css.reason}>
            <span>
              {reason} {why && why.evidence.length > 0 && <EvidenceMark key={hash} items={why.evidence} />}
            </span>
            {why && (
              <Why
                open={open}
                onOpenChange={onOpen}
                title={why.title}
                text={why.text}
                chart={
                  <>
                    {why.chart}
                    {why.evidence.length > 0 && (
                      <div className={why.chart ? css.whyEvidence : undefined}>
                        <EvidenceList items={why.evidence.slice(0, mostInWhy)} />
                      </div>
                    )}
                  </>
                }
                change={why.change}
                trigger={
                  <button type="button" className={css.whyButton} aria-label={`${words('why')}: ${label}`}>
                    {words('why')}
                  </button>
                }
              />
            )}
          </span>
        }
      />
    </div>
  )
}

/** A cell whose numbers are on their way, or could not be read. */
function Waiting({ label, error }: { label: string; error: Error | null }) {
  if (error)
    return (
      <div className={css.cell}>
        <Reading label={label} value={null} qualifier={words('notRead')} reason={error.message} />
      </div>
    )
  return (
    <div className={css.cell} role="status" aria-label={label}>
      <AfterWait>
        <span className={css.bones}>
          <Bone width={48} />
          <Bone width={120} height={18} />
        </span>
      </AfterWait>
    </div>
  )
}

const unknown = (qualifier: string, reason: ReactNode) => ({ value: null, qualifier, reason })

function UsageCell({ id, here, ...popover }: CellProps) {
  const [peek, usage] = [usePeek(id), useUsage(id)]
  const label = words('usage')
  if (!peek.data || !usage.data) return <Waiting label={label} error={peek.error ?? usage.error} />
  const { readings } = peek.data.row
  const [active, trend] = [readings['usage.weekly_active'], readings['usage.trend']]
  if (!active) return <Cell label={label} face={notComputed()} why={null} {...popover} />
  const face = weeksFace(active)
  if (!face || active.n === null)
    return (
      <Cell
        label={label}
        face={unknown(words('usageMissing'), usageMissing(usage.data))}
        why={null}
        {...popover}
      />
    )
  const moved = outOfBand(trend)
  const series = active.series ?? []
  const usual = trend?.usual ?? undefined
  const weeks = Math.round((active.value ?? 0) * active.n)
  return (
    <Cell
      label={label}
      {...popover}
      face={{
        ...face,
        state: active.state === 'stale' ? 'stale' : 'ok',
        asOf: dayOfInstant(active.asOf, here.timeZone),
        reason: <span className={moved === 'down' ? css.rust : undefined}>{trendReason(trend)}</span>,
        sparkline: (
          <Sparkline
            values={series}
            label={words('usageSpark', { n: series.length })}
            {...(usual && { usual })}
          />
        ),
      }}
      why={{
        title: words('usageWhy', { n: weeks, of: active.n }),
        text: (
          <>
            {words('usageWhyText', {
              of: active.n,
              low: percent(active.low ?? 0),
              high: percent(active.high ?? 0),
            })}
            {trend && trend.value !== null && trend.low !== null && trend.high !== null && (
              <>
                {' '}
                {words('trendText', {
                  change: changeText(trend.value),
                  low: changeText(trend.low),
                  high: changeText(trend.high),
                })}
              </>
            )}
          </>
        ),
        chart: (
          <LineWithBand
            finding={trendReason(trend)}
            points={usage.data.weeks.slice(-12).map(({ start, events }) => ({
              label: dayShort(start, here.today),
              value: events,
              ...(usual && { usual }),
            }))}
            height={96}
            yFrom={0}
          />
        ),
        evidence: weekEvidence(usage.data, active.n, here.today),
        change: words('usageChange'),
      }}
    />
  )
}

const notComputed = () => unknown(words('notComputed'), words('notComputedReason'))

const sparkMonths = 12

function RevenueCell({ id, here, ...popover }: CellProps) {
  const [revenue, peek] = [useRevenue(id), usePeek(id)]
  const label = words('revenue')
  if (!revenue.data) return <Waiting label={label} error={revenue.error} />
  const { arrCents, currency } = revenue.data
  const reason = movementReason(revenue.data, here.today)
  if (arrCents === null)
    return <Cell label={label} face={unknown(words('revenueMissing'), reason)} why={null} {...popover} />
  const values = monthlyRevenue(revenue.data, sparkMonths)
  return (
    <Cell
      label={label}
      {...popover}
      face={{
        value: moneyWhole({ minor: arrCents, currency }),
        qualifier: words('arrQualifier'),
        ...(revenue.data.stale &&
          revenue.data.observedThrough && {
            state: 'stale' as const,
            asOf: dayShort(revenue.data.observedThrough, here.today),
          }),
        reason,
        sparkline: <Sparkline values={values} label={words('revenueSpark', { n: sparkMonths })} />,
      }}
      why={{
        title: words('revenueWhy', { money: moneyWhole({ minor: arrCents, currency }) }),
        text: (
          <>
            {words('revenueWhyText', { day: dayLong(revenue.data.asOf) })}
            <LeftOut revenue={revenue.data} />
          </>
        ),
        chart: <RevenueParts revenue={revenue.data} peek={peek.data} />,
        evidence: revenueEvidence(revenue.data, here.today),
        change: words('revenueChange'),
      }}
    />
  )
}

function LeftOut({ revenue: { leftOut } }: { revenue: AccountRevenue }) {
  return leftOut.map(({ currency, mrrCents }) => (
    <span key={currency}>
      {' '}
      {words('leftOut', { money: moneyWhole({ minor: mrrCents, currency }), currency })}
    </span>
  ))
}

/** The stored parts of the yearly revenue, once they add up to the value that is shown. */
function RevenueParts({ revenue, peek }: { revenue: AccountRevenue; peek: Peek | undefined }) {
  const parts = peek?.contributions['revenue.arr'] ?? []
  const sum = parts.reduce((total, { amount }) => total + amount, 0)
  if (sum !== revenue.arrCents) return <p className={css.quiet}>{words('revenuePartsLate')}</p>
  const { currency } = revenue
  return (
    <DescriptionList
      items={parts.map(({ params, amount, code }, i) => ({
        term:
          planOf(revenue, params.id) ?? (typeof params.plan === 'string' ? params.plan : `${code} ${i + 1}`),
        value: moneyWhole({ minor: amount, currency }),
      }))}
    />
  )
}

function planOf(revenue: AccountRevenue, id: unknown): string | null {
  const index = running(revenue).findIndex((one) => one.id === id)
  if (index < 0) return null
  return `${running(revenue)[index]!.plan ?? words('noPlan')} (${index + 1})`
}

function TicketsCell({ id, here, ...popover }: CellProps) {
  const [peek, tickets] = [usePeek(id), useOpenTickets(id)]
  const label = words('tickets')
  if (!peek.data || !tickets.data) return <Waiting label={label} error={peek.error ?? tickets.error} />
  const reading = peek.data.row.readings['tickets.open']
  if (!reading) return <Cell label={label} face={notComputed()} why={null} {...popover} />
  if (reading.value === null)
    return (
      <Cell
        label={label}
        face={unknown(words('ticketsMissing'), words('ticketsNone'))}
        why={null}
        {...popover}
      />
    )
  const severe = peek.data.row.readings['tickets.open_severe']?.value ?? 0
  const day = (instant: string) => dayOfInstant(instant, here.timeZone)
  const oldest = tickets.data.rows.at(-1)
  const contributions = peek.data.contributions['tickets.open'] ?? []
  return (
    <Cell
      label={label}
      {...popover}
      face={{
        value: words('openTickets', { n: count(reading.value) }),
        qualifier: words('severe', { n: severe }),
        reason: oldest
          ? words('oldest', { n: tickets.data.rows.length, day: day(oldest.openedAt) })
          : words('noOpen'),
      }}
      why={{
        title: words('ticketsWhy', { n: reading.value }),
        text: words('ticketsWhyText'),
        chart: contributions.length > 0 && (
          <DescriptionList
            items={contributions.map(({ params, amount }) => ({
              term:
                typeof params.priority === 'number'
                  ? words('priority', { n: params.priority })
                  : words('noPriority'),
              value: count(amount),
            }))}
          />
        ),
        evidence: ticketEvidence(tickets.data.rows, day),
        change: words('ticketsChange'),
      }}
    />
  )
}

function RiskCell({ id, here, ...popover }: CellProps) {
  const risk = useRisk(id)
  const label = words('risk')
  if (!risk.data) return <Waiting label={label} error={risk.error} />
  const { renewal, expectedLoss } = risk.data
  if (renewal.value === null) {
    const { face, reason } = riskMissing(renewal)
    return <Cell label={label} face={unknown(face, reason)} why={null} {...popover} />
  }
  const parts = riskParts(renewal)
  const shown = percentParts(renewal.value, [renewal.low, renewal.high])
  const interval = shown.range ?? tooFew
  return (
    <Cell
      label={label}
      {...popover}
      face={{
        value: shown.share,
        qualifier:
          expectedLoss.value === null
            ? words('riskQualifierBare', { range: interval })
            : words('riskQualifier', { range: interval, money: moneyOf(expectedLoss, expectedLoss.value) }),
        tone: riskTone(renewal.value),
        state: renewal.state === 'stale' ? 'stale' : 'ok',
        asOf: dayShort(renewal.asOf.slice(0, 10), here.today),
        reason: (
          <>
            <span className={css.prior}>{words('prior')}</span> {riskReason(renewal)}
          </>
        ),
      }}
      why={{
        title: words('riskWhy', { risk: shown.share }),
        text: <RiskText risk={risk.data} />,
        chart: parts && (
          <Waterfall
            label={words('riskOfLeaving')}
            base={{ label: parts.base.label, value: parts.base.value }}
            parts={parts.parts.map(({ label: name, value }) => ({ label: name, value }))}
            total={parts.total}
            interval={parts.interval}
            decimals={parts.decimals}
            unit="%"
          />
        ),
        evidence: riskEvidence(renewal, here.today),
        change: riskChange(renewal),
      }}
    />
  )
}

const moneyOf = ({ detail }: AccountRisk['expectedLoss'], minor: number): string =>
  money({ minor, currency: String(detail.currency) })

function RiskText({ risk: { renewal, expectedLoss } }: { risk: AccountRisk }) {
  const { renewsOn } = renewal.detail
  const horizon =
    typeof renewsOn === 'string' ? words('horizonRenewal', { day: dayLong(renewsOn) }) : words('horizonYear')
  const { arrCents } = expectedLoss.detail
  return (
    <>
      {words('riskWhyText', { horizon })}{' '}
      {expectedLoss.value === null || typeof arrCents !== 'number'
        ? words('atStakeUnknown')
        : words('atStake', {
            risk: percentOf(
              renewal.value ?? 0,
              { minor: arrCents, currency: String(expectedLoss.detail.currency) },
              { minor: expectedLoss.value, currency: String(expectedLoss.detail.currency) },
            ),
            arr: moneyOf(expectedLoss, arrCents),
            loss: moneyOf(expectedLoss, expectedLoss.value),
          })}
    </>
  )
}
