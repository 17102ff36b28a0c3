import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, body } from '../../../ui/api/client.ts'
import { Checkbox } from '../../../ui/controls/Checkbox.tsx'
import { dayLong } from '../../../ui/format.ts'
import { fromMinor, toCount, toMinor } from './amounts.ts'
import css from './customer.module.css'
import { useDraft } from './draft.ts'
import { ChoiceField, orNull, TextField } from './fields.tsx'
import { FormDialog, type Sent } from './FormDialog.tsx'
import { invalidField } from './invalid.ts'
import { revenueQuery, type Here, type Subscription } from './queries.ts'
import { words } from './words.ts'

interface Draft {
  plan: string
  seats: string
  amount: string
  /** Months that the amount pays for. */
  months: string
  currency: string
  startsOn: string
  termMonths: string
  isTrial: boolean
}

const draftOf = (subscription: Subscription | undefined, here: Here): Draft => ({
  plan: subscription?.plan ?? '',
  seats: String(subscription?.seats ?? ''),
  amount: subscription
    ? fromMinor(subscription.statedCents ?? subscription.mrrCents, subscription.currency)
    : '',
  months: String(subscription?.statedMonths ?? 1),
  currency: subscription?.currency ?? here.currency,
  startsOn: subscription?.startsOn ?? here.today,
  termMonths: String(subscription?.termMonths ?? ''),
  isTrial: subscription?.isTrial ?? false,
})

/** What an amount may pay for; a file may have stated another number of months. */
const periodsWith = (stored: string) =>
  [...new Set(['1', '3', '6', '12', stored])].map((value) => ({
    value,
    label: words('period', { n: Number(value) }),
  }))

/** What the form says as the server takes it; throws on a field that cannot be read. */
function readDraft(draft: Draft) {
  const currency = draft.currency.trim().toUpperCase()
  const cents = /^[A-Z]{3}$/.test(currency) ? toMinor(draft.amount, currency) : null
  if (cents === null) throw invalidField('price', words('amountWrong'))
  const [seats, termMonths] = [toCount(draft.seats), toCount(draft.termMonths)]
  if (seats === undefined) throw invalidField('seats', words('numberWrong'))
  if (termMonths === undefined) throw invalidField('termMonths', words('numberWrong'))
  if (!draft.startsOn) throw invalidField('startsOn', words('required'))
  return {
    plan: orNull(draft.plan),
    seats,
    price: { cents, months: Number(draft.months) },
    currency,
    startsOn: draft.startsOn,
    termMonths,
    isTrial: draft.isTrial,
  }
}

/** The subscription as it is now; it may have been taken away meanwhile. */
function useNewer(accountId: string, id: string | undefined) {
  const cache = useQueryClient()
  return async (): Promise<Subscription> => {
    const { subscriptions } = await cache.fetchQuery({ ...revenueQuery(accountId), staleTime: 0 })
    const found = subscriptions.find((one) => one.id === id)
    if (!found) throw new Error(words('subscriptionGone'))
    return found
  }
}

type Change = Partial<ReturnType<typeof readDraft>> & { endsOn?: string | null }
const patch = (id: string, change: Change, version: string) =>
  body(api.PATCH('/api/v1/subscriptions/{id}', { params: { path: { id } }, body: { ...change, version } }))

/** Adds a subscription, or changes one. */
export function SubscriptionDialog({
  accountId,
  here,
  subscription,
  onClose,
}: {
  accountId: string
  here: Here
  subscription?: Subscription
  onClose: () => void
}) {
  const { record, stored, draft, field, load } = useDraft(subscription, (one) => draftOf(one, here))
  const newer = useNewer(accountId, subscription?.id)
  const send = async (): Promise<Sent> => {
    const input = readDraft(draft)
    if (!record) {
      await body(
        api.POST('/api/v1/accounts/{id}/subscriptions', { params: { path: { id: accountId } }, body: input }),
      )
      return { said: words('subscriptionAdded') }
    }
    const { version } = await patch(record.id, input, record.version)
    return {
      said: words('subscriptionChanged'),
      undo: () => patch(record.id, readDraft(stored), version),
    }
  }
  return (
    <FormDialog
      title={words(subscription ? 'changeSubscription' : 'addSubscription')}
      action={words('save')}
      fields={['plan', 'seats', 'price', 'currency', 'startsOn', 'termMonths']}
      send={send}
      onClose={onClose}
      loadNewer={async () => load(await newer())}
    >
      {(fault) => (
        <>
          <TextField label={words('plan')} {...field('plan')} error={fault('plan')} />
          <div className={css.pair}>
            <TextField label={words('amount')} {...field('amount')} error={fault('price')} />
            <ChoiceField label={words('per')} {...field('months')} options={periodsWith(stored.months)} />
          </div>
          <div className={css.pair}>
            <TextField label={words('currency')} {...field('currency')} error={fault('currency')} />
            <TextField label={words('seatsField')} {...field('seats')} error={fault('seats')} />
          </div>
          <TextField label={words('termMonths')} {...field('termMonths')} error={fault('termMonths')} />
          <TextField label={words('startsOn')} type="date" {...field('startsOn')} error={fault('startsOn')} />
          <Checkbox label={words('trial')} checked={draft.isTrial} onChange={field('isTrial').onChange} />
        </>
      )}
    </FormDialog>
  )
}

/** Ends a subscription on a day; its end can be taken back. */
export function EndDialog({
  accountId,
  here,
  subscription,
  onClose,
}: {
  accountId: string
  here: Here
  subscription: Subscription
  onClose: () => void
}) {
  const { record, draft, field, load } = useDraft(subscription, ({ endsOn }) => ({
    endsOn: endsOn ?? here.today,
  }))
  const newer = useNewer(accountId, subscription.id)
  const send = async (): Promise<Sent> => {
    const { endsOn } = draft
    if (!endsOn) throw invalidField('endsOn', words('required'))
    const params = { path: { id: record.id } }
    const { version } = await body(
      api.POST('/api/v1/subscriptions/{id}/end', { params, body: { endsOn, version: record.version } }),
    )
    return {
      said: words('subscriptionEnded', { day: dayLong(endsOn) }),
      undo: () => patch(record.id, { endsOn: record.endsOn }, version),
    }
  }
  return (
    <FormDialog
      title={words('endSubscription')}
      action={words('endIt')}
      width={360}
      fields={['endsOn']}
      send={send}
      onClose={onClose}
      loadNewer={async () => load(await newer())}
    >
      {(fault) => (
        <TextField
          label={words('endsOn')}
          type="date"
          {...field('endsOn')}
          error={fault('endsOn')}
          hint={words('lastDayHint')}
        />
      )}
    </FormDialog>
  )
}

/** Records that the customer left, on which day and why. */
export function LeftDialog({
  accountId,
  name,
  here,
  onClose,
}: {
  accountId: string
  name: string
  here: Here
  onClose: () => void
}) {
  const [draft, setDraft] = useState({ onDay: here.today, reason: '', comment: '' })
  const send = async (): Promise<Sent> => {
    if (!draft.onDay) throw invalidField('onDay', words('required'))
    const { id } = await body(
      api.POST('/api/v1/accounts/{id}/churn', {
        params: { path: { id: accountId } },
        body: { onDay: draft.onDay, reason: orNull(draft.reason), comment: orNull(draft.comment) },
      }),
    )
    return {
      said: words('churnRecorded'),
      undo: () => api.DELETE('/api/v1/churn-events/{id}', { params: { path: { id } } }),
    }
  }
  return (
    <FormDialog
      title={`${words('recordLeft')}: ${name}`}
      action={words('save')}
      width={420}
      fields={['onDay', 'reason', 'comment']}
      send={send}
      onClose={onClose}
    >
      {(fault) => (
        <>
          <TextField
            label={words('day')}
            type="date"
            value={draft.onDay}
            onChange={(onDay) => setDraft({ ...draft, onDay })}
            error={fault('onDay')}
          />
          <TextField
            label={words('reason')}
            value={draft.reason}
            onChange={(reason) => setDraft({ ...draft, reason })}
            error={fault('reason')}
          />
          <TextField
            label={words('comment')}
            value={draft.comment}
            onChange={(comment) => setDraft({ ...draft, comment })}
            error={fault('comment')}
          />
        </>
      )}
    </FormDialog>
  )
}
