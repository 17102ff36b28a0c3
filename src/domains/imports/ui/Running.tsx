import { fileSize } from '../../../ui/controls/FileDrop.tsx'
import { Progress } from '../../../ui/controls/Progress.tsx'
import { count } from '../../../ui/format.ts'
import { ErrorState } from '../../../ui/states/ErrorState.tsx'
import css from './imports.module.css'
import type { Import } from './queries.ts'
import { useRate } from './use-progress.ts'
import { faultMessages, faultSentence, words } from './words.ts'

/** How far a file is read: bytes, rows, rows a second. */
export function Running({ entry, label }: { entry: Import; label: string }) {
  const { bytesDone, fileBytes, rowsDone } = entry
  const rate = useRate(rowsDone, true)
  const text = words('progress', {
    bytes: fileSize(bytesDone),
    total: fileSize(fileBytes),
    rows: count(rowsDone),
  })
  return (
    <div className={css.progress}>
      <Progress
        label={label}
        done={Math.min(bytesDone, fileBytes)}
        total={Math.max(1, fileBytes)}
        text={rate === null ? text : words('progressRate', { text, rate: count(rate) })}
      />
    </div>
  )
}

/** Why it stopped, at which row, and what to do. */
export function Stopped({ entry, actions }: { entry: Import; actions: React.ReactNode }) {
  const { error, startedAt } = entry
  if (!error) return null
  const row = count(error.row)
  const title =
    error.row === 0 ? 'stoppedAtStart' : error.phase === 'check' ? 'stoppedCheckTitle' : 'stoppedTitle'
  const cause = error.code in faultMessages ? faultSentence(error.code, error.params) : error.detail
  const written = startedAt !== null && error.row > 0
  return (
    <ErrorState
      title={words(title, { row })}
      text={`${cause} ${written ? words('failedSome', { row }) : words('failedNothing')}`}
      actions={actions}
    />
  )
}
