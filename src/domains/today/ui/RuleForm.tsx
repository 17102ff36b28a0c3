import { useState } from 'react'
import { fieldFault } from '../../../ui/api/problem.ts'
import { Button } from '../../../ui/controls/Button.tsx'
import { Checkbox } from '../../../ui/controls/Checkbox.tsx'
import { Field, TextInput } from '../../../ui/controls/Field.tsx'
import { Form } from '../../../ui/controls/Form.tsx'
import { Select, type Option } from '../../../ui/controls/Select.tsx'
import { Popover } from '../../../ui/overlays/Popover.tsx'
import { tones, type RuleChoices, type RuleDefinition } from '../schema.ts'
import { ConditionFields } from './ConditionFields.tsx'
import css from './rules.module.css'
import { fromDraft, newCondition, toDraft, toNumber, type RuleDraft } from './rule-draft.ts'
import { words } from './rules-words.ts'
import { TrialRegion } from './TrialRegion.tsx'

interface FormProps {
  definition: RuleDefinition
  choices: RuleChoices
  /** A new rule can be saved off, to be switched on later. */
  isNew: boolean
  busy: boolean
  error: Error | null
  onSave: (definition: RuleDefinition, enabled: boolean) => void
  onCancel: () => void
}

/** Edits everything of a rule, and tries it on the past before it is saved. */
export function RuleForm({ definition, choices, isNew, busy, error, onSave, onCancel }: FormProps) {
  const tasks = definition.source.kind === 'tasks'
  const [draft, setDraft] = useState(() => begun(toDraft(definition, choices), choices, tasks))
  const set = (change: Partial<RuleDraft>) => setDraft((before) => ({ ...before, ...change }))
  const made = () => fromDraft(draft, choices, tasks)
  const conditionPaths = draft.conditions.flatMap((_, i) => [
    `definition.source.all.${i}.reading`,
    `definition.source.all.${i}.value`,
  ])
  return (
    <div className={css.form}>
      <Form
        onSubmit={() => onSave(made(), !isNew)}
        error={error}
        fields={[...ownPaths, ...conditionPaths]}
        actions={
          <>
            <Button variant="primary" type="submit" busy={busy}>
              {words(isNew ? 'saveOff' : 'save')}
            </Button>
            {isNew && (
              <Button busy={busy} onClick={() => onSave(made(), true)}>
                {words('saveOn')}
              </Button>
            )}
            <Button variant="quiet" onClick={onCancel}>
              {words('cancel')}
            </Button>
          </>
        }
      >
        <Names draft={draft} error={error} set={set} />
        {tasks ? (
          <NumberField
            label={words('dueDays')}
            value={draft.dueWithinDays}
            fault={fieldFault(error, 'definition.source.dueWithinDays')}
            onChange={(dueWithinDays) => set({ dueWithinDays })}
          />
        ) : (
          <>
            <ConditionFields
              conditions={draft.conditions}
              choices={choices}
              error={error}
              onChange={(conditions) => set({ conditions })}
            />
            <ScopeFields draft={draft} choices={choices} set={set} />
          </>
        )}
        <Worth draft={draft} tasks={tasks} error={error} set={set} />
        {!tasks && <TrialRegion definition={made} />}
      </Form>
    </div>
  )
}

const ownPaths = [
  'definition.name',
  'definition.action',
  'definition.minutes',
  'definition.minutesForMany',
  'definition.effect.shareForMany',
  'definition.effect.share',
  'definition.holdOut',
  'definition.source.dueWithinDays',
]

/** A rule on readings begins with one condition. */
function begun(draft: RuleDraft, choices: RuleChoices, tasks: boolean): RuleDraft {
  const first = choices.parts[0]
  return tasks || draft.conditions.length > 0 || !first
    ? draft
    : { ...draft, conditions: [newCondition(first)] }
}

interface PartProps {
  draft: RuleDraft
  set: (change: Partial<RuleDraft>) => void
}

function Names({ draft, error, set }: PartProps & { error: Error | null }) {
  return (
    <>
      <Field label={words('name')} hint={words('nameHint')} error={fieldFault(error, 'definition.name')}>
        {(control) => (
          <TextInput
            {...control}
            autoFocus
            maxLength={120}
            value={draft.name}
            onChange={(event) => set({ name: event.target.value })}
          />
        )}
      </Field>
      <Field
        label={words('action')}
        hint={words('actionHint')}
        error={fieldFault(error, 'definition.action')}
      >
        {(control) => (
          <TextInput
            {...control}
            maxLength={120}
            value={draft.action}
            onChange={(event) => set({ action: event.target.value })}
          />
        )}
      </Field>
    </>
  )
}

function ScopeFields({ draft, choices, set }: PartProps & { choices: RuleChoices }) {
  const plain = (values: readonly string[]): Option[] => values.map((value) => ({ value, label: value }))
  return (
    <fieldset className={css.group}>
      <legend>{words('scope')}</legend>
      <div className={css.scope}>
        <Several
          label={words('segments')}
          options={plain(choices.segments)}
          value={draft.segments}
          onChange={(segments) => set({ segments })}
        />
        <Several
          label={words('stages')}
          options={choices.stages.map((value) => ({ value, label: value.replaceAll('_', ' ') }))}
          value={draft.stages}
          onChange={(stages) => set({ stages })}
        />
        <Several
          label={words('owners')}
          options={choices.owners.map(({ id, name }) => ({ value: id, label: name }))}
          value={draft.ownerIds}
          onChange={(ownerIds) => set({ ownerIds })}
        />
      </div>
    </fieldset>
  )
}

/** Some of a list, or all of it when none is chosen. */
function Several({
  label,
  options,
  value,
  onChange,
}: {
  label: string
  options: readonly Option[]
  value: readonly string[]
  onChange: (value: readonly string[]) => void
}) {
  // What was chosen before stays a choice, also where nobody has it any more.
  const all = [
    ...options,
    ...value
      .filter((one) => !options.some((option) => option.value === one))
      .map((one) => ({ value: one, label: one })),
  ]
  if (all.length === 0) return null
  const shown = value.length === 0 ? words('everyone') : words('chosen', { n: value.length })
  return (
    <Popover label={label} trigger={<Button size="row">{`${label}: ${shown}`}</Button>}>
      <div className={css.several}>
        {all.map((option) => (
          <Checkbox
            key={option.value}
            label={option.label}
            checked={value.includes(option.value)}
            onChange={(on) =>
              onChange(on ? [...value, option.value] : value.filter((one) => one !== option.value))
            }
          />
        ))}
      </div>
    </Popover>
  )
}

function Worth({ draft, tasks, error, set }: PartProps & { tasks: boolean; error: Error | null }) {
  return (
    <>
      <div className={css.numbers}>
        <Field label={words('tone')}>
          {(control) => (
            <Select
              {...control}
              options={tones.map((tone) => ({ value: tone, label: words(`tone_${tone}`) }))}
              value={draft.tone}
              onChange={(tone) => set({ tone })}
            />
          )}
        </Field>
        <NumberField
          label={words('minutes')}
          value={draft.minutes}
          fault={fieldFault(error, 'definition.minutes')}
          onChange={(minutes) => set({ minutes })}
        />
        {!tasks && (
          <NumberField
            label={words('share')}
            hint={words('shareHint')}
            value={draft.share}
            fault={fieldFault(error, 'definition.effect.share')}
            onChange={(share) => set({ share })}
          />
        )}
        {!tasks && !draft.floor && (
          <NumberField
            label={words('holdOut')}
            hint={words('holdOutHint')}
            value={draft.holdOut}
            fault={fieldFault(error, 'definition.holdOut')}
            onChange={(holdOut) => set({ holdOut })}
          />
        )}
        {draft.folds && !tasks && !draft.floor && (
          <>
            <NumberField
              label={words('minutesForMany')}
              value={draft.minutesForMany}
              fault={fieldFault(error, 'definition.minutesForMany')}
              onChange={(minutesForMany) => set({ minutesForMany })}
            />
            <NumberField
              label={words('shareForMany')}
              value={draft.shareForMany}
              fault={fieldFault(error, 'definition.effect.shareForMany')}
              onChange={(shareForMany) => set({ shareForMany })}
            />
          </>
        )}
      </div>
      {!tasks && (
        <div className={css.checks}>
          {!draft.floor && (
            <>
              <Checkbox label={words('fold')} checked={draft.folds} onChange={(folds) => set({ folds })} />
              <Checkbox
                label={words('measured')}
                checked={draft.measured}
                onChange={(measured) => set({ measured })}
              />
            </>
          )}
          <Checkbox label={words('floor')} checked={draft.floor} onChange={(floor) => set({ floor })} />
          {draft.floor && <p className={css.facts}>{words('floorHint')}</p>}
        </div>
      )}
    </>
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
