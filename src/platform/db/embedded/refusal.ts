const TYPES = {
  43: 'ILLEGAL_TYPE_OF_ARGUMENT',
  50: 'UNKNOWN_TYPE',
  62: 'SYNTAX_ERROR',
  73: 'UNKNOWN_FORMAT',
  115: 'UNKNOWN_SETTING',
  202: 'TOO_MANY_SIMULTANEOUS_QUERIES',
  279: 'ALL_CONNECTION_TRIES_FAILED',
  307: 'TOO_MANY_BYTES',
  344: 'SUPPORT_IS_DISABLED',
  394: 'QUERY_WAS_CANCELLED',
  456: 'UNKNOWN_QUERY_PARAMETER',
  457: 'BAD_QUERY_PARAMETER',
  516: 'AUTHENTICATION_FAILED',
  1002: 'UNKNOWN_EXCEPTION',
} as const

/** A request that the embedded engine's front refuses, worded and coded as ClickHouse would. */
export class Refusal extends Error {
  readonly code: keyof typeof TYPES
  readonly status: number

  constructor(code: keyof typeof TYPES, message: string, status = 400) {
    super(`Code: ${code}. DB::Exception: ${message} (${TYPES[code]})`)
    this.name = 'Refusal'
    this.code = code
    this.status = status
  }
}
