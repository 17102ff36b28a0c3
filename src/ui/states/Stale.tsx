import { Clock } from 'lucide-react'
import type { ReactNode } from 'react'
import { Tag } from '../controls/Tag.tsx'
import { words } from '../words.ts'
import css from './states.module.css'

/** A value older than its source promised: grey, with the day it is from, as already formatted text. */
export function Stale({ asOf, children }: { asOf: string; children: ReactNode }) {
  return (
    <span className={css.stale}>
      {children}
      <Tag tone="unknown" icon={Clock}>
        {words('asOf', { day: asOf })}
      </Tag>
    </span>
  )
}
