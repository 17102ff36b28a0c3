import { minorDigits } from '../../../platform/money.ts'
import { shareForMany } from '../model/share-for-many.ts'
import type { Condition, RuleChoices, RuleDefinition, RulePart } from '../schema.ts'

/** A condition while it is written: its value is text, in the unit that people read. */
export type ConditionDraft = Readonly<{
  reading: string
  part: string
  op: Condition['op']
  text: string
}>

/** A rule while it is written. */
export type RuleDraft = Readonly<{
  name: string
  action: string
  conditions: readonly ConditionDraft[]
  dueWithinDays: string
  segments: readonly string[]
  stages: readonly string[]
  ownerIds: readonly string[]
  tone: RuleDefinition['tone']
  minutes: string
  folds: boolean
  minutesForMany: string
  shareForMany: string
  share: string
  measured: boolean
  holdOut: string
  floor: boolean
}>

/** An empty field is not zero: what is no number is refused by the server beside its field. */
export function toNumber(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text.replace(',', '.').replace('\u2212', '-'))
}

const trimmed = (value: number): string => String(Math.round(value * 1e6) / 1e6)

/** How many stored units make one that people read: percent, or whole money. */
const scaleOf = (kind: RulePart['kind'], currency: string): number =>
  kind === 'share' ? 0.01 : kind === 'money' ? 10 ** minorDigits(currency) : 1

export const partOf = (choices: RuleChoices, reading: string, part: string): RulePart | undefined =>
  choices.parts.find((one) => one.reading === reading && one.part === part)

/** The kind of a part that is not in the list here: told by what it was compared with. */
const kindOf = (part: RulePart | undefined, value: Condition['value']): RulePart['kind'] =>
  part?.kind ?? (typeof value === 'boolean' ? 'boolean' : typeof value === 'string' ? 'choice' : 'number')

/** A value as people write it: `25` for a share of .25, `1200` for 120,000 cents. */
export function valueText({ reading, part, value }: Condition, choices: RuleChoices | undefined): string {
  if (typeof value !== 'number') return String(value)
  const kind = kindOf(choices && partOf(choices, reading, part), value)
  return trimmed(value / scaleOf(kind, choices?.currency ?? 'USD'))
}

const draftOf = (condition: Condition, choices: RuleChoices): ConditionDraft => ({
  reading: condition.reading,
  part: condition.part,
  op: condition.op,
  text: valueText(condition, choices),
})

export function toDraft(definition: RuleDefinition, choices: RuleChoices): RuleDraft {
  const { source, scope, effect } = definition
  return {
    name: definition.name,
    action: definition.action,
    conditions: source.kind === 'readings' ? source.all.map((one) => draftOf(one, choices)) : [],
    dueWithinDays: source.kind === 'tasks' ? String(source.dueWithinDays) : '',
    segments: scope.segments ?? [],
    stages: scope.stages ?? [],
    ownerIds: scope.ownerIds ?? [],
    tone: definition.tone,
    minutes: String(definition.minutes),
    folds: definition.minutesForMany !== null,
    minutesForMany: String(definition.minutesForMany ?? 60),
    shareForMany: trimmed(shareForMany(definition) * 100),
    share: trimmed(effect.share * 100),
    measured: effect.measured,
    holdOut: trimmed(definition.holdOut * 100),
    floor: definition.floor,
  }
}

function conditionFrom({ reading, part, op, text }: ConditionDraft, choices: RuleChoices): Condition {
  const known = partOf(choices, reading, part)
  if (known?.kind === 'boolean' || (!known && (text === 'true' || text === 'false')))
    return { reading, part, op: 'is', value: text === 'true' }
  if (known?.kind === 'choice' || part === 'state') return { reading, part, op: 'is', value: text }
  const number = toNumber(text)
  // A fact without a list of choices may be compared with a word.
  if (!known && Number.isNaN(number)) return { reading, part, op: 'is', value: text }
  return { reading, part, op, value: number * scaleOf(known?.kind ?? 'number', choices.currency) }
}

/** The rule that a draft says; `tasks` keeps it a rule on tasks. What is no number stays none, for the server to refuse. */
export function fromDraft(draft: RuleDraft, choices: RuleChoices, tasks: boolean): RuleDefinition {
  const some = <T>(all: readonly T[]) => (all.length > 0 ? [...all] : undefined)
  const [segments, stages, ownerIds] = [some(draft.segments), some(draft.stages), some(draft.ownerIds)]
  return {
    name: draft.name,
    action: draft.action,
    source: tasks
      ? { kind: 'tasks', dueWithinDays: toNumber(draft.dueWithinDays) }
      : { kind: 'readings', all: draft.conditions.map((one) => conditionFrom(one, choices)) },
    scope: { ...(segments && { segments }), ...(stages && { stages }), ...(ownerIds && { ownerIds }) },
    tone: draft.tone,
    minutes: toNumber(draft.minutes),
    minutesForMany: draft.folds && !tasks ? toNumber(draft.minutesForMany) : null,
    effect: {
      share: toNumber(draft.share) / 100,
      ...(draft.folds && !tasks && { shareForMany: toNumber(draft.shareForMany) / 100 }),
      basis: 'assumption',
      measured: draft.measured,
    },
    holdOut: draft.floor || tasks ? 0 : toNumber(draft.holdOut) / 100,
    floor: draft.floor,
  }
}

/** What a new condition begins with: the first part of a reading, compared as its kind is. */
export function newCondition({ reading, part, kind, options }: RulePart): ConditionDraft {
  if (kind === 'boolean') return { reading, part, op: 'is', text: 'true' }
  if (kind === 'choice') return { reading, part, op: 'is', text: options[0] ?? '' }
  return { reading, part, op: 'at_most', text: '' }
}

/** A rule to begin with, before anything is written. */
export const emptyRule: RuleDefinition = {
  name: '',
  action: '',
  source: { kind: 'readings', all: [] },
  scope: {},
  tone: 'ochre',
  minutes: 20,
  minutesForMany: 60,
  effect: { share: 0.1, basis: 'assumption', measured: true },
  holdOut: 0,
  floor: false,
}
