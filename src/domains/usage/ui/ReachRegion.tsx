import { useState } from 'react'
import { IntervalMark } from '../../../ui/charts/IntervalMark.tsx'
import { Button } from '../../../ui/controls/Button.tsx'
import { Checkbox } from '../../../ui/controls/Checkbox.tsx'
import { TextInput } from '../../../ui/controls/Field.tsx'
import { Select } from '../../../ui/controls/Select.tsx'
import { count, dayShort, leastForPercent, percentInterval, percentParts } from '../../../ui/format.ts'
import { Region } from '../../../ui/layout/Region.tsx'
import { Empty } from '../../../ui/states/Empty.tsx'
import { Loaded } from '../../../ui/states/Loaded.tsx'
import { PlainTable, type PlainColumn } from '../../../ui/table/PlainTable.tsx'
import { including, type Draft } from './draft.ts'
import css from './features.module.css'
import { useFeatures, useSegments, type FeatureReach, type UsageFeatures, type UseCase } from './queries.ts'
import { words } from './words.ts'

const shownAtOnce = 40
const all = ''

type Reached = Pick<FeatureReach, 'accounts' | 'accountsEver' | 'share' | 'low' | 'high'>

interface ReachProps {
  cases: readonly UseCase[]
  /** The use case whose features are being chosen. */
  draft: Draft | null
  onChange: (draft: Draft) => void
  today: string
}

/** How many customers each feature reaches, overall or inside a segment; features are chosen here. */
export function ReachRegion(props: ReachProps) {
  const segments = useSegments()
  const [segment, setSegment] = useState(all)
  const chosen = props.draft ? props.draft.segments : segment === all ? null : [segment]
  const features = useFeatures(chosen)
  return (
    <Region
      title={words('reach')}
      note={features.data && noteOf(features.data, props.today)}
      line={!props.draft}
      actions={
        !props.draft &&
        segments.length > 0 && (
          <span className={css.segment}>
            <Select
              label={words('segment')}
              options={[
                { value: all, label: words('allSegments') },
                ...segments.map((value) => ({ value, label: value })),
              ]}
              value={segment}
              onChange={setSegment}
            />
          </span>
        )
      }
    >
      <Loaded query={features} label={words('reach')}>
        {(found) =>
          found.features.length === 0 ? (
            <Empty title={words('noFeatures')} text={words('noFeaturesText')} />
          ) : (
            <ReachTable {...props} found={found} />
          )
        }
      </Loaded>
    </Region>
  )
}

const dayBefore = (day: string): string => new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10)

function noteOf({ from, to, accounts, segments }: UsageFeatures, today: string): string | undefined {
  if (!from || !to) return undefined
  const whole = words('reachNote', {
    n: accounts,
    from: dayShort(from, today),
    to: dayShort(dayBefore(to), today),
  })
  if (!segments) return whole
  return `${whole}, ${words('reachInside', { n: segments.accounts, segments: segments.names.join(', ') })}`
}

const mattersFor = (cases: readonly UseCase[]): PlainColumn<FeatureReach> => ({
  id: 'matters',
  head: words('matters'),
  cell: ({ feature }) =>
    cases
      .filter(({ features }) => features.includes(feature))
      .map(({ name }) => name)
      .join(', '),
})

function ReachTable({ cases, draft, onChange, today, found }: ReachProps & { found: UsageFeatures }) {
  const [find, setFind] = useState('')
  const [whole, setWhole] = useState(false)
  const reached = (row: FeatureReach): Reached => row.inSegments ?? row
  const fitting = found.features
    .filter(({ feature }) => feature.toLowerCase().includes(find.trim().toLowerCase()))
    .toSorted((a, b) => reached(b).accounts - reached(a).accounts)
  const rows = whole ? fitting : fitting.slice(0, shownAtOnce)
  const of = found.segments?.accounts ?? found.accounts
  const columns: PlainColumn<FeatureReach>[] = [
    {
      id: 'feature',
      head: words('feature'),
      cell: ({ feature }) =>
        draft ? (
          <Checkbox
            label={feature}
            checked={draft.features.includes(feature)}
            onChange={(on) => onChange({ ...draft, features: including(draft.features, feature, on) })}
          />
        ) : (
          feature
        ),
    },
    {
      id: 'share',
      head: words('share'),
      cell: (row) => <Share reached={reached(row)} of={of} />,
    },
    {
      id: 'accounts',
      head: words('accountsHead'),
      number: true,
      cell: (row) => count(reached(row).accounts),
    },
    { id: 'ever', head: words('ever'), number: true, cell: (row) => count(reached(row).accountsEver) },
    { id: 'first', head: words('first'), number: true, cell: ({ firstDay }) => dayShort(firstDay, today) },
    { id: 'last', head: words('last'), number: true, cell: ({ lastDay }) => dayShort(lastDay, today) },
    ...(cases.length > 0 ? [mattersFor(cases)] : []),
  ]
  return (
    <>
      {found.features.length > shownAtOnce && (
        <div className={css.find}>
          <TextInput
            type="search"
            aria-label={words('find')}
            placeholder={words('find')}
            value={find}
            onChange={(event) => setFind(event.target.value)}
          />
        </div>
      )}
      {rows.length === 0 ? (
        <p className={css.quiet}>{words('noneFound')}</p>
      ) : (
        <PlainTable label={words('reach')} columns={columns} rows={rows} rowKey={({ feature }) => feature} />
      )}
      {fitting.length > rows.length && (
        <Button variant="quiet" onClick={() => setWhole(true)}>
          {words('more', { n: count(fitting.length) })}
        </Button>
      )}
      <p className={css.quiet}>{words('interval')}</p>
    </>
  )
}

/** A share with its interval; of few customers their counts, because a percentage would say more than is known. */
function Share({ reached: { accounts, share, low, high }, of }: { reached: Reached; of: number }) {
  if (share === null || low === null || high === null) return <span className={css.quiet}>~</span>
  if (of < leastForPercent)
    return (
      <span>
        {words('shareOf', {
          n: count(accounts),
          of: count(of),
          range: `${percentParts(share, [low, high]).range}%`,
        })}
      </span>
    )
  const text = percentInterval(share, [low, high])
  return (
    <span className={css.share}>
      <IntervalMark estimate={share} interval={[low, high]} domain={[0, 1]} label={text} tone="grey" />
      <span>{text}</span>
    </span>
  )
}
