import { useNavigate } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { useCallback, useRef, useState, type ReactNode } from 'react'
import { useSession } from '../../../ui/api/session.ts'
import { Button } from '../../../ui/controls/Button.tsx'
import { count } from '../../../ui/format.ts'
import { timeOfInstant } from '../../../ui/instant.ts'
import { useKeys } from '../../../ui/keys.ts'
import { Page } from '../../../ui/layout/Page.tsx'
import { Heading, Region } from '../../../ui/layout/Region.tsx'
import { Empty } from '../../../ui/states/Empty.tsx'
import { Loaded } from '../../../ui/states/Loaded.tsx'
import { NoPermission } from '../../../ui/states/NoPermission.tsx'
import { DataTable, type Column } from '../../../ui/table/DataTable.tsx'
import { kindLabel } from './describe.ts'
import css from './imports.module.css'
import { useImports, useKinds, useMayImport, type ImportKind, type ImportSummary } from './queries.ts'
import { StateTag } from './StateTag.tsx'
import { canUndo } from './steps.ts'
import { Templates } from './Templates.tsx'
import { UndoConfirm } from './UndoConfirm.tsx'
import { UploadRegion } from './UploadRegion.tsx'
import { words } from './words.ts'

/** Bring files in, and what became of those before. `aside` stands beside the files. */
export function ImportsPage({ aside }: { aside: ReactNode }) {
  const mayImport = useMayImport()
  const input = useRef<HTMLInputElement>(null)
  const choose = () => input.current?.click()
  useKeys([{ key: 'n', label: words('newImportKey'), run: choose, when: mayImport === true, bar: 'left' }])
  return (
    <Page
      title={words('title')}
      actions={
        mayImport && (
          <Button icon={Plus} keys="n" onClick={choose}>
            {words('newImport')}
          </Button>
        )
      }
    >
      <div className={css.page}>
        <div className={css.top}>
          {mayImport === true && <UploadRegion input={input} />}
          {mayImport === false && (
            <Region title={words('newImport')}>
              <NoPermission title={words('viewerTitle')} text={words('viewerText')} />
            </Region>
          )}
          {mayImport !== undefined && (
            <div>
              {mayImport && <Templates />}
              {aside}
            </div>
          )}
        </div>
        <History />
      </div>
    </Page>
  )
}

function History() {
  const imports = useImports()
  const items = imports.data?.pages.flatMap((page) => page.items)
  const note = items && words(imports.hasNextPage ? 'historyNoteMore' : 'historyNote', { n: items.length })
  return (
    <section aria-label={words('history')} className={css.history}>
      <div className={css.historyHead}>
        <Heading title={words('history')} note={items && items.length > 0 ? note : undefined} />
      </div>
      <div className={css.historyBody}>
        {items && items.length > 0 ? (
          <HistoryTable
            items={items}
            more={imports.hasNextPage}
            onEnd={() => !imports.isFetchingNextPage && void imports.fetchNextPage()}
          />
        ) : (
          <div className={css.padded}>
            <Loaded query={imports} label={words('history')}>
              {() => <Empty title={words('noImports')} text={words('noImportsText')} />}
            </Loaded>
          </div>
        )}
      </div>
    </section>
  )
}

function HistoryTable({
  items,
  more,
  onEnd,
}: {
  items: readonly ImportSummary[]
  more: boolean
  onEnd: () => void
}) {
  const navigate = useNavigate()
  const kinds = useKinds().data
  const timeZone = useSession().data?.workspace.timeZone ?? 'UTC'
  const mayImport = useMayImport() === true
  const [undoing, setUndoing] = useState<ImportSummary | null>(null)
  const latest = useRef({ more, onEnd, loaded: items.length })
  latest.current = { more, onEnd, loaded: items.length }
  const onRangeChange = useCallback((_first: number, last: number) => {
    if (latest.current.more && last >= latest.current.loaded - 1) latest.current.onEnd()
  }, [])
  return (
    <>
      <DataTable
        label={words('history')}
        columns={historyColumns(kinds, timeZone, mayImport ? setUndoing : null)}
        rowCount={items.length + (more ? 1 : 0)}
        getRow={(index) => items[index]}
        onRangeChange={onRangeChange}
        rowId={({ id }) => id}
        rowName={({ fileName }) => fileName}
        onOpen={({ id }) => void navigate({ to: '/import/$id', params: { id } })}
        compact={(entry) => <CompactRow entry={entry} kinds={kinds} timeZone={timeZone} />}
        compactHeight={64}
      />
      <UndoConfirm entry={undoing} onClose={() => setUndoing(null)} />
    </>
  )
}

const hasCounts = ({ state }: ImportSummary): boolean => state !== 'uploaded' && state !== 'checking'

function historyColumns(
  kinds: readonly ImportKind[] | undefined,
  timeZone: string,
  onUndo: ((entry: ImportSummary) => void) | null,
): [Column<ImportSummary>, ...Column<ImportSummary>[]] {
  const number = (id: 'new' | 'changed' | 'same' | 'refused'): Column<ImportSummary> => ({
    id,
    header: words(id),
    width: 76,
    align: 'end',
    cell: (entry) =>
      hasCounts(entry) ? count(entry.counts[id]) : <span className={css.quiet}>{words('unknownYet')}</span>,
  })
  const undo: Column<ImportSummary> = {
    id: 'undo',
    header: '',
    width: 88,
    align: 'end',
    cell: (entry) =>
      onUndo &&
      canUndo(entry) && (
        <Button
          variant="quiet"
          size="row"
          aria-label={words('undoOf', { name: entry.fileName })}
          onClick={() => onUndo(entry)}
        >
          {words('undo')}
        </Button>
      ),
  }
  return [
    { id: 'file', header: words('file'), width: 220, cell: ({ fileName }) => fileName },
    { id: 'kind', header: words('kind'), width: 124, cell: ({ kind }) => kindLabel(kinds, kind) },
    { id: 'state', header: words('state'), width: 124, cell: ({ state }) => <StateTag state={state} /> },
    number('new'),
    number('changed'),
    number('same'),
    number('refused'),
    { id: 'by', header: words('by'), width: 128, cell: ({ createdBy }) => createdBy ?? words('byKey') },
    {
      id: 'when',
      header: words('when'),
      width: 116,
      cell: ({ createdAt, finishedAt }) => timeOfInstant(finishedAt ?? createdAt, timeZone),
    },
    ...(onUndo ? [undo] : []),
  ]
}

function CompactRow({
  entry,
  kinds,
  timeZone,
}: {
  entry: ImportSummary
  kinds: readonly ImportKind[] | undefined
  timeZone: string
}) {
  const { new: fresh, changed, same, refused } = entry.counts
  return (
    <span className={css.compact}>
      <span className={css.compactLine}>
        <span className={css.name}>{entry.fileName}</span>
        <StateTag state={entry.state} />
      </span>
      <span className={css.quiet}>
        {kindLabel(kinds, entry.kind)}, {timeOfInstant(entry.finishedAt ?? entry.createdAt, timeZone)}
      </span>
      {hasCounts(entry) && (
        <span className={css.quiet}>
          {words('rowsOf', {
            fresh: count(fresh),
            changed: count(changed),
            same: count(same),
            refused: count(refused),
          })}
        </span>
      )}
    </span>
  )
}
