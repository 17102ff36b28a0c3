import { readAddress as readView } from '../../portfolio/ui/address.ts'
import { entryGroups, type EntryGroup } from './entries.ts'
import type { FromList } from './queries.ts'

/** What the address of a customer holds: the list it was opened from, and which entries the timeline shows. */
export interface Address {
  from: FromList | null
  show: EntryGroup
}

/** Reads the address; parts that were mangled on the way are left out. */
export function readAddress({ list, at, show }: Record<string, unknown>): Address {
  const known = Object.keys(entryGroups).find((group) => group === show)
  return { from: readList(list, at), show: (known as EntryGroup | undefined) ?? 'all' }
}

function readList(list: unknown, at: unknown): FromList | null {
  if (typeof list !== 'object' || list === null || !Number.isInteger(at) || (at as number) < 1) return null
  const { filter = [], find = '', sort = [] } = readView(list as Record<string, unknown>)
  return { list: { filter, find, sort }, at: at as number }
}
