import { useEffect, useState } from 'react'
import { currencies } from '../../../platform/money.ts'
import { Combobox } from '../../../ui/controls/Combobox.tsx'
import { Field, TextInput } from '../../../ui/controls/Field.tsx'
import { Segmented } from '../../../ui/controls/Segmented.tsx'
import type { Option } from '../../../ui/controls/Select.tsx'
import { Region } from '../../../ui/layout/Region.tsx'
import { timeZoneOption, timeZoneOptions } from '../../team/ui/time-zones.ts'
import css from './imports.module.css'
import type { Import, ImportKind, PlanChange } from './queries.ts'
import { words } from './words.ts'

type Answers = Import['plan']['answers']

const named = (names: readonly string[]): Option[] => names.map((name) => ({ value: name, label: name }))
const currencyOptions = named([...currencies])
const timeZones = timeZoneOptions()

/** What no file says of itself, as far as the kind needs it. */
export function Questions({
  entry,
  kind,
  editable,
  onChange,
}: {
  entry: Import
  kind: ImportKind
  editable: boolean
  onChange: (change: PlanChange) => void
}) {
  const { answers } = entry.plan
  const answer = (change: Partial<Answers>) => onChange({ answers: change })
  const asks = (question: ImportKind['asks'][number]) => kind.asks.includes(question)
  if (!editable) return <Answered answers={answers} kind={kind} />
  const asOfMissing = entry.faults.some(({ code }) => code === 'as_of_missing')
  return (
    <Region title={words('questions')}>
      <div className={css.questions}>
        {asks('asOf') && (
          <Field
            label={words('asOf')}
            hint={words('asOfHint')}
            error={asOfMissing ? words('asOfNeeded') : undefined}
          >
            {(control) => (
              <LateInput
                {...control}
                type="date"
                value={answers.asOf ?? ''}
                onCommit={(day) => answer({ asOf: day === '' ? null : day })}
              />
            )}
          </Field>
        )}
        <AccountColumn entry={entry} kind={kind} onChange={onChange} />
        {asks('unknownAccounts') && (
          <div className={css.lines}>
            <span className={css.quiet}>{words('unknownAccounts')}</span>
            <span>
              <Segmented
                label={words('unknownAccounts')}
                options={[
                  { value: 'refuse', label: words('unknownRefuse') },
                  { value: 'create', label: words('unknownCreate') },
                ]}
                value={answers.unknownAccounts}
                onChange={(unknownAccounts) => answer({ unknownAccounts })}
              />
            </span>
          </div>
        )}
        {asks('currency') && (
          <Field label={words('currency')} hint={words('currencyHint')}>
            {(control) => (
              <Combobox
                {...control}
                options={currencyOptions}
                value={{ value: answers.currency, label: answers.currency }}
                onChange={(option) => option && answer({ currency: option.value })}
              />
            )}
          </Field>
        )}
        {asks('timeZone') && (
          <Field label={words('timeZone')} hint={words('timeZoneHint')}>
            {(control) => (
              <Combobox
                {...control}
                options={timeZones}
                value={timeZoneOption(answers.timeZone)}
                onChange={(option) => option && answer({ timeZone: option.value })}
              />
            )}
          </Field>
        )}
        <Field label={words('source')} hint={words('sourceHint')}>
          {(control) => (
            <LateInput
              {...control}
              value={answers.source}
              maxLength={80}
              onCommit={(source) => source.trim() && answer({ source: source.trim() })}
            />
          )}
        </Field>
      </div>
    </Region>
  )
}

const accountField = 'account'
const noColumn = ''

/** Which column names the account, or that none does, where the kind allows that. */
function AccountColumn({
  entry,
  kind,
  onChange,
}: {
  entry: Import
  kind: ImportKind
  onChange: (change: PlanChange) => void
}) {
  const field = kind.fields.find(({ name }) => name === accountField)
  if (!field) return null
  const { columns } = entry.plan
  const now = Object.entries(columns).find(
    ([, { use, field: to }]) => use === 'field' && to === accountField,
  )?.[0]
  const none = { value: noColumn, label: words('accountColumnNone') }
  const options = [
    ...(field.required ? [] : [none]),
    ...named(entry.inspection.columns.map(({ name }) => name)),
  ]
  const choose = (name: string) => {
    if (name === now) return
    const freed = now === undefined ? {} : { [now]: { use: 'leave' as const, field: null } }
    const taken = name === noColumn ? {} : { [name]: { use: 'field' as const, field: accountField } }
    onChange({ columns: { ...freed, ...taken } })
  }
  return (
    <Field label={words('accountColumn')}>
      {(control) => (
        <Combobox
          {...control}
          options={options}
          value={options.find(({ value }) => value === (now ?? noColumn)) ?? null}
          onChange={(option) => option && choose(option.value)}
        />
      )}
    </Field>
  )
}

/** A field whose text is sent when it is left or confirmed with Enter. */
function LateInput({
  value,
  onCommit,
  ...rest
}: Omit<React.ComponentProps<'input'>, 'value' | 'onChange'> & {
  value: string
  onCommit: (value: string) => void
}) {
  const [text, setText] = useState(value)
  useEffect(() => setText(value), [value])
  const commit = () => {
    if (text !== value) onCommit(text)
  }
  return (
    <TextInput
      {...rest}
      value={text}
      onChange={(event) => setText(event.target.value)}
      onBlur={commit}
      onKeyDown={(event) => event.key === 'Enter' && commit()}
    />
  )
}

function Answered({ answers, kind }: { answers: Answers; kind: ImportKind }) {
  const said: Readonly<Record<ImportKind['asks'][number], readonly [string, string]>> = {
    asOf: [words('asOf'), answers.asOf ?? words('none')],
    unknownAccounts: [
      words('unknownAccounts'),
      words(answers.unknownAccounts === 'create' ? 'unknownCreate' : 'unknownRefuse'),
    ],
    currency: [words('currency'), answers.currency],
    timeZone: [words('timeZone'), answers.timeZone],
  }
  const rows = [...kind.asks.map((question) => said[question]), [words('source'), answers.source] as const]
  return (
    <Region title={words('questions')}>
      <div className={css.facts}>
        {rows.map(([name, value]) => (
          <div key={name} className={css.fact}>
            <span>{name}</span>
            <span>{value}</span>
          </div>
        ))}
      </div>
    </Region>
  )
}
