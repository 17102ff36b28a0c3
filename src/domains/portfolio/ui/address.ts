import type { Filter, Sort } from '../schema.ts'

/** What the address of the Customers page holds; what is absent is as the view has it. */
export interface Address {
  view: string
  filter?: Filter
  sort?: Sort[]
  columns?: string[]
  find?: string
  /** The customer that the peek shows. */
  row?: string
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isCondition = (value: unknown): boolean =>
  isRecord(value) && typeof value.field === 'string' && typeof value.op === 'string'

const isFilter = (value: unknown): value is Filter =>
  Array.isArray(value) &&
  value.every((item) =>
    isRecord(item) && Array.isArray(item.any) ? item.any.every(isCondition) : isCondition(item),
  )

const isSort = (value: unknown): value is Sort[] =>
  Array.isArray(value) &&
  value.every(
    (item) => isRecord(item) && typeof item.field === 'string' && (item.dir === 'asc' || item.dir === 'desc'),
  )

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string')

/** Reads the address; parts that were mangled on the way are left out, the server checks the rest. */
export function readAddress(search: Record<string, unknown>): Address {
  const { view, filter, sort, columns, find, row } = search
  return {
    view: typeof view === 'string' ? view : 'all',
    ...(isFilter(filter) && { filter }),
    ...(isSort(sort) && { sort }),
    ...(isTexts(columns) && { columns }),
    ...(find !== undefined && find !== '' && { find: String(find) }),
    ...(typeof row === 'string' && { row }),
  }
}
