import type { ImportIssue } from './schema.ts'

type Params = Readonly<Record<string, unknown>>
const text = (value: unknown): string => (value === undefined || value === null ? '' : String(value))

/** Sentences for what the engine and the reading of cells can say; a type's own codes are spelt out. */
const sentences: Readonly<Record<string, (params: Params) => string>> = {
  too_few_fields: (p) => `The row has ${text(p.found)} fields where ${text(p.expected)} are expected.`,
  too_many_fields: (p) => `The row has ${text(p.found)} fields where ${text(p.expected)} are expected.`,
  text_after_quote: () => 'Text follows a closing quote.',
  nul_character: () => 'The row holds a NUL character.',
  cell_missing: () => 'This cell is empty, and the field is needed.',
  not_a_boolean: (p) => `"${text(p.text)}" is neither of the words for yes and no.`,
  not_a_number: (p) => `"${text(p.text)}" is not a number.`,
  not_a_whole_number: (p) => `"${text(p.text)}" is not a whole number.`,
  other_decimal_mark: (p) => `"${text(p.text)}" does not fit the decimal mark that was chosen.`,
  too_many_decimals: (p) => `"${text(p.text)}" has more than ${text(p.limit)} decimals.`,
  number_too_large: (p) => `"${text(p.text)}" is too large.`,
  unexpected_currency: (p) => `"${text(p.text)}" names a currency where a plain number is expected.`,
  other_currency: (p) => `"${text(p.text)}" is in another currency.`,
  not_a_date: (p) => `"${text(p.text)}" is not a date.`,
  no_such_day: (p) => `"${text(p.text)}" is a day that the calendar does not have.`,
  day_order_unknown: (p) => `"${text(p.text)}": choose whether the day or the month comes first.`,
  not_a_serial_date: (p) => `"${text(p.text)}" is not a spreadsheet date.`,
  not_an_email: (p) => `"${text(p.text)}" is not an e-mail address.`,
  nothing_to_import: () => 'The row holds nothing to import.',
  key_missing: () => 'The row does not say which record it is about.',
  not_storable: (p) => `The store refused the row: ${text(p.reason)}.`,
  unknown_account: (p) =>
    `No account is called "${text(p.externalId)}". Import accounts first, or let them be created.`,
  unknown_subscription: (p) =>
    `No subscription is called "${text(p.externalId)}". Import subscriptions first.`,
  unknown_person: (p) => `No person is called "${text(p.externalId)}".`,
  changed_since: () => 'This record was changed after the import, so it was left as it is.',
  still_used: () => 'Something else refers to this record, so it was not removed.',
}

function repeated({ externalId, otherRow, kept }: Params): string {
  const where = kept === 'issue' ? 'row stands, and this one is kept here' : 'row and this one are both kept'
  return `The id "${text(externalId)}" came in row ${text(otherRow)} with other content. That ${where}.`
}

/** What is wrong, in a sentence, for the file that can be downloaded. */
export function issueWords({ code, params }: Pick<ImportIssue, 'code' | 'params'>): string {
  if (code === 'repeated_id') return repeated(params)
  const known = sentences[code]
  if (known) return known(params)
  const shown = Object.entries(params).map(([name, value]) => `${name}: ${text(value)}`)
  const words = code.replaceAll('_', ' ')
  return `${words[0]?.toUpperCase() ?? ''}${words.slice(1)}${shown.length > 0 ? ` (${shown.join(', ')})` : ''}.`
}
