import { error, type Fault, type ImportRow, type ImportType, type Reference } from '../imports/import-type.ts'
import { usageTotals } from './reads/totals.ts'

/** A source may name the account, or only the subscription that was used. */
function accountOf({ cells }: ImportRow): Reference | null {
  if (cells.account) return { entity: 'account', externalId: String(cells.account) }
  if (cells.subscription) return { entity: 'subscription', externalId: String(cells.subscription) }
  return null
}

const counted = ['count', 'seconds', 'errors'] as const

/** Counts of use, one row an account, day and feature (and user, where the source names them). */
export const usageImport: ImportType = {
  kind: 'usage',
  label: 'Usage counts',
  says: 'One row a count: which customer used which feature on which day, and how often.',
  target: 'usage',
  asks: [],
  fields: [
    {
      name: 'id',
      label: 'Usage id',
      type: 'text',
      synonyms: ['usage id', 'event id', 'row id', 'id'],
      help: 'Without it a row is known by its content: the same row twice in one file counts twice, the same file twice counts once.',
    },
    {
      name: 'account',
      label: 'Account id',
      type: 'text',
      synonyms: ['account id', 'account', 'customer id', 'customer', 'company id', 'org id'],
      help: 'Either this or the subscription id is needed.',
    },
    {
      name: 'subscription',
      label: 'Subscription id',
      type: 'text',
      synonyms: ['subscription id', 'subscription', 'contract id'],
    },
    {
      name: 'day',
      label: 'Day',
      type: 'day',
      required: true,
      past: true,
      synonyms: ['usage date', 'day', 'date', 'event date', 'used on'],
    },
    {
      name: 'feature',
      label: 'Feature',
      type: 'text',
      synonyms: ['feature name', 'feature', 'event', 'event name', 'metric', 'module'],
      help: 'Empty when the source counts use as a whole.',
    },
    {
      name: 'user',
      label: 'User id',
      type: 'text',
      synonyms: ['user id', 'user', 'member id', 'login'],
      help: 'Kept as a surrogate that tells users apart and names nobody.',
    },
    {
      name: 'count',
      label: 'Count',
      type: 'decimal',
      synonyms: ['usage count', 'count', 'events', 'event count', 'quantity', 'hits'],
      help: 'A row without a count column is one use.',
    },
    {
      name: 'seconds',
      label: 'Duration in seconds',
      type: 'decimal',
      synonyms: ['usage duration secs', 'duration secs', 'duration seconds', 'duration', 'seconds'],
    },
    {
      name: 'errors',
      label: 'Errors',
      type: 'decimal',
      synonyms: ['error count', 'errors', 'failures'],
    },
  ],
  map(row) {
    const { cells } = row
    const account = accountOf(row)
    const faults: Fault[] = []
    if (!account) faults.push(error('missing_account', 'account'))
    for (const name of counted)
      if (typeof cells[name] === 'number' && cells[name] < 0)
        faults.push(error('negative_count', name, { value: cells[name] }))
    if (cells.count === null) faults.push(error('missing_count', 'count'))
    if (!account || faults.length > 0) return { draft: null, faults }
    return {
      draft: {
        externalId: cells.id ? String(cells.id) : null,
        account,
        day: String(cells.day),
        feature: cells.feature ? String(cells.feature) : wholeProduct,
        user: cells.user ? String(cells.user) : null,
        count: cells.count === undefined ? 1 : Number(cells.count),
        seconds: Number(cells.seconds ?? 0),
        errors: Number(cells.errors ?? 0),
      },
      faults,
    }
  },
  totals: usageTotals,
}

/** Name of the feature where a source counts the product as a whole. */
const wholeProduct = 'product'
