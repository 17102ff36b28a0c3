import { count, decimal, money, moneyWhole, percentParts, range } from '../../../ui/format.ts'
import { Region } from '../../../ui/layout/Region.tsx'
import { Loaded } from '../../../ui/states/Loaded.tsx'
import { PlainTable } from '../../../ui/table/PlainTable.tsx'
import css from './features.module.css'
import { useAdoption, type AdoptionStudy } from './queries.ts'
import { words } from './words.ts'

type Group = AdoptionStudy['reached']

/** Who left of the customers that used it in each of their first weeks, and of the others; what that is worth. */
export function AdoptionRegion() {
  const study = useAdoption()
  return (
    <Region
      title={words('worth')}
      note={study.data && words('worthNote', { weeks: study.data.of, months: study.data.months })}
      line={false}
    >
      <Loaded query={study} label={words('worth')}>
        {(found) => (
          <>
            <Groups study={found} />
            <p className={css.finding}>
              {findingOf(found)} {words('notRandomised')}
            </p>
            <p className={css.quiet}>{leftOutOf(found)}</p>
          </>
        )}
      </Loaded>
    </Region>
  )
}

/** What the comparison shows: a finding only where its interval excludes zero. */
export function findingOf({ difference, worth, currency }: AdoptionStudy): string {
  if (!difference) return words('tooFew')
  const { value, low, high } = difference
  const points = decimal(Math.abs(value) * 100, 0)
  if (low <= 0 && high >= 0)
    return words('notShown', { points: decimal(value * 100, 0), range: range(low * 100, high * 100) })
  if (high < 0) return words('worthMore', { points, range: range(-high * 100, -low * 100) })
  const amount = (minor: number) => money({ minor, currency })
  return words('worthLess', {
    points,
    range: range(low * 100, high * 100),
    money: worth ? amount(worth.cents) : '~',
    moneyRange: worth ? `${amount(worth.lowCents)} to ${amount(worth.highCents)}` : '~',
  })
}

function leftOutOf({ leftOut, months }: AdoptionStudy): string {
  const { young, notObserved, leftBefore, notKnown, dayNotKnown } = leftOut
  return words('leftOut', {
    months,
    young: count(young),
    notObserved: count(notObserved),
    leftBefore: count(leftBefore),
    unknown: count(notKnown + dayNotKnown),
  })
}

function leftShare({ share, low, high }: Group): string {
  if (share === null) return '~'
  const shown = percentParts(share, [low, high])
  return `${shown.share} (${shown.range})`
}

function Groups({ study: { reached, others, currency } }: { study: AdoptionStudy }) {
  return (
    <PlainTable
      label={words('worth')}
      rows={[
        { name: words('reached'), ...reached },
        { name: words('others'), ...others },
      ]}
      rowKey={({ name }) => name}
      columns={[
        { id: 'group', head: words('group'), cell: ({ name }) => name },
        { id: 'accounts', head: words('compared'), number: true, cell: (one) => count(one.accounts) },
        { id: 'left', head: words('left'), number: true, cell: ({ left }) => count(left) },
        { id: 'share', head: words('leftShare'), number: true, cell: leftShare },
        {
          id: 'revenue',
          head: words('revenue'),
          number: true,
          cell: ({ yearlyCents }) => moneyWhole({ minor: yearlyCents, currency }),
        },
      ]}
    />
  )
}
