import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, body } from '../../../ui/api/client.ts'
import type { Option } from '../../../ui/controls/Select.tsx'
import { timeZoneOption, timeZoneOptions } from '../../team/ui/time-zones.ts'
import { toCount } from './amounts.ts'
import css from './customer.module.css'
import { useDraft, type DraftField } from './draft.ts'
import { ChoiceField, FindField, orNull, TextField } from './fields.tsx'
import { FormDialog, type Sent } from './FormDialog.tsx'
import { invalidField } from './invalid.ts'
import {
  accountQuery,
  useCustomFields,
  useFoundAccounts,
  useMembers,
  type Account,
  type CustomField,
} from './queries.ts'
import { words } from './words.ts'

type Stage = NonNullable<Account['stage']>
type Custom = Account['custom']
const stages = [
  'evaluating',
  'onboarding',
  'adopting',
  'renewing',
  'expanding',
  'in_crisis',
  'left',
] as const satisfies readonly Stage[]
const texts = ['domain', 'segment', 'region', 'plan'] as const
const nobody = 'nobody'
const unknownStage = 'unknown'

interface Draft {
  name: string
  domain: string
  segment: string
  region: string
  plan: string
  stage: Stage | typeof unknownStage
  ownerId: string
  seats: string
  timeZone: Option | null
  startedOn: string
  renewsOn: string
  parent: Option | null
  /** Values of the custom fields, each under its key. */
  [custom: `custom.${string}`]: string
}

const zones: readonly Option[] = timeZoneOptions()

const draftOf = (account: Account): Draft => ({
  name: account.name,
  domain: account.domain ?? '',
  segment: account.segment ?? '',
  region: account.region ?? '',
  plan: account.plan ?? '',
  stage: account.stage ?? unknownStage,
  ownerId: account.owner?.id ?? nobody,
  seats: String(account.seats ?? ''),
  timeZone: account.timeZone === null ? null : timeZoneOption(account.timeZone),
  startedOn: account.startedOn ?? '',
  renewsOn: account.renewsOn ?? '',
  parent: account.parent && { value: account.parent.id, label: account.parent.name },
  ...Object.fromEntries(
    Object.entries(account.custom).map(([key, value]) => [
      `custom.${key}`,
      value === null ? '' : String(value),
    ]),
  ),
})

/** A custom value from its field; an empty one says that nothing is known. */
export function customValue({ type, key }: CustomField, text: string): Custom[string] {
  if (text.trim() === '') return null
  if (type === 'boolean') return text === 'true'
  if (type !== 'number') return text.trim()
  const value = Number(text)
  if (!Number.isFinite(value)) throw invalidField(`custom.${key}`, words('numberWrong'))
  return value
}

function readDraft(draft: Draft, fields: readonly CustomField[]) {
  const seats = toCount(draft.seats)
  if (seats === undefined) throw invalidField('seats', words('numberWrong'))
  return {
    name: draft.name.trim(),
    domain: orNull(draft.domain),
    segment: orNull(draft.segment),
    region: orNull(draft.region),
    plan: orNull(draft.plan),
    stage: draft.stage === unknownStage ? null : draft.stage,
    ownerId: draft.ownerId === nobody ? null : draft.ownerId,
    seats,
    timeZone: draft.timeZone?.value ?? null,
    startedOn: draft.startedOn || null,
    renewsOn: draft.renewsOn || null,
    parentId: draft.parent?.value ?? null,
    custom: Object.fromEntries(
      fields.map((field) => [field.key, customValue(field, draft[`custom.${field.key}`] ?? '')]),
    ),
  }
}

type Input = ReturnType<typeof readDraft>

/** What differs between two inputs, so that only that is sent and only that is taken back. */
export function changesBetween(before: Input, after: Input): Partial<Input> {
  const differs = (key: keyof Input) => JSON.stringify(before[key]) !== JSON.stringify(after[key])
  return Object.fromEntries(
    (Object.keys(after) as (keyof Input)[]).filter(differs).map((key) => [key, after[key]]),
  ) as Partial<Input>
}

/** Everything about the customer that people may change. */
export function DetailsDialog({ account, onClose }: { account: Account; onClose: () => void }) {
  const { record, stored, draft, field, load } = useDraft(account, draftOf)
  const cache = useQueryClient()
  const members = useMembers()
  const fields = useCustomFields().data ?? []
  const params = { path: { id: account.id } }
  const put = (change: Partial<Input>, version: string) =>
    body(api.PATCH('/api/v1/accounts/{id}', { params, body: { ...change, version } }))
  const send = async (): Promise<Sent> => {
    const [before, after] = [readDraft(stored, fields), readDraft(draft, fields)]
    const { version } = await put(changesBetween(before, after), record.version)
    return { said: words('saved'), undo: () => put(changesBetween(after, before), version) }
  }
  return (
    <FormDialog
      title={words('detailsOf', { name: account.name })}
      action={words('save')}
      width={560}
      fields={[
        'name',
        ...texts,
        'stage',
        'ownerId',
        'seats',
        'timeZone',
        'startedOn',
        'renewsOn',
        'parentId',
        ...fields.map(({ key }) => `custom.${key}`),
      ]}
      send={send}
      onClose={onClose}
      loadNewer={async () => load(await cache.fetchQuery({ ...accountQuery(account.id), staleTime: 0 }))}
    >
      {(fault) => (
        <>
          <TextField label={words('name')} {...field('name')} error={fault('name')} />
          <div className={css.pair}>
            <ChoiceField
              label={words('stage')}
              {...field('stage')}
              error={fault('stage')}
              options={([unknownStage, ...stages] as const).map((value) => ({
                value,
                label: words(`stage_${value}`),
              }))}
            />
            <ChoiceField
              label={words('ownerField')}
              {...field('ownerId')}
              error={fault('ownerId')}
              options={[
                { value: nobody, label: words('nobody') },
                ...(members.data ?? []).map(({ id, name }) => ({ value: id, label: name })),
              ]}
            />
            {texts.map((key) => (
              <TextField key={key} label={words(key)} {...field(key)} error={fault(key)} />
            ))}
            <TextField label={words('seatsField')} {...field('seats')} error={fault('seats')} />
            <FindField
              label={words('timeZone')}
              {...field('timeZone')}
              error={fault('timeZone')}
              options={zones}
              placeholder={words('notSet')}
            />
            <TextField
              label={words('startedOn')}
              type="date"
              {...field('startedOn')}
              error={fault('startedOn')}
            />
            <TextField
              label={words('renewsOn')}
              type="date"
              {...field('renewsOn')}
              error={fault('renewsOn')}
            />
          </div>
          <AccountField
            label={words('parentField')}
            {...field('parent')}
            error={fault('parentId')}
            except={account.id}
          />
          {fields.length > 0 && (
            <div className={css.pair}>
              {fields.map((custom) => (
                <CustomInput
                  key={custom.key}
                  of={custom}
                  {...field(`custom.${custom.key}`)}
                  error={fault(`custom.${custom.key}`)}
                />
              ))}
            </div>
          )}
        </>
      )}
    </FormDialog>
  )
}

/** Another customer, found by its name. */
export function AccountField({
  label,
  value,
  onChange,
  meanwhile,
  error,
  except,
}: {
  label: string
  value: Option | null
  onChange: (value: Option | null) => void
  meanwhile?: Option | null | undefined
  error: string | undefined
  except: string
}) {
  const [find, setFind] = useState('')
  const found = useFoundAccounts(find)
  const options = (found.data ?? [])
    .filter(({ id }) => id !== except)
    .map(({ id, name }) => ({ value: id, label: name }))
  return (
    <FindField
      label={label}
      value={value}
      onChange={onChange}
      meanwhile={meanwhile}
      error={error}
      options={options}
      onSearch={setFind}
      placeholder={words('findCustomer')}
    />
  )
}

const unset = 'unset'

function CustomInput({
  of: { label, type, options },
  value = '',
  onChange,
  meanwhile,
  error,
}: Partial<DraftField<string>> & {
  of: CustomField
  onChange: (text: string) => void
  error: string | undefined
}) {
  if (type === 'choice' || type === 'boolean') {
    const choices: Option[] =
      type === 'boolean'
        ? [
            { value: 'true', label: words('yes') },
            { value: 'false', label: words('no') },
          ]
        : (options ?? []).map((option) => ({ value: option, label: option }))
    return (
      <ChoiceField
        label={label}
        value={value || unset}
        onChange={(next) => onChange(next === unset ? '' : next)}
        error={error}
        meanwhile={meanwhile === '' ? unset : meanwhile}
        options={[{ value: unset, label: words('notSet') }, ...choices]}
      />
    )
  }
  return (
    <TextField
      label={label}
      type={type === 'date' ? 'date' : 'text'}
      value={value}
      onChange={onChange}
      meanwhile={meanwhile}
      error={error}
    />
  )
}
