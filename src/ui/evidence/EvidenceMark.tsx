import { count } from '../format.ts'
import { Popover } from '../overlays/Popover.tsx'
import { words } from '../words.ts'
import css from './EvidenceMark.module.css'
import { EvidenceList, type EvidenceItem } from './EvidenceList.tsx'

/** The number of pieces of evidence behind a statement; opens their list. Zero says so in words. */
export function EvidenceMark({ items }: { items: readonly EvidenceItem[] }) {
  if (items.length === 0) return <span className={css.none}>{words('noEvidence')}</span>
  return (
    <Popover
      label={words('evidenceTitle')}
      trigger={
        <button type="button" className={css.mark} aria-label={words('evidence', { n: items.length })}>
          {count(items.length)}
        </button>
      }
    >
      <p className={css.title}>{words('evidenceTitle')}</p>
      <EvidenceList items={items} />
    </Popover>
  )
}
