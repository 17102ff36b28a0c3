import { cx } from '../cx.ts'
import css from './Avatar.module.css'

/** The initials of a person (round) or a customer (square, 36). Decoration beside the name. */
export function Avatar({
  name,
  shape = 'person',
  tone = 'neutral',
}: {
  name: string
  shape?: 'person' | 'customer'
  tone?: 'neutral' | 'petrol' | 'rust' | 'ochre'
}) {
  return (
    <span aria-hidden className={cx(css.avatar, css[shape], css[tone])}>
      {initials(name)}
    </span>
  )
}

/** First letters of the first and the last word. */
export function initials(name: string): string {
  const words = name.split(/[^\p{L}\p{N}]+/u).filter(Boolean)
  const ends = words.length > 1 ? [words[0]!, words.at(-1)!] : words
  return ends.map((word) => [...word][0]!.toUpperCase()).join('')
}
