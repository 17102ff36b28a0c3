import { useInfiniteQuery } from '@tanstack/react-query'
import type { z } from 'zod'
import { api, body } from '../../../ui/api/client.ts'
import type { Session } from '../../../ui/api/session.ts'
import { Button } from '../../../ui/controls/Button.tsx'
import { timeOfInstant } from '../../../ui/instant.ts'
import { List, ListRow } from '../../../ui/layout/List.tsx'
import { Region } from '../../../ui/layout/Region.tsx'
import { Empty } from '../../../ui/states/Empty.tsx'
import { ErrorState } from '../../../ui/states/ErrorState.tsx'
import { SkeletonRows } from '../../../ui/states/Skeleton.tsx'
import type { AuditEntry as AuditEntrySchema } from '../schema.ts'
import css from './team.module.css'
import { words } from './words.ts'

export type AuditEntry = z.output<typeof AuditEntrySchema>

/** Who did what, newest first. `sentence` words an entry, because actions belong to all domains. */
export function AuditRegion({
  session,
  sentence,
}: {
  session: Session
  sentence: (entry: AuditEntry) => string
}) {
  const log = useInfiniteQuery({
    queryKey: ['audit'],
    queryFn: ({ signal, pageParam }) =>
      body(
        api.GET('/api/v1/audit', {
          signal,
          params: { query: { limit: 50, ...(pageParam !== null && { before: pageParam }) } },
        }),
      ),
    initialPageParam: null as number | null,
    getNextPageParam: ({ next }) => next,
  })
  const entries = log.data?.pages.flatMap(({ rows }) => rows)
  return (
    <Region title={words('audit')} note={words('auditNote')} line={false}>
      {log.isPending && <SkeletonRows label={words('audit')} rows={10} />}
      {log.isError && (
        <ErrorState
          title={words('notRead')}
          text={log.error.message}
          actions={<Button onClick={() => void log.refetch()}>{words('tryAgain')}</Button>}
        />
      )}
      {entries?.length === 0 && <Empty title={words('noAudit')} text={words('noAuditText')} />}
      {entries && entries.length > 0 && (
        <>
          <List label={words('audit')}>
            {entries.map((entry) => (
              <ListRow key={entry.id} end={timeOfInstant(entry.at, session.workspace.timeZone)}>
                <b className={css.actor}>{actorName(entry)}</b>{' '}
                {entry.actorKind === 'key' && `${words('withKey')} `}
                {sentence(entry)}
              </ListRow>
            ))}
          </List>
          <p className={css.more}>
            {log.hasNextPage ? (
              <Button busy={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>
                {words('older')}
              </Button>
            ) : (
              words('auditEnd')
            )}
          </p>
        </>
      )}
    </Region>
  )
}

/** Jobs act in the name of the product; how a person at the machine acted is said. */
function actorName({ actor, actorKind }: AuditEntry): string {
  if (actorKind !== 'system') return actor
  if (actor === 'command line') return words('commandLine')
  return words(actor === 'restore' ? 'restore' : 'product')
}
