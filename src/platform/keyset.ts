import { sql, type RawBuilder } from 'kysely'
import { z } from 'zod'
import { invalid } from './errors.ts'

const shape = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)_([0-9a-f-]{36})(?:_([a-z_]+))?$/

/** Place in a list that is ordered newest first: the value of `next` of the page above. */
export const Cursor = z.string().regex(shape, 'Use the value of "next" of the page above.')

/** Last row of a page; `exactAt` comes from `exact`, `kind` is for lists in which an id can stand twice. */
export type Place = Readonly<{ exactAt: string; id: string; kind?: string }>

export const writeCursor = ({ exactAt, id, kind }: Place): string =>
  [exactAt, id, ...(kind === undefined ? [] : [kind])].join('_')

/** Throws a 422 for text that no page ever gave out. */
export function readCursor(text: string): Place {
  const [, exactAt, id, kind] = shape.exec(text) ?? []
  if (exactAt === undefined || id === undefined || !z.uuid().safeParse(id).success || !isInstant(exactAt))
    throw invalid('This is not a place in the list.', [
      { path: 'after', message: 'Use the value of "next" of the page above.' },
    ])
  return kind === undefined ? { exactAt, id } : { exactAt, id, kind }
}

/** 31 February parses as 3 March: only an instant that reads back the same is one. */
function isInstant(exactAt: string): boolean {
  const date = new Date(exactAt)
  return !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 19) === exactAt.slice(0, 19)
}

/** An instant as text with all its microseconds: a JavaScript date would lose the last three digits. */
export const exact = (column: RawBuilder<unknown>): RawBuilder<string> =>
  sql<string>`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`

/** Cuts the row that was read beyond the page, and says where the next page begins. */
export function pageOf<Row extends Place>(
  rows: readonly Row[],
  limit: number,
): { rows: Omit<Row, 'exactAt'>[]; next: string | null } {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    rows: shown.map(({ exactAt: _exactAt, ...row }) => row),
    next: rows.length > limit && last ? writeCursor(last) : null,
  }
}
