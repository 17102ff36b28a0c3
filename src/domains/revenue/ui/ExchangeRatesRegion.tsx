import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { atLeast, type Role } from '../../../platform/auth/roles.ts'
import { api, body } from '../../../ui/api/client.ts'
import { fieldFault } from '../../../ui/api/problem.ts'
import { Button } from '../../../ui/controls/Button.tsx'
import { Combobox } from '../../../ui/controls/Combobox.tsx'
import { Field, TextInput } from '../../../ui/controls/Field.tsx'
import { Form } from '../../../ui/controls/Form.tsx'
import type { Option } from '../../../ui/controls/Select.tsx'
import { dayLong } from '../../../ui/format.ts'
import { dayAt } from '../../../ui/instant.ts'
import { Region } from '../../../ui/layout/Region.tsx'
import { toast } from '../../../ui/overlays/Toast.tsx'
import { Empty } from '../../../ui/states/Empty.tsx'
import { Loaded } from '../../../ui/states/Loaded.tsx'
import { PlainTable } from '../../../ui/table/PlainTable.tsx'
import { currencyOptions } from '../../team/ui/currencies.ts'
import type { ExchangeRate } from '../schema.ts'
import css from './settings.module.css'
import { words } from './words.ts'

type Workspace = Readonly<{ currency: string; timeZone: string }>
const ratesKey = ['exchange-rates']

/** Rates into the currency of the workspace. */
export function ExchangeRatesRegion({ session }: { session: { role: Role; workspace: Workspace } }) {
  const { currency } = session.workspace
  const mayChange = atLeast(session.role, 'admin')
  const rates = useQuery({
    queryKey: ratesKey,
    queryFn: ({ signal }) => body(api.GET('/api/v1/exchange-rates', { signal })),
  })
  return (
    <Region
      title={words('rates')}
      note={mayChange ? words('ratesNote', { currency }) : words('onlyAdmins')}
      line={false}
    >
      <Loaded query={rates} label={words('rates')}>
        {(rows) =>
          rows.length === 0 ? (
            <Empty title={words('noRates')} text={words('noRatesText', { currency })} />
          ) : (
            <RateTable rates={rows} home={currency} />
          )
        }
      </Loaded>
      {mayChange && <RateForm workspace={session.workspace} />}
    </Region>
  )
}

function RateTable({ rates, home }: { rates: readonly ExchangeRate[]; home: string }) {
  return (
    <PlainTable
      label={words('rates')}
      rows={rates}
      rowKey={({ currency, fromOn }) => `${currency} ${fromOn}`}
      columns={[
        { id: 'currency', head: words('currency'), cell: ({ currency }) => currency },
        { id: 'from', head: words('fromOn'), cell: ({ fromOn }) => dayLong(fromOn) },
        {
          id: 'rate',
          head: words('rate', { currency: home }),
          number: true,
          cell: ({ rate }) => String(rate),
        },
      ]}
    />
  )
}

function RateForm({ workspace }: { workspace: Workspace }) {
  const cache = useQueryClient()
  const options = useMemo(
    () => currencyOptions().filter(({ value }) => value !== workspace.currency),
    [workspace.currency],
  )
  const today = dayAt(new Date().toISOString(), workspace.timeZone)
  const [input, setInput] = useState<{ currency: Option; fromOn: string; rate: string }>({
    currency: options[0]!,
    fromOn: today,
    rate: '',
  })
  const rate = Number(input.rate.replace(',', '.'))
  const { mutate, error, isPending } = useMutation({
    mutationFn: () =>
      api.PUT('/api/v1/exchange-rates', {
        body: { rates: [{ currency: input.currency.value, fromOn: input.fromOn, rate }] },
      }),
    onSuccess: async () => {
      await cache.invalidateQueries()
      toast(words('rateSaved', { currency: input.currency.value, day: dayLong(input.fromOn) }))
      setInput({ ...input, rate: '' })
    },
  })
  const rateFault = fieldFault(error, 'rates.0.rate') && words('rateNumber')
  return (
    <div className={css.set}>
      <h3>{words('addRate')}</h3>
      <Form
        onSubmit={mutate}
        error={error}
        fields={['rates.0.currency', 'rates.0.fromOn', 'rates.0.rate']}
        actions={
          <Button type="submit" busy={isPending}>
            {words('save')}
          </Button>
        }
      >
        <Field label={words('currency')} error={fieldFault(error, 'rates.0.currency')}>
          {(control) => (
            <Combobox
              {...control}
              options={options}
              value={input.currency}
              onChange={(currency) => currency && setInput({ ...input, currency })}
            />
          )}
        </Field>
        <Field label={words('fromOn')} error={fieldFault(error, 'rates.0.fromOn')}>
          {(control) => (
            <TextInput
              {...control}
              type="date"
              value={input.fromOn}
              onChange={(event) => setInput({ ...input, fromOn: event.target.value })}
            />
          )}
        </Field>
        <Field
          label={words('rate', { currency: workspace.currency })}
          hint={words('rateHint', { home: workspace.currency })}
          error={rateFault}
        >
          {(control) => (
            <TextInput
              {...control}
              inputMode="decimal"
              value={input.rate}
              onChange={(event) => setInput({ ...input, rate: event.target.value })}
            />
          )}
        </Field>
      </Form>
    </div>
  )
}
