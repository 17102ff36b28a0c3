import type { ReactNode } from 'react'
import { EvidenceMark } from '../../../ui/evidence/EvidenceMark.tsx'
import { cx } from '../../../ui/cx.ts'
import { dayShort, duration, money, percent, percentOf } from '../../../ui/format.ts'
import { Stale } from '../../../ui/states/Stale.tsx'
import { ruleIcon } from './icons.ts'
import {
  changedText,
  effectText,
  evidenceItems,
  reasonText,
  shortMoney,
  titleOf,
  type Item,
} from './reasons.ts'
import css from './today.module.css'
import { words } from './words.ts'

interface RowProps {
  item: Item
  today: string
  currency: string
  /** What acting keeps at most in this list: the end of the scale of every bar. */
  scale: number
  current: boolean
  leaving: boolean
  /** It is on the list no more, and waits here until somebody looks away. */
  gone: boolean
  onSelect: () => void
  onStart: () => void
  /** The actions, and on a phone the parts of the risk; only the current row has them. */
  children: ReactNode
}

/** One thing worth doing: 55 high, 88 with its actions. */
export function TodayRow({ item, today, currency, scale, current, leaving, gone, ...row }: RowProps) {
  const { onSelect, onStart, children } = row
  const Icon = ruleIcon(item.rule.code)
  return (
    <li
      aria-current={current || undefined}
      className={cx(css.row, current && css.current, leaving && css.leaving, gone && css.gone)}
      onClick={onSelect}
    >
      <div className={css.cells}>
        <span className={css.rank}>{item.rank}</span>
        <span className={cx(css.kind, css[item.rule.tone])} aria-hidden>
          <Icon size={15} strokeWidth={1.6} />
        </span>
        <div className={css.main}>
          <p className={css.what}>
            <button
              type="button"
              className={css.title}
              data-item={item.key}
              onClick={(event) => {
                event.stopPropagation()
                if (current) onStart()
                else onSelect()
              }}
            >
              {titleOf(item)}
            </button>
            {item.account && <span className={css.customer}>{item.account.name}</span>}
            {item.many && <span className={css.customer}>{manyNames(item.many)}</span>}
          </p>
          <p className={css.reason}>
            {gone ? words('gone') : <Reason item={item} today={today} currency={currency} />}
          </p>
        </div>
        <AtStake item={item} currency={currency} />
        <Keeps item={item} currency={currency} scale={scale} />
        <span className={css.time}>{duration(item.minutes)}</span>
      </div>
      {children && (
        <div className={css.below} onClick={(event) => event.stopPropagation()}>
          {children}
        </div>
      )}
    </li>
  )
}

/** `Harlow and 22 others`: the one with most at stake. */
function manyNames({ names, count: n }: NonNullable<Item['many']>): string {
  return words('manyPlus', { name: names[0] ?? '', n: n - 1 })
}

function Reason({ item, today, currency }: { item: Item; today: string; currency: string }) {
  const text = reasonText(item, { today, currency })
  const changed = changedText(item, today)
  const evidence = evidenceItems(item.evidence, { today, accountId: item.account?.id ?? null })
  return (
    <>
      {item.stale ? <Stale asOf={dayShort(item.asOf.slice(0, 10), today)}>{text}</Stale> : text}{' '}
      {evidence.length > 0 && <EvidenceMark items={evidence} />}
      {changed && <span className={css.changed}>{changed}</span>}
    </>
  )
}

function AtStake({
  item: { account, many, arrCents, risk, atStakeCents },
  currency,
}: {
  item: Item
  currency: string
}) {
  if (many)
    return (
      <span className={css.stake}>
        <span className={css.amount}>{shortMoney(atStakeCents, currency)}</span>
        <span className={css.formula}>{words('each')}</span>
      </span>
    )
  if (!account) return <span className={cx(css.stake, css.unknown)}>{words('noCustomer')}</span>
  if (arrCents === null || risk === null)
    return (
      <span className={cx(css.stake, css.unknown)}>{words(arrCents === null ? 'noRevenue' : 'noRisk')}</span>
    )
  return (
    <span className={css.stake}>
      <span className={css.amount}>{shortMoney(atStakeCents, currency)}</span>
      <span className={css.formula}>
        {words('formula', {
          share: atStakeCents
            ? percentOf(risk.value, { minor: arrCents, currency }, { minor: atStakeCents.value, currency })
            : percent(risk.value),
          money: money({ minor: arrCents, currency }),
        })}
      </span>
    </span>
  )
}

function Keeps({ item, currency, scale }: { item: Item; currency: string; scale: number }) {
  const { keepsCents, atStakeCents, effect } = item
  if (!keepsCents) return <span className={cx(css.keeps, css.unknown)}>{words('notEstimated')}</span>
  return (
    <span className={css.keeps}>
      <span className={css.amount}>{shortMoney(keepsCents, currency)}</span>
      <span className={css.bar} aria-hidden>
        <span style={{ width: `${scale > 0 ? Math.max(2, (keepsCents.value / scale) * 100) : 0}%` }} />
      </span>
      <span className={css.formula}>{effectText(effect)}</span>
      <span className={css.ofStake}>{words('of', { money: shortMoney(atStakeCents, currency) })}</span>
    </span>
  )
}
