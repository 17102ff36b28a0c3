import { HTTPException } from 'hono/http-exception'
import { z } from 'zod'
import { Problem } from '../errors.ts'

/** RFC 9457, with our stable `code` and the faults of single fields. */
export const ProblemDocument = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    /** With `changed_meanwhile`: who changed the record and when, where that is known. */
    changed: z.object({ by: z.string().nullable(), at: z.string().nullable() }).optional(),
    requestId: z.string().optional(),
  })
  .meta({ id: 'Problem' })

const titles: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Not signed in',
  403: 'Not allowed',
  404: 'Not found',
  409: 'Conflict',
  413: 'Too large',
  415: 'Unsupported media type',
  422: 'Not accepted',
  429: 'Too many attempts',
  503: 'Not ready',
}

/** What the records store says of values that no schema foresaw: SQLSTATE of class 22. */
const unstorable = new Set(['22021', '22P05', '22P02', '22008', '22007', '22003'])

/** What a thrown value says to the caller; anything unexpected says nothing of the inside. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  if (error instanceof HTTPException) {
    const malformed = error.status === 400 && /JSON/i.test(error.message)
    return malformed
      ? new Problem(
          400,
          'malformed_json',
          'The body is not valid JSON. Check quotes, commas and encoding (UTF-8).',
        )
      : new Problem(error.status, 'http', error.message || titles[error.status] || 'The request was refused.')
  }
  if (unstorable.has((error as { code?: string } | undefined)?.code ?? ''))
    return new Problem(
      422,
      'not_storable',
      'Some value cannot be stored: a character that is none (NUL, half a character), or a day that does not exist.',
    )
  return new Problem(
    500,
    'internal',
    'This did not work, through no fault of yours. The log has the details under the request id.',
  )
}

export function problemResponse(problem: Problem, requestId: string): Response {
  const body = {
    type: 'about:blank',
    title: titles[problem.status] ?? 'Internal error',
    status: problem.status,
    code: problem.code,
    detail: problem.detail,
    ...(problem.more.errors?.length ? { errors: problem.more.errors } : {}),
    ...(problem.more.changed ? { changed: problem.more.changed } : {}),
    requestId,
  }
  const headers: Record<string, string> = { 'content-type': 'application/problem+json' }
  if (problem.more.retryAfterSeconds) headers['retry-after'] = String(problem.more.retryAfterSeconds)
  return new Response(JSON.stringify(body), { status: problem.status, headers })
}
