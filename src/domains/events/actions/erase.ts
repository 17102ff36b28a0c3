import { sql } from 'kysely'
import type { Ctx } from '../../../platform/context.ts'
import type { PersonErased } from '../../people/schema.ts'
import { keysOfPeople } from '../reads.ts'

/**
 * Takes personal data of erased people off what events brought: who they were, what was said of them, the properties of
 * their events, rejected events that name them. Their use stays counted, and names nobody.
 */
export async function eraseUsers(ctx: Ctx, { personIds, emails, externalIds }: PersonErased): Promise<void> {
  const names = [...emails, ...externalIds.map(({ externalId }) => externalId)]
  const keys = await keysOfPeople(ctx, personIds, names)
  await sql`
    delete from event_reject where workspace_id = ${ctx.workspace} and exists (
      select from unnest(array(select external_id from event_user
          where workspace_id = ${ctx.workspace} and key = any(${keys}::text[])) || ${names}::text[]) name
      where position(to_json(name)::text in raw) > 0)`.execute(ctx.pg)
  await sql`
    update event_user set external_id = 'erased:' || key, server_traits = '{}', browser_traits = '{}',
      erased_at = coalesce(erased_at, ${ctx.clock().toISOString()}::timestamptz)
    where workspace_id = ${ctx.workspace} and key = any(${keys}::text[])`.execute(ctx.pg)
  await ctx.ch.command({
    query: `
      alter table event update properties = '{}'
      where workspace_id = {workspace:UUID} and properties <> '{}' and (user_key in {keys:Array(String)}
        or arrayExists(word -> positionCaseInsensitiveUTF8(properties, word) > 0, {words:Array(String)}))
      settings mutations_sync = 1`,
    query_params: { workspace: ctx.workspace, keys, words: [...emails] },
  })
}
