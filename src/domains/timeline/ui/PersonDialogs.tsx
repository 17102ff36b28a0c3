import { useState } from 'react'
import { api, body } from '../../../ui/api/client.ts'
import { Button } from '../../../ui/controls/Button.tsx'
import { dayShort } from '../../../ui/format.ts'
import { Confirm } from '../../../ui/overlays/Confirm.tsx'
import type { PersonRole } from '../../people/schema.ts'
import css from './customer.module.css'
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
  draft,
  onChange,
  fault,
}: {
  draft: Draft
  onChange: (change: Partial<Draft>) => void
  fault: (path: string) => string | undefined
}) {
  return (
    <>
      <TextField
        label={words('name')}
        value={draft.name}
        onChange={(name) => onChange({ name })}
        error={fault('name')}
      />
      <TextField
        label={words('email')}
        type="email"
        value={draft.email}
        onChange={(email) => onChange({ email })}
        error={fault('email')}
      />
      <TextField
        label={words('title')}
        value={draft.title}
        onChange={(title) => onChange({ title })}
        error={fault('title')}
      />
    </>
  )
}

const inputOf = ({ name, email, title }: Draft) => ({
  name: orNull(name),
  email: orNull(email),
  title: orNull(title),
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
  const [draft, setDraft] = useState({
    name: '',
    email: '',
    title: '',
    role: 'none' as RoleChoice,
    fromOn: here.today,
  })
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
          <NameFields draft={draft} onChange={(change) => setDraft({ ...draft, ...change })} fault={fault} />
          <div className={css.pair}>
            <ChoiceField
              label={words('role')}
              value={draft.role}
              onChange={(role) => setDraft({ ...draft, role })}
              error={fault('at.role')}
              options={roleOptions}
            />
            <TextField
              label={words('fromOn')}
              type="date"
              value={draft.fromOn}
              onChange={(fromOn) => setDraft({ ...draft, fromOn })}
              error={fault('at.fromOn')}
            />
          </div>
        </>
      )}
    </FormDialog>
  )
}

/** One person: name and title, the parts here, and erasing. */
export function PersonDialog({
  person,
  accountId,
  here,
  onClose,
}: {
  person: AccountPerson
  accountId: string
  here: Here
  onClose: () => void
}) {
  const name = personName(person)
  const before: Draft = { name: person.name ?? '', email: person.email ?? '', title: person.title ?? '' }
  const [draft, setDraft] = useState(before)
  const params = { path: { id: person.id } }
  const send = async (): Promise<Sent> => {
    await api.PATCH('/api/v1/people/{id}', { params, body: inputOf(draft) })
    return {
      said: words('personSaved', { name: draft.name || name }),
      undo: () => api.PATCH('/api/v1/people/{id}', { params, body: inputOf(before) }),
    }
  }
  const fixed = person.erasedAt !== null || !here.may('csm')
  const about = (
    <>
      <Roles person={person} accountId={accountId} here={here} />
      {!person.erasedAt && <Erase person={person} here={here} onErased={onClose} />}
    </>
  )
  return (
    <FormDialog
      title={name}
      action={words('save')}
      width={480}
      fields={['name', 'email', 'title']}
      send={send}
      onClose={onClose}
      after={about}
    >
      {(fault) =>
        fixed ? null : (
          <NameFields draft={draft} onChange={(change) => setDraft({ ...draft, ...change })} fault={fault} />
        )
      }
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
