import { Ellipsis, Plus } from 'lucide-react'
import { useState } from 'react'
import { api } from '../../../ui/api/client.ts'
import { Button, IconButton } from '../../../ui/controls/Button.tsx'
import { Tag } from '../../../ui/controls/Tag.tsx'
import { dayShort, moneyWhole } from '../../../ui/format.ts'
import { Region } from '../../../ui/layout/Region.tsx'
import { Menu, type MenuItem } from '../../../ui/overlays/Menu.tsx'
import { Empty } from '../../../ui/states/Empty.tsx'
import { Loaded } from '../../../ui/states/Loaded.tsx'
import { PlainTable, type PlainColumn } from '../../../ui/table/PlainTable.tsx'
import css from './customer.module.css'
import {
  useAct,
  useRevenue,
  type Account,
  type AccountRevenue,
  type Here,
  type Subscription,
} from './queries.ts'
import { comingReason, pastSteps } from './reasons.ts'
import { RevenueSteps } from './RevenueSteps.tsx'
import { EndDialog, SubscriptionDialog } from './SubscriptionDialog.tsx'
import { words } from './words.ts'

type Open = { form: 'add' } | { form: 'change' | 'end'; subscription: Subscription } | null

/** What the customer pays: steps over time, its subscriptions, and when it left. */
export function RevenueRegion({ account, here }: { account: Account; here: Here }) {
  const revenue = useRevenue(account.id)
  const [open, setOpen] = useState<Open>(null)
  const close = () => setOpen(null)
  const reason = here.may('csm') ? undefined : words('needCsm')
  return (
    <Region
      title={words('revenue')}
      note={words('revenueNote')}
      actions={
        <Button
          size="row"
          variant="quiet"
          icon={Plus}
          disabledReason={reason}
          onClick={() => setOpen({ form: 'add' })}
        >
          {words('addSubscription')}
        </Button>
      }
    >
      <Loaded query={revenue} label={words('revenue')}>
        {(data) => (
          <>
            <Movements revenue={data} today={here.today} />
            {data.steps.length === 0 && data.subscriptions.length === 0 && (
              <Empty title={words('revenueEmpty')} text={words('revenueEmptyText')} />
            )}
            {data.subscriptions.length > 0 && (
              <Subscriptions revenue={data} here={here} onOpen={setOpen} reason={reason} />
            )}
            <Invoices revenue={data} today={here.today} />
            <Departures revenue={data} here={here} reason={reason} />
          </>
        )}
      </Loaded>
      {open?.form === 'add' && <SubscriptionDialog accountId={account.id} here={here} onClose={close} />}
      {open?.form === 'change' && (
        <SubscriptionDialog
          accountId={account.id}
          here={here}
          onClose={close}
          subscription={open.subscription}
        />
      )}
      {open?.form === 'end' && (
        <EndDialog accountId={account.id} here={here} onClose={close} subscription={open.subscription} />
      )}
    </Region>
  )
}

/** What has happened as steps, and what is planned in words. */
function Movements({ revenue, today }: { revenue: AccountRevenue; today: string }) {
  const [steps, coming] = [pastSteps(revenue), comingReason(revenue, today)]
  return (
    <>
      {steps.length > 0 && <RevenueSteps revenue={{ ...revenue, steps }} today={today} />}
      {coming && <p className={css.finding}>{coming}.</p>}
    </>
  )
}

function Subscriptions({
  revenue: { subscriptions, asOf },
  here,
  onOpen,
  reason,
}: {
  revenue: AccountRevenue
  here: Here
  onOpen: (open: Open) => void
  reason: string | undefined
}) {
  const { today } = here
  const state = ({ startsOn, endsOn }: Subscription): string => {
    if (startsOn > asOf) return words('begins', { day: dayShort(startsOn, today) })
    if (endsOn === null) return words('runs')
    return words(endsOn <= asOf ? 'ended' : 'ends', { day: dayShort(endsOn, today) })
  }
  const facts: PlainColumn<Subscription>[] = [
    {
      id: 'plan',
      head: words('plan'),
      cell: ({ plan, seats, isTrial }) => (
        <>
          {plan ?? words('noPlan')}
          {seats !== null && <span className={css.quiet}> {words('seats', { n: seats })}</span>}{' '}
          {isTrial && <Tag tone="unknown">{words('trial')}</Tag>}
        </>
      ),
    },
    {
      id: 'amount',
      head: words('aMonthHead'),
      number: true,
      cell: ({ mrrCents, currency }) => moneyWhole({ minor: mrrCents, currency }),
    },
    { id: 'since', head: words('since'), number: true, cell: ({ startsOn }) => dayShort(startsOn, today) },
    { id: 'until', head: words('until'), number: true, cell: state },
  ]
  const acts = (subscription: Subscription): MenuItem[] => [
    { label: words('changeIt'), run: () => onOpen({ form: 'change', subscription }) },
    ...(subscription.endsOn === null || subscription.endsOn > asOf
      ? [{ label: words('endIt'), run: () => onOpen({ form: 'end', subscription }) }]
      : []),
  ]
  const actions: PlainColumn<Subscription> = {
    id: 'actions',
    head: words('actions'),
    hideHead: true,
    cell: (subscription) => (
      <Menu
        align="end"
        items={acts(subscription)}
        trigger={
          <IconButton
            icon={Ellipsis}
            label={words('subscriptionActions', { plan: subscription.plan ?? words('noPlan') })}
            tooltip={false}
          />
        }
      />
    ),
  }
  return (
    <div className={css.compactTable}>
      <PlainTable
        label={words('subscriptions')}
        columns={reason ? facts : [...facts, actions]}
        rows={subscriptions.toSorted((a, b) => (a.startsOn < b.startsOn ? 1 : -1))}
        rowKey={({ id }) => id}
      />
    </div>
  )
}

function Invoices({ revenue: { invoices }, today }: { revenue: AccountRevenue; today: string }) {
  const newest = invoices
    .map(({ issuedOn }) => issuedOn)
    .toSorted()
    .at(-1)
  if (!newest) return null
  return (
    <p className={css.finding}>{words('invoices', { n: invoices.length, day: dayShort(newest, today) })}</p>
  )
}

function Departures({
  revenue: { churnEvents },
  here,
  reason,
}: {
  revenue: AccountRevenue
  here: Here
  reason: string | undefined
}) {
  const act = useAct()
  if (churnEvents.length === 0) return null
  return (
    <>
      <h3 className={css.subheading}>{words('churnEvents')}</h3>
      <ul className={css.rows}>
        {churnEvents.map((event) => (
          <li key={event.id} className={css.row}>
            <span className={css.main}>
              {words('churnEvent', {
                day: dayShort(event.onDay, here.today),
                reason: event.reason ?? words('leftNoReason'),
              })}
            </span>
            <Button
              size="row"
              variant="quiet"
              disabledReason={reason}
              onClick={() =>
                void act(
                  () => api.DELETE('/api/v1/churn-events/{id}', { params: { path: { id: event.id } } }),
                  words('churnTakenBack'),
                )
              }
            >
              {words('takeBack')}
            </Button>
          </li>
        ))}
      </ul>
    </>
  )
}
