import { Link } from '@tanstack/react-router'
import { useSession } from '../../../ui/api/session.ts'
import { count } from '../../../ui/format.ts'
import { timeOfInstant } from '../../../ui/instant.ts'
import { DescriptionList } from '../../../ui/layout/DescriptionList.tsx'
import { Region } from '../../../ui/layout/Region.tsx'
import { PlainTable } from '../../../ui/table/PlainTable.tsx'
import { Counts } from './Counts.tsx'
import { inTotalOrder } from '../model/report-words.ts'
import { entityName, totalsNote, totalWords } from './describe.ts'
import { Disagreements } from './Disagreements.tsx'
import css from './imports.module.css'
import { Issues } from './Issues.tsx'
import { useImports, type Import } from './queries.ts'
import { Resumable, StopButton, Undoing } from './Running.tsx'
import { inKindOrder, type StepProps } from './steps.ts'
import { words } from './words.ts'

/** What became of the rows, what was stored after it, and where to go from here. */
export function ResultStep({ entry, mayImport }: StepProps) {
  if (entry.state === 'undoing')
    return (
      <Region title={words('resultUndoing')}>
        <p className={css.quiet}>{words('resultUndoingText')}</p>
        <Undoing entry={entry} />
        {mayImport && <StopButton entry={entry} />}
      </Region>
    )
  // An undo that was stopped half-way can only go on.
  if (entry.state === 'failed') return <Resumable entry={entry} verb="undo" mayImport={mayImport} />
  const undone = entry.state === 'undone'
  return (
    <>
      {undone && (
        <Region title={words('resultUndone')}>
          <p className={css.quiet}>{words('resultUndoneText')}</p>
        </Region>
      )}
      <Outcome entry={entry} />
      {!undone && <Next entry={entry} mayImport={mayImport} />}
      {!undone && <Totals entry={entry} />}
      {!undone && <Disagreements report={entry.report} />}
      <Unknown entry={entry} />
      <Issues entry={entry} phase="run" mayImport={mayImport} />
    </>
  )
}

function Outcome({ entry }: { entry: Import }) {
  const timeZone = useSession().data?.workspace.timeZone ?? 'UTC'
  const { createdBy, finishedAt, counts } = entry
  const note = finishedAt
    ? words('importedOn', {
        when: timeOfInstant(finishedAt, timeZone),
        by: createdBy ? words('byWhom', { name: createdBy }) : '',
      })
    : undefined
  return (
    <Region
      title={words('result')}
      note={[words('ofRows', { rows: count(counts.rows) }), note].filter(Boolean).join(', ')}
    >
      <Counts counts={counts} />
    </Region>
  )
}

/** Files that were brought in and wait, in the order in which they find each other. */
function Next({ entry, mayImport }: { entry: Import; mayImport: boolean }) {
  const items = useImports().data?.pages.flatMap((page) => page.items) ?? []
  const waiting = items.filter(
    ({ id, state }) => id !== entry.id && (state === 'uploaded' || state === 'checked'),
  )
  const [next] = inKindOrder(waiting)
  return (
    <div className={css.noteBox}>
      <p className={css.links}>
        {mayImport && next && (
          <Link to="/import/$id" params={{ id: next.id }} resetScroll={false}>
            {words('nextFile', { name: next.fileName })}
          </Link>
        )}
        <Link to="/customers">{words('openCustomers')}</Link>
        {mayImport && <Link to="/import">{words('anotherFile')}</Link>}
      </p>
    </div>
  )
}

function Totals({ entry }: { entry: Import }) {
  const workspace = useSession().data?.workspace
  const currency = workspace?.currency ?? entry.plan.answers.currency
  const totals = inTotalOrder(entry.report.totals ?? {})
  if (totals.length === 0) return <Records entry={entry} />
  return (
    <Region title={words('totals')} note={totalsNote(entry.finishedAt, workspace?.timeZone ?? 'UTC')}>
      <div className={css.narrow}>
        <DescriptionList items={totals.map(([name, value]) => totalWords(name, value, currency))} />
      </div>
    </Region>
  )
}

/** Where a kind has no totals: what this import wrote, by the table it went to. */
function Records({ entry }: { entry: Import }) {
  const records = Object.entries(entry.counts.records)
  if (records.length === 0) return null
  return (
    <Region title={words('records')} note={words('recordsNote')}>
      <div className={css.narrow}>
        <PlainTable
          label={words('records')}
          rows={records}
          rowKey={([entity]) => entity}
          columns={[
            { id: 'entity', head: words('kind'), cell: ([entity]) => entityName(entity) },
            ...(['new', 'changed', 'same'] as const).map((id) => ({
              id,
              head: words(id),
              number: true,
              cell: ([, tally]: (typeof records)[number]) => count(tally[id]),
            })),
          ]}
        />
      </div>
    </Region>
  )
}

function Unknown({ entry }: { entry: Import }) {
  const unknown = entry.report.unknown ?? []
  if (unknown.length === 0) return null
  return (
    <Region title={words('unknown')} note={words('unknownNote')}>
      <div className={css.narrow}>
        <PlainTable
          label={words('unknown')}
          rows={unknown}
          rowKey={({ entity, externalId }) => `${entity} ${externalId}`}
          columns={[
            { id: 'id', head: words('unknownId'), cell: ({ externalId }) => externalId },
            { id: 'entity', head: words('unknownEntity'), cell: ({ entity }) => entityName(entity) },
            { id: 'rows', head: words('count'), number: true, cell: ({ rows }) => count(rows) },
          ]}
        />
      </div>
    </Region>
  )
}
