import { pino, type Logger } from 'pino'

/** Structured log, one JSON line an entry. */
export type Log = Pick<Logger, 'info' | 'warn' | 'error' | 'debug'> & { child(fields: object): Log }

/** Secrets never reach a log line: their usual places are redacted. */
export const createLog = (level: string): Log =>
  pino({ level, redact: ['password', 'token', 'secret', '*.password', '*.token', '*.secret'] })
