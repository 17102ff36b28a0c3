import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { Segmented } from '../../../ui/controls/Segmented.tsx'
import { count } from '../../../ui/format.ts'
import { dayOfInstant, timeOfInstant } from '../../../ui/instant.ts'
import { Heading } from '../../../ui/layout/Region.tsx'
import { Empty } from '../../../ui/states/Empty.tsx'
import { Loaded } from '../../../ui/states/Loaded.tsx'
import { DataTable, type Column } from '../../../ui/table/DataTable.tsx'
import { PlainTable } from '../../../ui/table/PlainTable.tsx'
import { Aside } from './Aside.tsx'
import type { Explorer } from './address.ts'
import css from './explorer.module.css'
import { eventLabel } from './mapping.ts'
import { useNames, useProperties, type EventName } from './queries.ts'
import { words } from './words.ts'

const nameKey = ({ type, name }: Pick<EventName, 'type' | 'name'>): string => `${type} ${name}`

/** Events by name: how many, how far they reach, what they count as, and what they carry. */
export function NamesTab({ explorer }: { explorer: Explorer }) {
  const { address, go, timeZone } = explorer
  const [days, setDays] = useState<'1' | '7' | '30' | '90'>('30')
  const found = useNames(Number(days))
  const { names = [], total = 0 } = found.data ?? {}
  const chosen = names.find((one) => nameKey(one) === address.at)
  const open = (one: EventName) => go({ at: nameKey(one) }, true)
  return (
    <>
      <div className={css.bar}>
        <Heading title={words('names')} note={words('namesNote', { days })} />
        <Segmented
          label={words('span')}
          options={(['1', '7', '30', '90'] as const).map((value) => ({ value, label: `${value} d` }))}
          value={days}
          onChange={setDays}
        />
      </div>
      {total > names.length && (
        <p className={css.note}>{words('namesMore', { shown: count(names.length), total: count(total) })}</p>
      )}
      <div className={css.split}>
        <div className={css.main}>
          {names.length > 0 ? (
            <DataTable
              label={words('names')}
              columns={columnsOf(timeZone, chosen !== undefined)}
              rowCount={names.length}
              getRow={(index) => names[index]}
              rowId={nameKey}
              rowName={eventLabel}
              onOpen={open}
              onPeek={open}
              compact={(one) => (
                <span className={css.compact}>
                  <span className={css.name}>{eventLabel(one)}</span>
                  <span className={css.quiet}>{words(one.type)}</span>
                  <span className={css.quiet}>{words('volumeRow', { n: one.events })}</span>
                  <span className={css.quiet}>{dayOfInstant(one.lastAt, timeZone)}</span>
                </span>
              )}
            />
          ) : (
            <div className={css.padded}>
              <Loaded query={found} label={words('names')}>
                {() => <Empty title={words('noNames')} text={words('noNamesText')} />}
              </Loaded>
            </div>
          )}
        </div>
        {chosen && (
          <Aside title={eventLabel(chosen)} onClose={() => go({ at: undefined }, true)}>
            <NameDetail one={chosen} timeZone={timeZone} />
          </Aside>
        )}
      </div>
    </>
  )
}

const explaining: Column<EventName>[] = [
  { id: 'type', header: words('type'), width: 80, cell: ({ type }) => words(type) },
  {
    id: 'feature',
    header: words('feature'),
    width: 180,
    cell: ({ feature }) => feature ?? <span className={css.quiet}>{words('stateNone')}</span>,
  },
]

/** With a panel beside them the columns leave out what the panel says. */
const columnsOf = (timeZone: string, beside: boolean): [Column<EventName>, ...Column<EventName>[]] => [
  {
    id: 'name',
    header: words('event'),
    width: 200,
    cell: (one) => <span className={css.name}>{eventLabel(one)}</span>,
  },
  ...(beside ? [] : explaining),
  {
    id: 'accounts',
    header: words('customers'),
    width: 90,
    align: 'end',
    cell: ({ accounts }) => (accounts === null ? '' : count(accounts)),
  },
  { id: 'users', header: words('users'), width: 80, align: 'end', cell: ({ users }) => count(users) },
  { id: 'events', header: words('eventsHead'), width: 90, align: 'end', cell: ({ events }) => count(events) },
  {
    id: 'first',
    header: words('first'),
    width: 80,
    align: 'end',
    cell: ({ firstAt }) => dayOfInstant(firstAt, timeZone),
  },
  {
    id: 'last',
    header: words('last'),
    width: 120,
    align: 'end',
    cell: ({ lastAt }) => timeOfInstant(lastAt, timeZone),
  },
]

function reachText({ feature, accounts }: EventName): string {
  if (feature === null) return words('reachNone')
  return accounts === null
    ? words('reachOther', { feature })
    : words('reachAccounts', { feature, n: accounts })
}

function NameDetail({ one, timeZone }: { one: EventName; timeZone: string }) {
  const properties = useProperties(one)
  return (
    <div className={css.detail}>
      <p className={css.says}>
        {words('reach', {
          events: one.events,
          users: one.users,
          first: dayOfInstant(one.firstAt, timeZone),
          last: timeOfInstant(one.lastAt, timeZone),
        })}{' '}
        {reachText(one)}
      </p>
      <p className={css.links}>
        <Link to={'/events' as '/'} search={{ type: one.type, ...(one.name && { name: one.name }) } as never}>
          {words('ofName')}
        </Link>
      </p>
      <Loaded query={properties} label={words('properties')}>
        {({ looked, total, properties: rows }) => (
          <>
            <Heading title={words('properties')} note={words('propertiesNote', { n: looked })} />
            {rows.length === 0 ? (
              <p className={css.quiet}>{words('noProperties')}</p>
            ) : (
              <PlainTable
                label={words('properties')}
                rows={rows}
                rowKey={({ name }) => name}
                columns={[
                  { id: 'name', head: words('property'), cell: ({ name }) => name },
                  {
                    id: 'types',
                    head: words('types'),
                    cell: ({ types }) => types.map(({ type }) => type).join(', '),
                  },
                  {
                    id: 'examples',
                    head: words('examples'),
                    cell: ({ examples }) => <code className={css.examples}>{examples.join(', ')}</code>,
                  },
                  {
                    id: 'seen',
                    head: words('seen'),
                    number: true,
                    cell: ({ events }) => count(events),
                  },
                ]}
              />
            )}
            {total > rows.length && (
              <p className={css.quiet}>
                {words('propertiesMore', { shown: count(rows.length), total: count(total) })}
              </p>
            )}
          </>
        )}
      </Loaded>
    </div>
  )
}
