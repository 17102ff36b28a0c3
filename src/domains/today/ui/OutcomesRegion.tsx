import { useState } from 'react'
import { Segmented } from '../../../ui/controls/Segmented.tsx'
import { dayLong, money, percentParts, points } from '../../../ui/format.ts'
import { Region } from '../../../ui/layout/Region.tsx'
import { Loaded } from '../../../ui/states/Loaded.tsx'
import { PlainTable } from '../../../ui/table/PlainTable.tsx'
import type { Arm, Outcome, Outcomes } from '../schema.ts'
import css from './rules.module.css'
import { words } from './rules-words.ts'
import { useOutcomes } from './use-rules.ts'

const choices = ['30', '60', '90'] as const
type Days = (typeof choices)[number]
type Row = Readonly<{ name: string; outcome: Outcome }>

/** What acting achieved: of each rule the cases that were acted on beside those that were not, or were held out. */
export function OutcomesRegion() {
  const outcomes = useOutcomes()
  const [days, setDays] = useState<Days>('90')
  return (
    <Region
      title={words('achieved')}
      note={words('achievedNote')}
      actions={
        <Segmented
          label={words('after')}
          options={choices.map((value) => ({ value, label: words('afterDays', { n: value }) }))}
          value={days}
          onChange={setDays}
        />
      }
      line={false}
    >
      <Loaded query={outcomes} label={words('achieved')}>
        {(data) => <Achieved data={data} days={days} />}
      </Loaded>
    </Region>
  )
}

function Achieved({ data: { rules, since, currency }, days }: { data: Outcomes; days: Days }) {
  if (since === null) return <p className={css.intro}>{words('achievedNever')}</p>
  const rows: Row[] = rules.flatMap(({ name, outcomes }) =>
    outcomes.filter((one) => String(one.days) === days).map((outcome) => ({ name, outcome })),
  )
  return (
    <>
      <p className={css.intro}>{words('achievedSince', { day: dayLong(since) })}</p>
      <PlainTable
        label={words('achieved')}
        rows={rows}
        rowKey={({ outcome }) => outcome.ruleCode}
        columns={[
          { id: 'rule', head: words('rule'), cell: ({ name }) => name },
          {
            id: 'acted',
            head: words('acted'),
            number: true,
            cell: ({ outcome }) => <ArmCell arm={outcome.acted} />,
          },
          {
            id: 'not',
            head: words('notActed'),
            number: true,
            cell: ({ outcome }) => <ArmCell arm={outcome.notActed} />,
          },
          {
            id: 'held',
            head: words('heldOutColumn'),
            number: true,
            cell: ({ outcome }) => <ArmCell arm={outcome.heldOut} />,
          },
          {
            id: 'difference',
            head: words('difference'),
            number: true,
            cell: ({ outcome }) => <Difference outcome={outcome} />,
          },
          {
            id: 'money',
            head: words('money'),
            number: true,
            cell: ({ outcome: { keptCents } }) =>
              keptCents ? (
                <Two
                  first={money({ minor: keptCents.value, currency })}
                  second={`${money({ minor: keptCents.low!, currency })} to ${money({ minor: keptCents.high!, currency })}`}
                />
              ) : (
                '~'
              ),
          },
        ]}
      />
      <p className={css.facts}>{words('achievedCaution')}</p>
    </>
  )
}

function Two({ first, second }: { first: string; second: string }) {
  return (
    <span className={css.two}>
      <span>{first}</span>
      <span className={css.facts}>{second}</span>
    </span>
  )
}

function ArmCell({ arm: { n, kept, easedOf, eased } }: { arm: Arm }) {
  if (n === 0) return <>~</>
  return (
    <Two
      first={words('keptOf', { kept, n })}
      second={easedOf > 0 ? words('eased', { eased, of: easedOf }) : ''}
    />
  )
}

function Difference({ outcome: { verdict, difference, waiting } }: { outcome: Outcome }) {
  if (!difference || verdict === 'too_early')
    return <Two first={words('tooEarly')} second={words('tooEarlyNote', { n: waiting })} />
  const { range } = percentParts(difference.value, [difference.low, difference.high])
  return (
    <Two
      first={`${points(difference.value * 100, 1)} (${range})`}
      second={words(verdict === 'holdout' ? 'byChance' : 'notByChance')}
    />
  )
}
