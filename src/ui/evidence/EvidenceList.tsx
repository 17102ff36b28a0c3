import type { LucideIcon } from 'lucide-react'
import css from './EvidenceList.module.css'

export interface EvidenceItem {
  /** What it is in a word: mail, ticket, usage. */
  kind: string
  icon?: LucideIcon
  /** Already formatted, `2 Oct`. */
  date: string
  text: string
  /** Where the original is. */
  href?: string
}

/** Pieces of evidence with source, text and date, each leading to its original. */
export function EvidenceList({ items }: { items: readonly EvidenceItem[] }) {
  return (
    <ul className={css.list}>
      {items.map(({ kind, icon: Icon, date, text, href }, i) => (
        <li key={i} className={css.item}>
          <span className={css.kind}>
            {Icon ? <Icon size={16} strokeWidth={1.6} role="img" aria-label={kind} /> : kind}
          </span>
          {href ? (
            <a href={href} className={css.link}>
              {text}
            </a>
          ) : (
            <span>{text}</span>
          )}
          <span className={css.date}>{date}</span>
        </li>
      ))}
    </ul>
  )
}
