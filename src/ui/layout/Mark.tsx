import css from './Mark.module.css'

/** The sign of the product: a mast held by its stays. */
export function Mark() {
  return (
    <svg width={18} height={18} viewBox="0 0 18 18" aria-hidden className={css.mark}>
      <path d="M9 1.5v13M9 2 2.5 14.5M9 2l6.5 12.5M1.5 16h15" />
    </svg>
  )
}
