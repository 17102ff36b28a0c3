import { Link } from '@tanstack/react-router'
import { ListTodo, SquarePen } from 'lucide-react'
import { Fragment } from 'react'
import { Avatar } from '../../../ui/controls/Avatar.tsx'
import { Button } from '../../../ui/controls/Button.tsx'
import { Tag } from '../../../ui/controls/Tag.tsx'
import { dayLong, moneyWhole } from '../../../ui/format.ts'
import css from './customer.module.css'
import { useRevenue, type Account, type AccountRevenue, type Here } from './queries.ts'
import { renewalSource } from './reasons.ts'
import { words } from './words.ts'

/** Who the customer is: name, segment, price, renewal, owner, family; and what can be done here. */
export function CustomerHeader({
  account,
  here,
  onLog,
  onTask,
  onDetails,
}: {
  account: Account
  here: Here
  onLog: () => void
  onTask: () => void
  onDetails: () => void
}) {
  const revenue = useRevenue(account.id).data
  const reason = here.may('csm') ? undefined : words('needCsm')
  const owner = account.owner?.name ?? words('nobody')
  const size = [account.segment, account.seats !== null && words('seats', { n: account.seats })].filter(
    Boolean,
  )
  return (
    <div className={css.header}>
      <Avatar name={account.name} shape="customer" />
      <div className={css.who}>
        <p className={css.name}>
          <span className={css.nameText} title={account.name}>
            {account.name}
          </span>
          {revenue?.churn.left && <Tag tone="rust">{words('left')}</Tag>}
        </p>
        <ul className={css.facts}>
          {size.length > 0 && <li>{size.join(', ')}</li>}
          {revenue && <Money revenue={revenue} />}
          {revenue && (revenue.churn.left ? <Left revenue={revenue} /> : <Renewal revenue={revenue} />)}
          <li>
            {words('owner')}{' '}
            {reason ? (
              <bdi>{owner}</bdi>
            ) : (
              <button type="button" className={css.fact} onClick={onDetails}>
                {owner}
              </button>
            )}
          </li>
          <Family account={account} />
        </ul>
      </div>
      <div className={css.acts}>
        <Button icon={ListTodo} keys="n" onClick={onTask} disabledReason={reason}>
          {words('task')}
        </Button>
        <Button variant="primary" icon={SquarePen} keys="l" onClick={onLog} disabledReason={reason}>
          {words('log')}
        </Button>
      </div>
    </div>
  )
}

function Money({ revenue: { arrCents, currency, churn } }: { revenue: AccountRevenue }) {
  if (churn.left) return null
  if (arrCents === null) return <li>{words('revenueUnknown')}</li>
  return (
    <li>
      <b>{moneyWhole({ minor: arrCents, currency })}</b> {words('aYear')}
    </li>
  )
}

function Renewal({ revenue }: { revenue: AccountRevenue }) {
  if (!revenue.renewal) return <li>{words('noRenewal')}</li>
  return (
    <li>
      {words('renews')} <b>{dayLong(revenue.renewal.renewsOn)}</b>, {renewalSource(revenue)}
    </li>
  )
}

/** Since when the customer is gone, the reason that was given, and which source says so. */
function Left({ revenue: { churn, churnEvents } }: { revenue: AccountRevenue }) {
  const reason = churnEvents.toSorted((a, b) => (a.onDay < b.onDay ? 1 : -1))[0]?.reason
  return (
    <li>
      <b>{churn.on ? words('leftOn', { day: dayLong(churn.on) }) : words('left')}</b>,{' '}
      {reason ? words('leftReason', { reason }) : words('leftNoReason')};{' '}
      {words('decidedBy', { source: churn.decidedBy ?? 'other' })}
    </li>
  )
}

function Family({ account: { parent, children } }: { account: Account }) {
  return (
    <>
      {parent && (
        <li>
          {words('parent')} <Link to={`/customers/${parent.id}`}>{parent.name}</Link>
        </li>
      )}
      {children.length > 0 && (
        <li>
          {words('children')}{' '}
          {children.map((child, i) => (
            <Fragment key={child.id}>
              {i > 0 && ', '}
              <Link to={`/customers/${child.id}`}>{child.name}</Link>
            </Fragment>
          ))}
        </li>
      )}
    </>
  )
}
