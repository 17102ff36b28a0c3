import { useQuery } from '@tanstack/react-query'
import { Link, useLocation } from '@tanstack/react-router'
import { api, body } from '../../../ui/api/client.ts'
import { cx } from '../../../ui/cx.ts'
import { EvidenceMark } from '../../../ui/evidence/EvidenceMark.tsx'
import { Loaded } from '../../../ui/states/Loaded.tsx'
import { PowerUsers } from './PowerUsers.tsx'
import css from './region.module.css'
import { words } from './region-words.ts'
import { flagsIn, listIn, readingEvidence, sayReading, toldCodes, type UsageReading } from './readings.ts'
import { WeekStrip } from './WeekStrip.tsx'

/** The readings of use of one customer: each with how sure it is, its reason, and its evidence. */
export function UsageReadings({ id, today }: { id: string; today: string }) {
  const readings = useQuery({
    queryKey: ['accounts', id, 'usage-readings'],
    queryFn: ({ signal }) =>
      body(api.GET('/api/v1/accounts/{id}/usage/readings', { params: { path: { id } }, signal })),
    placeholderData: undefined,
  })
  return (
    <Loaded query={readings} label={words('readings')}>
      {(found) => (
        <dl aria-label={words('readings')} className={css.readings}>
          {toldCodes.flatMap((code) => {
            const reading = found.find((one) => one.code === code)
            return reading ? [<Row key={code} id={id} reading={reading} today={today} />] : []
          })}
        </dl>
      )}
    </Loaded>
  )
}

type Label = Parameters<typeof words>[0]

function Row({ id, reading, today }: { id: string; reading: UsageReading; today: string }) {
  // Whoever follows a piece of evidence has left its list: a new place closes it.
  const { hash } = useLocation()
  const said = sayReading(reading, today)
  return (
    <div className={css.row}>
      <dt>{words(reading.code as Label)}</dt>
      <dd>
        {'missing' in said ? (
          <span className={css.missing}>{said.missing}</span>
        ) : (
          <>
            <span className={cx(css.value, said.unusual && css.unusual)}>{said.value}</span>{' '}
            <span className={css.qualifier}>{said.qualifier}</span>{' '}
            {reading.evidence.length > 0 && (
              <EvidenceMark key={hash} items={readingEvidence(reading, today)} />
            )}
            {said.reason && <span className={css.reason}>{said.reason}</span>}
            <Picture reading={reading} />
            {reading.code === 'usage.power_users' && (reading.value ?? 0) > 0 && (
              <PowerUsers id={id} today={today} />
            )}
          </>
        )}
      </dd>
    </div>
  )
}

/** What some readings show beside their words. */
function Picture({ reading: { code, detail } }: { reading: UsageReading }) {
  if (code === 'usage.weekly_active') return <WeekStrip weeks={countedWeeks(detail)} />
  if (code === 'usage.early_adoption') return <WeekStrip weeks={flagsIn(detail, 'weeks')} />
  if (code === 'usage.breadth') return <Features reading={detail} />
  return null
}

/** The weeks that the reading counts: the one under way is among them once it has use. */
function countedWeeks({ series, thisWeek, of }: UsageReading['detail']): (boolean | null)[] {
  const complete = Array.isArray(series) ? series : []
  return [
    ...complete.map((value) => (typeof value === 'number' ? value > 0 : null)),
    ...(thisWeek ? [true] : []),
  ].slice(-Number(of))
}

/** Only where somebody chose what matters is it worth saying which of them are not used. */
function Features({ reading: detail }: { reading: UsageReading['detail'] }) {
  if (detail.chosen !== true)
    return (
      <span className={css.reason}>
        <Link to={'/settings/features' as '/'} className={css.link}>
          {words('choose')}
        </Link>
      </span>
    )
  const unused = listIn(detail, 'unused')
  return (
    <span className={css.reason}>
      {words('unused')}: {unused.length > 0 ? unused.join(', ') : words('noneUsed')}
    </span>
  )
}
