import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../../ui/api/client.ts'
import { Button } from '../../../ui/controls/Button.tsx'
import { Field, TextArea } from '../../../ui/controls/Field.tsx'
import { Form } from '../../../ui/controls/Form.tsx'
import { Select } from '../../../ui/controls/Select.tsx'
import { fieldFault } from '../../../ui/api/problem.ts'
import { count } from '../../../ui/format.ts'
import { timeOfInstant } from '../../../ui/instant.ts'
import { Heading } from '../../../ui/layout/Region.tsx'
import { Dialog } from '../../../ui/overlays/Dialog.tsx'
import { toast } from '../../../ui/overlays/Toast.tsx'
import { Empty } from '../../../ui/states/Empty.tsx'
import { Loaded } from '../../../ui/states/Loaded.tsx'
import { CodeBlock } from './CodeBlock.tsx'
import type { Explorer } from './address.ts'
import css from './explorer.module.css'
import { useReasons, useRejected, type RejectedEvent, type RejectReason } from './queries.ts'
import { indented } from './raw.ts'
import { useReplayAll } from './use-replay-all.ts'
import { words } from './words.ts'

const all = 'all'

/** Events that could not be taken: why, as they came, and what can be done about it. */
export function RejectedTab({ explorer }: { explorer: Explorer }) {
  const { address, go } = explorer
  const reasons = useReasons()
  const rejected = useRejected(address.reason)
  const rows = rejected.data?.pages.flatMap((page) => page.rows) ?? []
  const open = reasons.data?.reduce((sum, one) => sum + one.open, 0) ?? 0
  return (
    <>
      <div className={css.bar}>
        <Heading title={words('rejected')} note={reasons.data && words('rejectedNote', { n: open })} />
        {reasons.data && reasons.data.length > 0 && (
          <ReasonTools
            reasons={reasons.data}
            reason={address.reason}
            onChange={(reason) => go({ reason: reason === all ? undefined : reason })}
          />
        )}
      </div>
      <div className={css.scroll}>
        <div className={css.padded}>
          {rows.length > 0 ? (
            <ul aria-label={words('rejected')} className={css.rejects}>
              {rows.map((one) => (
                <Reject key={one.id} one={one} timeZone={explorer.timeZone} />
              ))}
            </ul>
          ) : (
            <Loaded query={rejected} label={words('rejected')}>
              {() => <Empty title={words('noRejected')} text={words('noRejectedText')} />}
            </Loaded>
          )}
          {rejected.hasNextPage && (
            <Button busy={rejected.isFetchingNextPage} onClick={() => void rejected.fetchNextPage()}>
              {words('older')}
            </Button>
          )}
        </div>
      </div>
    </>
  )
}

function ReasonTools({
  reasons,
  reason,
  onChange,
}: {
  reasons: readonly RejectReason[]
  reason: string | undefined
  onChange: (reason: string) => void
}) {
  const replay = useReplayAll()
  const chosen = reasons.find((one) => one.reason === reason)
  return (
    <div className={css.tokens}>
      {chosen &&
        (replay.running ? (
          <>
            <span role="status" className={css.quiet}>
              {words('replayingAll', { done: replay.done, n: chosen.open })}
            </span>
            <Button size="row" onClick={replay.stop}>
              {words('stopReplay')}
            </Button>
          </>
        ) : (
          <Button size="row" title={words('replayAllHelp')} onClick={() => void replay.start(chosen.reason)}>
            {words('replayAll')}
          </Button>
        ))}
      <span className={css.reason}>
        <Select
          label={words('reasons')}
          options={[
            { value: all, label: words('allReasons') },
            ...reasons.map((one) => ({ value: one.reason, label: `${one.says} ${count(one.open)}` })),
          ]}
          value={reason ?? all}
          onChange={onChange}
        />
      </span>
    </div>
  )
}

/** What changes when a rejected event is settled: the lists of rejects, and what arrived. */
function useSettled(): () => Promise<void> {
  const cache = useQueryClient()
  return () => cache.invalidateQueries({ queryKey: ['events'] })
}

function Reject({ one, timeZone }: { one: RejectedEvent; timeZone: string }) {
  const [mending, setMending] = useState(false)
  const settled = useSettled()
  const path = { path: { id: one.id } }
  const replay = useMutation({
    mutationFn: () => api.POST('/api/v1/events/rejected/{id}/replay', { params: path, body: {} }),
    onSuccess: async () => {
      toast(words('replayed'))
      await settled()
    },
    onError: (error) => toast(words('stillRejected', { reason: error.message })),
  })
  const dismiss = useMutation({
    mutationFn: () => api.DELETE('/api/v1/events/rejected/{id}', { params: path }),
    onSuccess: async () => {
      toast(words('dismissed'))
      await settled()
    },
    onError: (error) => toast(words('notChanged', { reason: error.message })),
  })
  return (
    <li className={css.reject}>
      <div className={css.rejectHead}>
        <span className={css.rejectSays}>{one.says}</span>
        <span className={css.quiet}>
          {[one.key ?? words('noKey'), timeOfInstant(one.receivedAt, timeZone)].join(', ')}
        </span>
        <span className={css.rejectActs}>
          <Button size="row" onClick={() => setMending(true)}>
            {words('mend')}
          </Button>
          <Button size="row" variant="quiet" busy={replay.isPending} onClick={() => replay.mutate()}>
            {words('replay')}
          </Button>
          <Button size="row" variant="quiet" busy={dismiss.isPending} onClick={() => dismiss.mutate()}>
            {words('dismiss')}
          </Button>
        </span>
      </div>
      <CodeBlock label={words('asReceived')} text={indented(one.raw)} />
      {mending && <Mend one={one} onClose={() => setMending(false)} />}
    </li>
  )
}

function Mend({ one, onClose }: { one: RejectedEvent; onClose: () => void }) {
  const [text, setText] = useState(() => indented(one.raw))
  const settled = useSettled()
  const mend = useMutation({
    mutationFn: () =>
      api.POST('/api/v1/events/rejected/{id}/replay', {
        params: { path: { id: one.id } },
        body: { event: text },
      }),
    onSuccess: async () => {
      toast(words('replayed'))
      onClose()
      await settled()
    },
  })
  return (
    <Dialog open onClose={onClose} title={words('mend')} width={640}>
      <p className={css.says}>{one.says}</p>
      <Form
        onSubmit={() => mend.mutate()}
        error={mend.error}
        fields={['event']}
        actions={
          <Button variant="primary" type="submit" busy={mend.isPending}>
            {words('replay')}
          </Button>
        }
      >
        <Field label={words('mendLabel')} hint={words('mendHint')} error={fieldFault(mend.error, 'event')}>
          {(control) => (
            <TextArea
              {...control}
              rows={14}
              spellCheck={false}
              className={css.editor}
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          )}
        </Field>
      </Form>
    </Dialog>
  )
}
