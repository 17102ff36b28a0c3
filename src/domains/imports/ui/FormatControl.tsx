import { ChevronDown } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../../../ui/controls/Button.tsx'
import { Checkbox } from '../../../ui/controls/Checkbox.tsx'
import { Field, TextInput } from '../../../ui/controls/Field.tsx'
import { Select } from '../../../ui/controls/Select.tsx'
import { cx } from '../../../ui/cx.ts'
import { Popover } from '../../../ui/overlays/Popover.tsx'
import { formatWords, markName, markWords, typeName } from './describe.ts'
import css from './imports.module.css'
import type { ColumnGuess, ColumnPlan, Format } from './queries.ts'
import { words } from './words.ts'

type Change = Readonly<{ format?: Format; missing?: string[] }>
type NumberFormat = Extract<Format, { type: 'integer' | 'decimal' | 'money' }>

/** How a column is read, in words; opens what can be changed about it. */
export function FormatControl({
  column,
  plan,
  fieldType,
  editable,
  onChange,
}: {
  column: ColumnGuess
  plan: ColumnPlan | undefined
  /** Type of the field that the column fills; null when any reading may be chosen. */
  fieldType: string | null
  editable: boolean
  onChange: (change: Change) => void
}) {
  const format = plan?.format ?? column.format
  const text = formatWords(format, column.undecided)
  const open = isOpen(format, column)
  if (!editable || !plan) return <span className={cx(open && css.open)}>{text}</span>
  const label = words('changeReading', { column: column.name })
  return (
    <Popover
      label={label}
      trigger={
        <Button variant="quiet" size="row" className={css.formatButton} aria-label={`${text}. ${label}`}>
          <span className={cx(css.formatText, open && css.open)}>
            {text}
            <ChevronDown size={12} strokeWidth={1.75} aria-hidden />
          </span>
        </Button>
      }
    >
      <div className={css.reading}>
        <p className={css.readingTitle}>{label}</p>
        <TypeChoice
          format={format}
          fieldType={fieldType ?? plan.field}
          onFormat={(next) => onChange({ format: next })}
        />
        <Details format={format} onFormat={(next) => onChange({ format: next })} />
        <Marks column={column} plan={plan} onChange={(missing) => onChange({ missing })} />
      </div>
    </Popover>
  )
}

const isOpen = (format: Format, { undecided }: ColumnGuess): boolean =>
  ('order' in format && format.order === null && undecided === 'dayOrder') ||
  ('decimals' in format && format.decimal === null && undecided === 'decimalMark')

const freeTypes = [
  'text',
  'integer',
  'decimal',
  'money',
  'boolean',
  'date',
  'dateTime',
  'serialDate',
] as const
const dayTypes = ['date', 'dateTime', 'serialDate'] as const

/** A field decides what its column is read as, except in which way a day is written. */
function typesFor(format: Format, field: string | null): readonly Format['type'][] {
  if (dayTypes.some((type) => type === format.type)) return dayTypes
  return field === null ? freeTypes : []
}

function TypeChoice({
  format,
  fieldType,
  onFormat,
}: {
  format: Format
  fieldType: string | null
  onFormat: (format: Format) => void
}) {
  const types = typesFor(format, fieldType)
  if (types.length === 0) return null
  const shown = types.includes(format.type) ? types : [format.type, ...types]
  return (
    <Field label={words('readAs')}>
      {(control) => (
        <Select
          {...control}
          options={shown.map((type) => ({ value: type, label: typeName(type) }))}
          value={format.type}
          onChange={(type) => onFormat(plainFormat(type))}
        />
      )}
    </Field>
  )
}

/** A kind of reading with nothing chosen yet. */
function plainFormat(type: Format['type']): Format {
  switch (type) {
    case 'boolean':
      return { type, trueWords: ['true', 'yes', '1'], falseWords: ['false', 'no', '0'] }
    case 'integer':
    case 'decimal':
    case 'money':
      return { type, decimal: '.', thousands: null, decimals: 2, percent: false, currency: null }
    case 'date':
    case 'dateTime':
      return { type, order: null }
    case 'serialDate':
      return { type, date1904: false }
    default:
      return { type }
  }
}

function Details({ format, onFormat }: { format: Format; onFormat: (format: Format) => void }) {
  switch (format.type) {
    case 'date':
    case 'dateTime':
      return (
        <Field label={words('dayOrder')}>
          {(control) => (
            <Select
              {...control}
              options={[
                { value: 'dmy', label: words('dayFirst') },
                { value: 'mdy', label: words('monthFirst') },
              ]}
              value={format.order}
              onChange={(order) => onFormat({ ...format, order })}
            />
          )}
        </Field>
      )
    case 'integer':
    case 'decimal':
    case 'money':
      return <NumberDetails format={format} onFormat={onFormat} />
    case 'boolean':
      return (
        <>
          <WordsField
            label={words('trueWords')}
            value={format.trueWords}
            onChange={(trueWords) => onFormat({ ...format, trueWords })}
          />
          <WordsField
            label={words('falseWords')}
            value={format.falseWords}
            onChange={(falseWords) => onFormat({ ...format, falseWords })}
          />
        </>
      )
    case 'serialDate':
      return (
        <Checkbox
          label={words('from1904')}
          checked={format.date1904}
          onChange={(date1904) => onFormat({ ...format, date1904 })}
        />
      )
    default:
      return null
  }
}

const noMark = 'none' as const
const thousandsMarks = [null, ',', '.', ' ', "'"] as const

function NumberDetails({ format, onFormat }: { format: NumberFormat; onFormat: (format: Format) => void }) {
  return (
    <>
      <Field label={words('decimalMark')}>
        {(control) => (
          <Select
            {...control}
            options={(['.', ','] as const).map((mark) => ({ value: mark, label: markName(mark) }))}
            value={format.decimal}
            onChange={(decimal) =>
              onFormat({
                ...format,
                decimal,
                thousands: format.thousands === decimal ? null : format.thousands,
              })
            }
          />
        )}
      </Field>
      <Field label={words('thousandsMark')}>
        {(control) => (
          <Select
            {...control}
            options={thousandsMarks
              .filter((mark) => mark === null || mark !== format.decimal)
              .map((mark) => ({ value: mark ?? noMark, label: markName(mark) }))}
            value={format.thousands ?? noMark}
            onChange={(mark) => onFormat({ ...format, thousands: mark === noMark ? null : mark })}
          />
        )}
      </Field>
    </>
  )
}

const listed = (text: string): string[] => [
  ...new Set(
    text
      .split(',')
      .map((word) => word.trim().toLowerCase())
      .filter(Boolean),
  ),
]

/** A list of words, sent when the field is left. */
function WordsField({
  label,
  value,
  hint = words('wordsHint'),
  mayBeEmpty = false,
  onChange,
}: {
  label: string
  value: readonly string[]
  hint?: string
  mayBeEmpty?: boolean
  onChange: (words: string[]) => void
}) {
  const [text, setText] = useState(value.join(', '))
  const empty = !mayBeEmpty && listed(text).length === 0
  const commit = () => {
    if (!empty && listed(text).join() !== value.join()) onChange(listed(text))
  }
  return (
    <Field label={label} hint={hint} error={empty ? words('wordsNeeded') : undefined}>
      {(control) => (
        <TextInput
          {...control}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onBlur={commit}
          onKeyDown={(event) => event.key === 'Enter' && commit()}
        />
      )}
    </Field>
  )
}

function Marks({
  column,
  plan,
  onChange,
}: {
  column: ColumnGuess
  plan: ColumnPlan
  onChange: (missing: string[]) => void
}) {
  const possible = column.possibleMarks
    .map(({ mark, count: n }) => `${markWords(mark)} ${n}\u00d7`)
    .join(', ')
  return (
    <WordsField
      label={words('missingMarks')}
      value={plan.missing.filter((mark) => mark.trim() !== '')}
      hint={
        possible
          ? `${words('missingMarksHint')} ${words('possibleMarks', { marks: possible })}`
          : words('missingMarksHint')
      }
      mayBeEmpty
      onChange={(missing) => onChange(['', ...missing])}
    />
  )
}
