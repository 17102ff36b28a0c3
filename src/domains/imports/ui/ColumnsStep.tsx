import { useState } from 'react'
import { Button } from '../../../ui/controls/Button.tsx'
import { Combobox } from '../../../ui/controls/Combobox.tsx'
import { Field, TextInput } from '../../../ui/controls/Field.tsx'
import { Select, type Option } from '../../../ui/controls/Select.tsx'
import { count } from '../../../ui/format.ts'
import { useKeys } from '../../../ui/keys.ts'
import { Region } from '../../../ui/layout/Region.tsx'
import { Loaded } from '../../../ui/states/Loaded.tsx'
import { ColumnTable } from './ColumnTable.tsx'
import { kindLabel, planFaultWords, typeName } from './describe.ts'
import { ColumnName, Notes } from './FileStep.tsx'
import { FormatControl } from './FormatControl.tsx'
import css from './imports.module.css'
import { MissingMarks } from './MissingMarks.tsx'
import { PreviewRegion } from './PreviewRegion.tsx'
import {
  useKinds,
  usePlanChange,
  useStart,
  type ColumnGuess,
  type ColumnPlan,
  type Import,
  type ImportKind,
  type PlanChange,
} from './queries.ts'
import { Questions } from './Questions.tsx'
import { planLock, type StepProps } from './steps.ts'
import { words } from './words.ts'

type Change = (change: PlanChange) => void

/** What each column becomes, what no file says, and the first rows as they will be written. */
export function ColumnsStep({ entry, mayImport }: StepProps) {
  const kinds = useKinds()
  return (
    <Loaded query={kinds} label={words('whatItIs')}>
      {(all) => <Columns entry={entry} mayImport={mayImport} kinds={all} />}
    </Loaded>
  )
}

function Columns({
  entry,
  mayImport,
  kinds,
}: {
  entry: Import
  mayImport: boolean
  kinds: readonly ImportKind[]
}) {
  const plan = usePlanChange(entry.id)
  const check = useStart(entry.id, 'check')
  const lock = mayImport ? planLock(entry) : null
  const editable = mayImport && lock === null
  const kind = kinds.find((candidate) => candidate.kind === entry.plan.kind)
  const ready = editable && entry.faults.length === 0
  const start = () => check.mutate()
  useKeys([
    { key: 'enter', label: words('check'), run: start, when: ready && !plan.isPending && !check.isPending },
  ])
  return (
    <>
      <Notes entry={entry} lock={lock} />
      <KindRegion entry={entry} kinds={kinds} editable={editable} onChange={plan.mutate} />
      {kind && <Questions entry={entry} kind={kind} editable={editable} onChange={plan.mutate} />}
      {kind && <Mapping entry={entry} kind={kind} editable={editable} onChange={plan.mutate} />}
      <PreviewRegion entry={entry} kind={kind} mayImport={mayImport} />
      {editable && (
        <div className={css.bar}>
          <Button
            variant="primary"
            keys="enter"
            onClick={start}
            busy={plan.isPending || check.isPending}
            disabledReason={ready ? undefined : words('stillNeeded')}
          >
            {words('check')}
          </Button>
          {ready ? (
            <span className={css.barText}>{words('checkText')}</span>
          ) : (
            <StillNeeded entry={entry} kind={kind} />
          )}
        </div>
      )}
    </>
  )
}

/** So many stand in the bar; answering them brings up the next. */
const neededShown = 3

function StillNeeded({ entry, kind }: { entry: Import; kind: ImportKind | undefined }) {
  return (
    <ul aria-label={words('stillNeeded')} className={css.barText}>
      {entry.faults.slice(0, neededShown).map((fault) => (
        <li key={`${fault.code} ${fault.column} ${fault.field}`} className={css.open}>
          {planFaultWords(fault, kind)}
        </li>
      ))}
      {entry.faults.length > neededShown && (
        <li>{words('neededMore', { n: entry.faults.length - neededShown })}</li>
      )}
    </ul>
  )
}

function KindRegion({
  entry,
  kinds,
  editable,
  onChange,
}: {
  entry: Import
  kinds: readonly ImportKind[]
  editable: boolean
  onChange: Change
}) {
  const { plan, inspection, templates } = entry
  const [first, ...others] = inspection.kinds.filter(({ confidence }) => confidence >= 0.3)
  const guessed = first?.kind === plan.kind
  const next = others
    .slice(0, 2)
    .map(({ kind }) => kindLabel(kinds, kind))
    .join(', ')
  const says = kinds.find(({ kind }) => kind === plan.kind)?.says ?? ''
  const hint = guessed
    ? `${says} ${words('kindGuessed', { others: next && words('kindOthers', { kinds: next }) })}`
    : says
  return (
    <Region title={words('whatItIs')}>
      <div className={css.questions}>
        <Field label={words('kindOf')} hint={hint}>
          {(control) =>
            editable ? (
              <Select
                {...control}
                options={kinds.map(({ kind, label }) => ({ value: kind, label }))}
                value={plan.kind}
                onChange={(kind) => onChange({ kind })}
              />
            ) : (
              <span id={control.id}>{kindLabel(kinds, plan.kind)}</span>
            )
          }
        </Field>
        {editable && templates.length > 0 && (
          <Field
            label={words('template')}
            hint={plan.template ? words('templateUsed', { name: plan.template.name }) : undefined}
          >
            {(control) => (
              <Select
                {...control}
                options={templates.map(({ id, name }) => ({ value: id, label: name }))}
                value={plan.template?.id ?? null}
                placeholder={words('templateNone')}
                onChange={(templateId) => onChange({ templateId })}
              />
            )}
          </Field>
        )}
        {editable && <SaveTemplate onSave={(saveAs) => onChange({ saveAs })} />}
      </div>
    </Region>
  )
}

function SaveTemplate({ onSave }: { onSave: (name: string) => void }) {
  const [name, setName] = useState('')
  const save = () => {
    if (name.trim() === '') return
    onSave(name.trim())
    setName('')
  }
  return (
    <div className={css.save}>
      <Field label={words('saveTemplate')} hint={words('saveTemplateHint')}>
        {(control) => (
          <span className={css.save}>
            <TextInput
              {...control}
              maxLength={80}
              value={name}
              onChange={(event) => setName(event.target.value)}
              onKeyDown={(event) => event.key === 'Enter' && save()}
            />
            <Button onClick={save} disabledReason={name.trim() === '' ? words('templateName') : undefined}>
              {words('save')}
            </Button>
          </span>
        )}
      </Field>
    </div>
  )
}

const leave = 'leave'
const custom = 'custom'
const fieldValue = (name: string): string => `field ${name}`

/** Fields that a column may fill, with their types, then what else can become of it. */
function choices(kind: ImportKind): Option[] {
  return [
    ...kind.fields.map(({ name, label, type, required }) => ({
      value: fieldValue(name),
      label: words(required ? 'fieldOptionRequired' : 'fieldOption', { label, type: typeName(type) }),
    })),
    ...(kind.custom ? [{ value: custom, label: words('customField') }] : []),
    { value: leave, label: words('leaveOut') },
  ]
}

const chosen = ({ use, field }: ColumnPlan): string => (use === 'field' ? fieldValue(field ?? '') : use)

function asChange(value: string): Pick<Partial<ColumnPlan>, 'use' | 'field'> {
  if (value === leave || value === custom) return { use: value, field: null }
  return { use: 'field', field: value.slice(fieldValue('').length) }
}

function Mapping({
  entry,
  kind,
  editable,
  onChange,
}: {
  entry: Import
  kind: ImportKind
  editable: boolean
  onChange: Change
}) {
  const { columns } = entry.inspection
  const plans = entry.plan.columns
  const options = choices(kind)
  const used = columns.filter(({ name }) => plans[name]?.use !== 'leave').length
  const typeOf = (column: ColumnGuess) =>
    kind.fields.find(({ name }) => name === plans[column.name]?.field)?.type ?? null
  return (
    <Region
      title={words('mapping')}
      note={words('mappingNote', { used: count(used), all: count(columns.length) })}
    >
      <ColumnTable
        label={words('mapping')}
        rows={columns}
        columns={[
          {
            id: 'column',
            head: words('column'),
            share: 29,
            cell: (column) => <ColumnName column={column} />,
          },
          {
            id: 'becomes',
            head: words('becomes'),
            share: 34,
            cell: (column) => (
              <FieldChoice
                column={column}
                plan={plans[column.name]}
                options={options}
                editable={editable}
                onChange={(change) => onChange({ columns: { [column.name]: change } })}
              />
            ),
          },
          {
            id: 'read',
            head: words('readAs'),
            share: 22,
            cell: (column) =>
              plans[column.name]?.use === 'leave' ? (
                <span className={css.quiet}>{words('notRead')}</span>
              ) : (
                <FormatControl
                  column={column}
                  plan={plans[column.name]}
                  fieldType={typeOf(column)}
                  editable={editable}
                  onChange={(change) => onChange({ columns: { [column.name]: change } })}
                />
              ),
          },
          {
            id: 'missing',
            head: words('missing'),
            share: 15,
            cell: (column) => <MissingMarks column={column} />,
          },
        ]}
      />
    </Region>
  )
}

const weak = 0.7

function FieldChoice({
  column,
  plan,
  options,
  editable,
  onChange,
}: {
  column: ColumnGuess
  plan: ColumnPlan | undefined
  options: readonly Option[]
  editable: boolean
  onChange: (change: Pick<Partial<ColumnPlan>, 'use' | 'field'>) => void
}) {
  const value = options.find((option) => plan && option.value === chosen(plan)) ?? null
  if (!editable) return <>{value?.label ?? words('leaveOut')}</>
  const doubtful = plan?.use === 'field' && plan.confidence !== null && plan.confidence < weak
  return (
    <span className={css.field}>
      <Combobox
        label={words('fieldOf', { column: column.name })}
        options={options}
        value={value}
        onChange={(option) => option && onChange(asChange(option.value))}
      />
      {doubtful && <span className={css.open}>{words('guessedWeakly')}</span>}
    </span>
  )
}
