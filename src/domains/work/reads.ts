import { sql } from 'kysely'
import { userIdOf, type Ctx } from '../../platform/context.ts'
import { forbidden, notFound } from '../../platform/errors.ts'
import { exact, pageOf, readCursor } from '../../platform/keyset.ts'
import { membersOf, resolveAccount } from '../accounts/reads.ts'
import type { Note, Task, TaskQuery } from './schema.ts'

type Scope = Pick<Ctx, 'pg' | 'workspace'>
type NoteRow = Omit<Note, 'author'> & {
  authorId: string | null
  authorName: string | null
  exactAt: string
}

/** Notes on an account and on those merged into it, newest first. */
export async function notesOfAccount(
  ctx: Ctx,
  anyAccountId: string,
  page: { after?: string | undefined; limit: number },
): Promise<{ rows: Note[]; next: string | null }> {
  const rootId = await resolveAccount(ctx, anyAccountId)
  const accountIds = [...(await membersOf(ctx, [rootId])).keys()]
  const after = page.after === undefined ? null : readCursor(page.after)
  const { rows } = await sql<NoteRow>`
    select n.id, n.account_id, n.author_id, u.name as author_name, n.at, ${exact(sql`n.at`)} as exact_at, n.body,
      n.updated_at
    from note n left join app_user u on u.id = n.author_id
    where n.workspace_id = ${ctx.workspace} and n.account_id = any(${accountIds}::uuid[])
      ${after ? sql`and (n.at, n.id) < (${after.exactAt}::timestamptz, ${after.id}::uuid)` : sql``}
    order by n.at desc, n.id desc
    limit ${page.limit + 1}`.execute(ctx.pg)
  const shown = pageOf(rows, page.limit)
  return {
    next: shown.next,
    rows: shown.rows.map(({ authorId, authorName, ...row }) => ({
      ...row,
      author: authorId && authorName !== null ? { id: authorId, name: authorName } : null,
    })),
  }
}

/** Whether somebody is in the team. */
export async function isMember(ctx: Scope, userId: string): Promise<boolean> {
  const row = await ctx.pg
    .selectFrom('membership')
    .select('userId')
    .where('workspaceId', '=', ctx.workspace)
    .where('userId', '=', userId)
    .executeTakeFirst()
  return row !== undefined
}

type Wanted = Readonly<{
  id?: string
  ownerId?: string
  accountId?: string
  state?: 'open' | 'done'
  dueUntil?: string
  limit: number
}>

async function tasks(ctx: Scope, wanted: Wanted): Promise<{ rows: Task[]; total: number }> {
  const named = (alias: string) =>
    sql`case when ${sql.ref(`${alias}.id`)} is not null then
      jsonb_build_object('id', ${sql.ref(`${alias}.id`)}, 'name', ${sql.ref(`${alias}.name`)}) end`
  const conditions = [
    sql`t.workspace_id = ${ctx.workspace}`,
    ...(wanted.id ? [sql`t.id = ${wanted.id}`] : []),
    ...(wanted.ownerId ? [sql`t.owner_id = ${wanted.ownerId}`] : []),
    ...(wanted.accountId ? [sql`a.root_id = ${wanted.accountId}`] : []),
    ...(wanted.dueUntil ? [sql`t.due_on <= ${wanted.dueUntil}::date`] : []),
    ...(wanted.state ? [wanted.state === 'done' ? sql`t.done_at is not null` : sql`t.done_at is null`] : []),
  ]
  const { rows } = await sql<Task & { total: number }>`
    select t.id, t.title, t.body, ${named('root')} as account, ${named('owner')} as owner, t.due_on, t.done_at,
      ${named('author')} as created_by, t.created_at, count(*) over () as total
    from task t
    left join account a on a.id = t.account_id
    left join account root on root.id = a.root_id
    left join app_user owner on owner.id = t.owner_id
    left join app_user author on author.id = t.created_by
    where ${sql.join(conditions, sql` and `)}
    order by t.done_at desc nulls first, t.due_on nulls last, t.id
    limit ${wanted.limit}`.execute(ctx.pg)
  return { total: rows[0]?.total ?? 0, rows: rows.map(({ total: _total, ...task }) => task) }
}

export async function getTask(ctx: Scope, id: string): Promise<Task> {
  const [task] = (await tasks(ctx, { id, limit: 1 })).rows
  if (!task) throw notFound('task')
  return task
}

/** Tasks of somebody, of an account, or due; `total` counts all that fit, whatever the limit. */
export async function listTasks(ctx: Ctx, query: TaskQuery): Promise<{ rows: Task[]; total: number }> {
  const ownerId = query.owner === 'me' ? userIdOf(ctx) : query.owner
  if (ownerId === null) throw forbidden('An API key has no tasks of its own. Ask for an owner by id.')
  return tasks(ctx, {
    state: query.state,
    limit: query.limit,
    ...(ownerId ? { ownerId } : {}),
    ...(query.account ? { accountId: await resolveAccount(ctx, query.account) } : {}),
    ...(query.dueUntil ? { dueUntil: query.dueUntil } : {}),
  })
}

export type DueTask = Readonly<{
  id: string
  title: string
  /** The account that counts after merges; null for a task of no account. */
  accountId: string | null
  ownerId: string | null
  /** 'YYYY-MM-DD'. */
  dueOn: string
}>

/**
 * Open tasks that are due on the day `until` ('YYYY-MM-DD') or before, the longest due first: the first `limit`, and how
 * many there are. Of a person are their own tasks, and tasks of nobody at a customer they look after.
 */
export async function dueTasks(
  ctx: Scope,
  { until, personId = null, limit }: { until: string; personId?: string | null; limit: number },
): Promise<{ tasks: DueTask[]; total: number }> {
  const { rows } = await sql<DueTask & { total: number }>`
    select t.id, t.title, a.root_id as account_id, t.owner_id, t.due_on, count(*) over () as total
    from task t left join account a on a.id = t.account_id left join account root on root.id = a.root_id
    where t.workspace_id = ${ctx.workspace} and t.done_at is null and t.due_on <= ${until}::date
      and (${personId}::uuid is null or coalesce(t.owner_id, root.owner_id) = ${personId}::uuid)
    order by t.due_on, t.id limit ${limit}`.execute(ctx.pg)
  return { tasks: rows.map(({ total: _total, ...task }) => task), total: rows[0]?.total ?? 0 }
}
