import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useEffect, useState, type Ref } from 'react'
import { announce } from '../../../ui/announce.ts'
import { Button } from '../../../ui/controls/Button.tsx'
import { FileDrop, fileSize } from '../../../ui/controls/FileDrop.tsx'
import { Progress } from '../../../ui/controls/Progress.tsx'
import { Heading, Region } from '../../../ui/layout/Region.tsx'
import { kindLabel } from './describe.ts'
import css from './imports.module.css'
import { refreshImports, useKinds, useLimits, type Import } from './queries.ts'
import { cancelUpload, dismissUpload, retryUpload, startUploads, useUploads, type Upload } from './uploads.ts'
import { words } from './words.ts'

/** Takes files and shows how far each is. One file alone leads on to its page. */
export function UploadRegion({ input }: { input: Ref<HTMLInputElement> }) {
  const limit = useLimits().data?.uploadMaxBytes ?? null
  const uploads = useUploads()
  const navigate = useNavigate()
  const cache = useQueryClient()
  const onReady = (entry: Import, alone: boolean) => {
    void refreshImports(cache)
    announce(words('uploadSaid', { name: entry.fileName }))
    if (!alone || location.pathname !== '/import') return
    void navigate({ to: '/import/$id', params: { id: entry.id } })
  }
  return (
    <Region title={words('newImport')}>
      <p className={css.intro}>{words('whatFits')}</p>
      <div className={css.drop}>
        <FileDrop
          multiple
          input={input}
          label={words('drop')}
          hint={limit === null ? words('dropHintNoLimit') : words('dropHint', { size: fileSize(limit) })}
          onFiles={(files) => startUploads(files, limit, onReady)}
        />
      </div>
      {uploads.length > 0 && <UploadList uploads={uploads} />}
    </Region>
  )
}

function UploadList({ uploads }: { uploads: readonly Upload[] }) {
  return (
    <div className={css.uploads}>
      <div className={css.gap}>
        <Heading title={words('uploads')} note={uploads.length > 1 && words('uploadsNote')} />
      </div>
      <ol aria-label={words('uploads')}>
        {uploads.map((upload) => (
          <UploadRow key={upload.id} upload={upload} />
        ))}
      </ol>
    </div>
  )
}

function UploadRow({ upload }: { upload: Upload }) {
  const { id, file, state, answer } = upload
  const going = state === 'sending' || state === 'looked' || state === 'waiting'
  return (
    <li className={css.upload}>
      <span className={css.name}>{file.name}</span>
      <span className={css.buttons}>
        {answer && (
          <Link to="/import/$id" params={{ id: answer.id }}>
            {words('openNext')}
          </Link>
        )}
        {state === 'failed' && (
          <Button size="row" onClick={() => retryUpload(id)}>
            {words('tryAgain')}
          </Button>
        )}
        {going ? (
          <Button size="row" variant="quiet" onClick={() => cancelUpload(id)}>
            {words('cancel')}
          </Button>
        ) : (
          <Button size="row" variant="quiet" onClick={() => dismissUpload(id)}>
            {words('dismiss')}
          </Button>
        )}
      </span>
      <UploadState upload={upload} />
    </li>
  )
}

function UploadState({ upload: { file, state, sentBytes, answer, reason } }: { upload: Upload }) {
  const kinds = useKinds().data
  useEffect(() => {
    if (state === 'failed') announce(`${words('uploadFailed', { name: file.name })} ${reason ?? ''}`)
  }, [state, reason, file.name])
  switch (state) {
    case 'waiting':
      return <span className={css.quiet}>{words('uploadWaits')}</span>
    case 'sending':
    case 'looked':
      return <Sending file={file} sentBytes={sentBytes} done={state === 'looked'} />
    case 'ready':
      return (
        <span className={css.quiet}>
          {answer &&
            words('uploadReady', {
              kind: kindLabel(kinds, answer.kind),
              columns: answer.inspection.columns.length,
            })}
        </span>
      )
    case 'failed':
      return <span className={css.fault}>{reason}</span>
    case 'cancelled':
      return <span className={css.quiet}>{words('uploadCancelled')}</span>
  }
}

function Sending({ file, sentBytes, done }: { file: File; sentBytes: number; done: boolean }) {
  const [said, setSaid] = useState(0)
  const quarter = file.size > 0 ? Math.floor((4 * sentBytes) / file.size) : 4
  useEffect(() => {
    if (quarter <= said) return
    setSaid(quarter)
    announce(words('uploadMoves', { done: `${quarter * 25}%`, total: file.name }))
  }, [quarter, said, file.name])
  const text = done
    ? words('uploadLooked')
    : words('uploadMoves', { done: fileSize(sentBytes), total: fileSize(file.size) })
  return (
    <Progress
      label={words('uploadOf', { name: file.name })}
      done={Math.min(sentBytes, file.size)}
      total={Math.max(1, file.size)}
      text={text}
    />
  )
}
