import { z } from 'zod'
import { action, type Tx } from '../../platform/action.ts'
import { invalid, notFound } from '../../platform/errors.ts'
import { newId } from '../../platform/ids.ts'
import { markAllDue } from '../../platform/readings.ts'
import { keepSnapshot } from '../../platform/snapshots.ts'
import { demandVersion } from '../../platform/version.ts'
import { resolveAccount } from '../accounts/reads.ts'
import { UponVersion } from '../accounts/schema.ts'
import { workspaceOf } from '../team/reads.ts'
import { churnVerdicts } from './reads/churn.ts'
import { keptPrice } from './model.ts'
import { observedKind } from './reads/observed.ts'
import { subscriptionVersion } from './reads/records.ts'
import { today } from './reads/today.ts'
import {
  ExchangeRate,
  NewChurnEvent,
  NewSubscription,
  Observed,
  SubscriptionChange,
  SubscriptionEnd,
} from './schema.ts'

const midnight = (day: string): string => `${day}T00:00:00.000Z`

/** Runs a change and announces it when, by the rule of the workspace, the customer left or came back by it. */
async function withVerdict<T>(tx: Tx, accountId: string, change: () => Promise<T>): Promise<T> {
  const day = await today(tx)
  const verdict = async () => (await churnVerdicts(tx, [accountId], day))[0]
  const before = await verdict()
  const output = await change()
  const after = await verdict()
  const payload = { decidedBy: after?.decidedBy ?? null }
  if (after?.left === true && before?.left !== true)
    await tx.emit({ kind: 'account.left', accountId, validAt: midnight(after.on ?? day), payload })
  if (before?.left === true && after?.left !== true)
    await tx.emit({ kind: 'account.returned', accountId, validAt: midnight(day), payload })
  await tx.touch([accountId])
  return output
}

function checkDays(startsOn: string, endsOn: string | null): void {
  if (endsOn !== null && endsOn < startsOn)
    throw invalid('A subscription cannot end before it starts.', [
      { path: 'endsOn', message: `Choose a day from ${startsOn} on.` },
    ])
}

async function storedSubscription(tx: Tx, id: string) {
  const row = await tx.pg
    .selectFrom('subscription')
    .selectAll()
    .where('workspaceId', '=', tx.workspace)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (!row) throw notFound('subscription')
  return row
}

type Priced = Pick<z.output<typeof SubscriptionChange>, 'price' | 'mrrCents'>

/** What is kept of a price that was stated, in place of the statement. */
function withPrice<Values extends Priced>({ price, ...values }: Values) {
  if (price && values.mrrCents !== undefined)
    throw invalid('Send one price.', [{ path: 'price', message: 'Send price or mrrCents, not both.' }])
  return { ...values, ...(price && keptPrice(price)) }
}

export const addSubscription = action({
  name: 'subscription.add',
  role: 'csm',
  scope: 'write',
  input: NewSubscription.extend({ accountId: z.uuid() }),
  async run(tx, { accountId: anyId, ...input }) {
    const accountId = await resolveAccount(tx, anyId)
    const { mrrCents, ...rest } = withPrice(input)
    if (mrrCents === undefined)
      throw invalid('Say what it costs.', [{ path: 'price', message: 'Send price, or mrrCents.' }])
    const values = { ...rest, mrrCents }
    checkDays(values.startsOn, values.endsOn ?? null)
    const currency = values.currency ?? (await workspaceOf(tx)).currency
    const id = newId()
    await withVerdict(tx, accountId, () =>
      tx.pg
        .insertInto('subscription')
        .values({ ...values, id, workspaceId: tx.workspace, accountId, currency })
        .execute(),
    )
    tx.audit({ kind: 'subscription', id, changes: { accountId, ...values, currency } })
    await tx.emit({
      kind: 'subscription.changed',
      accountId,
      validAt: midnight(values.startsOn),
      payload: { id, change: 'added' },
    })
    return { id }
  },
})

/** A new price a month is the one that counts: what was stated for a year is no longer so. */
const statedAnew = ({ price, mrrCents }: Priced, before: number) =>
  price || mrrCents === undefined || mrrCents === before ? {} : { statedCents: null, statedMonths: null }

type Change = z.output<typeof SubscriptionChange> & z.output<typeof UponVersion>

async function change(tx: Tx, id: string, { version, ...input }: Change): Promise<{ version: string }> {
  const before = await storedSubscription(tx, id)
  const values = { ...withPrice(input), ...statedAnew(input, before.mrrCents) }
  await demandVersion(tx, version, { id, version: subscriptionVersion(before) })
  checkDays(values.startsOn ?? before.startsOn, values.endsOn === undefined ? before.endsOn : values.endsOn)
  const accountId = await resolveAccount(tx, before.accountId)
  const changed = Object.entries(values).filter(
    ([key, to]) => to !== undefined && to !== before[key as keyof typeof before],
  )
  if (changed.length > 0)
    await withVerdict(tx, accountId, () =>
      tx.pg
        .updateTable('subscription')
        .set(Object.fromEntries(changed))
        .where('workspaceId', '=', tx.workspace)
        .where('id', '=', id)
        .execute(),
    )
  tx.audit({
    kind: 'subscription',
    id,
    changes: Object.fromEntries(
      changed.map(([key, to]) => [key, { from: before[key as keyof typeof before], to }]),
    ),
  })
  await tx.emit({
    kind: 'subscription.changed',
    accountId,
    validAt: tx.clock().toISOString(),
    payload: { id, change: values.endsOn ? 'ended' : 'changed', fields: changed.map(([key]) => key) },
  })
  return { version: subscriptionVersion({ ...before, ...Object.fromEntries(changed) }) }
}

/** Changes what is given, and answers with the version that this makes; see `demandVersion` for `version`. */
export const changeSubscription = action({
  name: 'subscription.change',
  role: 'csm',
  scope: 'write',
  input: SubscriptionChange.extend(UponVersion.shape).extend({ id: z.uuid() }),
  run: (tx, { id, ...values }) => change(tx, id, values),
})

/** Ends a subscription: `endsOn` is the first day without service, and may lie ahead. */
export const endSubscription = action({
  name: 'subscription.end',
  role: 'csm',
  scope: 'write',
  input: SubscriptionEnd.extend({ id: z.uuid() }),
  run: (tx, { id, ...end }) => change(tx, id, end),
})

export const recordChurn = action({
  name: 'churn.record',
  role: 'csm',
  scope: 'write',
  input: NewChurnEvent.extend({ accountId: z.uuid() }),
  async run(tx, { accountId: anyId, ...values }) {
    const accountId = await resolveAccount(tx, anyId)
    const id = newId()
    await withVerdict(tx, accountId, () =>
      tx.pg
        .insertInto('churnEvent')
        .values({ ...values, id, workspaceId: tx.workspace, accountId })
        .execute(),
    )
    tx.audit({ kind: 'churn_event', id, changes: { accountId, ...values } })
    return { id }
  },
})

/** Removes a churn event that was recorded by mistake; the audit row keeps what it said. */
export const takeBackChurn = action({
  name: 'churn.take_back',
  role: 'csm',
  scope: 'write',
  input: z.object({ id: z.uuid() }),
  async run(tx, { id }) {
    const event = await tx.pg
      .selectFrom('churnEvent')
      .selectAll()
      .where('workspaceId', '=', tx.workspace)
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst()
    if (!event) throw notFound('churn event')
    const accountId = await resolveAccount(tx, event.accountId)
    await withVerdict(tx, accountId, () =>
      tx.pg.deleteFrom('churnEvent').where('workspaceId', '=', tx.workspace).where('id', '=', id).execute(),
    )
    const { onDay, reason, comment } = event
    tx.audit({ kind: 'churn_event', id, changes: { removed: { onDay, reason, comment } } })
  },
})

/** Sets rates into the workspace's currency, each from a day on; a rate of the same day is replaced. */
export const setExchangeRates = action({
  name: 'exchange_rate.set',
  role: 'admin',
  scope: 'settings',
  input: z.object({ rates: z.array(ExchangeRate).min(1).max(1_000) }),
  async run(tx, { rates }) {
    const { currency: home } = await workspaceOf(tx)
    const own = rates.findIndex(({ currency }) => currency === home)
    if (own >= 0)
      throw invalid('The currency of the workspace needs no rate.', [
        { path: `rates.${own}.currency`, message: `${home} is the currency of the workspace.` },
      ])
    const keys = rates.map(({ currency, fromOn }) => `${currency} ${fromOn}`)
    const twice = keys.findIndex((key, at) => keys.indexOf(key) !== at)
    if (twice >= 0)
      throw invalid('Each currency takes one rate a day.', [
        { path: `rates.${twice}`, message: `${keys[twice]} is in the list twice.` },
      ])
    await tx.pg
      .insertInto('exchangeRate')
      .values(rates.map((rate) => ({ ...rate, workspaceId: tx.workspace })))
      .onConflict((on) =>
        on
          .columns(['workspaceId', 'currency', 'fromOn'])
          .doUpdateSet((eb) => ({ rate: eb.ref('excluded.rate') })),
      )
      .execute()
    await markAllDue(tx.pg, tx.workspace)
    tx.audit({ kind: 'exchange_rate', id: tx.workspace, changes: { rates } })
  },
})

/** Keeps how far the sources see; every reading of revenue is as old as that, so all of them follow. */
export const recordObserved = action({
  name: 'revenue.observed',
  role: 'admin',
  scope: 'settings',
  input: Observed,
  async run(tx, observed) {
    const id = await keepSnapshot(tx, observedKind, tx.clock(), observed)
    await markAllDue(tx.pg, tx.workspace)
    tx.audit({ kind: 'snapshot', id, changes: observed })
  },
})
