import { useState } from 'react'
import { api, body } from '../../../ui/api/client.ts'
import { Checkbox } from '../../../ui/controls/Checkbox.tsx'
import { dayLong } from '../../../ui/format.ts'
import { fromMinor, toCount, toMinor } from './amounts.ts'
import css from './customer.module.css'
import { orNull, TextField } from './fields.tsx'
import { FormDialog, type Sent } from './FormDialog.tsx'
import { invalidField } from './invalid.ts'
import type { Here, Subscription } from './queries.ts'
import { words } from './words.ts'

interface Draft {
  plan: string
  seats: string
  amount: string
  currency: string
  startsOn: string
  termMonths: string
  isTrial: boolean
}

const draftOf = (subscription: Subscription | undefined, here: Here): Draft => ({
  plan: subscription?.plan ?? '',
  seats: String(subscription?.seats ?? ''),
  amount: subscription ? fromMinor(subscription.mrrCents, subscription.currency) : '',
  currency: subscription?.currency ?? here.currency,
  startsOn: subscription?.startsOn ?? here.today,
  termMonths: String(subscription?.termMonths ?? ''),
  isTrial: subscription?.isTrial ?? false,
})

/** What the form says as the server takes it; throws on a field that cannot be read. */
function readDraft(draft: Draft) {
  const currency = draft.currency.trim().toUpperCase()
  const mrrCents = /^[A-Z]{3}$/.test(currency) ? toMinor(draft.amount, currency) : null
  if (mrrCents === null) throw invalidField('mrrCents', words('amountWrong'))
  const [seats, termMonths] = [toCount(draft.seats), toCount(draft.termMonths)]
  if (seats === undefined) throw invalidField('seats', words('numberWrong'))
  if (termMonths === undefined) throw invalidField('termMonths', words('numberWrong'))
  if (!draft.startsOn) throw invalidField('startsOn', words('required'))
  return {
    plan: orNull(draft.plan),
    seats,
    mrrCents,
    currency,
    startsOn: draft.startsOn,
    termMonths,
    isTrial: draft.isTrial,
  }
}

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
  const [draft, setDraft] = useState(() => draftOf(subscription, here))
  const set = (change: Partial<Draft>) => setDraft({ ...draft, ...change })
  const send = async (): Promise<Sent> => {
    const input = readDraft(draft)
    if (!subscription) {
      await body(
        api.POST('/api/v1/accounts/{id}/subscriptions', { params: { path: { id: accountId } }, body: input }),
      )
      return { said: words('subscriptionAdded') }
    }
    const params = { path: { id: subscription.id } }
    const before = readDraft(draftOf(subscription, here))
    await api.PATCH('/api/v1/subscriptions/{id}', { params, body: input })
    return {
      said: words('subscriptionChanged'),
      undo: () => api.PATCH('/api/v1/subscriptions/{id}', { params, body: before }),
    }
  }
  return (
    <FormDialog
      title={words(subscription ? 'changeSubscription' : 'addSubscription')}
      action={words('save')}
      fields={['plan', 'seats', 'mrrCents', 'currency', 'startsOn', 'termMonths']}
      send={send}
      onClose={onClose}
    >
      {(fault) => (
        <>
          <TextField
            label={words('plan')}
            value={draft.plan}
            onChange={(plan) => set({ plan })}
            error={fault('plan')}
          />
          <div className={css.pair}>
            <TextField
              label={words('amount')}
              value={draft.amount}
              onChange={(amount) => set({ amount })}
              error={fault('mrrCents')}
            />
            <TextField
              label={words('currency')}
              value={draft.currency}
              onChange={(currency) => set({ currency })}
              error={fault('currency')}
            />
          </div>
          <div className={css.pair}>
            <TextField
              label={words('seatsField')}
              value={draft.seats}
              onChange={(seats) => set({ seats })}
              error={fault('seats')}
            />
            <TextField
              label={words('termMonths')}
              value={draft.termMonths}
              onChange={(termMonths) => set({ termMonths })}
              error={fault('termMonths')}
            />
          </div>
          <TextField
            label={words('startsOn')}
            type="date"
            value={draft.startsOn}
            onChange={(startsOn) => set({ startsOn })}
            error={fault('startsOn')}
          />
          <Checkbox label={words('trial')} checked={draft.isTrial} onChange={(isTrial) => set({ isTrial })} />
        </>
      )}
    </FormDialog>
  )
}

/** Ends a subscription on a day; its end can be taken back. */
export function EndDialog({
  here,
  subscription,
  onClose,
}: {
  here: Here
  subscription: Subscription
  onClose: () => void
}) {
  const [endsOn, setEndsOn] = useState(subscription.endsOn ?? here.today)
  const params = { path: { id: subscription.id } }
  const send = async (): Promise<Sent> => {
    if (!endsOn) throw invalidField('endsOn', words('required'))
    await api.POST('/api/v1/subscriptions/{id}/end', { params, body: { endsOn } })
    return {
      said: words('subscriptionEnded', { day: dayLong(endsOn) }),
      undo: () => api.PATCH('/api/v1/subscriptions/{id}', { params, body: { endsOn: subscription.endsOn } }),
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
    >
      {(fault) => (
        <TextField
          label={words('endsOn')}
          type="date"
          value={endsOn}
          onChange={setEndsOn}
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
