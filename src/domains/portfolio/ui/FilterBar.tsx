import { ArrowDownWideNarrow, Columns3, Plus, Search } from 'lucide-react'
import { useRef, useState, type RefObject } from 'react'
import { Button } from '../../../ui/controls/Button.tsx'
import { Checkbox } from '../../../ui/controls/Checkbox.tsx'
import { Combobox } from '../../../ui/controls/Combobox.tsx'
import { Field as FormField, TextInput } from '../../../ui/controls/Field.tsx'
import { FilterToken } from '../../../ui/controls/FilterToken.tsx'
import { Select } from '../../../ui/controls/Select.tsx'
import { useKeys } from '../../../ui/keys.ts'
import { Menu, type MenuItem } from '../../../ui/overlays/Menu.tsx'
import { Popover } from '../../../ui/overlays/Popover.tsx'
import type { Condition, Field, Fields, Filter, Op, Sort, View } from '../schema.ts'
import { showable } from './columns.tsx'
import { conditionText, fieldLabel, opLabel, readValue, viewLabel } from './conditions.ts'
import css from './portfolio.module.css'
import { words } from './words.ts'

interface FilterBarProps {
  fields: Fields
  views: readonly View[]
  filter: Filter
  find: string
  sort: readonly Sort[]
  columns: readonly string[]
  onFilter: (filter: Filter) => void
  onFind: (find: string) => void
  onSort: (sort: Sort[]) => void
  onColumns: (columns: string[]) => void
}

/** Filter tokens with their menus, the text to find, and how rows are sorted and shown. */
export function FilterBar(props: FilterBarProps) {
  const { fields, views, filter, find, onFilter, onFind } = props
  const [adding, setAdding] = useState(false)
  const search = useRef<HTMLInputElement>(null)
  useKeys([
    { key: 'f', label: words('filterKey'), run: () => setAdding(true), bar: 'left' },
    { key: '/', label: words('findKey'), run: () => search.current?.focus(), bar: 'left' },
  ])
  const replace = (at: number, item: Filter[number] | null) =>
    onFilter(filter.flatMap((one, i) => (i === at ? (item ? [item] : []) : [one])))
  return (
    <div className={css.bar}>
      <div className={css.tokens}>
        {filter.map((item, i) => (
          <Token key={i} item={item} fields={fields} views={views} onChange={(next) => replace(i, next)} />
        ))}
        <Popover
          label={words('addFilter')}
          open={adding}
          onOpenChange={setAdding}
          trigger={
            <Button variant="quiet" icon={Plus} keys="f">
              {words('filter')}
            </Button>
          }
        >
          <ConditionForm
            fields={fields}
            views={views}
            onAdd={(condition) => {
              onFilter([...filter, condition])
              setAdding(false)
            }}
          />
        </Popover>
        {filter.length > 1 && (
          <Button variant="quiet" onClick={() => onFilter([])}>
            {words('clearFilters')}
          </Button>
        )}
      </div>
      <div className={css.tools}>
        <FindField find={find} onFind={onFind} input={search} />
        <SortMenu {...props} />
        <span className={css.wide}>
          <ColumnsPopover {...props} />
        </span>
      </div>
    </div>
  )
}

function FindField({
  find,
  onFind,
  input,
}: {
  find: string
  onFind: (find: string) => void
  input: RefObject<HTMLInputElement | null>
}) {
  const [text, setText] = useState({ find, typed: find })
  const typed = text.find === find ? text.typed : find
  return (
    <form
      role="search"
      className={css.find}
      onSubmit={(event) => {
        event.preventDefault()
        onFind(typed.trim())
      }}
    >
      <Search size={14} strokeWidth={1.75} aria-hidden className={css.findIcon} />
      <TextInput
        ref={input}
        type="search"
        aria-label={words('find')}
        placeholder={words('find')}
        value={typed}
        onChange={(event) => {
          setText({ find, typed: event.target.value })
          if (event.target.value === '') onFind('')
        }}
        onBlur={() => typed.trim() !== find && onFind(typed.trim())}
        onKeyDown={(event) => event.key === 'Escape' && input.current?.blur()}
      />
    </form>
  )
}

interface TokenProps {
  item: Filter[number]
  fields: Fields
  views: readonly View[]
  onChange: (item: Filter[number] | null) => void
}

function Token({ item, fields, views, onChange }: TokenProps) {
  if ('any' in item) {
    const parts = item.any.map((one) => conditionText(one, { fields, views }))
    const label = parts.map(({ field, op, value }) => `${field} ${op} ${value}`.trim()).join(words('or'))
    return (
      <FilterToken
        field={{ label: words('any', { n: item.any.length }) }}
        operator={{ label: '' }}
        value={{ label }}
        onRemove={() => onChange(null)}
      />
    )
  }
  const text = conditionText(item, { fields, views })
  const field = fields.fields.find(({ code }) => code === item.field)
  return (
    <FilterToken
      field={{ label: text.field, ...choicesOf(fieldChoices(fields, item, onChange)) }}
      operator={{ label: text.op, ...choicesOf(field && !item.part ? opChoices(field, item, onChange) : []) }}
      value={{
        label: text.value,
        ...choicesOf(field && !item.part ? valueChoices(field, item, views, onChange) : []),
      }}
      onRemove={() => onChange(null)}
    />
  )
}

const choicesOf = (choices: readonly MenuItem[]) => (choices.length > 0 ? { choices } : {})

type Change = (item: Filter[number] | null) => void

/** Other fields that the same operator and value fit. */
function fieldChoices({ fields }: Fields, condition: Condition, onChange: Change): MenuItem[] {
  const own = fields.find(({ code }) => code === condition.field)
  if (!own || condition.part) return []
  return fields
    .filter(
      (one) => one.type === own.type && one.unit === own.unit && one.options.length === own.options.length,
    )
    .filter((one) => one.ops.includes(condition.op))
    .map((one) => ({
      label: fieldLabel(one.code, one.label),
      run: () => onChange({ ...condition, field: one.code }),
    }))
}

const shapeOf = (op: Op): string =>
  op === 'known' || op === 'unknown'
    ? 'none'
    : op === 'between' || op === 'one_of' || op === 'within_days'
      ? op
      : 'one'

/** Operators that take the same value, and those that take none. */
function opChoices(field: Field, condition: Condition, onChange: Change): MenuItem[] {
  return field.ops
    .filter((op) => shapeOf(op) === 'none' || shapeOf(op) === shapeOf(condition.op))
    .map((op) => ({
      label: opLabel(op),
      run: () => {
        const { value, ...rest } = condition
        onChange(shapeOf(op) === 'none' ? { ...rest, op } : { ...rest, op, value })
      },
    }))
}

const spans = [14, 30, 60, 90, 180, 365]

function valueChoices(
  field: Field,
  condition: Condition,
  views: readonly View[],
  onChange: Change,
): MenuItem[] {
  if (condition.op === 'within_days')
    return spans.map((span) => ({
      label: conditionLabel(span),
      run: () => onChange({ ...condition, value: span }),
    }))
  if (condition.op !== 'is' && condition.op !== 'is_not') return []
  return optionsOf(field, views).map(({ value, label }) => ({
    label,
    run: () => onChange({ ...condition, value: field.type === 'boolean' ? value === 'true' : value }),
  }))
}

const conditionLabel = (span: number): string => `${span} d`

function optionsOf(field: Field, views: readonly View[]): { value: string; label: string }[] {
  if (field.type === 'boolean')
    return [
      { value: 'true', label: words('yes') },
      { value: 'false', label: words('no') },
    ]
  if (field.type === 'view') return views.map((view) => ({ value: view.id, label: viewLabel(view) }))
  return field.options.map(({ value, label, count }) => ({
    value,
    label: count > 0 ? `${label} (${count.toLocaleString('en')})` : label,
  }))
}

/** A condition put together: field, operator, and a value of the field's kind. */
function ConditionForm({
  fields,
  views,
  onAdd,
}: {
  fields: Fields
  views: readonly View[]
  onAdd: (condition: Condition) => void
}) {
  const usable = fields.fields.filter(({ type }) => type !== 'account')
  const [code, setCode] = useState<string | null>(null)
  const [chosenOp, setOp] = useState<Op | null>(null)
  const [typed, setTyped] = useState<string[]>(['', ''])
  const field = usable.find((one) => one.code === code)
  const op = field && chosenOp && field.ops.includes(chosenOp) ? chosenOp : (field?.ops[0] ?? null)
  const options = field ? optionsOf(field, views) : []
  const choosing = options.length > 0 && (op === 'is' || op === 'is_not')
  const value =
    field && op ? readValue(field, op, typed.slice(0, op === 'between' ? 2 : 1), fields.currency) : undefined
  const needsValue = op !== 'known' && op !== 'unknown'
  const complete =
    field && op && (!needsValue || (value !== undefined && !(Array.isArray(value) && value.length === 0)))
  const choices = usable.map((one) => ({ value: one.code, label: fieldLabel(one.code, one.label) }))
  return (
    <form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault()
        if (complete) onAdd({ field: field.code, op, ...(needsValue && { value }) })
      }}
    >
      <FormField label={words('fieldLabel')}>
        {(control) => (
          <Combobox
            {...control}
            options={choices}
            value={choices.find((one) => one.value === code) ?? null}
            onChange={(next) => {
              setCode(next?.value ?? null)
              setTyped(['', ''])
            }}
          />
        )}
      </FormField>
      {field && op && (
        <FormField label={words('opLabel')}>
          {(control) => (
            <Select
              {...control}
              options={field.ops.map((one) => ({ value: one, label: opLabel(one) }))}
              value={op}
              onChange={setOp}
            />
          )}
        </FormField>
      )}
      {field && op && needsValue && choosing && (
        <FormField label={words('valueLabel')}>
          {(control) => (
            <Combobox
              {...control}
              options={options}
              value={options.find((one) => one.value === typed[0]) ?? null}
              onChange={(next) => setTyped([next?.value ?? '', ''])}
            />
          )}
        </FormField>
      )}
      {field &&
        op &&
        needsValue &&
        !choosing &&
        (op === 'between' ? [0, 1] : [0]).map((i) => (
          <FormField
            key={i}
            label={words('valueLabel')}
            hideLabel={i > 0}
            {...(op === 'one_of' && { hint: words('valuesHint') })}
          >
            {(control) => (
              <TextInput
                {...control}
                type={field.type === 'day' && op !== 'within_days' ? 'date' : 'text'}
                inputMode={field.type === 'number' || op === 'within_days' ? 'decimal' : undefined}
                value={typed[i]}
                onChange={(event) =>
                  setTyped(typed.map((text, at) => (at === i ? event.target.value : text)))
                }
              />
            )}
          </FormField>
        ))}
      <div className={css.formEnd}>
        <Button type="submit" disabledReason={complete ? undefined : words('incomplete')}>
          {words('addFilter')}
        </Button>
      </div>
    </form>
  )
}

function SortMenu({ fields, sort, onSort }: FilterBarProps) {
  const now = sort[0]
  const known = fields.fields.filter((field) => field.sortable)
  const label = now
    ? fieldLabel(now.field, known.find(({ code }) => code === now.field)?.label)
    : words('sort')
  const items = known.map((field) => ({
    label: fieldLabel(field.code, field.label),
    run: () =>
      onSort([
        now?.field === field.code
          ? { field: field.code, dir: now.dir === 'asc' ? 'desc' : 'asc' }
          : { field: field.code, dir: field.type === 'number' ? 'desc' : 'asc' },
      ]),
  }))
  return (
    <Menu
      align="end"
      items={items}
      trigger={
        <Button variant="quiet" icon={ArrowDownWideNarrow} aria-label={words('sortBy', { field: label })}>
          {label}
        </Button>
      }
    />
  )
}

function ColumnsPopover({ fields, columns, onColumns }: FilterBarProps) {
  const shown = fields.fields.filter(showable)
  return (
    <Popover
      label={words('columns')}
      trigger={
        <Button variant="quiet" icon={Columns3}>
          {words('columns')}
        </Button>
      }
    >
      <ul className={css.columnList}>
        {shown.map(({ code, label }) => {
          const name = fieldLabel(code, label)
          const at = columns.indexOf(code)
          return (
            <li key={code} className={css.columnRow}>
              <Checkbox
                label={name}
                checked={at >= 0}
                onChange={(on) => onColumns(on ? [...columns, code] : columns.filter((one) => one !== code))}
              />
              {at > 0 && (
                <button
                  type="button"
                  className={css.moveColumn}
                  aria-label={words('moveColumn', { field: name })}
                  onClick={() => {
                    const next = columns.filter((one) => one !== code)
                    onColumns([...next.slice(0, at - 1), code, ...next.slice(at - 1)])
                  }}
                >
                  ←
                </button>
              )}
            </li>
          )
        })}
      </ul>
    </Popover>
  )
}
