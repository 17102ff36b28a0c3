import { Link } from '@tanstack/react-router'
import { Button } from '../../../ui/controls/Button.tsx'
import { Checkbox } from '../../../ui/controls/Checkbox.tsx'
import { Region } from '../../../ui/layout/Region.tsx'
import { Loaded } from '../../../ui/states/Loaded.tsx'
import { plainReason, shortMoney, type Item } from './reasons.ts'
import css from './today.module.css'
import { useMany, type Whose } from './use-today.ts'
import { words } from './words.ts'

/** Which customers of an item of many were chosen, and how to choose. */
export interface Choice {
  chosen: ReadonlySet<string>
  /** null where nothing can be decided. */
  onChoose: ((chosen: ReadonlySet<string>) => void) | null
}

/** The customers of an item of many, those with most at stake first, to look at and to choose some of. */
export function ManyRegion({ item, whose, chosen, onChoose }: { item: Item; whose: Whose } & Choice) {
  const many = useMany(item.rule.code, whose)
  const toggle = (id: string, on: boolean) => {
    const next = new Set(chosen)
    if (on) next.add(id)
    else next.delete(id)
    onChoose?.(next)
  }
  return (
    <Region title={words('manyList')} note={words('manyNote', { n: item.many?.count ?? 0 })} line={false}>
      {onChoose && (
        <p className={css.quiet} aria-live="polite">
          {chosen.size > 0 ? words('manyChosen', { n: chosen.size }) : words('manyAll')}{' '}
          {chosen.size > 0 && (
            <Button size="row" variant="quiet" onClick={() => onChoose(new Set())}>
              {words('chooseNone')}
            </Button>
          )}
        </p>
      )}
      <Loaded query={many} label={words('manyList')}>
        {({ items, total, currency, today }) => (
          <>
            <ul aria-label={words('manyList')} className={css.many}>
              {items.map(({ key, account, reason, atStakeCents }) => (
                <li key={key} className={css.manyRow}>
                  {onChoose && (
                    <Checkbox
                      label={words('manyChoose', { name: account!.name })}
                      hideLabel
                      checked={chosen.has(account!.id)}
                      onChange={(on) => toggle(account!.id, on)}
                    />
                  )}
                  <span className={css.manyMain}>
                    <Link to={`/customers/${account!.id}` as '/'}>{account!.name}</Link>
                    <span className={css.quiet}>{plainReason(reason.code, reason.params, today)}</span>
                  </span>
                  <span className={css.number}>{shortMoney(atStakeCents, currency)}</span>
                </li>
              ))}
            </ul>
            {total > items.length && (
              <p className={css.quiet}>{words('manyMore', { n: items.length, total })}</p>
            )}
          </>
        )}
      </Loaded>
    </Region>
  )
}
