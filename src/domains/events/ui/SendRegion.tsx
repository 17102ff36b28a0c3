import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { Button } from '../../../ui/controls/Button.tsx'
import { CopyField } from '../../../ui/controls/CopyField.tsx'
import { Segmented } from '../../../ui/controls/Segmented.tsx'
import { Region } from '../../../ui/layout/Region.tsx'
import { CodeBlock } from './CodeBlock.tsx'
import css from './events.module.css'
import { FirstEvents } from './FirstEvents.tsx'
import { snippet, snippetsFor, type SnippetKind } from './snippets.ts'
import { words } from './words.ts'

/** A key to send with. `secret` is what the server answered when it was made; later only browser keys are known. */
export interface Sending {
  id: string
  name: string
  kind: 'server' | 'browser'
  secret: string | null
}

const labels: Readonly<Record<SnippetKind, string>> = {
  curl: words('curl'),
  node: words('node'),
  rudder: words('rudder'),
  browser: words('browserCode'),
}

const local = /^https?:\/\/(127\.|localhost|\[::1\])/

/** Code to copy for a key, and below it the first event as it arrives. */
export function SendRegion({
  sending,
  today,
  onClose,
}: {
  sending: Sending
  today: string
  onClose: () => void
}) {
  const { id, name, kind, secret } = sending
  const kinds = snippetsFor(kind)
  const [shown, setShown] = useState<SnippetKind>(kinds[0]!)
  const [since] = useState(() => new Date().toISOString())
  const url = window.location.origin
  return (
    <Region
      title={words('send', { name })}
      actions={
        <>
          <Link to={'/events' as '/'}>{words('toStream')}</Link>
          <Button onClick={onClose}>{words('close')}</Button>
        </>
      }
    >
      <div className={css.send}>
        {secret ? (
          <CopyField
            label={words('keyOf', { name })}
            value={secret}
            hint={words(kind === 'server' ? 'secretHint' : 'publicHint')}
          />
        ) : (
          <p className={css.says}>{words('secretGone')}</p>
        )}
        {kinds.length > 1 && (
          <Segmented
            label={words('language')}
            options={kinds.map((value) => ({ value, label: labels[value] }))}
            value={shown}
            onChange={setShown}
          />
        )}
        <CodeBlock label={labels[shown]} text={snippet(shown, url, secret ?? words('yourKey'))} />
        <p className={css.quiet}>
          {words(kind === 'server' ? 'serverNote' : 'browserNote')}{' '}
          {local.test(url) && words('localNote', { url })}
        </p>
        <FirstEvents keyId={id} keyName={name} since={since} today={today} />
      </div>
    </Region>
  )
}
