import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Ellipsis } from 'lucide-react'
import { useState } from 'react'
import { api, body } from '../../../ui/api/client.ts'
import { Button, IconButton } from '../../../ui/controls/Button.tsx'
import type { Option } from '../../../ui/controls/Select.tsx'
import { timeOfInstant } from '../../../ui/instant.ts'
import { Dialog } from '../../../ui/overlays/Dialog.tsx'
import { Menu, type MenuItem } from '../../../ui/overlays/Menu.tsx'
import { Loaded } from '../../../ui/states/Loaded.tsx'
import css from './customer.module.css'
import { AccountField } from './DetailsDialog.tsx'
import { FormDialog, type Sent } from './FormDialog.tsx'
import { invalidField } from './invalid.ts'
import { useAct, type Account, type Here } from './queries.ts'
import { LeftDialog } from './SubscriptionDialog.tsx'
import { words } from './words.ts'

type Open = 'merge' | 'left' | 'history' | null

/** What is done rarely, as far as the person may: edit, record a departure, merge, see who changed what. */
export function AccountMenu({
  account,
  here,
  onDetails,
}: {
  account: Account
  here: Here
  onDetails: () => void
}) {
  const [open, setOpen] = useState<Open>(null)
  const act = useAct()
  const close = () => setOpen(null)
  const unmerge = ({ id, name }: Account['merged'][number]): MenuItem => ({
    label: words('unmerge', { name }),
    run: () =>
      void act(
        () => api.DELETE('/api/v1/accounts/{id}/merge', { params: { path: { id } } }),
        words('unmerged', { name }),
        () =>
          api.POST('/api/v1/accounts/{id}/merge', { params: { path: { id } }, body: { intoId: account.id } }),
      ),
  })
  const edit: MenuItem[] = [
    { label: words('details'), keys: 'e', run: onDetails },
    { label: words('recordLeft'), run: () => setOpen('left') },
  ]
  const merge: MenuItem[] = [
    { label: words('merge'), run: () => setOpen('merge') },
    ...account.merged.map(unmerge),
  ]
  const history: MenuItem[] = ['separator', { label: words('history'), run: () => setOpen('history') }]
  const items = [
    ...(here.may('csm') ? edit : []),
    ...(here.may('leader') ? merge : []),
    ...(here.may('admin') ? history : []),
  ]
  if (items.length === 0) return null
  return (
    <>
      <Menu
        align="end"
        items={items}
        trigger={<IconButton icon={Ellipsis} label={words('menu')} tooltip={false} />}
      />
      {open === 'left' && (
        <LeftDialog accountId={account.id} name={account.name} here={here} onClose={close} />
      )}
      {open === 'merge' && <MergeDialog account={account} onClose={close} />}
      {open === 'history' && <HistoryDialog account={account} here={here} onClose={close} />}
    </>
  )
}

function MergeDialog({ account: { id, name }, onClose }: { account: Account; onClose: () => void }) {
  const [into, setInto] = useState<Option | null>(null)
  const navigate = useNavigate()
  const params = { path: { id } }
  const send = async (): Promise<Sent> => {
    if (!into) throw invalidField('intoId', words('required'))
    await api.POST('/api/v1/accounts/{id}/merge', { params, body: { intoId: into.value } })
    void navigate({ to: `/customers/${into.value}` as '/' })
    return {
      said: words('merged', { name }),
      undo: () => api.DELETE('/api/v1/accounts/{id}/merge', { params }),
    }
  }
  return (
    <FormDialog
      title={words('mergeTitle', { name })}
      action={words('mergeAction')}
      width={420}
      fields={['intoId']}
      send={send}
      onClose={onClose}
      lead={<p className={css.lead}>{words('mergeText')}</p>}
    >
      {(fault) => (
        <AccountField
          label={words('mergeInto')}
          value={into}
          onChange={setInto}
          error={fault('intoId')}
          except={id}
        />
      )}
    </FormDialog>
  )
}

function HistoryDialog({
  account: { id, name },
  here,
  onClose,
}: {
  account: Account
  here: Here
  onClose: () => void
}) {
  const history = useQuery({
    queryKey: ['accounts', id, 'audit'],
    queryFn: ({ signal }) => body(api.GET('/api/v1/audit', { params: { query: { subjectId: id } }, signal })),
  })
  return (
    <Dialog
      open
      onClose={onClose}
      title={words('historyTitle', { name })}
      width={560}
      actions={<Button onClick={onClose}>{words('close')}</Button>}
    >
      <Loaded query={history} label={words('history')}>
        {({ rows }) =>
          rows.length === 0 ? (
            <p className={css.quiet}>{words('historyEmpty')}</p>
          ) : (
            <ol className={css.rows}>
              {rows.map((entry) => (
                <li key={entry.id} className={css.row}>
                  <span className={css.main}>
                    <b>{entry.actor}</b> {sentence(entry)}
                  </span>
                  <span className={css.rowEnd}>{timeOfInstant(entry.at, here.timeZone)}</span>
                </li>
              ))}
            </ol>
          )
        }
      </Loaded>
    </Dialog>
  )
}

const audited = ['create', 'update', 'merge', 'unmerge', 'assign'] as const

/** What somebody did to the customer, in words that follow their name. */
function sentence({ action, changes }: { action: string; changes: Record<string, unknown> | null }): string {
  const known = audited.find((one) => action === `account.${one}`)
  if (!known) return words('audit_other', { action })
  return words(`audit_${known}`, { fields: Object.keys(changes ?? {}).join(', ') })
}
