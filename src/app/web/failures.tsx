import { useNavigate, useRouter } from '@tanstack/react-router'
import { Button } from '../../ui/controls/Button.tsx'
import { Page } from '../../ui/layout/Page.tsx'
import { Empty } from '../../ui/states/Empty.tsx'
import { ErrorState } from '../../ui/states/ErrorState.tsx'
import css from './Shell.module.css'
import { words } from './web-words.ts'

export function NotFoundPage() {
  const navigate = useNavigate()
  return (
    <Page title={words('notFound')}>
      <div className={css.failure}>
        <Empty
          title={words('notFound')}
          text={words('notFoundText')}
          action={<Button onClick={() => navigate({ to: '/' })}>{words('openToday')}</Button>}
        />
      </div>
    </Page>
  )
}

/** Stands where a page threw an error; the shell around it keeps working. */
export function PageFailed({ error }: { error: unknown }) {
  const router = useRouter()
  return (
    <Page title={words('failed')}>
      <div className={css.failure}>
        <ErrorState
          title={words('failed')}
          text={words('failedText', { reason: error instanceof Error ? error.message : String(error) })}
          actions={<Button onClick={() => router.invalidate()}>{words('reload')}</Button>}
        />
      </div>
    </Page>
  )
}
