import { useState } from 'react'
import { announce } from '../../../ui/announce.ts'
import { Button } from '../../../ui/controls/Button.tsx'
import css from './events.module.css'
import { words } from './words.ts'

/** Text of a program or an event, with a button that copies it. */
export function CodeBlock({ label, text }: { label: string; text: string }) {
  const [copied, setCopied] = useState<string | null>(null)
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      setCopied(text)
      announce(words('copiedSay'))
    } catch {
      announce(words('notCopied'))
    }
  }
  return (
    <div className={css.code}>
      <pre tabIndex={0} role="region" aria-label={label}>
        <code>{text}</code>
      </pre>
      <span className={css.copy}>
        <Button size="row" onClick={() => void copy()}>
          {words(copied === text ? 'copied' : 'copy')}
        </Button>
      </span>
    </div>
  )
}
