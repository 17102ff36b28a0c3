import type { ClickHouseClient } from '@clickhouse/client'
import type { Kysely } from 'kysely'
import type { Role, Scope } from './auth/roles.ts'
import type { WorkspaceId } from './auth/workspace-id.ts'
import type { Clock } from './clock.ts'
import type { Tables } from './db/tables.ts'
import type { Log } from './log.ts'

export type Actor =
  | Readonly<{ kind: 'user'; id: string; name: string; role: Role }>
  | Readonly<{ kind: 'key'; id: string; name: string; role: Role; scopes: readonly Scope[] }>
  | Readonly<{ kind: 'system'; name: string }>

/** The records store (PostgreSQL) and the events store (ClickHouse). */
export type Stores = Readonly<{ pg: Kysely<Tables>; ch: ClickHouseClient }>

/** What the process has, before anybody asks for anything. */
export type Services = Stores &
  Readonly<{
    clock: Clock
    log: Log
    /** Folder for files that belong to no store, such as uploads while they are imported. */
    dataDir: string
  }>

/** Who asks, and for which workspace: the first argument of every read and action. */
export type Ctx = Services & Readonly<{ workspace: WorkspaceId; actor: Actor; requestId: string }>

/** Id of the person who acts, or null when it is a key or the system. */
export const userIdOf = (ctx: Pick<Ctx, 'actor'>): string | null =>
  ctx.actor.kind === 'user' ? ctx.actor.id : null
