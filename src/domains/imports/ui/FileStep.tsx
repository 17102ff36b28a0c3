import type { ReactNode } from 'react'
import { useSession } from '../../../ui/api/session.ts'
import { Button } from '../../../ui/controls/Button.tsx'
import { fileSize } from '../../../ui/controls/FileDrop.tsx'
import { Segmented } from '../../../ui/controls/Segmented.tsx'
import { Select, type Option } from '../../../ui/controls/Select.tsx'
import { count } from '../../../ui/format.ts'
import { dayOfInstant } from '../../../ui/instant.ts'
import { useKeys } from '../../../ui/keys.ts'
import { Region } from '../../../ui/layout/Region.tsx'
import { Partial } from '../../../ui/states/Partial.tsx'
import { ColumnTable } from './ColumnTable.tsx'
import { dayRead, evidenceWords, stateName } from './describe.ts'
import { FormatControl } from './FormatControl.tsx'
import css from './imports.module.css'
import { MissingMarks } from './MissingMarks.tsx'
import { usePlanChange, type ColumnGuess, type Format, type Import, type PlanChange } from './queries.ts'
import { isFileFault, planLock, type StepProps } from './steps.ts'
import { words } from './words.ts'

type Change = (change: PlanChange) => void
type Reading = NonNullable<PlanChange['reading']>

/** What the file was taken for, on which evidence; every guess can be changed, and open questions come first. */
export function FileStep({ entry, mayImport, go }: StepProps) {
  const plan = usePlanChange(entry.id)
  const lock = mayImport ? planLock(entry) : null
  const editable = mayImport && lock === null
  const open = entry.faults.filter(isFileFault)
  const next = () => go('columns')
  useKeys([{ key: 'enter', label: words('goOn'), run: next, when: editable && open.length === 0 }])
  return (
    <>
      <Notes entry={entry} lock={lock} />
      {open.length > 0 && editable && <OpenQuestions entry={entry} onChange={plan.mutate} />}
      <FileFacts entry={entry} editable={editable} onChange={plan.mutate} />
      <ColumnsFound entry={entry} editable={editable} onChange={plan.mutate} />
      {editable && (
        <div className={css.bar}>
          <Button
            variant="primary"
            keys="enter"
            onClick={next}
            busy={plan.isPending}
            disabledReason={open.length > 0 ? words('toAnswer') : undefined}
          >
            {words('toColumns')}
          </Button>
          {open.length > 0 && <span className={css.barText}>{words('toAnswer')}.</span>}
        </div>
      )}
    </>
  )
}

/** What to know before the rest: this file came before, or can no longer be changed. */
export function Notes({ entry, lock }: { entry: Import; lock: ReturnType<typeof planLock> }) {
  const timeZone = useSession().data?.workspace.timeZone ?? 'UTC'
  const [same] = entry.sameFile
  if (!lock && !same) return null
  return (
    <div className={css.noteBox}>
      {lock && <p className={css.quiet}>{words(lock)}</p>}
      {same && (
        <Partial
          title={words('sameFileTitle')}
          text={words('sameFile', {
            day: dayOfInstant(same.createdAt, timeZone),
            state: stateName(same.state).toLowerCase(),
          })}
        />
      )}
    </div>
  )
}

/** A value that shows the difference: its day is not its month. */
const tellingExample = ({ examples }: ColumnGuess): string =>
  examples.find((text) => dayRead(text, 'dmy') !== dayRead(text, 'mdy')) ?? examples[0] ?? ''

function OpenQuestions({ entry, onChange }: { entry: Import; onChange: Change }) {
  const open = entry.faults.filter(isFileFault).map(({ column }) => column)
  const columns = entry.inspection.columns.filter(({ name }) => open.includes(name))
  return (
    <Region title={words('toAnswer')} note={count(columns.length)}>
      <ul className={css.answers}>
        <AllDayOrders entry={entry} columns={columns} onChange={onChange} />
        {columns.slice(0, questionsShown).map((column) => (
          <OpenQuestion
            key={column.index}
            column={column}
            format={entry.plan.columns[column.name]?.format ?? column.format}
            onFormat={(format) => onChange({ columns: { [column.name]: { format } } })}
          />
        ))}
      </ul>
      {columns.length > questionsShown && (
        <p className={css.quiet}>{words('neededMore', { n: columns.length - questionsShown })}</p>
      )}
    </Region>
  )
}

/** So many questions stand below each other; answered ones make way for the next. */
const questionsShown = 10

/** One answer for many dates: a file is seldom written in two orders. */
function AllDayOrders({
  entry,
  columns,
  onChange,
}: {
  entry: Import
  columns: readonly ColumnGuess[]
  onChange: Change
}) {
  const dates = columns.flatMap((column) => {
    const format = entry.plan.columns[column.name]?.format ?? column.format
    return format.type === 'date' || format.type === 'dateTime' ? [{ name: column.name, format }] : []
  })
  if (dates.length < 2) return null
  const answer = (order: 'dmy' | 'mdy') =>
    onChange({
      columns: Object.fromEntries(dates.map(({ name, format }) => [name, { format: { ...format, order } }])),
    })
  return (
    <li>
      <p className={css.question}>{words('answerAll', { n: count(dates.length) })}</p>
      <p className={css.quiet}>{words('answerAllText')}</p>
      <span className={css.choices}>
        <Button onClick={() => answer('dmy')}>{words('dayFirst')}</Button>
        <Button onClick={() => answer('mdy')}>{words('monthFirst')}</Button>
      </span>
    </li>
  )
}

function OpenQuestion({
  column,
  format,
  onFormat,
}: {
  column: ColumnGuess
  format: Format
  onFormat: (format: Format) => void
}) {
  const telling = tellingExample(column)
  const example = `\u201c${telling}\u201d`
  if (format.type === 'date' || format.type === 'dateTime')
    return (
      <li>
        <p className={css.question}>{words('answerDayOrder', { column: column.name })}</p>
        <p className={css.quiet}>
          {words('answerDayOrderText', { example })}{' '}
          {column.hint &&
            words('answerHint', {
              column: column.hint.column,
              order: words(column.hint.order === 'dmy' ? 'dayFirst' : 'monthFirst').toLowerCase(),
            })}
        </p>
        <span className={css.choices}>
          {(['dmy', 'mdy'] as const).map((order) => (
            <Button key={order} onClick={() => onFormat({ ...format, order })}>
              {words(order === 'dmy' ? 'dayFirstAs' : 'monthFirstAs', {
                day: dayRead(telling, order),
              })}
            </Button>
          ))}
        </span>
      </li>
    )
  if (format.type !== 'integer' && format.type !== 'decimal' && format.type !== 'money') return null
  return (
    <li>
      <p className={css.question}>{words('answerDecimal', { column: column.name })}</p>
      <p className={css.quiet}>{words('answerDecimalText', { example })}</p>
      <span className={css.choices}>
        {(['.', ','] as const).map((decimal) => (
          <Button
            key={decimal}
            onClick={() => onFormat({ ...format, decimal, thousands: decimal === '.' ? ',' : '.' })}
          >
            {words(decimal === '.' ? 'decimalPoint' : 'decimalComma')}
          </Button>
        ))}
      </span>
    </li>
  )
}

const delimiterNames: readonly Option[] = [
  { value: ',', label: words('delimiterComma') },
  { value: ';', label: words('delimiterSemicolon') },
  { value: '\t', label: words('delimiterTab') },
  { value: '|', label: words('delimiterPipe') },
]
const encodings = [
  'utf-8',
  'utf-16le',
  'utf-16be',
  'windows-1252',
  'windows-1250',
  'windows-1251',
  'iso-8859-1',
  'macintosh',
  'shift_jis',
  'gb18030',
  'euc-kr',
]

function Fact({ name, value, evidence }: { name: string; value: ReactNode; evidence: ReactNode }) {
  return (
    <div className={css.fact}>
      <span>{name}</span>
      <span>{value}</span>
      <span className={css.quiet}>{evidence}</span>
    </div>
  )
}

function FileFacts({ entry, editable, onChange }: { entry: Import; editable: boolean; onChange: Change }) {
  const { dialect, header, sheets, columns, format } = entry.inspection
  // The whole way of reading is sent: what is left out would be guessed anew.
  const read = (reading: Reading) => onChange({ reading: { ...readingOf(entry), ...reading } })
  const rows = Math.max(0, ...columns.map((column) => column.rows))
  return (
    <Region title={words('lookedAt')} note={words('rowsSampled', { rows, columns: columns.length })}>
      <div className={css.facts}>
        <Fact
          name={words('format')}
          value={words(`format_${format}`, { size: fileSize(entry.fileBytes) })}
          evidence={null}
        />
        {dialect.kind === 'delimited' ? (
          <>
            <Encoding entry={entry} editable={editable} onRead={read} />
            <Fact
              name={words('delimiter')}
              value={
                <Choice
                  label={words('delimiter')}
                  editable={editable}
                  options={delimiterNames}
                  value={dialect.delimiter ?? ','}
                  onChange={(delimiter) => read({ delimiter })}
                />
              }
              evidence={words('delimiterEvidence', { n: columns.length })}
            />
          </>
        ) : (
          <Fact
            name={words('sheet')}
            value={
              <Choice
                label={words('sheet')}
                editable={editable && sheets.length > 1}
                options={sheets.map(({ name, hidden }) => ({
                  value: name,
                  label: hidden ? words('sheetHidden', { name }) : name,
                }))}
                value={dialect.sheet ?? ''}
                onChange={(sheet) => onChange({ reading: { sheet } })}
              />
            }
            evidence={words('sheetEvidence', { n: sheets.length })}
          />
        )}
        <Fact
          name={words('header')}
          value={
            <Choice
              label={words('header')}
              editable={editable}
              options={[
                { value: 'names', label: words('headerNames') },
                { value: 'data', label: words('headerData') },
              ]}
              value={dialect.header ? 'names' : 'data'}
              onChange={(value) => read({ header: value === 'names' })}
            />
          }
          evidence={<HeaderEvidence header={header} />}
        />
        <Fact
          name={words('preamble')}
          value={
            <Choice
              label={words('preamble')}
              editable={editable}
              options={preambleOptions(dialect.preambleRows)}
              value={String(dialect.preambleRows)}
              onChange={(value) => read({ preambleRows: Number(value) })}
            />
          }
          evidence={words('preambleEvidence', { n: dialect.preambleRows })}
        />
      </div>
    </Region>
  )
}

const preambleOptions = (now: number): Option[] =>
  Array.from({ length: Math.max(now, 15) + 1 }, (_, n) => ({ value: String(n), label: String(n) }))

function readingOf({ inspection: { dialect } }: Import): Reading {
  const { preambleRows, header, encoding, delimiter, sheet } = dialect
  return {
    preambleRows,
    header,
    ...(encoding !== undefined && { encoding }),
    ...(delimiter !== undefined && { delimiter }),
    ...(sheet !== undefined && { sheet }),
  }
}

const headerReasons = {
  types_differ: 'header_types_differ',
  numbers_in_first_row: 'header_numbers_in_first_row',
  values_recur: 'header_values_recur',
  distinct_words: 'header_distinct_words',
  only_row: 'header_only_row',
} as const

function HeaderEvidence({ header: { evidence, certain } }: { header: Import['inspection']['header'] }) {
  const known = Object.hasOwn(headerReasons, evidence)
  return (
    <>
      {words(known ? headerReasons[evidence as keyof typeof headerReasons] : 'header_chosen')}{' '}
      {!certain && <b className={css.open}>{words('header_uncertain')}</b>}
    </>
  )
}

type EncodingGuess = Readonly<{
  encoding: string
  evidence?: string
  preview?: string | null
  alternatives?: readonly { encoding: string; preview: string }[]
}>
const encodingReasons = {
  bom: 'encoding_bom',
  ascii: 'encoding_ascii',
  valid_utf8: 'encoding_valid_utf8',
  utf16_pattern: 'encoding_utf16_pattern',
} as const

function Encoding({
  entry,
  editable,
  onRead,
}: {
  entry: Import
  editable: boolean
  onRead: (reading: Reading) => void
}) {
  const guess = entry.inspection.encoding as EncodingGuess | null
  const now = entry.inspection.dialect.encoding ?? guess?.encoding ?? 'utf-8'
  const others = guess?.alternatives ?? []
  const names = [
    ...new Set([now, ...(guess ? [guess.encoding] : []), ...others.map((o) => o.encoding), ...encodings]),
  ]
  return (
    <Fact
      name={words('encoding')}
      value={
        <Choice
          label={words('encoding')}
          editable={editable}
          options={names.map((name) => ({ value: name, label: name.toUpperCase() }))}
          value={now}
          onChange={(encoding) => onRead({ encoding })}
        />
      }
      evidence={encodingEvidence(guess, now)}
    />
  )
}

/** How many other ways to read the same line are shown; the list holds all. */
const mostReadings = 3

function encodingEvidence(guess: EncodingGuess | null, now: string): ReactNode {
  const reason = guess?.evidence
  const known = reason && Object.hasOwn(encodingReasons, reason)
  if (known && guess.encoding === now) return words(encodingReasons[reason as keyof typeof encodingReasons])
  const other = guess?.alternatives?.find(({ encoding }) => encoding === now)
  if (guess && guess.encoding !== now)
    return other
      ? `${words('encoding_chosen')} ${words('encodingOther', { ...other, encoding: other.encoding.toUpperCase() })}`
      : words('encoding_chosen')
  return (
    <>
      <b className={css.open}>{words('encoding_check')}</b>{' '}
      {words('encoding_proposed', { preview: guess?.preview ?? '' })}
      {guess?.alternatives?.slice(0, mostReadings).map((other) => (
        <div key={other.encoding}>
          {words('encodingOther', { ...other, encoding: other.encoding.toUpperCase() })}
        </div>
      ))}
    </>
  )
}

function Choice<Value extends string>({
  label,
  editable,
  options,
  value,
  onChange,
}: {
  label: string
  editable: boolean
  options: readonly Option<Value>[]
  value: Value
  onChange: (value: Value) => void
}) {
  if (!editable) return <>{options.find((option) => option.value === value)?.label ?? value}</>
  if (options.length === 2)
    return <Segmented label={label} options={options} value={value} onChange={onChange} />
  return <Select label={label} options={options} value={value} onChange={onChange} />
}

function ColumnsFound({ entry, editable, onChange }: { entry: Import; editable: boolean; onChange: Change }) {
  return (
    <Region title={words('columnsFound')} note={words('columnsFoundNote')} line={false}>
      <ColumnTable
        label={words('columnsFound')}
        rows={entry.inspection.columns}
        columns={[
          {
            id: 'column',
            head: words('column'),
            share: 29,
            cell: (column) => <ColumnName column={column} />,
          },
          {
            id: 'holds',
            head: words('holds'),
            share: 22,
            cell: (column) => (
              <FormatControl
                column={column}
                plan={entry.plan.columns[column.name]}
                fieldType={null}
                editable={editable}
                onChange={(change) => onChange({ columns: { [column.name]: change } })}
              />
            ),
          },
          {
            id: 'evidence',
            head: words('evidence'),
            share: 37,
            cell: (column) => (
              <span className={css.lines}>
                {evidenceWords(column, entry.plan.columns[column.name]).map((line) => (
                  <span key={line} className={css.quiet}>
                    {line}
                  </span>
                ))}
              </span>
            ),
          },
          {
            id: 'missing',
            head: words('missing'),
            share: 12,
            cell: (column) => <MissingMarks column={column} />,
          },
        ]}
      />
    </Region>
  )
}

/** A column's name over three of its values. */
export function ColumnName({ column }: { column: ColumnGuess }) {
  const samples = column.examples.slice(0, 3).join(' \u00b7 ')
  return (
    <>
      <span className={css.columnName}>{column.name}</span>
      <span className={css.samples} title={samples}>
        {samples || words('noValues')}
      </span>
    </>
  )
}
