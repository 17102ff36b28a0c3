import { X } from 'lucide-react'
import { fieldFault } from '../../../ui/api/problem.ts'
import { Button, IconButton } from '../../../ui/controls/Button.tsx'
import { Combobox } from '../../../ui/controls/Combobox.tsx'
import { Field, TextInput } from '../../../ui/controls/Field.tsx'
import { Select, type Option } from '../../../ui/controls/Select.tsx'
import type { Condition, RuleChoices, RulePart } from '../schema.ts'
import css from './rules.module.css'
import { newCondition, partOf, toNumber, type ConditionDraft } from './rule-draft.ts'
import { choiceText } from './rule-text.ts'
import { readingName, words } from './rules-words.ts'

const mostConditions = 6
const keyOf = ({ reading, part }: Pick<RulePart, 'reading' | 'part'>): string => `${reading} ${part}`
const upperFirst = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
const optionOf = (part: Pick<RulePart, 'reading' | 'part'>): Option => ({
  value: keyOf(part),
  label: upperFirst(readingName(part.reading, part.part)),
})

/** The conditions of a rule: each a reading with its part, offered from what exists here, and a limit in its unit. */
export function ConditionFields({
  conditions,
  choices,
  error,
  onChange,
}: {
  conditions: readonly ConditionDraft[]
  choices: RuleChoices
  error: Error | null
  onChange: (conditions: readonly ConditionDraft[]) => void
}) {
  const firstFree = choices.parts[0]
  return (
    <fieldset className={css.group}>
      <legend>{words('conditions')}</legend>
      {conditions.map((condition, i) => (
        <ConditionRow
          key={i}
          at={i}
          condition={condition}
          choices={choices}
          error={error}
          onChange={(next) => onChange(conditions.with(i, next))}
          onRemove={conditions.length > 1 ? () => onChange(conditions.toSpliced(i, 1)) : null}
        />
      ))}
      {firstFree && conditions.length < mostConditions && (
        <div>
          <Button size="row" onClick={() => onChange([...conditions, newCondition(firstFree)])}>
            {words('addCondition')}
          </Button>
        </div>
      )}
    </fieldset>
  )
}

interface RowProps {
  at: number
  condition: ConditionDraft
  choices: RuleChoices
  error: Error | null
  onChange: (condition: ConditionDraft) => void
  onRemove: (() => void) | null
}

function ConditionRow({ at, condition, choices, error, onChange, onRemove }: RowProps) {
  const part = partOf(choices, condition.reading, condition.part)
  const choose = (option: Option | null) => {
    const next = choices.parts.find((one) => keyOf(one) === option?.value)
    if (next) onChange(newCondition(next))
  }
  return (
    <div className={css.condition}>
      <Field
        label={words('readingOf')}
        hideLabel={at > 0}
        hint={part && !part.past ? words('notPast') : undefined}
        error={fieldFault(error, `definition.source.all.${at}.reading`)}
      >
        {(control) => (
          <Combobox
            {...control}
            options={choices.parts.map(optionOf)}
            value={optionOf(condition)}
            placeholder={words('readingHint')}
            onChange={choose}
          />
        )}
      </Field>
      <Comparison
        at={at}
        condition={condition}
        part={part}
        error={error}
        onChange={onChange}
        choices={choices}
      />
      <span className={css.removeCondition}>
        {onRemove && (
          <IconButton icon={X} label={words('removeCondition', { n: at + 1 })} onClick={onRemove} />
        )}
      </span>
    </div>
  )
}

const numberOps: readonly Option<Condition['op']>[] = [
  { value: 'at_least', label: words('op_at_least') },
  { value: 'at_most', label: words('op_at_most') },
  { value: 'is', label: words('op_is') },
]

function unitOf(part: RulePart | undefined, currency: string): string | null {
  if (part?.kind === 'days') return words('unitDays')
  if (part?.kind === 'share') return words('unitShare')
  return part?.kind === 'money' ? words('unitMoney', { currency }) : null
}

function Comparison({
  at,
  condition,
  part,
  choices,
  error,
  onChange,
}: Omit<RowProps, 'onRemove'> & { part: RulePart | undefined }) {
  const options = optionsOf(condition, part)
  const fault = fieldFault(error, `definition.source.all.${at}.value`)
  if (options)
    return (
      <Field label={words('op_choice')} hideLabel={at > 0} error={fault}>
        {(control) => (
          <Select
            {...control}
            options={options}
            value={condition.text}
            onChange={(text) => onChange({ ...condition, text })}
          />
        )}
      </Field>
    )
  const unit = unitOf(part, choices.currency)
  return (
    <>
      <Field label={words('operator')} hideLabel={at > 0}>
        {(control) => (
          <Select
            {...control}
            options={numberOps}
            value={condition.op}
            onChange={(op) => onChange({ ...condition, op })}
          />
        )}
      </Field>
      <Field
        label={unit ? `${words('compareWith')}, ${unit}` : words('compareWith')}
        hideLabel={false}
        error={fault && Number.isNaN(toNumber(condition.text)) ? words('number') : fault}
      >
        {(control) => (
          <TextInput
            {...control}
            inputMode="decimal"
            value={condition.text}
            onChange={(event) => onChange({ ...condition, text: event.target.value })}
          />
        )}
      </Field>
    </>
  )
}

/** What a part may be compared with, where that is a choice; null for numbers. */
function optionsOf({ part: name, text }: ConditionDraft, part: RulePart | undefined): Option[] | null {
  if (part?.kind === 'boolean')
    return [
      { value: 'true', label: words('yes') },
      { value: 'false', label: words('no') },
    ]
  if (part?.kind !== 'choice') return null
  // What was written before stays a choice, also where nobody offers it.
  const values = part.options.includes(text) ? part.options : [text, ...part.options]
  return values.map((value) => ({ value, label: choiceText(name, value) }))
}
