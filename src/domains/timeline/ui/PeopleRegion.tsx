import { UserPlus } from 'lucide-react'
import { useState } from 'react'
import { Avatar } from '../../../ui/controls/Avatar.tsx'
import { Button } from '../../../ui/controls/Button.tsx'
import { days } from '../../../ui/format.ts'
import { dayOfInstant } from '../../../ui/instant.ts'
import { Region } from '../../../ui/layout/Region.tsx'
import { Empty } from '../../../ui/states/Empty.tsx'
import { Loaded } from '../../../ui/states/Loaded.tsx'
import css from './customer.module.css'
import { personName, roleName } from './person-words.ts'
import { NewPersonDialog, PersonDialog } from './PersonDialogs.tsx'
import { usePeople, type Account, type AccountPerson, type Here } from './queries.ts'
import { daysSince } from './reasons.ts'
import { words } from './words.ts'

/** Who is who at the customer: those present first, those gone last, each with their last word. */
export function PeopleRegion({ account, here }: { account: Account; here: Here }) {
  const people = usePeople(account.id)
  const [adding, setAdding] = useState(false)
  const [shown, setShown] = useState<string | null>(null)
  const gone = people.data?.rows.filter(({ presence }) => presence === 'gone').length ?? 0
  const person = people.data?.rows.find(({ id }) => id === shown)
  return (
    <Region
      title={words('people')}
      note={people.data && people.data.total > 0 && words('peopleNote', { n: people.data.total, gone })}
      actions={
        <Button
          size="row"
          variant="quiet"
          icon={UserPlus}
          onClick={() => setAdding(true)}
          disabledReason={here.may('csm') ? undefined : words('needCsm')}
        >
          {words('addPerson')}
        </Button>
      }
    >
      <Loaded query={people} label={words('people')}>
        {({ rows }) =>
          rows.length === 0 ? (
            <Empty title={words('peopleEmpty')} text={words('peopleEmptyText')} />
          ) : (
            <ul className={css.rows} aria-label={words('people')}>
              {rows.map((one) => (
                <PersonRow key={one.id} person={one} here={here} onOpen={() => setShown(one.id)} />
              ))}
            </ul>
          )
        }
      </Loaded>
      {adding && <NewPersonDialog accountId={account.id} here={here} onClose={() => setAdding(false)} />}
      {person && (
        <PersonDialog person={person} accountId={account.id} here={here} onClose={() => setShown(null)} />
      )}
    </Region>
  )
}

/** The parts that a person has now, or had when nobody is left of them. */
function partsOf({ roles, title, presence }: AccountPerson): string {
  const present = roles.filter((role) => role.presence === presence && role.role !== null)
  const names = [...new Set(present.map(({ role }) => roleName(role)))]
  return [title, ...names].filter(Boolean).join(', ') || roleName(null)
}

function PersonRow({ person, here, onOpen }: { person: AccountPerson; here: Here; onOpen: () => void }) {
  const name = personName(person)
  return (
    <li className={person.presence === 'gone' ? css.goneRow : css.row}>
      <Avatar name={name} tone={person.presence === 'current' && !person.erasedAt ? 'petrol' : 'neutral'} />
      <button type="button" className={css.rowButton} onClick={onOpen}>
        {name}
      </button>
      <span className={css.rowFact} title={partsOf(person)}>
        {partsOf(person)}
      </span>
      <span className={css.rowEnd}>{lastWord(person, here)}</span>
    </li>
  )
}

function lastWord({ presence, lastWordAt }: AccountPerson, here: Here): string {
  if (presence === 'gone') return words('gone')
  if (presence === 'coming') return words('coming')
  if (!lastWordAt) return words('noWord')
  const n = daysSince(lastWordAt, here)
  if (n === 0) return words('lastWordToday')
  return n < 365
    ? words('lastWord', { days: days(n) })
    : words('lastWordOf', { day: dayOfInstant(lastWordAt, here.timeZone) })
}
