import { cx } from '../../../ui/cx.ts'
import css from './region.module.css'
import { words } from './region-words.ts'

/** One mark a week, the oldest first: full with use, hollow without, dashed where it is not known. */
export function WeekStrip({ weeks }: { weeks: readonly (boolean | null)[] }) {
  const known = weeks.filter((week) => week !== null)
  const label = words('stripWeeks', { active: known.filter(Boolean).length, of: known.length })
  return (
    <span role="img" aria-label={label} className={css.weeks}>
      {weeks.map((week, i) => (
        <span key={i} className={cx(css.week, week === null ? css.unknown : week ? css.used : css.unused)} />
      ))}
    </span>
  )
}
