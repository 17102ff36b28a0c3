import { useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { api, body } from '../../../ui/api/client.ts'
import { Button } from '../../../ui/controls/Button.tsx'
import { Combobox } from '../../../ui/controls/Combobox.tsx'
import { Field, TextInput } from '../../../ui/controls/Field.tsx'
import { FilterToken } from '../../../ui/controls/FilterToken.tsx'
import { Select, type Option } from '../../../ui/controls/Select.tsx'
import { useKeys } from '../../../ui/keys.ts'
import { Popover } from '../../../ui/overlays/Popover.tsx'
import { eventTypes, filtersOf, type Address, type FilterField, type Span, type Explorer } from './address.ts'
import css from './explorer.module.css'
import { useVolume } from './queries.ts'
import { words } from './words.ts'

const cleared = {
  type: undefined,
  name: undefined,
  key: undefined,
  account: undefined,
  user: undefined,
  state: undefined,
  day: undefined,
  span: undefined,
  at: undefined,
}

const spanWords: Readonly<Record<Span, string>> = {
  hour: words('hour1'),
  day: words('hours24'),
  week: words('days7'),
}

const fieldWords: Readonly<Record<FilterField, string>> = {
  type: words('type'),
  name: words('eventName'),
  key: words('source'),
  account: words('customer'),
  user: words('user'),
  state: words('state'),
  day: words('day'),
  span: words('time'),
}

/** Sources that sent anything in the last 30 days. */
function useSources(): Option[] {
  const volume = useVolume('day').data
  return (volume?.sources ?? []).flatMap(({ key }) => (key ? [{ value: key.id, label: key.name }] : []))
}

function useAccountName(id: string | undefined): string | undefined {
  const { data } = useQuery({
    queryKey: ['accounts', id, 'account'],
    queryFn: ({ signal }) =>
      body(api.GET('/api/v1/accounts/{id}', { params: { path: { id: id ?? '' } }, signal })),
    enabled: id !== undefined,
  })
  return id === undefined ? undefined : data?.name
}

/** What the stream is narrowed to, as tokens, and the form that adds to it. `end` stands at the right. */
export function FilterBar({ explorer: { address, go }, end }: { explorer: Explorer; end: ReactNode }) {
  const [open, setOpen] = useState(false)
  const sources = useSources()
  const account = useAccountName(address.account)
  useKeys([{ key: 'f', label: words('filterKey'), run: () => setOpen(true), bar: 'left' }])
  const shown = filtersOf(address)
  const label = (field: FilterField): string => {
    const value = address[field] ?? ''
    if (field === 'type') return words(value as NonNullable<Address['type']>)
    if (field === 'state') return words(value === 'waiting' ? 'stateWaiting' : 'stateCounted')
    if (field === 'span') return spanWords[value as Span]
    if (field === 'key') return sources.find((one) => one.value === value)?.label ?? words('noKey')
    return field === 'account' ? (account ?? '…') : value
  }
  return (
    <div className={css.bar}>
      <div className={css.tokens}>
        {shown.map((field) => (
          <FilterToken
            key={field}
            field={{ label: fieldWords[field] }}
            operator={{ label: words('is') }}
            value={{ label: label(field) }}
            onRemove={() => go({ [field]: undefined, at: undefined })}
          />
        ))}
        <Popover
          label={words('addFilter')}
          open={open}
          onOpenChange={setOpen}
          trigger={
            <Button variant="quiet" icon={Plus} keys="f">
              {words('filter')}
            </Button>
          }
        >
          <FilterForm
            address={address}
            sources={sources}
            onApply={(change) => {
              go({ ...change, at: undefined })
              setOpen(false)
            }}
          />
        </Popover>
        {shown.length > 1 && (
          <Button variant="quiet" onClick={() => go(cleared)}>
            {words('clearFilters')}
          </Button>
        )}
      </div>
      {end}
    </div>
  )
}

const any = 'any'
const withAny = (options: readonly Option[], label = words('any')): Option[] => [
  { value: any, label },
  ...options,
]

function FilterForm({
  address,
  sources,
  onApply,
}: {
  address: Address
  sources: readonly Option[]
  onApply: (change: Partial<Record<FilterField, string | undefined>>) => void
}) {
  const [draft, setDraft] = useState<Partial<Record<FilterField, string | undefined>>>(address)
  const set = (field: FilterField) => (value: string) =>
    setDraft({ ...draft, [field]: value === any || value === '' ? undefined : value })
  const choice = (field: FilterField, options: readonly Option[]) => (
    <Field label={fieldWords[field]}>
      {(control) => (
        <Select {...control} options={options} value={draft[field] ?? any} onChange={set(field)} />
      )}
    </Field>
  )
  const text = (field: 'name' | 'user') => (
    <Field label={fieldWords[field]}>
      {(control) => (
        <TextInput
          {...control}
          autoComplete="off"
          value={draft[field] ?? ''}
          onChange={(event) => set(field)(event.target.value)}
        />
      )}
    </Field>
  )
  return (
    <form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault()
        const kept = ['type', 'name', 'key', 'account', 'user', 'state', 'span'] as const
        onApply(Object.fromEntries(kept.map((field) => [field, draft[field]?.trim()])))
      }}
    >
      {choice(
        'state',
        withAny([
          { value: 'counted', label: words('stateCounted') },
          { value: 'waiting', label: words('stateWaiting') },
        ]),
      )}
      {choice('type', withAny(eventTypes.map((value) => ({ value, label: words(value) }))))}
      {text('name')}
      {choice('key', withAny(sources))}
      <CustomerField value={draft.account} onChange={(account) => setDraft({ ...draft, account })} />
      {text('user')}
      {choice(
        'span',
        withAny(
          Object.entries(spanWords).map(([value, label]) => ({ value, label })),
          words('anyTime'),
        ),
      )}
      <div className={css.formEnd}>
        <Button type="submit">{words('apply')}</Button>
      </div>
    </form>
  )
}

function CustomerField({
  value,
  onChange,
}: {
  value: string | undefined
  onChange: (id: string | undefined) => void
}) {
  const [find, setFind] = useState('')
  const name = useAccountName(value)
  const { data = [] } = useQuery({
    queryKey: ['accounts', 'find', find],
    queryFn: ({ signal }) =>
      body(api.GET('/api/v1/accounts', { params: { query: { find, limit: 8 } }, signal })),
    enabled: find.trim() !== '',
  })
  const options = data.map((hit) => ({ value: hit.id, label: hit.name }))
  const chosen =
    value === undefined ? null : { value, label: name ?? options.find((o) => o.value === value)?.label ?? '' }
  return (
    <Field label={fieldWords.account}>
      {(control) => (
        <Combobox
          {...control}
          options={options}
          value={chosen}
          onChange={(option) => onChange(option?.value)}
          onSearch={setFind}
        />
      )}
    </Field>
  )
}
