import css from './states.module.css'

/** Says that only a part is known, and what that does to the numbers. */
export function Partial({ title, text }: { title: string; text: string }) {
  return (
    <div role="note" className={css.partial}>
      <p className={css.title}>{title}</p>
      <p className={css.text}>{text}</p>
    </div>
  )
}
