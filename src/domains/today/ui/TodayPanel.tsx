import { Link } from '@tanstack/react-router'
import type { Ref } from 'react'
import { Waterfall } from '../../../ui/charts/Waterfall.tsx'
import { Button } from '../../../ui/controls/Button.tsx'
import { Tag } from '../../../ui/controls/Tag.tsx'
import { EvidenceList } from '../../../ui/evidence/EvidenceList.tsx'
import { dayLong, days, moneyWhole, percentParts } from '../../../ui/format.ts'
import { timeOfInstant } from '../../../ui/instant.ts'
import { DescriptionList } from '../../../ui/layout/DescriptionList.tsx'
import { Region } from '../../../ui/layout/Region.tsx'
import { ErrorState } from '../../../ui/states/ErrorState.tsx'
import { AfterWait, SkeletonFace } from '../../../ui/states/Skeleton.tsx'
import {
  effectText,
  evidenceItems,
  moneyEnds,
  reasonText,
  riskParts,
  shortMoney,
  titleOf,
  type Item,
  type Risk,
} from './reasons.ts'
import { ManyRegion, type Choice } from './ManyRegion.tsx'
import css from './today.module.css'
import { useRevenue, useRisk, type Whose } from './use-today.ts'
import { words } from './words.ts'

/** What is known about the item in focus: its customer, why its risk is what it is, evidence, and worth. */
export function TodayPanel({
  item,
  today,
  currency,
  timeZone,
  whose,
  choice,
  whyRef,
}: {
  item: Item
  today: string
  currency: string
  timeZone: string
  whose: Whose
  choice: Choice
  whyRef: Ref<HTMLDivElement>
}) {
  const risk = useRisk(item.account?.id ?? null)
  const evidence = [...item.evidence, ...(risk.data?.renewal.evidence ?? [])]
  if (item.many)
    return (
      <>
        <header className={css.head}>
          <h2 className={css.name}>{item.rule.name}</h2>
          <p className={css.headFacts}>{reasonText(item, { today, currency })}</p>
        </header>
        <Region title={words('facts')}>
          <Worth item={item} currency={currency} today={today} />
        </Region>
        <div ref={whyRef} tabIndex={-1} className={css.why}>
          <ManyRegion item={item} whose={whose} {...choice} />
        </div>
      </>
    )
  return (
    <>
      {item.account && <CustomerLine item={item} currency={currency} />}
      <div ref={whyRef} tabIndex={-1} className={css.why}>
        {item.account ? (
          <WhyRegion risk={risk} />
        ) : (
          <TaskLine item={item} today={today} currency={currency} />
        )}
      </div>
      <Region title={words('evidence')}>
        <EvidenceList items={evidenceItems(evidence, { today, accountId: item.account?.id ?? null })} />
      </Region>
      <Region
        title={words('facts')}
        note={words('readAt', { time: timeOfInstant(item.asOf, timeZone) })}
        line={false}
      >
        <Worth item={item} currency={currency} today={today} />
      </Region>
    </>
  )
}

function CustomerLine({ item, currency }: { item: Item; currency: string }) {
  const account = item.account!
  const revenue = useRevenue(account.id)
  const renewal = revenue.data?.renewal
  const parts = [
    item.arrCents === null
      ? words('revenueUnknown')
      : words('aYear', { money: moneyWhole({ minor: item.arrCents, currency }) }),
    ...(revenue.data
      ? [
          renewal
            ? words('renews', { day: dayLong(renewal.renewsOn), days: days(renewal.days) })
            : words('noRenewal'),
        ]
      : []),
    item.owner ? words('ownedBy', { name: item.owner.name }) : words('ownedByNobody'),
  ]
  return (
    <header className={css.head}>
      <div className={css.headLine}>
        <h2 className={css.name}>
          <Link to={`/customers/${account.id}` as '/'}>{account.name}</Link>
        </h2>
        {account.segment && <Tag>{account.segment}</Tag>}
      </div>
      <p className={css.headFacts}>{parts.join(' \u00b7 ')}</p>
    </header>
  )
}

function TaskLine({ item, today, currency }: { item: Item; today: string; currency: string }) {
  return (
    <header className={css.head}>
      <div className={css.headLine}>
        <h2 className={css.name}>{titleOf(item)}</h2>
        <Tag>{words('task')}</Tag>
      </div>
      <p className={css.headFacts}>
        {[
          reasonText(item, { today, currency }),
          item.owner ? words('ownedBy', { name: item.owner.name }) : words('ownedByNobody'),
        ].join(' \u00b7 ')}
      </p>
    </header>
  )
}

/** The base rate and the parts of the risk, adding up to it. */
export function WhyRegion({ risk }: { risk: ReturnType<typeof useRisk> }) {
  if (risk.isError)
    return (
      <Region title={words('whyUnknown')}>
        <ErrorState
          title={words('riskFailed')}
          text={risk.error.message}
          actions={<Button onClick={() => void risk.refetch()}>{words('tryAgain')}</Button>}
        />
      </Region>
    )
  if (!risk.data)
    return (
      <Region title={words('whyUnknown')}>
        <AfterWait>
          <SkeletonFace rows={3} />
        </AfterWait>
      </Region>
    )
  return <RiskRegion reading={risk.data.renewal} />
}

function RiskRegion({ reading }: { reading: Risk }) {
  const parts = riskParts(reading)
  if (!parts || reading.value === null)
    return (
      <Region title={words('whyUnknown')}>
        <p className={css.quiet}>
          {words(reading.detail.notApplicable === 'left' ? 'riskLeft' : 'riskUnknown')}
        </p>
      </Region>
    )
  const shown = percentParts(reading.value, [reading.low, reading.high], 1)
  const note = [
    ...(shown.range ? [shown.range] : []),
    ...(reading.detail.model === 'prior' ? [words('prior')] : []),
  ]
  return (
    <Region title={words('why', { share: shown.share })} note={note.join(', ')}>
      <Waterfall label={words('riskLabel')} {...parts} />
    </Region>
  )
}

function Worth({ item, currency, today }: { item: Item; currency: string; today: string }) {
  const { atStakeCents, keepsCents, arrCents, effect } = item
  const withEnds = (interval: Item['atStakeCents'], more = '') => {
    const ends = interval && moneyEnds(interval, currency)
    return [shortMoney(interval, currency), ends && `(${words('interval', ends)})`, more]
      .filter(Boolean)
      .join(' ')
  }
  return (
    <DescriptionList
      items={[
        ...(item.account
          ? [
              {
                term: words('yearlyRevenue'),
                value: arrCents === null ? words('notKnown') : moneyWhole({ minor: arrCents, currency }),
              },
            ]
          : []),
        ...(item.account || item.many ? [{ term: words('atStake'), value: withEnds(atStakeCents) }] : []),
        {
          term: words('expected'),
          value: keepsCents ? withEnds(keepsCents, effectText(effect)) : words('notEstimated'),
        },
        ...(item.taskId ? [{ term: words('due'), value: reasonText(item, { today, currency }) }] : []),
      ]}
    />
  )
}
