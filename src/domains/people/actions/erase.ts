import { sql, type Kysely, type Transaction } from 'kysely'
import { mkdir, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { action } from '../../../platform/action.ts'
import type { Ctx, Services } from '../../../platform/context.ts'
import { json } from '../../../platform/db/pg.ts'
import type { Tables } from '../../../platform/db/tables.ts'
import { conflict } from '../../../platform/errors.ts'
import { emitFact } from '../../../platform/facts.ts'
import { newId } from '../../../platform/ids.ts'
import { mentionPattern, readErasures, writeErasures, type ErasureLine } from '../model.ts'
import { aliasesOf, resolvePerson } from '../reads.ts'
import { personErased, type PersonErased } from '../schema.ts'
import { touchAccountsOf } from './lock.ts'

/** Erasure also runs after a restore, before anybody can be asked who they are: hence a plain workspace id. */
type Scope = Readonly<{ pg: Kysely<Tables> | Transaction<Tables>; workspace: string }>

const uuids = (ids: readonly string[]) => sql`${[...ids]}::uuid[]`

/** By which addresses, names and ids of sources these people are known, also in earlier times. */
async function identityOf({ pg, workspace }: Scope, ids: readonly string[]): Promise<PersonErased> {
  const { rows } = await sql<{ email: string | null; name: string | null }>`
    select email, name from person where workspace_id = ${workspace} and id = any(${uuids(ids)})
    union
    select changes #>> '{email,from}', changes #>> '{name,from}' from audit
    where workspace_id = ${workspace} and subject_id = any(${uuids(ids)})`.execute(pg)
  const { rows: externalIds } = await sql<{ source: string; externalId: string }>`
    select source, external_id from source_record
    where workspace_id = ${workspace} and entity = 'person' and record_id = any(${uuids(ids)})`.execute(pg)
  const known = (values: readonly (string | null)[]) => [...new Set(values.filter((value) => value !== null))]
  return {
    personIds: [...ids],
    emails: known(rows.map((row) => row.email)),
    names: known(rows.map((row) => row.name)),
    externalIds,
  }
}

/**
 * Takes personal data off everything that is tied to these people by id: their rows, what they wrote and what was
 * written to them, their history. The `erasure` rows come first: triggers then keep out what is written later.
 */
async function eraseRecords(scope: Scope, identity: PersonErased, erasedAt: string): Promise<void> {
  const { pg, workspace } = scope
  const ids = uuids(identity.personIds)
  const own = sql`workspace_id = ${workspace} and person_id = any(${ids})`
  await sql`
    insert into erasure (workspace_id, person_id, erased_at)
    select ${workspace}::uuid, id, ${erasedAt}::timestamptz from unnest(${ids}) id
    on conflict do nothing`.execute(pg)
  await sql`
    update person set name = null, email = null, title = null, time_zone = null, custom = '{}',
      erased_at = coalesce(erased_at, ${erasedAt}::timestamptz)
    where workspace_id = ${workspace} and id = any(${ids})`.execute(pg)
  await sql`update message set subject = null, body = null where ${own}`.execute(pg)
  await sql`update survey_answer set comment = null where ${own}`.execute(pg)
  await sql`update ticket set subject = null, custom = '{}' where ${own}`.execute(pg)
  await sql`
    update audit set changes = null
    where workspace_id = ${workspace} and subject_id = any(${ids})`.execute(pg)
  await sql`
    update import_change set before = before || '{"name": null, "email": null, "title": null, "time_zone": null, "custom": {}}'
    where workspace_id = ${workspace} and entity = 'person' and record_id = any(${ids})
      and before is not null`.execute(pg)
  await sql`
    update import_change set before = before || case entity
      when 'message' then '{"subject": null, "body": null}'
      when 'survey_answer' then '{"comment": null}'
      else '{"subject": null, "custom": {}}' end::jsonb
    where workspace_id = ${workspace} and before is not null and (entity, record_id) in (
      select 'message', id from message where ${own}
      union all select 'survey_answer', id from survey_answer where ${own}
      union all select 'ticket', id from ticket where ${own})`.execute(pg)
  await sql`
    update source_record set external_id = 'erased:' || gen_random_uuid()
    where workspace_id = ${workspace}
      and ((entity = 'person' and record_id = any(${ids})) or (entity = 'person_role' and record_id in (
        select id from person_role where ${own})))
      and exists (select from unnest(${[...identity.emails, ...identity.names]}::text[]) word
        where position(lower(word) in lower(external_id)) > 0)`.execute(pg)
}

type Column = { tableName: string; columnName: string; isJson: boolean }

/** Every column that holds words, in tables of a workspace; names of accounts and of the team are not the person's. */
async function wordColumns({ pg }: Scope): Promise<Column[]> {
  const { rows } = await sql<Column>`
    select c.table_name::text, c.column_name::text, c.udt_name = 'jsonb' as is_json
    from information_schema.columns c
    join information_schema.tables t using (table_schema, table_name)
    where table_schema = current_schema() and t.table_type = 'BASE TABLE' and c.udt_name in ('text', 'jsonb')
      and exists (select from information_schema.columns w where w.table_schema = c.table_schema
        and w.table_name = c.table_name and w.column_name = 'workspace_id')
      and c.table_name not in ('api_key', 'invitation', 'session')
      and (c.table_name, c.column_name) not in (
        ('account', 'name'), ('account', 'domain'), ('audit', 'actor_name'), ('source_record', 'external_id'),
        ('event_group', 'external_id'), ('event_member', 'group_id'))
    order by 1, 2`.execute(pg)
  return rows
}

/** Takes the address and full name of these people out of everything that others wrote, and drops rejected rows about them. */
export async function redactMentions(scope: Scope, identity: PersonErased): Promise<void> {
  const { pg, workspace } = scope
  const pattern = mentionPattern(identity)
  const quotedIds = identity.externalIds.map(({ externalId }) => JSON.stringify(externalId))
  await sql`
    update import_issue set raw = null
    where workspace_id = ${workspace} and raw is not null and (raw::text ~* ${pattern}
      or exists (select from unnest(${quotedIds}::text[]) word where position(word in raw::text) > 0))`.execute(
    pg,
  )
  if (pattern === null) return
  await sql`
    update source_record set external_id = 'erased:' || gen_random_uuid()
    where workspace_id = ${workspace} and external_id ~* ${pattern}`.execute(pg)
  for (const { tableName, columnName, isJson } of await wordColumns(scope)) {
    const [table, column] = [sql.id(tableName), sql.id(columnName)]
    const undelivered = tableName === 'fact' ? sql`and kind <> ${personErased}` : sql``
    await sql`
      update ${table}
      set ${column} = regexp_replace(${column}::text, ${pattern}, '[erased]', 'gi')${isJson ? sql`::jsonb` : sql``}
      where workspace_id = ${workspace} and ${column}::text ~* ${pattern} ${undelivered}`.execute(pg)
  }
}

/** File that outlives a restore: ids only. */
const erasuresFile = (dataDir: string): string => join(dataDir, 'erasures.jsonl')

async function readErasuresFile(dataDir: string): Promise<ErasureLine[]> {
  const text = await readFile(erasuresFile(dataDir), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  return readErasures(text)
}

/** Appends those erasures that the file does not have yet, and waits until they are on the disk. */
export async function rememberErasures(dataDir: string, lines: readonly ErasureLine[]): Promise<void> {
  const known = new Set((await readErasuresFile(dataDir)).map((line) => line.personId))
  const missing = lines.filter((line) => !known.has(line.personId))
  if (missing.length === 0) return
  await mkdir(dataDir, { recursive: true })
  const file = await open(erasuresFile(dataDir), 'a', 0o600)
  try {
    await file.appendFile(writeErasures(missing))
    await file.datasync()
  } finally {
    await file.close()
  }
}

const erasePersonRecords = action({
  name: 'person.erase',
  role: 'leader',
  scope: 'write',
  input: z.object({ id: z.uuid() }),
  async run(tx, { id: anyId }) {
    const id = await resolvePerson(tx, anyId)
    const row = await tx.pg
      .selectFrom('person')
      .select('erasedAt')
      .where('workspaceId', '=', tx.workspace)
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirstOrThrow()
    if (row.erasedAt) throw conflict('erased', 'This person was erased already.')
    const erasedAt = tx.clock().toISOString()
    const personIds = [...(await aliasesOf(tx, [id])).keys()]
    const identity = await identityOf(tx, personIds)
    await eraseRecords(tx, identity, erasedAt)
    await touchAccountsOf(tx, personIds)
    tx.audit({ kind: 'person', id })
    await tx.emit({ kind: personErased, accountId: null, validAt: erasedAt, payload: identity })
    return personIds.map((personId) => ({ workspaceId: tx.workspace, personId, erasedAt }))
  },
})

/**
 * Erases a person and everybody merged into the person. What is tied to them by id is gone when this returns; what
 * others wrote about them follows through the fact `person.erased`.
 */
export const erasePerson = Object.assign(
  async (ctx: Ctx, input: { id: string }): Promise<void> => {
    await rememberErasures(ctx.dataDir, await erasePersonRecords(ctx, input))
  },
  { definition: erasePersonRecords.definition },
)

/** Empties delivered facts of erasures; returns how many still wait for delivery. */
export async function forgetDeliveredErasures(ctx: Pick<Ctx, 'pg' | 'workspace'>): Promise<number> {
  await sql`
    update fact set payload = jsonb_build_object('personIds', payload -> 'personIds')
    where workspace_id = ${ctx.workspace} and kind = ${personErased} and delivered_at is not null
      and payload ? 'emails'`.execute(ctx.pg)
  const { rows } = await sql`
    select id from fact
    where workspace_id = ${ctx.workspace} and kind = ${personErased} and delivered_at is null`.execute(ctx.pg)
  return rows.length
}

/** Erasures that the records store knows, and those that only the file knows, by workspace. */
async function allErasures(services: Pick<Services, 'pg' | 'dataDir'>): Promise<Map<string, ErasureLine[]>> {
  const stored = await services.pg
    .selectFrom('erasure')
    .select(['workspaceId', 'personId', 'erasedAt'])
    .execute()
  const workspaces = new Set(
    (await services.pg.selectFrom('workspace').select('id').execute()).map((row) => row.id),
  )
  const byPerson = new Map<string, ErasureLine>()
  for (const line of [...stored, ...(await readErasuresFile(services.dataDir))])
    if (workspaces.has(line.workspaceId)) byPerson.set(line.personId, line)
  const byWorkspace = new Map<string, ErasureLine[]>()
  for (const line of byPerson.values())
    byWorkspace.set(line.workspaceId, [...(byWorkspace.get(line.workspaceId) ?? []), line])
  return byWorkspace
}

async function reapply(
  services: Pick<Services, 'pg' | 'clock'>,
  workspace: string,
  lines: readonly ErasureLine[],
): Promise<number> {
  return services.pg.transaction().execute(async (pg) => {
    const scope = { pg, workspace, clock: services.clock }
    const back = await pg
      .selectFrom('person')
      .select('id')
      .where('workspaceId', '=', workspace)
      .where(
        'id',
        'in',
        lines.map((line) => line.personId),
      )
      .where('erasedAt', 'is', null)
      .forUpdate()
      .execute()
    const isBack = new Set(back.map((row) => row.id))
    for (const line of lines) {
      const identity = await identityOf(scope, [line.personId])
      await eraseRecords(scope, identity, line.erasedAt)
      if (!isBack.has(line.personId)) continue
      await redactMentions(scope, identity)
      await emitFact(pg, scope, {
        kind: personErased,
        accountId: null,
        validAt: line.erasedAt,
        payload: identity,
      })
    }
    if (isBack.size > 0)
      await pg
        .insertInto('audit')
        .values({
          workspaceId: workspace,
          at: services.clock().toISOString(),
          actorKind: 'system',
          actorName: 'restore',
          action: 'person.erase',
          changes: json({ personIds: [...isBack] }),
          requestId: newId(),
        })
        .execute()
    return isBack.size
  })
}

/** Erases again whoever a restored backup brought back; for the command that restores. Returns how many came back. */
export async function reapplyErasures(services: Pick<Services, 'pg' | 'clock' | 'dataDir'>): Promise<number> {
  const erasures = await allErasures(services)
  let count = 0
  for (const [workspace, lines] of erasures) count += await reapply(services, workspace, lines)
  await rememberErasures(services.dataDir, [...erasures.values()].flat())
  return count
}
