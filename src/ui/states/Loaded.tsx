import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Button } from '../controls/Button.tsx'
import { words } from '../words.ts'
import { ErrorState } from './ErrorState.tsx'
import { SkeletonRows } from './Skeleton.tsx'

/** What a query read, once it is there; before that its skeleton, and when it fails what to do. */
export function Loaded<Data>({
  query,
  label,
  children,
}: {
  query: UseQueryResult<Data>
  /** What is read, for screen readers. */
  label: string
  children: (data: Data) => ReactNode
}) {
  const { data, error, refetch } = query
  return (
    <>
      {error && (
        <ErrorState
          title={words('notRead', { label })}
          text={data === undefined ? error.message : `${error.message} ${words('lastGood')}`}
          actions={<Button onClick={() => void refetch()}>{words('tryAgain')}</Button>}
        />
      )}
      {data !== undefined && children(data)}
      {data === undefined && !error && (
        <SkeletonRows label={label} reading={words('stillReading', { label })} />
      )}
    </>
  )
}
