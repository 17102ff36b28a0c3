import { Download } from 'lucide-react'
import { useCallback, useRef, useState } from 'react'
import { Button } from '../../../ui/controls/Button.tsx'
import { Tag } from '../../../ui/controls/Tag.tsx'
import { count } from '../../../ui/format.ts'
import { DescriptionList } from '../../../ui/layout/DescriptionList.tsx'
import { Heading, Region } from '../../../ui/layout/Region.tsx'
import { Dialog } from '../../../ui/overlays/Dialog.tsx'
import { Empty } from '../../../ui/states/Empty.tsx'
import { Loaded } from '../../../ui/states/Loaded.tsx'
import { NoPermission } from '../../../ui/states/NoPermission.tsx'
import { DataTable, type Column } from '../../../ui/table/DataTable.tsx'
import { PlainTable } from '../../../ui/table/PlainTable.tsx'
import { issueColumn } from './describe.ts'
import css from './imports.module.css'
import {
  useIssueGroups,
  useIssues,
  useKinds,
  type Import,
  type ImportKind,
  type Issue,
  type IssueGroup,
  type Phase,
} from './queries.ts'
import { faultSentence, faultTitle, words } from './words.ts'

/** Rows that were refused, came twice or are worth a look: in groups, one by one, and as a file. */
export function Issues({ entry, phase, mayImport }: { entry: Import; phase: Phase; mayImport: boolean }) {
  const groups = useIssueGroups(entry.id, phase, mayImport)
  const kind = useKinds().data?.find((candidate) => candidate.kind === entry.plan.kind)
  if (!mayImport)
    return (
      <Region title={words('issues')} line={false}>
        <NoPermission title={words('issuesOnly')} text={words('previewOnlyText')} />
      </Region>
    )
  return (
    <Region
      title={words('issues')}
      line={false}
      note={groups.data && groups.data.length > 0 && issuesNote(groups.data)}
      actions={
        groups.data &&
        groups.data.length > 0 && (
          <Button icon={Download} size="row" onClick={() => download(entry.id, phase)}>
            {words('download')}
          </Button>
        )
      }
    >
      <Loaded query={groups} label={words('issues')}>
        {(found) =>
          found.length === 0 ? (
            <Empty title={words('noIssues')} text={words('noIssuesText')} />
          ) : (
            <>
              <Groups groups={found} kind={kind} />
              <IssueList entry={entry} phase={phase} kind={kind} />
            </>
          )
        }
      </Loaded>
    </Region>
  )
}

const total = (groups: readonly IssueGroup[], severity: Issue['severity']): string =>
  count(groups.filter((group) => group.severity === severity).reduce((sum, group) => sum + group.count, 0))

const issuesNote = (groups: readonly IssueGroup[]): string =>
  words('issuesNote', { errors: total(groups, 'error'), warnings: total(groups, 'warning') })

// A link that is followed at once: the browser then saves while it loads, whatever the size.
function download(id: string, phase: Phase): void {
  const link = document.createElement('a')
  link.href = `/api/v1/imports/${id}/issues.csv?phase=${phase}`
  link.download = ''
  link.click()
}

function Severity({ severity }: { severity: Issue['severity'] }) {
  return (
    <Tag tone={severity === 'error' ? 'rust' : 'ochre'}>
      {words(severity === 'error' ? 'severityError' : 'severityWarning')}
    </Tag>
  )
}

const where = ({ rowNumber, lineNumber }: Issue): string =>
  rowNumber === null
    ? ''
    : `${words('exampleRow', { row: count(rowNumber) })}${lineNumber === null ? '' : `, ${words('line', { line: count(lineNumber) })}`}`

function Groups({ groups, kind }: { groups: readonly IssueGroup[]; kind: ImportKind | undefined }) {
  return (
    <PlainTable
      label={words('issues')}
      rows={groups}
      rowKey={({ severity, code, column }) => `${severity} ${code} ${column}`}
      columns={[
        {
          id: 'what',
          head: words('what'),
          // The values of one row would speak falsely for the others.
          cell: (group) =>
            group.count === 1 ? faultSentence(group.code, group.example.params) : faultTitle(group.code),
        },
        { id: 'severity', head: words('state'), cell: ({ severity }) => <Severity severity={severity} /> },
        { id: 'column', head: words('column'), cell: ({ column }) => issueColumn(column, kind) },
        {
          id: 'example',
          head: words('example'),
          cell: ({ example }) => (
            <>
              {where(example)}
              <span className={css.samples} title={example.raw?.join(', ')}>
                {example.raw?.join(', ')}
              </span>
            </>
          ),
        },
        { id: 'count', head: words('count'), number: true, cell: (group) => count(group.count) },
      ]}
    />
  )
}

function IssueList({ entry, phase, kind }: { entry: Import; phase: Phase; kind: ImportKind | undefined }) {
  const issues = useIssues(entry.id, phase)
  const [opened, setOpened] = useState<Issue | null>(null)
  const items = issues.data?.pages.flatMap((page) => page.items) ?? []
  const [first] = issues.data?.pages ?? []
  const latest = useRef({ loaded: 0, fetch: () => {} })
  latest.current = {
    loaded: items.length,
    fetch: () => issues.hasNextPage && !issues.isFetchingNextPage && void issues.fetchNextPage(),
  }
  const onRangeChange = useCallback((_first: number, last: number) => {
    if (last >= latest.current.loaded - 1) latest.current.fetch()
  }, [])
  return (
    <div className={css.list}>
      <Heading title={words('allRows')} />
      <Loaded query={issues} label={words('allRows')}>
        {() => (
          <div className={css.issues}>
            <DataTable
              label={words('allRows')}
              columns={issueColumns(kind)}
              rowCount={items.length + (issues.hasNextPage ? 1 : 0)}
              getRow={(index) => items[index]}
              onRangeChange={onRangeChange}
              rowId={({ id }) => String(id)}
              rowName={({ code, params }) => faultSentence(code, params)}
              onOpen={setOpened}
              compact={(issue) => <CompactIssue issue={issue} kind={kind} />}
              compactHeight={64}
            />
          </div>
        )}
      </Loaded>
      {(first?.more ?? 0) > 0 && (
        <p className={css.quiet}>{words('issuesMore', { n: count(first?.more ?? 0) })}</p>
      )}
      <IssueDialog
        issue={opened}
        columns={entry.inspection.dialect.columns}
        onClose={() => setOpened(null)}
      />
    </div>
  )
}

function issueColumns(kind: ImportKind | undefined): [Column<Issue>, ...Column<Issue>[]] {
  return [
    {
      id: 'what',
      header: words('what'),
      width: 320,
      cell: ({ code, params }) => faultSentence(code, params),
    },
    {
      id: 'row',
      header: words('row'),
      width: 84,
      align: 'end',
      cell: ({ rowNumber }) => (rowNumber === null ? '' : count(rowNumber)),
    },
    {
      id: 'severity',
      header: words('state'),
      width: 92,
      cell: ({ severity }) => <Severity severity={severity} />,
    },
    { id: 'column', header: words('column'), width: 160, cell: ({ column }) => issueColumn(column, kind) },
    {
      id: 'raw',
      header: words('asItStands'),
      width: 320,
      cell: ({ raw }) => (
        <span className={css.clip} title={raw?.join(', ')}>
          {raw?.join(', ')}
        </span>
      ),
    },
  ]
}

function CompactIssue({ issue, kind }: { issue: Issue; kind: ImportKind | undefined }) {
  const place = [where(issue), issueColumn(issue.column, kind)].filter(Boolean).join(', ')
  return (
    <span className={css.compact}>
      <span className={css.compactLine}>
        <span>{faultSentence(issue.code, issue.params)}</span>
        <Severity severity={issue.severity} />
      </span>
      <span className={css.quiet}>{place}</span>
    </span>
  )
}

/** One issue with its whole row. */
function IssueDialog({
  issue,
  columns,
  onClose,
}: {
  issue: Issue | null
  columns: readonly string[]
  onClose: () => void
}) {
  const raw = issue?.raw ?? []
  // A row that could not be split is kept as one text.
  const whole = raw.length !== columns.length
  return (
    <Dialog open={issue !== null} onClose={onClose} title={issue ? where(issue) || words('issues') : ''}>
      {issue && <p>{faultSentence(issue.code, issue.params)}</p>}
      {issue?.code === 'repeated_id' && (
        <p className={css.quiet}>{words(issue.params.kept === 'issue' ? 'repeatedIssue' : 'repeatedKept')}</p>
      )}
      <div className={css.gap}>
        {whole ? (
          <p className={css.quiet}>{raw.join(', ')}</p>
        ) : (
          <DescriptionList items={columns.map((term, i) => ({ term, value: raw[i] ?? '' }))} />
        )}
      </div>
    </Dialog>
  )
}
