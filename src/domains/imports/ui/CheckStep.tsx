import { Button } from '../../../ui/controls/Button.tsx'
import { count } from '../../../ui/format.ts'
import { useKeys } from '../../../ui/keys.ts'
import { Region } from '../../../ui/layout/Region.tsx'
import { Counts } from './Counts.tsx'
import { usableRows } from './describe.ts'
import { Disagreements } from './Disagreements.tsx'
import css from './imports.module.css'
import { Issues } from './Issues.tsx'
import { useStart, type Import } from './queries.ts'
import { Running, StopButton, Stopped } from './Running.tsx'
import type { StepProps } from './steps.ts'
import { words } from './words.ts'

/** The dry run: what an import would do with every row, before anything is written. */
export function CheckStep({ entry, mayImport, go }: StepProps) {
  const check = useStart(entry.id, 'check')
  if (entry.state === 'checking')
    return (
      <Region title={words('checking')}>
        <p className={css.quiet}>{words('checkingText')}</p>
        <Running entry={entry} label={words('checking')} />
        {mayImport && <StopButton entry={entry} />}
      </Region>
    )
  return (
    <>
      {entry.state === 'failed' && entry.error?.phase === 'check' && (
        <div className={css.noteBox}>
          <Stopped
            entry={entry}
            actions={
              mayImport && (
                <>
                  <Button onClick={() => check.mutate()} busy={check.isPending}>
                    {words('checkAgain')}
                  </Button>
                  <Button variant="quiet" onClick={() => go('file')}>
                    {words('changeReadingOfFile')}
                  </Button>
                </>
              )
            }
          />
        </div>
      )}
      {entry.startedAt === null && entry.counts.rows > 0 && (
        <Region title={words('checked')} note={words('ofRows', { rows: count(entry.counts.rows) })}>
          <Counts counts={entry.counts} />
        </Region>
      )}
      <Disagreements report={entry.report} />
      {entry.counts.rows > 0 && <Issues entry={entry} phase="check" mayImport={mayImport} />}
      {entry.state === 'checked' && mayImport && <ImportBar entry={entry} />}
    </>
  )
}

function ImportBar({ entry }: { entry: Import }) {
  const run = useStart(entry.id, 'run')
  const usable = usableRows(entry.counts)
  const start = () => run.mutate()
  useKeys([{ key: 'enter', label: words('stepImport'), run: start, when: usable > 0 && !run.isPending }])
  const { counts } = entry
  const sameOnly = usable > 0 && counts.new === 0 && counts.changed === 0 && counts.same > 0
  return (
    <div className={css.bar}>
      <Button
        variant="primary"
        keys="enter"
        onClick={start}
        busy={run.isPending}
        disabledReason={usable === 0 ? words('nothingToImport') : undefined}
      >
        {words('importRows', { n: usable })}
      </Button>
      <span className={css.barText}>
        {usable === 0 ? words('nothingToImport') : words('importRowsText', { n: counts.refused })}{' '}
        {sameOnly && words('sameOnly')}
      </span>
    </div>
  )
}
