import { destination, pino, type Logger } from 'pino'

/** Structured log, one JSON line an entry. */
export type Log = Pick<Logger, 'info' | 'warn' | 'error' | 'debug'> & { child(fields: object): Log }

/** Goes to standard error, so that standard output holds only what a person asked for. Secrets are redacted. */
export const createLog = (level: string): Log =>
  pino(
    { level, redact: ['password', 'token', 'secret', '*.password', '*.token', '*.secret'] },
    destination({ dest: 2, sync: true }),
  )
