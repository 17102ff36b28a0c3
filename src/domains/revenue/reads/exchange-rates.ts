import type { ExchangeRate } from '../schema.ts'
import type { Scope } from './pieces.ts'

/** Every dated rate into the workspace's currency, the newest of each currency first. */
export async function exchangeRates(ctx: Scope): Promise<ExchangeRate[]> {
  return ctx.pg
    .selectFrom('exchangeRate')
    .select(['currency', 'fromOn', 'rate'])
    .where('workspaceId', '=', ctx.workspace)
    .orderBy('currency')
    .orderBy('fromOn', 'desc')
    .execute()
}
