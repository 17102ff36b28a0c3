import css from './Progress.module.css'

/** A bar of work whose size is known. `text` says how much is done, in words. */
export function Progress({
  label,
  done,
  total,
  text,
}: {
  label: string
  done: number
  total: number
  text: string
}) {
  const share = total > 0 ? Math.min(1, done / total) : 0
  return (
    <div>
      <div
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={done}
        aria-valuetext={text}
        className={css.track}
      >
        <div className={css.bar} style={{ width: `${share * 100}%` }} />
      </div>
      <p className={css.text}>{text}</p>
    </div>
  )
}
