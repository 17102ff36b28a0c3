import { useState } from 'react'
import { LineWithBand } from '../../../ui/charts/LineWithBand.tsx'
import { Tag } from '../../../ui/controls/Tag.tsx'
import { cx } from '../../../ui/cx.ts'
import { count, dayShort, range } from '../../../ui/format.ts'
import { dayOfInstant } from '../../../ui/instant.ts'
import { Region } from '../../../ui/layout/Region.tsx'
import { Empty } from '../../../ui/states/Empty.tsx'
import { Loaded } from '../../../ui/states/Loaded.tsx'
import { PlainTable, type PlainColumn } from '../../../ui/table/PlainTable.tsx'
import css from './customer.module.css'
import type { AccountUsage } from '../../usage/schema.ts'
import { UsageDays } from '../../usage/ui/UsageDays.tsx'
import { UsageReadings } from '../../usage/ui/UsageReadings.tsx'
import { useUsage, type Here } from './queries.ts'
import { usageMissing } from './reasons.ts'
import { words } from './words.ts'

type Feature = AccountUsage['features'][number]
const fewFeatures = 5

/** Use by week with its usual range, and by feature. */
export function UsageRegion({ id, here }: { id: string; here: Here }) {
  const usage = useUsage(id)
  const { data } = usage
  return (
    <Region
      title={words('usage')}
      note={
        data &&
        data.weeks.length > 0 && (
          <>
            {words('usageNote', { weeks: data.weeks.length })}{' '}
            {data.state === 'stale' && data.asOf && (
              <Tag tone="unknown">{words('asOf', { day: dayOfInstant(data.asOf, here.timeZone) })}</Tag>
            )}
          </>
        )
      }
    >
      <Loaded query={usage} label={words('usage')}>
        {(found) =>
          found.weeks.length === 0 ? (
            <Empty title={words('usageEmpty')} text={`${usageMissing(found)} ${words('usageEmptyText')}`} />
          ) : (
            <>
              <UsageReadings id={id} today={here.today} />
              <div className={css.weeksAndFeatures}>
                <Weeks usage={found} today={here.today} />
                <Features features={found.features} today={here.today} />
              </div>
              <UsageDays id={id} usage={found} today={here.today} />
            </>
          )
        }
      </Loaded>
    </Region>
  )
}

function Weeks({ usage: { weeks, usual }, today }: { usage: AccountUsage; today: string }) {
  const last = weeks.at(-1)?.events ?? 0
  const band = usual && ([usual[0] ?? 0, usual[1] ?? 0] as const)
  const finding = band
    ? words('usageFinding', { n: last, range: range(band[0], band[1]) })
    : words('usageFindingNoBand', { n: last })
  return (
    <div>
      <LineWithBand
        finding={finding}
        points={weeks.map(({ start, events }) => ({
          label: dayShort(start, today),
          value: events,
          // The usual range speaks for the weeks that it is compared with.
          ...(band && start >= (weeks.at(-12)?.start ?? '') && { usual: roundedRange(band) }),
        }))}
        endLabel={words('usageEnd', { n: count(last) })}
        {...(band && { usualLabel: words('usualLabel', { range: range(band[0], band[1]) }) })}
        height={148}
        yFrom={0}
      />
      <p className={css.finding}>{finding}</p>
    </div>
  )
}

const roundedRange = ([low, high]: readonly [number, number]): [number, number] => [
  Math.round(low),
  Math.round(high),
]

function Features({ features, today }: { features: readonly Feature[]; today: string }) {
  const [all, setAll] = useState(false)
  const columns: PlainColumn<Feature>[] = [
    { id: 'feature', head: words('feature'), cell: ({ feature }) => feature },
    { id: 'events', head: words('events'), number: true, cell: ({ events }) => count(events) },
    { id: 'days', head: words('daysUsed'), number: true, cell: ({ days }) => count(days) },
    { id: 'last', head: words('lastUse'), number: true, cell: ({ lastDay }) => dayShort(lastDay, today) },
  ]
  const rest = features.length - fewFeatures
  return (
    <div className={cx(css.compactTable, css.narrowTable)}>
      <PlainTable
        label={words('features')}
        columns={columns}
        rows={all ? features : features.slice(0, fewFeatures)}
        rowKey={({ feature }) => feature}
      />
      {rest > 0 && !all && (
        <button type="button" className={css.link} onClick={() => setAll(true)}>
          {words('otherFeatures', { n: rest })}
        </button>
      )}
    </div>
  )
}
