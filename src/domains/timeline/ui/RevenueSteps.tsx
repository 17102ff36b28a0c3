import { scaleLinear, scaleUtc } from 'd3-scale'
import { curveStepAfter, line } from 'd3-shape'
import { useId, useRef, useState } from 'react'
import { announce } from '../../../ui/announce.ts'
import { cx } from '../../../ui/cx.ts'
import { dayShort, money, moneyWhole } from '../../../ui/format.ts'
import { useKeys } from '../../../ui/keys.ts'
import { PlainTable, type PlainColumn } from '../../../ui/table/PlainTable.tsx'
import { useWidth } from '../../../ui/use-width.ts'
import css from './customer.module.css'
import { entryAnchor, signedMoney } from './entries.ts'
import type { AccountRevenue } from './queries.ts'
import { words } from './words.ts'

type Step = AccountRevenue['steps'][number]
type Kind = `kind_${Step['kind']}`

const [left, right, top, bottom, height] = [40, 84, 10, 22, 132]
const timeOf = (day: string): Date => new Date(`${day}T00:00:00Z`)
const kindName = ({ kind }: Step): string => words(`kind_${kind}` as Kind)

/** Recurring revenue of a month as steps until the day of the answer, each movement a point. Arrows move between them, D opens the data. */
export function RevenueSteps({ revenue, today }: { revenue: AccountRevenue; today: string }) {
  const { steps, currency, mrrCents } = revenue
  const figure = useRef<HTMLElement>(null)
  const width = useWidth(figure, 320)
  const id = useId()
  const [at, setAt] = useState<number | null>(null)
  const [table, setTable] = useState(false)
  const say = (step: Step) =>
    `${dayShort(step.on, today)}: ${kindName(step)} ${signedMoney({ minor: step.deltaCents, currency })}`
  const move = (by: number) => {
    const next = Math.min(steps.length - 1, Math.max(0, (at ?? steps.length) + by))
    setAt(next)
    announce(say(steps[next]!))
  }
  useKeys(
    [
      { key: 'left', label: words('movePoint'), run: () => move(-1) },
      { key: 'right', label: words('movePoint'), run: () => move(1) },
      { key: 'd', label: words('chartKeys'), run: () => setTable(!table) },
    ],
    { within: figure },
  )
  const finding = words('revenueFinding', {
    n: steps.length,
    day: dayShort(steps[0]!.on, today),
    money: moneyWhole({ minor: mrrCents ?? 0, currency }),
  })
  return (
    <figure ref={figure} className={css.chart}>
      <div role="img" aria-label={finding} aria-describedby={id} tabIndex={0} onBlur={() => setAt(null)}>
        <Drawing revenue={revenue} width={width} today={today} held={at} say={say} onHold={setAt} />
      </div>
      <p className={css.finding}>
        {finding}{' '}
        <button
          id={id}
          type="button"
          className={css.link}
          aria-expanded={table}
          aria-keyshortcuts="d"
          onClick={() => setTable(!table)}
        >
          {words('movementData')}
        </button>
      </p>
      {table && <Movements steps={steps} currency={currency} today={today} />}
    </figure>
  )
}

function Drawing({
  revenue: { steps, asOf, currency },
  width,
  today,
  held,
  say,
  onHold,
}: {
  revenue: AccountRevenue
  width: number
  today: string
  held: number | null
  say: (step: Step) => string
  onHold: (index: number | null) => void
}) {
  const first = steps[0]!
  const x = scaleUtc([timeOf(first.on), timeOf(asOf)], [left, width - right])
  const y = scaleLinear(
    [0, Math.max(1, ...steps.map(({ mrrCents }) => mrrCents))],
    [height - bottom, top],
  ).nice(3)
  const path = line<{ on: string; mrrCents: number }>()
    .x(({ on }) => x(timeOf(on)))
    .y(({ mrrCents }) => y(mrrCents))
    .curve(curveStepAfter)
  const last = steps.at(-1)!
  const ticks = y.ticks(3)
  return (
    <svg width={width} height={height} aria-hidden className={css.steps} onPointerLeave={() => onHold(null)}>
      {ticks.map((tick) => (
        <g key={tick}>
          <line x1={left} x2={width - right} y1={y(tick)} y2={y(tick)} className={css.gridLine} />
          <text x={left - 6} y={y(tick) + 4} textAnchor="end" className={css.axis}>
            {tick === 0 ? '0' : money({ minor: tick, currency })}
          </text>
        </g>
      ))}
      <path d={path([...steps, { on: asOf, mrrCents: last.mrrCents }]) ?? ''} className={css.stepLine} />
      {steps.map((step, i) => (
        <circle
          key={`${step.on} ${step.kind}`}
          cx={x(timeOf(step.on))}
          cy={y(step.mrrCents)}
          r={held === i ? 4 : 2.5}
          className={step.deltaCents < 0 ? css.stepDown : css.stepUp}
          onPointerEnter={() => onHold(i)}
        />
      ))}
      <text x={width - right + 8} y={y(last.mrrCents) + 4} className={css.endText}>
        {moneyWhole({ minor: last.mrrCents, currency })}
      </text>
      <text x={left} y={height - 4} className={css.axis}>
        {dayShort(first.on, today)}
      </text>
      <text x={width - right} y={height - 4} textAnchor="end" className={css.axis}>
        {dayShort(asOf, today)}
      </text>
      {held !== null && steps[held] && (
        <text x={(left + width - right) / 2} y={9} textAnchor="middle" className={css.heldText}>
          {say(steps[held])}
        </text>
      )}
    </svg>
  )
}

function Movements({ steps, currency, today }: { steps: readonly Step[]; currency: string; today: string }) {
  const columns: PlainColumn<Step>[] = [
    {
      id: 'day',
      head: words('day'),
      cell: ({ on }) => <a href={`#${entryAnchor('revenue_movement', on)}`}>{dayShort(on, today)}</a>,
    },
    { id: 'kind', head: words('movement'), cell: kindName },
    {
      id: 'change',
      head: words('change'),
      number: true,
      cell: ({ deltaCents }) => signedMoney({ minor: deltaCents, currency }),
    },
    {
      id: 'after',
      head: words('after'),
      number: true,
      cell: ({ mrrCents }) => moneyWhole({ minor: mrrCents, currency }),
    },
  ]
  return (
    <div className={cx(css.compactTable, css.narrowTable)}>
      <PlainTable
        label={words('movements')}
        columns={columns}
        rows={steps.toReversed()}
        rowKey={({ on, kind }) => `${on} ${kind}`}
      />
    </div>
  )
}
