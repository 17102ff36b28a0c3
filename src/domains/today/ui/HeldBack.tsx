import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { Button } from '../../../ui/controls/Button.tsx'
import { count, dayShort } from '../../../ui/format.ts'
import { timeOfInstant } from '../../../ui/instant.ts'
import { Heading } from '../../../ui/layout/Region.tsx'
import { Dialog } from '../../../ui/overlays/Dialog.tsx'
import { Popover } from '../../../ui/overlays/Popover.tsx'
import { Loaded } from '../../../ui/states/Loaded.tsx'
import { money } from '../../../ui/format.ts'
import type { HeldCode, HeldItem } from '../schema.ts'
import { plainReason, type List } from './reasons.ts'
import css from './today.module.css'
import { useHeld, useTakeBack, type Whose } from './use-today.ts'
import { words } from './words.ts'

/** What is beyond the list is too much to name, and what is held out must not be named. */
const named = ['snoozed', 'done', 'not_useful', 'rule_off', 'outdated', 'customer_left'] as const
type Named = (typeof named)[number]
const isNamed = (code: HeldCode): code is Named => named.some((one) => one === code)

/** What was found and is not listed: how much for each reason, and on demand what, why, by whom and until when. */
export function HeldBack({
  list,
  whose,
  timeZone,
  mayAct,
}: {
  list: List
  whose: Whose
  timeZone: string
  mayAct: boolean
}) {
  const { heldBack, items } = list
  const [shown, setShown] = useState<Named | null>(null)
  const total = heldBack.reduce((sum, { count: n }) => sum + n, 0)
  return (
    <section aria-label={words('heldBack')} className={css.held}>
      <Heading
        title={words('heldBack')}
        note={words('heldNote', { n: total })}
        actions={<HowRanked list={list} timeZone={timeZone} />}
      />
      <ul>
        {heldBack.map(({ code, count: n }) => (
          <li key={code} className={css.heldRow}>
            <span className={css.number}>{count(n)}</span>
            <span>{words(`held_${code}`, { most: items.length })}</span>
            {isNamed(code) && (
              <button
                type="button"
                className={css.how}
                aria-label={words('showHeldName', { what: words(`heldShort_${code}`) })}
                onClick={() => setShown(code)}
              >
                {words('showHeld')}
              </button>
            )}
          </li>
        ))}
      </ul>
      {shown && (
        <Dialog
          open
          width={560}
          onClose={() => setShown(null)}
          title={words('heldTitle', { what: words(`heldShort_${shown}`) })}
        >
          <HeldItems code={shown} whose={whose} mayAct={mayAct} />
        </Dialog>
      )}
    </section>
  )
}

function HowRanked({ list, timeZone }: { list: List; timeZone: string }) {
  const { smallBelowCents, currency, asOf } = list
  return (
    <Popover
      label={words('howRanked')}
      trigger={
        <button type="button" className={css.how}>
          {words('howRanked')}
        </button>
      }
    >
      <div className={css.ranked}>
        <h3>{words('howRanked')}</h3>
        <p>{words('rankedOrder')}</p>
        <p>{words('rankedKeeps')}</p>
        <p>{words('rankedShares')}</p>
        {smallBelowCents !== null && (
          <p>{words('rankedSmall', { money: money({ minor: smallBelowCents, currency }) })}</p>
        )}
        <p>{words('rankedSums')}</p>
        <p className={css.quiet}>{words('computed', { time: timeOfInstant(asOf, timeZone) })}</p>
        <Link to={'/settings/rules' as '/'}>{words('changeRules')}</Link>
      </div>
    </Popover>
  )
}

function HeldItems({ code, whose, mayAct }: { code: Named; whose: Whose; mayAct: boolean }) {
  const held = useHeld(whose, code)
  const takeBack = useTakeBack()
  return (
    <Loaded query={held} label={words('heldTitle', { what: words(`heldShort_${code}`) })}>
      {({ items, total, today }) =>
        items.length === 0 ? (
          <p className={css.quiet}>{words('heldNone')}</p>
        ) : (
          <>
            <ul aria-label={words('heldTitle', { what: words(`heldShort_${code}`) })} className={css.many}>
              {items.map((item) => (
                <li key={item.key} className={css.manyRow}>
                  <span className={css.manyMain}>
                    <span>
                      <b className={css.heldName}>{item.title ?? item.rule.action}</b>
                      {item.account && <span className={css.customer}>{item.account.name}</span>}
                    </span>
                    <span className={css.quiet}>
                      {plainReason(item.reason.code, item.reason.params, today)}
                    </span>
                    {item.decisionId && <span className={css.quiet}>{decidedText(item, today)}</span>}
                  </span>
                  {mayAct && item.decisionId && (
                    <Button
                      size="row"
                      aria-label={words('takeBackName', { name: item.account?.name ?? item.title ?? '' })}
                      onClick={() => takeBack.mutate(item.decisionId!)}
                    >
                      {words('takeBack')}
                    </Button>
                  )}
                </li>
              ))}
            </ul>
            {total > items.length && (
              <p className={css.quiet}>{words('heldMore', { n: items.length, total })}</p>
            )}
          </>
        )
      }
    </Loaded>
  )
}

/** Why, by whom and until when: `Wrong time, “After the audit”, by Ada on 2 Nov, until 9 Nov`. */
function decidedText(item: HeldItem, today: string): string {
  const day = item.at ? dayShort(item.at.slice(0, 10), today) : ''
  const until =
    item.code !== 'snoozed'
      ? null
      : item.untilChange
        ? words('heldUntilChange')
        : item.untilOn
          ? words('heldUntilDay', { day: dayShort(item.untilOn, today) })
          : words('heldUntilAnew')
  const parts = [
    item.why && words(`why_${item.why}`),
    item.comment && `\u201c${item.comment}\u201d`,
    item.by ? words('heldBy', { name: item.by, day }) : words('heldBySomeone', { day }),
    until,
  ]
  const text = parts.filter(Boolean).join(', ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}
