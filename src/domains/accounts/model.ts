import type { FieldFault } from '../../platform/errors.ts'
import type { CustomField, CustomValues } from './schema.ts'

const fits: Readonly<Record<CustomField['type'], (value: unknown, field: CustomField) => boolean>> = {
  text: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number' && Number.isFinite(value),
  boolean: (value) => typeof value === 'boolean',
  date: (value) =>
    typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value)),
  choice: (value, field) => typeof value === 'string' && field.options.includes(value),
}

/** What is wrong with values of custom fields; null clears a field and is always right. */
export function checkCustomValues(values: CustomValues, fields: readonly CustomField[]): FieldFault[] {
  const byKey = new Map(fields.map((field) => [field.key, field]))
  return Object.entries(values).flatMap(([key, value]) => {
    const field = byKey.get(key)
    const path = `custom.${key}`
    if (!field) return [{ path, message: `There is no field "${key}". Add it in Settings first.` }]
    if (value === null || fits[field.type](value, field)) return []
    const wanted = field.type === 'choice' ? `one of ${field.options.join(', ')}` : `a ${field.type}`
    return [{ path, message: `${field.label} takes ${wanted}.` }]
  })
}

/** Whether `parentId` may become the parent of `id`: a tree has no rings. `ancestors` are those of the new parent. */
export const wouldRing = (id: string, parentId: string, ancestors: readonly string[]): boolean =>
  id === parentId || ancestors.includes(id)
