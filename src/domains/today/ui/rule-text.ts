import { dayOfInstant } from '../../../ui/instant.ts'
import { money, percent } from '../../../ui/format.ts'
import type { Condition, Rule, RuleChoices, RuleDefinition, RuleFeedback } from '../schema.ts'
import { partOf, valueText } from './rule-draft.ts'
import { deniedName, readingName, words } from './rules-words.ts'

export function versionText({ version, changedBy, changedAt }: Rule, timeZone: string): string {
  if (changedAt === null) return words('shipped')
  const who = changedBy ?? words('someone')
  return words('changed', { version, who, day: dayOfInstant(changedAt, timeZone) })
}

/** When a rule holds, as half a sentence; with `choices` in the units of what it reads. */
export function conditionText({ source, scope }: RuleDefinition, choices?: RuleChoices): string {
  const when =
    source.kind === 'tasks'
      ? [words('dueWithin', { n: source.dueWithinDays })]
      : source.all.flatMap((condition, i) => {
          const other = source.all.find((one) => isRange(condition, one))
          if (!other) return [oneCondition(condition, choices)]
          // A range is said once, at its first limit.
          return source.all.indexOf(other) < i ? [] : [rangeText(condition, other, choices)]
        })
  const { segments, stages, ownerIds } = scope
  const who = [
    segments && words('scopeSegments', { list: segments.join(` ${words('or')} `) }),
    stages && words('scopeStages', { list: stages.join(` ${words('or')} `) }),
    ownerIds && words('scopeOwners', { n: ownerIds.length }),
  ].filter(Boolean)
  return [when.join(` ${words('and')} `), ...who].join(', ')
}

/** Whether two conditions limit the same thing from both sides. */
function isRange(a: Condition, b: Condition): boolean {
  const sides = [a.op, b.op].sort().join()
  return a.reading === b.reading && a.part === b.part && sides === 'at_least,at_most'
}

function shown(condition: Condition, choices: RuleChoices | undefined): string {
  const { reading, part, value } = condition
  const kind = choices && partOf(choices, reading, part)?.kind
  if (typeof value === 'number' && kind === 'money')
    return money({ minor: value, currency: choices!.currency })
  if (typeof value === 'number' && kind === 'share') return percent(value)
  return typeof value === 'string' ? choiceText(part, value) : valueText(condition, choices)
}

/** A word of a reading's detail or a state, in words. */
export function choiceText(part: string, value: string): string {
  const key = `${part === 'state' ? 'state' : 'choice'}_${value}` as Parameters<typeof words>[0]
  const said = words(key)
  return said === key ? value : said
}

function rangeText(a: Condition, b: Condition, choices: RuleChoices | undefined): string {
  const [low, high] = a.op === 'at_least' ? [a, b] : [b, a]
  const what = readingName(a.reading, a.part)
  return words('between', { what, low: shown(low, choices), high: shown(high, choices) })
}

function oneCondition(condition: Condition, choices: RuleChoices | undefined): string {
  const { reading, part, op, value } = condition
  const what = readingName(reading, part)
  if (op === 'at_least') return words('atLeast', { what, value: shown(condition, choices) })
  if (op === 'at_most') return words('atMost', { what, value: shown(condition, choices) })
  if (typeof value === 'boolean') return value ? what : deniedName(reading, part)
  return words('is', { what, value: shown(condition, choices) })
}

/** `11 of 30 decisions were marked not useful ...: wrong time 6, not so 5.`; null where nothing was. */
export function feedbackText({ decided, notUseful, whys }: RuleFeedback): string | null {
  if (notUseful === 0) return null
  const list = whys.map(({ why, count }) => words(`why_${why ?? 'none'}`, { n: count })).join(', ')
  return words('notUseful', { n: notUseful, of: decided, whys: list })
}

/** From so many and such a share on, a rule is worth a second look. */
const leastToSuggest = 5
const shareToSuggest = 0.2

/** What the most frequent reason suggests; null while few found it not useful. */
export function suggestionText({ decided, notUseful, whys }: RuleFeedback): string | null {
  if (notUseful < leastToSuggest || notUseful / decided < shareToSuggest) return null
  return words(`suggest_${whys.find(({ why }) => why !== null)?.why ?? 'other'}`)
}
