/** One field of the input that was refused; `path` is a path such as `filter.0.value`. */
export type FieldFault = Readonly<{ path: string; message: string }>

/**
 * What went wrong, for whoever called; becomes RFC 9457 problem+json at the HTTP edge.
 * `detail` says what to do about it; `code` is stable, so that the UI can word it.
 */
export class Problem extends Error {
  override name = 'Problem'
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly more: Readonly<{
      errors?: readonly FieldFault[]
      retryAfterSeconds?: number
      /** Who changed the record meanwhile, and when (ISO 8601); null where it is not known. */
      changed?: Readonly<{ by: string | null; at: string | null }>
    }> = {},
  ) {
    super(detail)
  }
}

export const notFound = (what: string): Problem =>
  new Problem(404, 'not_found', `This ${what} does not exist, or it is not in your workspace.`)

export const conflict = (code: string, detail: string): Problem => new Problem(409, code, detail)

export const invalid = (detail: string, errors: readonly FieldFault[] = []): Problem =>
  new Problem(422, 'invalid_input', detail, { errors })

export const forbidden = (detail: string): Problem => new Problem(403, 'forbidden', detail)
