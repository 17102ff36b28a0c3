import { Pin, PinOff, X } from 'lucide-react'
import { useMutation } from '@tanstack/react-query'
import { api } from '../../../ui/api/client.ts'
import { shareWaterfall } from '../../../ui/charts/share-waterfall.ts'
import { Waterfall } from '../../../ui/charts/Waterfall.tsx'
import { Button, IconButton } from '../../../ui/controls/Button.tsx'
import { dayShort, percentParts, tooFew } from '../../../ui/format.ts'
import { useKeys } from '../../../ui/keys.ts'
import { DescriptionList } from '../../../ui/layout/DescriptionList.tsx'
import { Heading } from '../../../ui/layout/Region.tsx'
import { toast } from '../../../ui/overlays/Toast.tsx'
import { Loaded } from '../../../ui/states/Loaded.tsx'
import { Stale } from '../../../ui/states/Stale.tsx'
import type { Fields, Peek as PeekData, RowReading } from '../schema.ts'
import { fieldLabel, stageLabel, valueText } from './conditions.ts'
import css from './portfolio.module.css'
import { usePeek, useRefresh } from './use-portfolio.ts'
import { contributionWords, words } from './words.ts'

/** A look at one customer beside the table: its readings, and what its risk is made of. */
export function Peek({
  id,
  fields,
  onClose,
  onOpen,
}: {
  id: string
  fields: Fields
  onClose: () => void
  onOpen: () => void
}) {
  const peek = usePeek(id)
  useKeys([{ key: 'escape', label: words('closePeekKey'), run: onClose }])
  const name = peek.data?.row.name ?? words('customer')
  return (
    <aside className={css.peek} aria-label={words('peekOf', { name })}>
      <header className={css.peekHead}>
        <h2 className={css.peekName}>{name}</h2>
        {peek.data && <PinButton id={id} name={name} pinned={peek.data.pinned} />}
        <IconButton icon={X} label={words('closePeek')} onClick={onClose} />
      </header>
      <Loaded query={peek} label={name}>
        {(data) => (
          <>
            <Facts data={data} fields={fields} />
            <RiskParts data={data} />
            <div className={css.peekEnd}>
              <Button onClick={onOpen} keys="enter">
                {words('openCustomer')}
              </Button>
            </div>
          </>
        )}
      </Loaded>
    </aside>
  )
}

function PinButton({ id, name, pinned }: { id: string; name: string; pinned: boolean }) {
  const refresh = useRefresh()
  const params = { path: { id } }
  const { mutate } = useMutation({
    mutationFn: (pin: boolean) =>
      pin ? api.PUT('/api/v1/pins/{id}', { params }) : api.DELETE('/api/v1/pins/{id}', { params }),
    onSuccess: async (_, pin) => {
      toast(words(pin ? 'pinnedDone' : 'unpinnedDone', { name }), () => mutate(!pin))
      await refresh()
    },
    onError: (error) => toast(words('failed', { reason: error.message })),
  })
  return (
    <IconButton
      icon={pinned ? PinOff : Pin}
      label={pinned ? words('unpin') : words('pin')}
      aria-pressed={pinned}
      onClick={() => mutate(!pinned)}
    />
  )
}

function Facts({ data: { row }, fields }: { data: PeekData; fields: Fields }) {
  const readings = fields.fields
    .filter(({ code }) => code.startsWith('reading.'))
    .flatMap(({ code, unit }) => {
      const reading = row.readings[code.slice('reading.'.length)]
      return reading
        ? [{ term: fieldLabel(code), value: <Value reading={reading} unit={unit} fields={fields} /> }]
        : []
    })
  const facts = [
    { term: fieldLabel('stage'), value: row.stage ? stageLabel(row.stage) : words('stageUnknown') },
    { term: fieldLabel('owner'), value: row.owner?.name ?? words('nobody') },
    ...(row.segment ? [{ term: fieldLabel('segment'), value: row.segment }] : []),
  ]
  return (
    <div className={css.peekPart}>
      <DescriptionList items={[...facts, ...readings]} />
    </div>
  )
}

function Value({
  reading,
  unit,
  fields,
}: {
  reading: RowReading
  unit: Fields['fields'][number]['unit']
  fields: Fields
}) {
  const { value, low, high, state, asOf } = reading
  if (value === null) return <span className={css.quiet}>{tooFew}</span>
  const share = unit === 'share' ? percentParts(value, [low, high]) : null
  const text = share?.share ?? valueText(value, unit, fields.currency)
  const between =
    low === null || high === null
      ? null
      : share
        ? share.range
        : `${valueText(low, unit, fields.currency)} to ${valueText(high, unit, fields.currency)}`
  const shown = (
    <>
      {text}
      {between && <span className={css.quiet}> ({between})</span>}
    </>
  )
  return state === 'stale' ? <Stale asOf={dayShort(asOf.slice(0, 10), fields.today)}>{shown}</Stale> : shown
}

function RiskParts({ data }: { data: PeekData }) {
  const risk = data.row.readings['risk.renewal']
  const contributions = data.contributions['risk.renewal'] ?? []
  if (!risk || risk.value === null) return null
  const face = percentParts(risk.value, [risk.low, risk.high])
  const title = words('why', { risk: face.share })
  const parts = shareWaterfall({ ...risk, contributions }, partWords)
  if (!parts)
    return (
      <section className={css.peekPart} aria-label={title}>
        <Heading title={title} />
        <p className={css.quiet}>{words('noParts')}</p>
      </section>
    )
  return (
    <section className={css.peekPart} aria-label={title}>
      <Heading title={title} note={face.range} />
      <Waterfall label={words('riskOfLeaving')} unit="%" {...parts} />
    </section>
  )
}

function partWords(code: string, params: Record<string, unknown>): { label: string; detail?: string } {
  const label = contributionWords(code as 'risk.base')
  return {
    label: label === code ? fieldLabel(code) : label,
    ...(typeof params.segment === 'string' && { detail: params.segment }),
  }
}
