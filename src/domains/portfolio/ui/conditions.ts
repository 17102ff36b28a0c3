import { minorDigits } from '../../../platform/money.ts'
import { days, dayLong, decimal, moneyWhole, percent, count, range } from '../../../ui/format.ts'
import type { Condition, Field, Fields, Filter, Op, Unit } from '../schema.ts'
import { fieldWords, opWords, partWords, stageWords, viewWords, words } from './words.ts'

type AnyWords = (key: never) => string

/** The message of a key that may be unknown; catalogues answer an unknown key with itself. */
const say = (from: AnyWords, key: string): string => from(key as never)

/** What people call a field: their own label, our word, or its code made readable. */
export function fieldLabel(code: string, label: string | null = null): string {
  if (label) return label
  const known = say(fieldWords, code)
  if (known !== code) return known
  const plain = code.replace(/^(reading|custom)\./, '').replace(/[._]/g, ' ')
  return plain.charAt(0).toUpperCase() + plain.slice(1)
}

export const viewLabel = (view: { id: string; name: string; builtIn: boolean }): string =>
  view.builtIn ? say(viewWords, view.id) : view.name

export const stageLabel = (stage: string): string => say(stageWords, stage)

/** What a number of the interface is in what is stored: money is typed in whole units, shares in percent. */
export function scaleOf(unit: Unit | null, currency: string): number {
  if (unit === 'share') return 0.01
  if (unit !== 'money') return 1
  return 10 ** minorDigits(currency)
}

/** A stored number as people read it. */
export function valueText(value: number, unit: Unit | null, currency: string): string {
  if (unit === 'money') return moneyWhole({ minor: value, currency })
  if (unit === 'share') return percent(value)
  if (unit === 'days') return days(value)
  if (unit === 'count') return count(Math.round(value))
  return Number.isInteger(value) ? count(value) : decimal(value, 2)
}

function intervalText(low: number, high: number, unit: Unit | null, currency: string): string {
  if (unit === 'share') return `${range(low * 100, high * 100)}%`
  return `${valueText(low, unit, currency)} to ${valueText(high, unit, currency)}`
}

export const opLabel = (op: Op): string => opWords(op)

type Names = Readonly<{ fields: Fields; views: readonly { id: string; name: string; builtIn: boolean }[] }>

/** The three parts of a filter token in words. */
export function conditionText(condition: Condition, { fields, views }: Names) {
  const field = fields.fields.find(({ code }) => code === condition.field)
  const name = fieldLabel(condition.field, field?.label)
  const { part } = condition
  return {
    field: part && part !== 'value' ? partWords(part, { field: name }) : name,
    op: opLabel(condition.op),
    value: conditionValue(condition, field, fields, views),
  }
}

function conditionValue(
  { op, part, value }: Condition,
  field: Field | undefined,
  { currency }: Fields,
  views: Names['views'],
): string {
  if (op === 'known' || op === 'unknown' || value === undefined) return ''
  if (op === 'within_days') return days(Number(value))
  const unit = part === 'state' ? null : (field?.unit ?? null)
  const values = Array.isArray(value) ? value : [value]
  if (op === 'between' && typeof values[0] === 'number' && typeof values[1] === 'number')
    return intervalText(values[0], values[1], unit, currency)
  if (field?.type === 'account' && values.length > 1) return words('total', { n: values.length })
  const one = (single: string | number | boolean): string => {
    if (typeof single === 'boolean') return single ? words('yes') : words('no')
    if (typeof single === 'number') return valueText(single, unit, currency)
    if (field?.type === 'view') {
      const view = views.find(({ id }) => id === single)
      return view ? viewLabel(view) : single
    }
    if (field?.code === 'stage') return stageLabel(single)
    if (field?.type === 'day') return dayLong(single)
    return field?.options.find((option) => option.value === single)?.label ?? single
  }
  return values.map(one).join(op === 'between' ? ' to ' : words('or'))
}

/** Reads what a person typed for a condition; undefined where it does not fit. */
export function readValue(
  field: Field,
  op: Op,
  typed: readonly string[],
  currency: string,
): Condition['value'] | undefined {
  if (op === 'known' || op === 'unknown') return undefined
  const texts = typed.map((text) => text.trim())
  if (op === 'one_of') {
    const several = (texts[0] ?? '').split(',').map((text) => text.trim())
    return several.filter((text) => text !== '')
  }
  if (op === 'within_days') return numbersOf(texts.slice(0, 1), 1)?.[0]
  if (field.type === 'number') {
    const numbers = numbersOf(texts, scaleOf(field.unit, currency))
    return op === 'between' ? numbers : numbers?.[0]
  }
  if (texts.some((text) => text === '')) return undefined
  if (field.type === 'boolean') return texts[0] === 'true'
  return op === 'between' ? texts : texts[0]
}

function numbersOf(texts: readonly string[], scale: number): number[] | undefined {
  const numbers = texts.map((text) => Number(text.replace(/[,\s]/g, '')) * scale)
  const valid = texts.every((text) => text !== '') && numbers.every(Number.isFinite)
  return valid ? numbers.map((number) => Number(number.toPrecision(12))) : undefined
}

/** The range that a top-level "between" sets on a field, which the brush of its histogram shows. */
export function rangeOn(filter: Filter, field: string): readonly [number, number] | null {
  for (const item of filter)
    if (!('any' in item) && item.field === field && item.op === 'between' && Array.isArray(item.value)) {
      const [low, high] = item.value
      if (typeof low === 'number' && typeof high === 'number') return [low, high]
    }
  return null
}

/** The filter with this range on a field instead of any other; null takes it away. */
export function withRangeOn(filter: Filter, field: string, limits: readonly [number, number] | null): Filter {
  const others = filter.filter((item) => 'any' in item || item.field !== field || item.op !== 'between')
  return limits ? [...others, { field, op: 'between', value: [...limits] }] : others
}
