import { Button } from '../../../ui/controls/Button.tsx'
import { fileSize } from '../../../ui/controls/FileDrop.tsx'
import { Progress } from '../../../ui/controls/Progress.tsx'
import { count } from '../../../ui/format.ts'
import { useKeys } from '../../../ui/keys.ts'
import { ErrorState } from '../../../ui/states/ErrorState.tsx'
import { Partial } from '../../../ui/states/Partial.tsx'
import { stoppedByHand } from './describe.ts'
import css from './imports.module.css'
import { useStart, type Import } from './queries.ts'
import { progressOf, useRate } from './use-progress.ts'
import { faultSentence, isFault, words } from './words.ts'

/** How far a file is read: bytes, rows, rows a second. */
export function Running({ entry, label }: { entry: Import; label: string }) {
  const { bytesDone, fileBytes, rowsDone } = entry
  const rate = useRate(rowsDone, true)
  const { done, total } = progressOf(entry)
  const text = words('progress', {
    bytes: fileSize(bytesDone),
    total: fileSize(fileBytes),
    rows: count(rowsDone),
  })
  return (
    <div className={css.progress}>
      <Progress
        label={label}
        done={done}
        total={Math.max(1, total)}
        text={rate === null ? text : words('progressRate', { text, rate: count(rate) })}
      />
    </div>
  )
}

/** How much of what an import wrote is put back. */
export function Undoing({ entry }: { entry: Import }) {
  const { done, total } = progressOf(entry)
  if (total === 0) return <p className={css.gap}>{words('undoCounting')}</p>
  return (
    <div className={css.progress}>
      <Progress
        label={words('resultUndoing')}
        done={done}
        total={total}
        text={words('undoProgress', { done: count(done), all: count(total) })}
      />
    </div>
  )
}

/** Stops what is under way. Nothing is lost by it, so it is not asked about. */
export function StopButton({ entry }: { entry: Import }) {
  const stop = useStart(entry.id, 'stop')
  const run = () => stop.mutate()
  useKeys([{ key: 's', label: words('stopKey'), run, when: !stop.isPending, bar: 'left' }])
  return (
    <div className={css.gap}>
      <Button keys="s" onClick={run} busy={stop.isPending}>
        {words('stop')}
      </Button>
    </div>
  )
}

/** Why it stopped, at which row, and what to do. */
export function Stopped({ entry, actions }: { entry: Import; actions: React.ReactNode }) {
  const { error, startedAt } = entry
  if (!error) return null
  if (error.code === 'stopped')
    return (
      <>
        <Partial {...stoppedByHand(entry, error)} />
        {actions && <div className={css.noteActions}>{actions}</div>}
      </>
    )
  const row = count(error.row)
  const title =
    error.row === 0 ? 'stoppedAtStart' : error.phase === 'check' ? 'stoppedCheckTitle' : 'stoppedTitle'
  const cause = isFault(error.code) ? faultSentence(error.code, error.params) : error.detail
  const written = startedAt !== null && error.row > 0
  return (
    <ErrorState
      title={words(title, { row })}
      text={`${cause} ${written ? words('failedSome', { row }) : words('failedNothing')}`}
      actions={actions}
    />
  )
}

/** An import or undo that stopped half-way, with the button and the key that let it go on. */
export function Resumable({
  entry,
  verb,
  mayImport,
  more,
}: {
  entry: Import
  verb: 'run' | 'undo'
  mayImport: boolean
  /** What else can be done now. */
  more?: React.ReactNode
}) {
  const { mutate, isPending } = useStart(entry.id, verb)
  const label = words(verb === 'run' ? 'resume' : 'resumeUndo')
  const resume = () => mutate()
  useKeys([{ key: 'enter', label, run: resume, when: mayImport && !isPending }])
  return (
    <div className={css.noteBox}>
      <Stopped
        entry={entry}
        actions={
          mayImport && (
            <>
              <Button variant="primary" keys="enter" onClick={resume} busy={isPending}>
                {label}
              </Button>
              {more}
            </>
          )
        }
      />
    </div>
  )
}
