import type { z } from 'zod'
import type { FieldFault } from './errors.ts'

/** Every fault of what was parsed at its path, in words for whoever filled in a form. */
export function faultsOf(error: z.ZodError): FieldFault[] {
  return error.issues.map((issue) => ({ path: issue.path.join('.'), message: faultText(issue) }))
}

function faultText(issue: z.core.$ZodIssue): string {
  const unworded = issue.message.startsWith('Too small:')
  if (!unworded || issue.code !== 'too_small' || issue.minimum !== 1) return issue.message
  if (issue.origin === 'string') return 'This must not be empty.'
  return issue.origin === 'array' ? 'This needs at least one.' : issue.message
}
