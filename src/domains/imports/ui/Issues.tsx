import { useNavigate, useSearch } from '@tanstack/react-router'
import { Download, X } from 'lucide-react'
import { useCallback, useRef, useState } from 'react'
import { announce } from '../../../ui/announce.ts'
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
  groupQuery,
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
            <Empty
              title={words(entry.state === 'failed' ? 'noIssuesSoFar' : 'noIssues')}
              text={words('noIssuesText')}
            />
          ) : (
            <Found groups={found} entry={entry} phase={phase} kind={kind} />
          )
        }
      </Loaded>
    </Region>
  )
}

/** How a group stands in the address. */
const groupKey = ({ severity, code, column }: IssueGroup): string => [severity, code, column ?? ''].join(' ')

/** The groups, and under them all rows or those of the group that was chosen. */
function Found({
  groups,
  ...rest
}: {
  groups: readonly IssueGroup[]
  entry: Import
  phase: Phase
  kind: ImportKind | undefined
}) {
  const { group: asked } = useSearch({ strict: false }) as { group?: unknown }
  const navigate = useNavigate()
  const chosen = groups.find((group) => groupKey(group) === asked)
  const choose = (group: IssueGroup | null) => {
    void navigate({
      to: '.',
      search: (before: Record<string, unknown>) => ({
        ...before,
        group: group ? groupKey(group) : undefined,
      }),
      resetScroll: false,
    })
    announce(group ? groupWords(group) : words('allRows'))
  }
  return (
    <>
      <Groups groups={groups} chosen={chosen} onChoose={choose} kind={rest.kind} />
      <IssueList key={chosen && groupKey(chosen)} group={chosen} onAll={() => choose(null)} {...rest} />
    </>
  )
}

/** What a group is about. The values of one row would speak falsely for the others, so they stand as an example. */
function groupWords({ code, count: rows, example }: IssueGroup): string {
  const sentence = faultSentence(code, example.params)
  return rows === 1 || sentence === faultTitle(code) ? sentence : words('suchAs', { sentence })
}

const total = (groups: readonly IssueGroup[], severity: Issue['severity']): string =>
  count(groups.filter((group) => group.severity === severity).reduce((sum, group) => sum + group.count, 0))

const issuesNote = (groups: readonly IssueGroup[]): string =>
  words('issuesNote', { errors: total(groups, 'error'), warnings: total(groups, 'warning') })

// A link that is followed at once: the browser then saves while it loads, whatever the size.
function download(id: string, phase: Phase, group?: IssueGroup): void {
  const asked = new URLSearchParams({ phase, ...(group && groupQuery(group)) })
  const link = document.createElement('a')
  link.href = `/api/v1/imports/${id}/issues.csv?${asked}`
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

function Groups({
  groups,
  chosen,
  onChoose,
  kind,
}: {
  groups: readonly IssueGroup[]
  chosen: IssueGroup | undefined
  onChoose: (group: IssueGroup | null) => void
  kind: ImportKind | undefined
}) {
  return (
    <PlainTable
      label={words('issues')}
      rows={groups}
      rowKey={({ severity, code, column }) => `${severity} ${code} ${column}`}
      columns={[
        {
          id: 'what',
          head: words('what'),
          cell: (group) =>
            groups.length === 1 ? (
              groupWords(group)
            ) : (
              <button
                type="button"
                className={css.group}
                aria-pressed={group === chosen}
                title={words(group === chosen ? 'groupAll' : 'groupShow')}
                onClick={() => onChoose(group === chosen ? null : group)}
              >
                {groupWords(group)}
              </button>
            ),
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

function IssueList({
  entry,
  phase,
  kind,
  group,
  onAll,
}: {
  entry: Import
  phase: Phase
  kind: ImportKind | undefined
  group: IssueGroup | undefined
  onAll: () => void
}) {
  const issues = useIssues(entry.id, phase, group)
  const [opened, setOpened] = useState<Issue | null>(null)
  const label = words(group ? 'groupRows' : 'allRows')
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
      <Heading
        title={label}
        note={group && groupWords(group)}
        actions={
          group && (
            <>
              <Button icon={Download} size="row" onClick={() => download(entry.id, phase, group)}>
                {words('downloadGroup')}
              </Button>
              <Button icon={X} size="row" onClick={onAll}>
                {words('groupAll')}
              </Button>
            </>
          )
        }
      />
      <Loaded query={issues} label={label}>
        {() => (
          <div className={css.issues}>
            <DataTable
              label={label}
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
      {!group && (first?.more ?? 0) > 0 && (
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
