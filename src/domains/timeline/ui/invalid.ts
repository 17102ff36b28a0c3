import { ProblemError } from '../../../ui/api/problem.ts'

/** A fault found before anything is sent, in the shape of the server's own. */
export const invalidField = (path: string, message: string): ProblemError =>
  new ProblemError({ status: 422, code: 'invalid', detail: message, errors: [{ path, message }] })
