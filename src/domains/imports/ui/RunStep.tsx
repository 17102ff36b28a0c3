import { useState } from 'react'
import { Button } from '../../../ui/controls/Button.tsx'
import { count } from '../../../ui/format.ts'
import { Region } from '../../../ui/layout/Region.tsx'
import { Counts } from './Counts.tsx'
import { outcomeWords } from './describe.ts'
import css from './imports.module.css'
import { Issues } from './Issues.tsx'
import { Resumable, Running, StopButton } from './Running.tsx'
import { canUndo, type StepProps } from './steps.ts'
import { UndoConfirm } from './UndoConfirm.tsx'
import { words } from './words.ts'

/** The import itself: how far it is, or why it stopped and how it goes on. */
export function RunStep({ entry, mayImport }: StepProps) {
  const [undoing, setUndoing] = useState(false)
  const stopped = entry.state === 'failed' && entry.error?.phase === 'run'
  if (entry.state === 'waiting')
    return (
      <Region title={words('waiting')}>
        <p className={css.quiet}>{words('waitingText')}</p>
        {mayImport && <StopButton entry={entry} />}
      </Region>
    )
  if (stopped)
    return (
      <>
        <Resumable
          entry={entry}
          verb="run"
          mayImport={mayImport}
          more={canUndo(entry) && <Button onClick={() => setUndoing(true)}>{words('undoImport')}</Button>}
        />
        {entry.counts.rows > 0 && (
          <>
            <Region title={words('resultSoFar')} note={words('ofRows', { rows: count(entry.counts.rows) })}>
              <Counts counts={entry.counts} />
            </Region>
            <Issues entry={entry} phase="run" mayImport={mayImport} />
          </>
        )}
        <UndoConfirm entry={undoing ? entry : null} onClose={() => setUndoing(false)} />
      </>
    )
  if (entry.state === 'running')
    return (
      <Region title={words('running')}>
        <p className={css.quiet}>{words('runningText')}</p>
        <Running entry={entry} label={words('running')} />
        <p className={css.gap}>{words('soFar', { sentence: outcomeWords(entry.counts) })}</p>
        {mayImport && <StopButton entry={entry} />}
      </Region>
    )
  return (
    <Region title={words('result')}>
      <Counts counts={entry.counts} />
    </Region>
  )
}
