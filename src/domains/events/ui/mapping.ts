import { dayShort } from '../../../ui/format.ts'
import type { ExploredEvent } from './queries.ts'
import { words } from './words.ts'

/** What the event is called: its name, else its type. */
export const eventLabel = ({ name, type }: Pick<ExploredEvent, 'name' | 'type'>): string => name || type

function counts({ feature, place, at }: ExploredEvent, today: string): string {
  const values = {
    feature: feature ?? '',
    account: place.account?.name ?? '',
    day: dayShort(at.slice(0, 10), today),
    group: place.groupId ?? '',
  }
  return words(`counted_${place.by}`, values)
}

function waits({ place, person, user }: ExploredEvent): string {
  if (place.by !== 'person') return words('waits_group', { group: place.groupId ?? '' })
  if (person) return words('waits_person', { person: person.name ?? user?.externalId ?? '' })
  return words(user?.kind === 'anonymous' ? 'waits_anonymous' : 'waits_user')
}

/** In a sentence: what became of an event, and by which rule. `today` is 'YYYY-MM-DD'. */
export function mappingOf(event: ExploredEvent, today: string): string {
  const { type, place, person, by } = event
  if (type === 'identify')
    return person
      ? words('identify_known', { person: person.name ?? '' })
      : words(by === 'browser' ? 'identify_page' : 'identify_unknown')
  if (type === 'group')
    return place.account
      ? words('group_known', { group: place.groupId ?? '', account: place.account.name })
      : words('group_unknown', { group: place.groupId ?? '' })
  if (type === 'alias') return words('alias_says')
  if (place.state === 'counting') return words('counting')
  return place.state === 'counted' ? counts(event, today) : waits(event)
}
