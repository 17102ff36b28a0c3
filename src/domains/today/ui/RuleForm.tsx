import { useState } from 'react'
import { fieldFault } from '../../../ui/api/problem.ts'
import { Button } from '../../../ui/controls/Button.tsx'
import { Field, TextInput } from '../../../ui/controls/Field.tsx'
import { Form } from '../../../ui/controls/Form.tsx'
import type { Condition, RuleDefinition } from '../schema.ts'
import css from './rules.module.css'
import { readingName, words } from './rules-words.ts'

/** Edits what may be edited of a rule: its action, limits, minutes and share. `onSave` gets the whole definition. */
export function RuleForm({
  definition,
  busy,
  error,
  onSave,
  onCancel,
}: {
  definition: RuleDefinition
  busy: boolean
  error: Error | null
  onSave: (definition: RuleDefinition) => void
  onCancel: () => void
}) {
  const { source } = definition
  const [action, setAction] = useState(definition.action)
  const [minutes, setMinutes] = useState(String(definition.minutes))
  const [share, setShare] = useState(String(Math.round(definition.effect.share * 1000) / 10))
  const [limits, setLimits] = useState(limitsOf(definition).map(String))
  const limitField = (label: string, at: number, path: string) => (
    <NumberField
      key={path}
      label={label}
      value={limits[at] ?? ''}
      fault={fieldFault(error, path)}
      onChange={(text) => setLimits(limits.with(at, text))}
    />
  )
  const limitFields =
    source.kind === 'tasks'
      ? [limitField(words('dueDays'), 0, 'definition.source.dueWithinDays')]
      : source.all.flatMap((condition, i) =>
          hasLimit(condition)
            ? [
                limitField(
                  limitLabel(condition),
                  limitIndex(source.all, i),
                  `definition.source.all.${i}.value`,
                ),
              ]
            : [],
        )
  const conditionPaths =
    source.kind === 'readings' ? source.all.map((_, i) => `definition.source.all.${i}.value`) : []
  return (
    <div className={css.form}>
      <Form
        onSubmit={() =>
          onSave({
            ...withLimits({ ...definition, action }, limits.map(toNumber)),
            minutes: toNumber(minutes),
            effect: { ...definition.effect, share: toNumber(share) / 100 },
          })
        }
        error={error}
        fields={[
          'definition.action',
          'definition.minutes',
          'definition.effect.share',
          'definition.source.dueWithinDays',
          ...conditionPaths,
        ]}
        actions={
          <>
            <Button variant="primary" type="submit" busy={busy}>
              {words('save')}
            </Button>
            <Button variant="quiet" onClick={onCancel}>
              {words('cancel')}
            </Button>
          </>
        }
      >
        <Field label={words('action')} error={fieldFault(error, 'definition.action')}>
          {(control) => (
            <TextInput
              {...control}
              autoFocus
              value={action}
              onChange={(event) => setAction(event.target.value)}
            />
          )}
        </Field>
        <div className={css.numbers}>
          {limitFields}
          <NumberField
            label={words('minutes')}
            value={minutes}
            fault={fieldFault(error, 'definition.minutes')}
            onChange={setMinutes}
          />
          {!definition.floor && (
            <NumberField
              label={words('share')}
              hint={words('shareHint')}
              value={share}
              fault={fieldFault(error, 'definition.effect.share')}
              onChange={setShare}
            />
          )}
        </div>
      </Form>
    </div>
  )
}

function NumberField({
  label,
  hint,
  value,
  fault,
  onChange,
}: {
  label: string
  hint?: string
  value: string
  fault: string | undefined
  onChange: (text: string) => void
}) {
  return (
    <Field label={label} hint={hint} error={fault && Number.isNaN(toNumber(value)) ? words('number') : fault}>
      {(control) => (
        <TextInput
          {...control}
          inputMode="decimal"
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  )
}

const hasLimit = ({ op }: Condition): boolean => op !== 'is'
const limitIndex = (all: readonly Condition[], i: number): number => all.slice(0, i).filter(hasLimit).length

function limitLabel({ reading, part, op }: Condition): string {
  const what = readingName(reading, part)
  const text = words(op === 'at_least' ? 'limitAtLeast' : 'limitAtMost', { what })
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** The numbers of a rule that may be moved, in the order of its conditions. */
function limitsOf({ source }: RuleDefinition): number[] {
  if (source.kind === 'tasks') return [source.dueWithinDays]
  return source.all.filter(hasLimit).map(({ value }) => Number(value))
}

function withLimits(definition: RuleDefinition, limits: readonly number[]): RuleDefinition {
  const { source } = definition
  if (source.kind === 'tasks')
    return { ...definition, source: { ...source, dueWithinDays: limits[0] ?? source.dueWithinDays } }
  const all = source.all.map((condition, i) =>
    hasLimit(condition)
      ? { ...condition, value: limits[limitIndex(source.all, i)] ?? condition.value }
      : condition,
  )
  return { ...definition, source: { ...source, all } }
}

// An empty field is not zero: what is no number is refused by the server beside its field.
function toNumber(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text.replace(',', '.'))
}
