import { ClickHouseLogLevel, createClient, type ClickHouseClient } from '@clickhouse/client'

export type ClickHouseConnection = Readonly<{
  url: string
  username?: string
  password?: string
  database?: string
}>

/**
 * Client of the events store, embedded or server: nothing outside this folder can tell which. On one machine packing
 * what is sent costs more than sending it.
 */
export const createClickHouse = (connection: ClickHouseConnection, pack = true): ClickHouseClient =>
  createClient({
    ...connection,
    application: 'mainstay',
    log: { level: ClickHouseLogLevel.ERROR },
    request_timeout: 120_000,
    max_open_connections: 8,
    compression: { request: pack, response: false },
  })

/**
 * Setting for queries with FINAL about few keys: the conditions on the sorting key are tried before the other columns
 * are read and rows are merged, thirty times faster. Conditions on other columns stay after the merging.
 */
export const keyFirst = 'optimize_move_to_prewhere_if_final = 1'

/** Rows of a SELECT whose every value is bound as a {name:Type} parameter. */
export async function chRows<T>(ch: ClickHouseClient, query: string, params: Record<string, unknown> = {}) {
  const result = await ch.query({ query, query_params: params, format: 'JSONEachRow' })
  return result.json<T>()
}
