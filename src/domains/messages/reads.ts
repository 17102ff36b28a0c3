import { sql } from 'kysely'
import type { Ctx } from '../../platform/context.ts'
import { exact, pageOf, readCursor } from '../../platform/keyset.ts'
import { membersOf, resolveAccount } from '../accounts/reads.ts'
import { namesOf } from '../people/reads.ts'
import type { Direction, Message } from './schema.ts'

type Row = Omit<Message, 'person' | 'user'> & {
  personId: string | null
  userId: string | null
  userName: string | null
  exactAt: string
}

/** Messages with an account and with those merged into it, newest first. */
export async function messagesOfAccount(
  ctx: Ctx,
  anyAccountId: string,
  page: { direction?: Direction | undefined; after?: string | undefined; limit: number },
): Promise<{ rows: Message[]; next: string | null }> {
  const rootId = await resolveAccount(ctx, anyAccountId)
  const accountIds = [...(await membersOf(ctx, [rootId])).keys()]
  const after = page.after === undefined ? null : readCursor(page.after)
  const { rows } = await sql<Row>`
    select m.id, m.account_id, m.person_id, m.user_id, u.name as user_name, m.channel, m.direction, m.at,
      ${exact(sql`m.at`)} as exact_at, m.subject, m.body, m.duration_seconds
    from message m left join app_user u on u.id = m.user_id
    where m.workspace_id = ${ctx.workspace} and m.account_id = any(${accountIds}::uuid[])
      ${page.direction ? sql`and m.direction = ${page.direction}` : sql``}
      ${after ? sql`and (m.at, m.id) < (${after.exactAt}::timestamptz, ${after.id}::uuid)` : sql``}
    order by m.at desc, m.id desc
    limit ${page.limit + 1}`.execute(ctx.pg)
  const names = await namesOf(
    ctx,
    rows.flatMap((row) => row.personId ?? []),
  )
  const shown = pageOf(rows, page.limit)
  return {
    next: shown.next,
    rows: shown.rows.map(({ personId, userId, userName, ...row }) => ({
      ...row,
      person: (personId && names.get(personId)) || null,
      user: userId && userName !== null ? { id: userId, name: userName } : null,
    })),
  }
}
