import { fileMessages } from '../../platform/tabular/tabular-error.ts'

type Params = Readonly<Record<string, unknown>>

/**
 * What is wrong with a file, a row or a cell, by code: the one place for pages, downloads and the command line. Values in
 * braces are texts. Every code of the reading of files and of the import of each domain has its sentence; a test holds that.
 */
export const issueMessages = {
  ...fileMessages,

  too_few_fields: 'The row has {found} fields where {expected} are expected.',
  too_many_fields: 'The row has {found} fields where {expected} are expected.',
  text_after_quote: 'Text follows a closing quote. Double the quotes inside the text.',
  nul_character: 'The row holds a NUL character, which no text has.',
  cell_missing: 'The cell is empty, and the field is needed.',
  not_a_boolean: '“{text}” is neither of the words for yes and no.',
  not_a_number: '“{text}” is not a number.',
  not_a_whole_number: '“{text}” is not a whole number.',
  other_decimal_mark: '“{text}” does not fit the decimal mark that was chosen.',
  too_many_decimals: '“{text}” has more than {limit} decimals.',
  number_too_large: '“{text}” is too large.',
  unexpected_currency: '“{text}” names a currency where a plain number is expected.',
  other_currency: '“{text}” is in another currency. Give each currency its own column or file.',
  not_a_date: '“{text}” is not a date.',
  no_such_day: '“{text}” is a day that the calendar does not have.',
  day_order_unknown: '“{text}”: choose whether the day or the month comes first.',
  unexpected_time: '“{text}” has a time of day where a day is expected.',
  not_a_serial_date: '“{text}” is not a spreadsheet date.',
  not_an_email: '“{text}” is not an e-mail address.',

  stopped: 'It was stopped by hand.',
  in_the_future:
    '“{text}” is later than today, and this can only have happened already. Check the year and the order of day and month.',

  nothing_to_import: 'The row holds nothing to import.',
  key_missing: 'The row does not say which record it is about.',
  not_storable: 'The store refused the row: {reason}.',
  repeated_id: 'The id “{externalId}” came in row {otherRow} with other content.',
  unknown_account: 'No account is called “{externalId}”. Import accounts first, or let them be created.',
  unknown_subscription: 'No subscription is called “{externalId}”. Import subscriptions first.',
  unknown_person: 'No person is called “{externalId}”. Import people first.',
  unknown_survey: 'No survey is called “{externalId}”.',
  unknown_user: 'No member of the team has the address “{externalId}”.',
  unknown_account_left_open:
    'No account is called “{externalId}”; the row was kept without. Once it is here, it is filled in.',
  unknown_person_left_open:
    'No person is called “{externalId}”; the row was kept without. Once it is here, it is filled in.',
  unknown_user_left_open: 'No member of the team has the address “{externalId}”; the row was kept without.',
  changed_since: 'This record was changed after the import, so it was left as it is.',
  still_used: 'Something else refers to this record, so it was not removed.',

  unknown_stage: '“{value}” is no stage. Stages are {known}.',
  unknown_time_zone: '“{value}” is no time zone such as Europe/Berlin; it was left open.',
  unknown_direction: '“{value}” says neither in nor out.',
  nobody_named: 'The row names neither an account nor a person.',
  negative_duration: '{value} seconds is less than none.',
  left_before_since: 'The person left on {leftOn}, before {since}.',
  unknown_role: '“{values}” is no part that is known here; it was kept without.',
  unknown_currency: '“{value}” is no currency. Use three letters such as EUR.',
  arr_is_not_12_mrr: 'A year brings something else than twelve times a month. The month counts.',
  unknown_billing: '“{value}” is no billing period that is known here.',
  unknown_term: '“{value}” is no term that is known here; it was left open.',
  amount_missing: 'No column says an amount.',
  negative_amount: 'The amount is below nought.',
  start_missing: 'The start is missing.',
  ends_before_start: 'It ends on {endsOn}, before its start on {startsOn}.',
  issue_day_missing: 'The day of the invoice is missing.',
  half_a_period: 'Only one end of the service period is given. Give both or none.',
  day_missing: 'The day is missing.',
  as_of_missing: 'The day of the snapshot is not chosen.',
  id_missing: 'The id is missing.',
  tenure_missing: 'The tenure is missing or below nought.',
  price_missing: 'No price: the customer is kept without revenue.',
  unknown_scale: '“{value}” is no scale such as 0-10.',
  empty_answer: 'The row has neither a score nor a comment.',
  score_off_scale: 'The score {score} is not within {scaleMin} to {scaleMax}.',
  nobody_answered: 'The row does not say who answered.',
  unknown_priority: '“{value}” is no priority that is known here; it was left open.',
  state_is_placeholder: '“{value}” stands for no state.',
  unknown_state: '“{value}” is no state that is known here; it counts as open. States are {known}.',
  opening_missing: 'The row does not say when the ticket was opened.',
  before_opening: '{at} is before the ticket was opened, {openedAt}.',
  missing_account: 'The row names neither an account nor a subscription.',
  negative_count: '{value} is below nought.',
  missing_count: 'The count is missing.',
} as const

export type IssueCode = keyof typeof issueMessages
/** Says a code with its values; pages give one that can translate. */
type Say = (code: IssueCode, values: Record<string, string>) => string

const notKept = '\u2026'
const plainly: Say = (code, values) =>
  issueMessages[code].replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? notKept)

const isKnown = (code: string): code is IssueCode => Object.hasOwn(issueMessages, code)

/** Erasing a person takes values out of issues: the sentence then stands with a gap. */
const gaps = Object.fromEntries(
  Object.values(issueMessages)
    .flatMap((message) => [...message.matchAll(/\{(\w+)\}/g)])
    .map(([, name]) => [name, notKept]),
)

const shown = (value: unknown): string => {
  if (value === null || value === undefined || value === '') return notKept
  if (Array.isArray(value)) return value.map(shown).join(', ')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** Where a row whose id came before with other content is kept. */
export const keptWhere = {
  issue: 'The earlier row stands; this one is kept here only.',
  record: 'Both rows are kept beside each other.',
} as const

/** The sentence for a code, also for one that nobody has worded yet. */
export function issueSentence(code: string, params: Params = {}, say: Say = plainly): string {
  const values = Object.fromEntries(Object.entries(params).map(([name, value]) => [name, shown(value)]))
  if (isKnown(code)) return say(code, { ...gaps, ...values })
  const words = code.replaceAll('_', ' ')
  const details = Object.entries(values).map(([name, value]) => `${name}: ${value}`)
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}${details.length > 0 ? ` (${details.join(', ')})` : ''}.`
}

/** What a group of issues is about, without the values of one row. */
export const issueTitle = (code: string, say: Say = plainly): string =>
  isKnown(code) ? say(code, gaps) : issueSentence(code)

/** What is wrong, and where the row is kept, for the command line and the file that can be downloaded. */
export function issueWords({ code, params }: Readonly<{ code: string; params: Params }>): string {
  const sentence = issueSentence(code, params)
  return code === 'repeated_id'
    ? `${sentence} ${keptWhere[params.kept === 'issue' ? 'issue' : 'record']}`
    : sentence
}
