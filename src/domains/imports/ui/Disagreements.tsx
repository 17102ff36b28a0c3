import { Region } from '../../../ui/layout/Region.tsx'
import { disagreementWords, sourceWords } from './describe.ts'
import css from './imports.module.css'
import type { Import } from './queries.ts'
import { words } from './words.ts'

/** Sources that contradict each other: the rule that decides, and how often it had to. */
export function Disagreements({ report }: { report: Import['report'] }) {
  const found = report.disagreements ?? []
  if (found.length === 0) return null
  return (
    <Region title={words('disagreements')} note={words('disagreementsNote')}>
      <ul className={css.narrow}>
        {found.map((entry) => (
          <li key={entry.code}>
            {disagreementWords(entry)}
            <span className={css.lines}>
              {sourceWords(entry).map((line) => (
                <span key={line} className={css.quiet}>
                  {line}
                </span>
              ))}
            </span>
          </li>
        ))}
      </ul>
    </Region>
  )
}
