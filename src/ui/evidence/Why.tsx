import type { ReactElement, ReactNode } from 'react'
import { Kbd } from '../controls/Kbd.tsx'
import { Popover } from '../overlays/Popover.tsx'
import css from './Why.module.css'

interface WhyProps {
  /** The statement, "Usage adds 10.2 points". */
  title: string
  text: ReactNode
  /** One chart with its usual range, 296 wide. */
  chart?: ReactNode
  /** What it rests on, usually a link to the evidence. */
  evidence?: ReactNode
  /** What would change it, "if seats return: risk 24%". */
  change?: string
}

/** The why popover of a number: statement, chart, evidence, and what would change it. */
export function Why({
  trigger,
  open,
  onOpenChange,
  ...why
}: WhyProps & { trigger: ReactElement; open?: boolean; onOpenChange?: (open: boolean) => void }) {
  return (
    <Popover
      trigger={trigger}
      label={why.title}
      {...(open !== undefined && { open })}
      {...(onOpenChange && { onOpenChange })}
    >
      <WhyBody {...why} />
    </Popover>
  )
}

/** The content of the popover, for places that show it at rest. */
export function WhyBody({ title, text, chart, evidence, change }: WhyProps) {
  return (
    <>
      <header className={css.header}>
        <h3>{title}</h3>
        <span aria-hidden>
          <Kbd keys="escape" />
        </span>
      </header>
      <p className={css.text}>{text}</p>
      {chart && <div className={css.chart}>{chart}</div>}
      {(evidence || change) && (
        <footer className={css.footer}>
          <span>{evidence}</span>
          {change && <span className={css.change}>{change}</span>}
        </footer>
      )}
    </>
  )
}
