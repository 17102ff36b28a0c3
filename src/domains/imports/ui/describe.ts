import { count } from '../../../ui/format.ts'
import { timeOfInstant } from '../../../ui/instant.ts'
import { disagreementSentence, exactMoney, sourceSentences, totalText } from '../model/report-words.ts'
import type { ColumnGuess, ColumnPlan, Disagreement, Format, Import, ImportKind } from './queries.ts'
import { words } from './words.ts'

type Word = Parameters<typeof words>[0]

export const typeName = (type: string): string => words(`type_${type}` as Word)
export const stateName = (state: Import['state']): string => words(`state_${state}`)
export const entityName = (entity: string): string => words(`entity_${entity}` as Word)
export const kindLabel = (kinds: readonly ImportKind[] | undefined, kind: string | null): string =>
  kinds?.find((candidate) => candidate.kind === kind)?.label ?? kind ?? ''

const markNames = { '.': 'markPoint', ',': 'markComma', ' ': 'markSpace', "'": 'markApostrophe' } as const
export const markName = (mark: keyof typeof markNames | null): string =>
  words(mark === null ? 'markNone' : markNames[mark])

/** Of what the totals of an import are, and when: they stay as they were when it ended. */
export const totalsNote = (finishedAt: string | null, timeZone: string, now = new Date()): string =>
  [
    words('totalsNote'),
    ...(finishedAt ? [words('totalsAt', { when: timeOfInstant(finishedAt, timeZone, now) })] : []),
  ].join(', ')

/** How a column is read, in words: "day, day first". */
export function formatWords(format: Format, undecided: ColumnGuess['undecided'] = null): string {
  const type = typeName(format.type)
  switch (format.type) {
    case 'boolean':
      return words('says_boolean', { yes: format.trueWords[0] ?? '', no: format.falseWords[0] ?? '' })
    case 'integer':
    case 'decimal':
    case 'money':
      return numberWords(format, type, undecided)
    case 'date':
    case 'dateTime':
      if (format.order === null)
        return words(undecided === 'dayOrder' ? 'says_orderOpen' : 'says_iso', { type })
      return words(`says_${format.order}`, { type })
    case 'serialDate':
      return format.date1904 ? words('says_serial1904') : type
    default:
      return type
  }
}

function numberWords(
  format: Extract<Format, { type: 'integer' | 'decimal' | 'money' }>,
  type: string,
  undecided: ColumnGuess['undecided'],
): string {
  const open = format.decimal === null && undecided === 'decimalMark'
  let text = open
    ? words('says_noMark', { type })
    : format.decimal !== null && format.decimals > 0
      ? words('says_decimalMark', { type, mark: markName(format.decimal) })
      : type
  if (format.thousands) text = words('says_thousands', { text, mark: markName(format.thousands) })
  return format.currency ? words('says_currency', { text, currency: format.currency }) : text
}

const proofs = { dmy: 'proves_dmy', mdy: 'proves_mdy', '.': 'proves_point', ',': 'proves_comma' } as const
const isProof = (proves: string): proves is keyof typeof proofs => Object.hasOwn(proofs, proves)

const sameFormat = (a: Format, b: Format): boolean =>
  a.type === b.type && ['order', 'decimal', 'thousands'].every((key) => valueOf(a, key) === valueOf(b, key))
const valueOf = (format: Format, key: string): unknown => (format as Record<string, unknown>)[key] ?? null

/** Why a column is read as it is, a sentence each. */
export function evidenceWords(column: ColumnGuess, plan: ColumnPlan | undefined): string[] {
  const { format, evidence, undecided, min, max } = column
  const proven = evidence.flatMap(({ proves, row, value }) =>
    isProof(proves) ? [words(proofs[proves], { row: count(row), value })] : [],
  )
  const byHand = plan && plan.confidence === null && !sameFormat(plan.format, format)
  const lines = [...(byHand ? [words('chosenByHand')] : []), ...proven]
  if (evidence.length > 1) lines.push(words('contradicts'))
  else if (undecided && !byHand) lines.push(words('notDecided'))
  if ((format.type === 'date' || format.type === 'dateTime') && !undecided && evidence.length === 0)
    lines.push(words('all_iso'))
  if (column.exceptions.count > 0)
    lines.push(
      words('exceptions', {
        n: column.exceptions.count,
        example: `\u201c${column.exceptions.examples[0]?.value ?? ''}\u201d`,
      }),
    )
  if (format.type === 'empty') return [...lines, words('noValues')]
  if (min !== null && max !== null)
    lines.push(words('rangeSeen', { min: plainNumber(min, format), max: plainNumber(max, format) }))
  else if (lines.length === 0 && !column.distinct.capped)
    lines.push(words('onlyValues', { n: column.distinct.count }))
  if (column.zoned > 0) lines.push(words('zonedSeen', { n: column.zoned }))
  return lines
}

const plainNumber = (text: string, format: Format): string =>
  'decimals' in format && Number.isFinite(Number(text))
    ? Number(text).toLocaleString('en', { maximumFractionDigits: 20 })
    : text

/** A mark for "no value" that can be seen. */
export const markWords = (mark: string): string =>
  mark === '' ? words('missingEmpty') : mark.trim() === '' ? words('missingBlank') : `\u201c${mark}\u201d`

/** A parsed cell as it will be written. Amounts are in the smallest unit of the currency. */
export function cellWords(
  value: string | number | boolean | null,
  type: string | undefined,
  currency: string,
): string {
  if (value === null) return words('none')
  if (typeof value === 'boolean') return words(value ? 'yes' : 'no')
  if (typeof value === 'number' && type === 'money') return exactMoney(value, currency)
  if (type === 'instant')
    return String(value)
      .replace('T', ' ')
      .replace(/:00\.000Z$|\.000Z$/, ' UTC')
  return String(value)
}

/** A date as each order reads it: "3 April 2024". */
export function dayRead(text: string, order: 'dmy' | 'mdy'): string {
  const [a, b, year] = text.match(/\d+/g)?.map(Number) ?? []
  if (a === undefined || b === undefined || year === undefined) return text
  const [day, month] = order === 'dmy' ? [a, b] : [b, a]
  const named = new Date(Date.UTC(2000, month - 1, 1)).toLocaleString('en', {
    month: 'long',
    timeZone: 'UTC',
  })
  return `${day} ${named} ${year < 100 ? 2000 + year : year}`
}

/** What was stopped by a person, where it stands, and what can be done. */
export function stoppedByHand(
  { counts }: Pick<Import, 'counts'>,
  { phase, row }: NonNullable<Import['error']>,
): { title: string; text: string } {
  if (phase === 'undo') {
    const { undone, toUndo } = counts
    return {
      title: words('haltedUndo'),
      text: words('haltedUndoText', { done: count(undone), all: count(toUndo) }),
    }
  }
  if (phase === 'check') return { title: words('haltedCheck'), text: words('failedNothing') }
  if (row === 0) return { title: words('haltedBefore'), text: words('failedNothing') }
  return { title: words('halted', { row: count(row) }), text: words('haltedText', { row: count(row) }) }
}

type Counts = Import['counts']

/** What became of the rows, in one sentence. */
export const outcomeWords = ({ new: fresh, changed, same, repeated, refused }: Counts): string =>
  words('outcome', {
    fresh: count(fresh),
    changed: count(changed),
    same: count(same),
    repeated: count(repeated),
    refused: count(refused),
  })

/** Rows that an import would use. */
export const usableRows = ({ rows, refused }: Counts): number => Math.max(0, rows - refused)

/** What is still needed before a file can be checked. */
export function planFaultWords(
  { code, column, field }: Import['faults'][number],
  kind: ImportKind | undefined,
): string {
  const label = kind?.fields.find(({ name }) => name === field)?.label ?? field ?? ''
  return words(`plan_${code}`, { field: label, column: column ?? '' })
}

/** A column as an issue names it: the file's own, or the label of the field that it fills. */
export const issueColumn = (column: string | null, kind: ImportKind | undefined): string =>
  kind?.fields.find(({ name }) => name === column)?.label ?? column ?? words('wholeRow')

/** The rule that decides where sources contradict each other, and how often it had to. */
export const disagreementWords = (disagreement: Disagreement): string =>
  disagreementSentence(disagreement, words)

/** What each source says for itself. */
export const sourceWords = (disagreement: Disagreement): string[] => sourceSentences(disagreement, words)

/** A total of the report, named and formatted. */
export const totalWords = (name: string, value: number, currency: string): { term: string; value: string } =>
  totalText(name, value, currency, words)
