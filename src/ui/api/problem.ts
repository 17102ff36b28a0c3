export interface FieldError {
  path: string
  message: string
}

export interface Changed {
  by: string | null
  at: string | null
}

/** An answer of the server that is not a success, as RFC 9457 problem details. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly code: string
  readonly errors: readonly FieldError[]
  /** Who changed the record meanwhile, and when; null where it is not known. */
  readonly changed: Changed | undefined
  /** How long to wait before another try, when the server says so. */
  readonly retryAfterSeconds: number | undefined

  constructor(problem: Partial<Omit<ProblemError, 'name' | 'message'>> & { status: number }) {
    super(problem.detail ?? problem.title ?? `The server answered ${problem.status}.`)
    this.type = problem.type ?? 'about:blank'
    this.title = problem.title ?? `The server answered ${problem.status}.`
    this.status = problem.status
    this.detail = problem.detail ?? ''
    this.code = problem.code ?? 'unknown'
    this.errors = problem.errors ?? []
    this.changed = problem.changed
    this.retryAfterSeconds = problem.retryAfterSeconds
  }

  /** The message for one field of the form that was sent. */
  fieldError(path: string): string | undefined {
    return this.errors.find((error) => error.path === path)?.message
  }
}

/** The message for one field, when this is a problem of the server that names it. */
export function fieldFault(error: Error | null, path: string): string | undefined {
  return error instanceof ProblemError ? error.fieldError(path) : undefined
}

/** Reads any failed response; a body that is not problem+json becomes a problem with its status alone. */
export async function readProblem(response: Response): Promise<ProblemError> {
  const isProblem = response.headers.get('content-type')?.includes('json') ?? false
  const body: unknown = isProblem ? await response.json().catch(() => null) : null
  const fields = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {}
  return new ProblemError({
    status: response.status,
    ...textField('type', fields),
    ...textField('title', fields),
    ...textField('detail', fields),
    ...textField('code', fields),
    errors: Array.isArray(fields.errors) ? fields.errors.filter(isFieldError) : [],
    changed: isChanged(fields.changed) ? fields.changed : undefined,
    retryAfterSeconds: Number(response.headers.get('retry-after')) || undefined,
  })
}

function textField(name: 'type' | 'title' | 'detail' | 'code', fields: Record<string, unknown>) {
  const value = fields[name]
  return typeof value === 'string' ? { [name]: value } : {}
}

function isFieldError(value: unknown): value is FieldError {
  if (typeof value !== 'object' || value === null) return false
  const { path, message } = value as Record<string, unknown>
  return typeof path === 'string' && typeof message === 'string'
}

function isChanged(value: unknown): value is Changed {
  if (typeof value !== 'object' || value === null) return false
  const { by, at } = value as Record<string, unknown>
  return (typeof by === 'string' || by === null) && (typeof at === 'string' || at === null)
}
