import {
  error,
  field,
  textOf,
  type Draft,
  type Fault,
  type ImportRow,
  type ImportType,
} from '../imports/import-type.ts'
import { readChannel, readDirection } from './model.ts'

/** Whole seconds, from whichever of the two columns is filled; null when neither is. */
function readDuration({ cells }: ImportRow): number | null {
  if (typeof cells.duration_seconds === 'number') return cells.duration_seconds
  return typeof cells.duration_minutes === 'number' ? Math.round(cells.duration_minutes * 60) : null
}

/** E-mails, calls, chats and meetings, one row each. */
export const messageImport: ImportType = {
  kind: 'messages',
  label: 'Messages and calls',
  says: 'One row a message: with whom, in or out, over which channel, when, and what was said.',
  target: 'records',
  asks: ['unknownAccounts', 'timeZone'],
  fields: [
    field('id', 'Message id', 'text', 'message id', 'activity id', 'call id', 'email id', 'id'),
    field(
      'account',
      'Account id',
      'text',
      'account id',
      'customer id',
      'company id',
      'account',
      'customer',
      'company',
    ),
    field('person', 'Person id', 'text', 'person id', 'contact id', 'user id', 'contact', 'person'),
    field(
      'email',
      'E-mail of the person',
      'email',
      'email',
      'e mail',
      'email address',
      'contact email',
      'from',
    ),
    {
      ...field(
        'direction',
        'In or out',
        'text',
        'direction',
        'in out',
        'inbound outbound',
        'sent or received',
      ),
      required: true,
    },
    field('channel', 'Channel', 'text', 'channel', 'type', 'activity type', 'medium', 'kind'),
    {
      ...field(
        'at',
        'At',
        'instant',
        'at',
        'sent at',
        'received at',
        'timestamp',
        'date',
        'time',
        'datetime',
        'created at',
        'occurred at',
      ),
      required: true,
      past: true,
    },
    field('subject', 'Subject', 'text', 'subject', 'title', 'topic'),
    field('body', 'Text', 'text', 'body', 'text', 'message', 'content', 'notes', 'summary', 'transcript'),
    field(
      'duration_seconds',
      'Duration in seconds',
      'integer',
      'duration',
      'duration seconds',
      'call duration',
    ),
    field(
      'duration_minutes',
      'Duration in minutes',
      'decimal',
      'duration minutes',
      'minutes',
      'duration min',
    ),
  ],
  map(row) {
    const faults: Fault[] = []
    const said = textOf(row.cells.direction)
    const direction = said === null ? null : readDirection(said)
    if (direction === null) faults.push(error('unknown_direction', 'direction', { value: said }))
    const account = textOf(row.cells.account)
    const person = textOf(row.cells.person) ?? textOf(row.cells.email)?.toLowerCase() ?? null
    if (account === null && person === null) faults.push(error('nobody_named', 'account'))
    const seconds = readDuration(row)
    if (seconds !== null && seconds < 0)
      faults.push(error('negative_duration', 'duration_seconds', { value: seconds }))
    if (faults.length > 0) return { drafts: [], faults }
    const draft: Draft = {
      entity: 'message',
      externalId: textOf(row.cells.id),
      values: {
        direction,
        channel: readChannel(textOf(row.cells.channel) ?? ''),
        at: textOf(row.cells.at),
        subject: textOf(row.cells.subject),
        body: textOf(row.cells.body),
        duration_seconds: seconds,
      },
      refs: {
        ...(account === null ? {} : { account_id: { entity: 'account', externalId: account } }),
        ...(person === null ? {} : { person_id: { entity: 'person', externalId: person, optional: true } }),
      },
    }
    return { drafts: [draft], faults }
  },
}
