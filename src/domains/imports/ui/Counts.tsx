import { cx } from '../../../ui/cx.ts'
import { count } from '../../../ui/format.ts'
import css from './imports.module.css'
import type { Import } from './queries.ts'
import { words } from './words.ts'

const always = ['new', 'changed', 'same', 'repeated', 'refused'] as const

/** What becomes or became of the rows, each number with what it means. */
export function Counts({ counts }: { counts: Import['counts'] }) {
  const { accountsCreated, left } = counts
  const more = [
    ...(accountsCreated > 0 ? [{ id: 'created', n: accountsCreated } as const] : []),
    ...(left > 0 ? [{ id: 'left', n: left } as const] : []),
  ]
  return (
    <div className={css.counts}>
      {[...always.map((id) => ({ id, n: counts[id] })), ...more].map(({ id, n }) => (
        <dl key={id} className={cx(css.count, id === 'refused' && n > 0 && css.refused)}>
          <dt>{words(`count_${id}`)}</dt>
          <dd>{count(n)}</dd>
          <dd>{words(`count_${id}_text`)}</dd>
        </dl>
      ))}
    </div>
  )
}
