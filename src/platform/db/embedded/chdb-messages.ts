/** What the web process and its ClickHouse child tell each other. */
export type OpenMessage = {
  kind: 'open'
  path: string
  configFile: string
  sessions: number
  /** Settings of every query that does not set them itself. */
  defaults: [name: string, value: string][]
  username: string
  password: string
}
/** `connection` carries a socket; the child answers `accepted`. */
export type ToChild = OpenMessage | { kind: 'connection' } | { kind: 'stop' }
export type FromChild = { kind: 'ready' } | { kind: 'accepted' } | { kind: 'failed'; reason: string }
