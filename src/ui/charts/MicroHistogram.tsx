import { useRef, useState, type PointerEvent } from 'react'
import { Button } from '../controls/Button.tsx'
import { Field, TextInput } from '../controls/Field.tsx'
import { Popover } from '../overlays/Popover.tsx'
import { words } from '../words.ts'
import { brushed, type Bin } from './brush.ts'
import css from './MicroHistogram.module.css'

/**
 * The distribution of all filtered rows, 18 high. Dragging over it limits the range; a click or Enter opens two
 * fields that do the same. `range` is the limit now, null for none.
 */
export function MicroHistogram({
  label,
  bins,
  range,
  onRange,
  width = 56,
}: {
  label: string
  bins: readonly Bin[]
  range: readonly [number, number] | null
  onRange: (range: readonly [number, number] | null) => void
  width?: number
}) {
  const [open, setOpen] = useState(false)
  const [drag, setDrag] = useState<[number, number] | null>(null)
  const dragged = useRef(false)
  const shown = drag ? brushed(bins, drag[0], drag[1]) : range
  const share = (event: PointerEvent) => {
    const box = event.currentTarget.getBoundingClientRect()
    return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width))
  }
  const onPointerUp = () => {
    if (drag && dragged.current) onRange(brushed(bins, drag[0], drag[1]))
    setDrag(null)
  }
  const trigger = (
    <button
      type="button"
      className={css.histogram}
      style={{ width }}
      aria-label={words('rangeOf', { label })}
      onPointerDown={(event) => {
        dragged.current = false
        event.currentTarget.setPointerCapture(event.pointerId)
        setDrag([share(event), share(event)])
      }}
      onPointerMove={(event) => {
        if (!drag) return
        if (Math.abs(share(event) - drag[0]) * width > 4) dragged.current = true
        setDrag([drag[0], share(event)])
      }}
      onPointerUp={onPointerUp}
      onPointerCancel={() => setDrag(null)}
    >
      <Bars bins={bins} shown={shown} width={width} />
    </button>
  )
  return (
    <Popover
      label={words('rangeOf', { label })}
      trigger={trigger}
      open={open}
      onOpenChange={(next) => setOpen(next && !dragged.current)}
    >
      <RangeFields
        label={label}
        bins={bins}
        range={range}
        onRange={(next) => {
          onRange(next)
          setOpen(false)
        }}
      />
    </Popover>
  )
}

function Bars({
  bins,
  shown,
  width,
}: {
  bins: readonly Bin[]
  shown: readonly [number, number] | null
  width: number
}) {
  const highest = Math.max(1, ...bins.map(({ count }) => count))
  const step = width / bins.length
  const inside = ({ from, to }: Bin) => !shown || (from < shown[1] && to > shown[0])
  return (
    <svg width={width} height={16} aria-hidden>
      {bins.map((bin, i) => {
        const height = bin.count === 0 ? 0 : Math.max(1, (bin.count / highest) * 16)
        return (
          <rect
            key={i}
            x={i * step}
            width={Math.max(1, step - 1)}
            y={16 - height}
            height={height}
            className={shown && inside(bin) ? css.inside : css.bar}
          />
        )
      })}
    </svg>
  )
}

function RangeFields({
  label,
  bins,
  range,
  onRange,
}: {
  label: string
  bins: readonly Bin[]
  range: readonly [number, number] | null
  onRange: (range: readonly [number, number] | null) => void
}) {
  const [low, high] = range ?? [bins[0]?.from ?? 0, bins.at(-1)?.to ?? 0]
  return (
    <form
      className={css.fields}
      onSubmit={(event) => {
        event.preventDefault()
        const data = new FormData(event.currentTarget)
        const ends = [Number(data.get('from')), Number(data.get('to'))].sort((a, b) => a - b)
        onRange([ends[0]!, ends[1]!])
      }}
    >
      <p className={css.title}>{label}</p>
      <Field label={words('from')}>
        {(control) => <TextInput {...control} name="from" type="number" step="any" defaultValue={low} />}
      </Field>
      <Field label={words('to')}>
        {(control) => <TextInput {...control} name="to" type="number" step="any" defaultValue={high} />}
      </Field>
      <div className={css.actions}>
        <Button variant="quiet" size="row" onClick={() => onRange(null)}>
          {words('clear')}
        </Button>
        <Button type="submit" size="row">
          {words('apply')}
        </Button>
      </div>
    </form>
  )
}
