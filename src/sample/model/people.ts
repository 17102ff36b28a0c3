import type { Random } from '../../stats/random/seeded-random.ts'
import type { Account } from './accounts.ts'
import type { Calendar } from './calendar.ts'
import { chance, pick } from './chance.ts'
import { personName } from './names.ts'

export type Person = Readonly<{
  id: string
  account: string
  name: string
  email: string
  title: string
  role: 'buyer' | 'champion' | 'admin' | 'user'
  since: string
  leftOn: string | null
}>

const titles = {
  buyer: ['Owner', 'Managing director', 'Head of operations', 'Controller'],
  champion: ['Shop manager', 'Office manager', 'Claims lead', 'Field lead', 'Branch manager'],
  admin: ['IT manager', 'Systems administrator', 'Office administrator'],
  user: ['Estimator', 'Inspector', 'Adjuster', 'Technician', 'Agent', 'Site lead'],
} as const

/** The people of a customer; its champion leaves when the sponsor does. */
export function peopleOf(random: Random, account: Account, calendar: Calendar): Person[] {
  const roles: Person['role'][] = account.isEstimator
    ? account.seats > 1
      ? ['buyer', 'user']
      : ['buyer']
    : ['buyer', 'champion', 'user', ...(account.seats > 15 ? (['admin', 'user'] as const) : [])]
  const leaver = roles.includes('champion') ? 'champion' : 'user'
  const taken = new Set<string>()
  const people = roles.map((role, n) => {
    const name = personName(random)
    const plain = name.toLowerCase().replace(/[^a-z]+/g, '.')
    const local = taken.has(plain) ? `${plain}.${n + 1}` : plain
    taken.add(local)
    const goes = role === leaver && account.sponsorWeek !== null && roles.indexOf(role) === n
    return {
      id: `${account.id}-P${n + 1}`,
      account: account.id,
      name,
      email: `${local}@${account.domain}`,
      title: pick(random, titles[role]),
      role,
      since: account.startsOn,
      leftOn: goes && account.sponsorWeek !== null ? calendar.day(account.sponsorWeek, 1) : null,
    }
  })
  const gone = people.find(({ leftOn }) => leftOn !== null)
  if (!gone || account.sponsorWeek === null || !chance(random, 0.6)) return people
  return [...people, successorOf(random, gone, people.length + 1, calendar.day(account.sponsorWeek + 4))]
}

/** Who takes over from whom; not everybody is replaced. */
function successorOf(random: Random, gone: Person, n: number, since: string): Person {
  const name = personName(random)
  const local = name.toLowerCase().replace(/[^a-z]+/g, '.')
  const domain = gone.email.slice(gone.email.indexOf('@'))
  return { ...gone, id: `${gone.account}-P${n}`, name, email: `${local}.${n}${domain}`, since, leftOn: null }
}
