import { sql } from 'kysely'
import type { Ctx } from '../../../platform/context.ts'
import { chRows } from '../../../platform/db/clickhouse.ts'
import { wilsonInterval } from '../../../stats/inference/wilson.ts'
import { breadthDays } from '../model/known.ts'
import { addDays, horizonOf } from '../model/weeks.ts'
import type { FeatureReach, UsageFeatures } from '../schema.ts'
import { latestSource } from './coverage.ts'
import { chunk } from './uses.ts'

type Window = Readonly<{ workspace: string; from: string; to: string }>
type Reached = Readonly<{
  feature: string
  firstDay: string
  lastDay: string
  accounts: number
  accountsEver: number
}>
/** Accounts with any use in the window, and how many of them each feature reached. */
type Reach = Readonly<{ accounts: number; features: readonly Reached[] }>
type Member = Readonly<{ id: string; rootId: string }>

/** The account that counts: merged ones are few, so they are looked up in a short list. */
export const countingAccount =
  'if(has({merged:Array(UUID)}, account_id), {into:Array(UUID)}[indexOf({merged:Array(UUID)}, account_id)], account_id)'

/** Reach among all accounts, or among `members` alone; `merged` are those that count as another one. */
async function reachOf(
  ctx: Ctx,
  window: Window,
  merged: readonly Member[],
  members: readonly Member[] | null,
): Promise<Reach> {
  const among = members ? 'and account_id in {members:Array(UUID)}' : ''
  const scope = {
    ...window,
    merged: merged.map(({ id }) => id),
    into: merged.map(({ rootId }) => rootId),
    ...(members ? { members: members.map(({ id }) => id) } : {}),
  }
  const [[total], features] = await Promise.all([
    chRows<{ accounts: number }>(
      ctx.ch,
      `select uniqExact(${countingAccount}) as accounts from usage_day final
       where workspace_id = {workspace:UUID} and events > 0 and day >= {from:Date} and day < {to:Date} ${among}
       settings output_format_json_quote_64bit_integers = 0`,
      scope,
    ),
    chRows<Reached>(
      ctx.ch,
      `select feature, min(day) as firstDay, max(day) as lastDay,
         uniqExactIf(${countingAccount}, day >= {from:Date} and day < {to:Date}) as accounts,
         uniqExact(${countingAccount}) as accountsEver
       from usage_day final array join features as feature
       where workspace_id = {workspace:UUID} and events > 0 and day < {to:Date} ${among}
       group by feature order by accounts desc, feature
       settings output_format_json_quote_64bit_integers = 0`,
      scope,
    ),
  ])
  return { accounts: total?.accounts ?? 0, features }
}

export const mergedAccounts = (ctx: Ctx): Promise<Member[]> =>
  ctx.pg
    .selectFrom('account')
    .select(['id', 'rootId'])
    .where('workspaceId', '=', ctx.workspace)
    .where('mergedInto', 'is not', null)
    .execute()

/** Accounts of these segments with those merged into them, neighbours in the order of the account that counts. */
async function membersIn(ctx: Ctx, segments: readonly string[]): Promise<Member[]> {
  const { rows } = await sql<Member>`
    select member.id, member.root_id from account root
    join account member on member.root_id = root.id
    where root.workspace_id = ${ctx.workspace} and root.merged_into is null
      and root.segment = any(${[...segments]}::text[]) order by member.root_id`.execute(ctx.pg)
  return rows
}

/** Reach by feature inside some segments, a part of the accounts at a time. */
async function reachInside(ctx: Ctx, window: Window, merged: readonly Member[], segments: readonly string[]) {
  const members = await membersIn(ctx, segments)
  const counts = new Map<string, { accounts: number; accountsEver: number }>()
  let accounts = 0
  for (let at = 0; at < members.length;) {
    let end = Math.min(at + chunk, members.length)
    // An account is not parted from those merged into it.
    while (end < members.length && members[end]!.rootId === members[end - 1]!.rootId) end += 1
    const part = await reachOf(ctx, window, merged, members.slice(at, end))
    accounts += part.accounts
    for (const row of part.features) {
      const before = counts.get(row.feature) ?? { accounts: 0, accountsEver: 0 }
      counts.set(row.feature, {
        accounts: before.accounts + row.accounts,
        accountsEver: before.accountsEver + row.accountsEver,
      })
    }
    at = end
  }
  return { accounts, counts }
}

/** Share of the accounts that used anything, with Wilson's interval; unknown where none did. */
function shareOf(accounts: number, of: number): Pick<FeatureReach, 'share' | 'low' | 'high'> {
  if (of === 0) return { share: null, low: null, high: null }
  const [low, high] = wilsonInterval(accounts, of)
  return { share: accounts / of, low, high }
}

/** How far each feature reaches: accounts that used it lately, and ever; also inside some segments, if named. */
export async function usageFeatures(ctx: Ctx, segments: readonly string[] | null): Promise<UsageFeatures> {
  const source = await latestSource(ctx)
  const nothing = { asOf: null, from: null, to: null, accounts: 0, segments: null, features: [] }
  if (!source) return nothing
  const { asOf, untilDay } = horizonOf(ctx.clock(), source.coverage, source.coverage.live)
  const window: Window = { workspace: ctx.workspace, from: addDays(untilDay, -breadthDays), to: untilDay }
  const merged = await mergedAccounts(ctx)
  const all = await reachOf(ctx, window, merged, null)
  const inside = segments && (await reachInside(ctx, window, merged, segments))
  return {
    asOf: asOf.toISOString(),
    from: window.from,
    to: window.to,
    accounts: all.accounts,
    segments: inside && { names: [...segments], accounts: inside.accounts },
    features: all.features.map((row) => {
      const counts = inside?.counts.get(row.feature) ?? { accounts: 0, accountsEver: 0 }
      return {
        ...row,
        ...shareOf(row.accounts, all.accounts),
        inSegments: inside && { ...counts, ...shareOf(counts.accounts, inside.accounts) },
      }
    }),
  }
}
