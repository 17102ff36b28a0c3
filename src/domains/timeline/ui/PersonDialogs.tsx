import { useState } from 'react'
import { api, body } from '../../../ui/api/client.ts'
import { Button } from '../../../ui/controls/Button.tsx'
import { dayShort } from '../../../ui/format.ts'
import { Confirm } from '../../../ui/overlays/Confirm.tsx'
import { Dialog } from '../../../ui/overlays/Dialog.tsx'
import type { PersonRole } from '../../people/schema.ts'
import css from './customer.module.css'
import { useDraft, type DraftField } from './draft.ts'
import { ChoiceField, orNull, TextField } from './fields.tsx'
import { FormDialog, type Sent } from './FormDialog.tsx'
import { personName, roleName } from './person-words.ts'
import { useAct, type AccountPerson, type Here } from './queries.ts'
import { words } from './words.ts'

type RoleChoice = PersonRole | 'none'
const roleOptions = (
  ['none', 'buyer', 'champion', 'admin', 'user'] as const satisfies readonly RoleChoice[]
).map((value) => ({
  value,
  label: roleName(value === 'none' ? null : value),
}))
const roleOf = (choice: RoleChoice): PersonRole | null => (choice === 'none' ? null : choice)

interface Draft {
  name: string
  email: string
  title: string
}

function NameFields({
  field,
  fault,
}: {
  field: (key: keyof Draft) => DraftField<string>
  fault: (path: string) => string | undefined
}) {
  return (
    <>
      <TextField label={words('name')} {...field('name')} error={fault('name')} />
      <TextField label={words('email')} type="email" {...field('email')} error={fault('email')} />
      <TextField label={words('title')} {...field('title')} error={fault('title')} />
    </>
  )
}

const inputOf = ({ name, email, title }: Draft) => ({
  name: orNull(name),
  email: orNull(email),
  title: orNull(title),
})

const nobodyYet = (today: string) => ({
  name: '',
  email: '',
  title: '',
  role: 'none' as RoleChoice,
  fromOn: today,
})

/** Adds a person with a part at the customer. */
export function NewPersonDialog({
  accountId,
  here,
  onClose,
}: {
  accountId: string
  here: Here
  onClose: () => void
}) {
  const { draft, field } = useDraft(here.today, nobodyYet)
  const send = async (): Promise<Sent> => {
    await api.POST('/api/v1/people', {
      body: { ...inputOf(draft), at: { accountId, role: roleOf(draft.role), fromOn: draft.fromOn || null } },
    })
    return { said: words('personAdded', { name: draft.name || draft.email }) }
  }
  return (
    <FormDialog
      title={words('addPerson')}
      action={words('addPerson')}
      width={420}
      fields={['name', 'email', 'title', 'at.role', 'at.fromOn']}
      send={send}
      onClose={onClose}
    >
      {(fault) => (
        <>
          <NameFields field={field} fault={fault} />
          <div className={css.pair}>
            <ChoiceField
              label={words('role')}
              {...field('role')}
              error={fault('at.role')}
              options={roleOptions}
            />
            <TextField label={words('fromOn')} type="date" {...field('fromOn')} error={fault('at.fromOn')} />
          </div>
        </>
      )}
    </FormDialog>
  )
}

type Known = Pick<AccountPerson, 'name' | 'email' | 'title' | 'version'>
const draftOf = ({ name, email, title }: Known): Draft => ({
  name: name ?? '',
  email: email ?? '',
  title: title ?? '',
})

interface PersonProps {
  person: AccountPerson
  accountId: string
  here: Here
  onClose: () => void
}

/** One person: name and title, the parts here, and erasing; to look at only, for who may not change it. */
export function PersonDialog(props: PersonProps) {
  const { person, here } = props
  return person.erasedAt !== null || !here.may('csm') ? <PersonFacts {...props} /> : <PersonForm {...props} />
}

function PersonFacts({ person, accountId, here, onClose }: PersonProps) {
  const facts = [person.title, person.email].filter(Boolean).join(', ')
  return (
    <Dialog
      open
      onClose={onClose}
      title={personName(person)}
      width={480}
      actions={<Button onClick={onClose}>{words('close')}</Button>}
    >
      {facts && <p className={css.lead}>{facts}</p>}
      <Roles person={person} accountId={accountId} here={here} />
    </Dialog>
  )
}

function PersonForm({ person, accountId, here, onClose }: PersonProps) {
  const name = personName(person)
  const { record, stored, draft, field, load } = useDraft<Known, Draft>(person, draftOf)
  const params = { path: { id: person.id } }
  const put = (change: Draft, version: string) =>
    body(api.PATCH('/api/v1/people/{id}', { params, body: { ...inputOf(change), version } }))
  const send = async (): Promise<Sent> => {
    const { version } = await put(draft, record.version)
    return { said: words('personSaved', { name: draft.name || name }), undo: () => put(stored, version) }
  }
  return (
    <FormDialog
      title={name}
      action={words('save')}
      width={480}
      fields={['name', 'email', 'title']}
      send={send}
      onClose={onClose}
      loadNewer={async () => load(await body(api.GET('/api/v1/people/{id}', { params })))}
      after={
        <>
          <Roles person={person} accountId={accountId} here={here} />
          <Erase person={person} here={here} onErased={onClose} />
        </>
      }
    >
      {(fault) => <NameFields field={field} fault={fault} />}
    </FormDialog>
  )
}

function Roles({ person, accountId, here }: { person: AccountPerson; accountId: string; here: Here }) {
  const act = useAct()
  const [role, setRole] = useState<RoleChoice>('none')
  const reason = here.may('csm') ? undefined : words('needCsm')
  const end = (roleId: string) => {
    const params = { path: { id: person.id, roleId } }
    const put = (toOn: string | null) => () =>
      api.PATCH('/api/v1/people/{id}/roles/{roleId}', { params, body: { toOn } })
    void act(put(here.today), words('roleEnded'), put(null))
  }
  const add = async () => {
    const added = { roleId: '' }
    const params = { path: { id: person.id } }
    await act(async () => {
      const { id } = await body(
        api.POST('/api/v1/people/{id}/roles', {
          params,
          body: { accountId, role: roleOf(role), fromOn: here.today },
        }),
      )
      added.roleId = id
    }, words('roleAdded'))
  }
  return (
    <section aria-label={words('roles')}>
      <h3 className={css.subheading}>{words('roles')}</h3>
      <ul className={css.rows}>
        {person.roles.map((one) => (
          <li key={one.id} className={one.presence === 'gone' ? css.goneRow : css.row}>
            <span className={css.main}>
              {roleName(one.role)} <span className={css.quiet}>{spanText(one, here.today)}</span>
            </span>
            {one.toOn === null && !person.erasedAt && (
              <Button size="row" variant="quiet" disabledReason={reason} onClick={() => end(one.id)}>
                {words('endRole')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {!person.erasedAt && !reason && (
        <div className={css.addRole}>
          <ChoiceField label={words('addRole')} value={role} onChange={setRole} options={roleOptions} />
          <Button onClick={() => void add()}>{words('addRole')}</Button>
        </div>
      )}
    </section>
  )
}

function spanText({ fromOn, toOn }: AccountPerson['roles'][number], today: string): string {
  const from = fromOn && dayShort(fromOn, today)
  if (toOn && from) return words('roleSpan', { from, to: dayShort(toOn, today) })
  return from ? words('roleSince', { from }) : words('roleSinceUnknown')
}

function Erase({ person, here, onErased }: { person: AccountPerson; here: Here; onErased: () => void }) {
  const [asking, setAsking] = useState(false)
  const act = useAct()
  const erase = () => {
    onErased()
    void act(
      () => api.POST('/api/v1/people/{id}/erase', { params: { path: { id: person.id } } }),
      words('erased'),
    )
  }
  return (
    <p className={css.erase}>
      <Button
        size="row"
        variant="danger"
        onClick={() => setAsking(true)}
        disabledReason={here.may('leader') ? undefined : words('needLeader')}
      >
        {words('erase')}
      </Button>
      <Confirm
        open={asking}
        title={words('eraseTitle', { name: personName(person) })}
        text={words('eraseText')}
        action={words('eraseAction')}
        keep={words('keep')}
        onConfirm={erase}
        onClose={() => setAsking(false)}
      />
    </p>
  )
}
