import { scaleBand, scaleLinear } from 'd3-scale'
import { useId, useRef, useState } from 'react'
import { Segmented } from '../../../ui/controls/Segmented.tsx'
import { count, dayShort, percent } from '../../../ui/format.ts'
import { timeOfInstant } from '../../../ui/instant.ts'
import { Region } from '../../../ui/layout/Region.tsx'
import { Loaded } from '../../../ui/states/Loaded.tsx'
import { useWidth } from '../../../ui/use-width.ts'
import type { Explorer } from './address.ts'
import css from './explorer.module.css'
import { useVolume, type EventVolume } from './queries.ts'
import { words } from './words.ts'

type Source = EventVolume['sources'][number]
const rowHeight = 26
const mostSources = 4

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0)
const nameOf = ({ key }: Source): string => key?.name ?? words('sourceGone')

/** How much of what a source sent was rejected, in words. */
function rejectedText(source: Source): string {
  const [taken, rejected] = [sum(source.events), sum(source.rejected)]
  if (rejected === 0) return words('noneRejected')
  return words('volumeRejected', { n: count(rejected), share: percent(rejected / (taken + rejected)) })
}

/** What each source sent by hour or day, and how much of it was rejected; all on one scale. */
export function Volume({ explorer }: { explorer: Explorer }) {
  const [by, setBy] = useState<'hour' | 'day'>('hour')
  const volume = useVolume(by)
  return (
    <div className={css.volume}>
      <Region
        title={words('volume')}
        note={words('volumeNote', { by })}
        actions={
          <Segmented
            label={words('span')}
            options={[
              { value: 'hour', label: words('hours') },
              { value: 'day', label: words('days') },
            ]}
            value={by}
            onChange={setBy}
          />
        }
      >
        <Loaded query={volume} label={words('volume')}>
          {(data) =>
            data.sources.length === 0 ? (
              <p className={css.quiet}>{words('volumeNone')}</p>
            ) : (
              <Sources volume={data} explorer={explorer} />
            )
          }
        </Loaded>
      </Region>
    </div>
  )
}

function Sources({ volume, explorer }: { volume: EventVolume; explorer: Explorer }) {
  const [table, setTable] = useState(false)
  const id = useId()
  const sources = volume.sources.toSorted((a, b) => sum(b.events) - sum(a.events))
  const shown = sources.slice(0, mostSources)
  const top = Math.max(1, ...shown.flatMap(({ events, rejected }) => events.map((n, i) => n + rejected[i]!)))
  return (
    <>
      <ul className={css.sources}>
        {shown.map((source) => (
          <li key={source.key?.id ?? ''}>
            <span className={css.sourceName}>{nameOf(source)}</span>
            <Bars source={source} top={top} />
            <span className={css.sourceSum}>
              {words('volumeRow', { n: sum(source.events) })}{' '}
              <span className={css.quiet}>{rejectedText(source)}</span>
            </span>
          </li>
        ))}
      </ul>
      {sources.length > mostSources && (
        <p className={css.quiet}>{words('otherSources', { n: sources.length - mostSources })}</p>
      )}
      <button
        type="button"
        className={css.link}
        aria-expanded={table}
        aria-controls={id}
        onClick={() => setTable(!table)}
      >
        {words('data')}
      </button>
      {table && (
        <div id={id} className={css.dataTable} tabIndex={0} role="region" aria-label={words('data')}>
          <VolumeTable volume={{ ...volume, sources }} explorer={explorer} />
        </div>
      )}
    </>
  )
}

function Bars({ source, top }: { source: Source; top: number }) {
  const box = useRef<HTMLDivElement>(null)
  const width = useWidth(box, 400)
  const { events, rejected } = source
  const x = scaleBand(
    events.map((_, i) => i),
    [0, width],
  ).paddingInner(0.35)
  const y = scaleLinear([0, top], [0, rowHeight - 2])
  const finding = words('volumeFinding', {
    source: nameOf(source),
    n: sum(events),
    rejected: sum(rejected),
    share: percent(sum(rejected) / Math.max(1, sum(events) + sum(rejected))),
  })
  return (
    <div ref={box} role="img" aria-label={finding} className={css.bars}>
      <svg width={width} height={rowHeight} aria-hidden>
        <line x1={0} x2={width} y1={rowHeight - 0.5} y2={rowHeight - 0.5} className={css.baseline} />
        {events.map((n, i) => {
          const [taken, lost] = [y(n), y(rejected[i]!)]
          return (
            <g key={i} transform={`translate(${x(i)})`}>
              {n > 0 && (
                <rect
                  width={x.bandwidth()}
                  y={rowHeight - Math.max(1, taken)}
                  height={Math.max(1, taken)}
                  className={css.taken}
                />
              )}
              {rejected[i]! > 0 && (
                <rect
                  width={x.bandwidth()}
                  y={rowHeight - taken - Math.max(2, lost)}
                  height={Math.max(2, lost)}
                  className={css.lost}
                />
              )}
            </g>
          )
        })}
      </svg>
    </div>
  )
}

function VolumeTable({
  volume: { by, starts, sources },
  explorer: { timeZone, today },
}: {
  volume: EventVolume
  explorer: Explorer
}) {
  const label = (start: string) =>
    by === 'hour' ? timeOfInstant(start, timeZone) : dayShort(start.slice(0, 10), today)
  const rows = starts.flatMap((start, i) =>
    sources
      .filter(({ events, rejected }) => events[i]! + rejected[i]! > 0)
      .map((source) => ({ start, source, n: source.events[i]!, lost: source.rejected[i]! })),
  )
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{words('start')}</th>
          <th scope="col">{words('source')}</th>
          <th scope="col">{words('eventsHead')}</th>
          <th scope="col">{words('rejected24')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.toReversed().map(({ start, source, n, lost }) => (
          <tr key={`${start} ${source.key?.id ?? ''}`}>
            <th scope="row">{label(start)}</th>
            <td>{nameOf(source)}</td>
            <td>{count(n)}</td>
            <td>{count(lost)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
