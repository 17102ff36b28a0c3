import { useState } from 'react'
import { Waterfall } from '../../../ui/charts/Waterfall.tsx'
import { Button } from '../../../ui/controls/Button.tsx'
import { dayLong, percent, percentInterval, percentParts } from '../../../ui/format.ts'
import { Region } from '../../../ui/layout/Region.tsx'
import { Dialog } from '../../../ui/overlays/Dialog.tsx'
import { Empty } from '../../../ui/states/Empty.tsx'
import { Loaded } from '../../../ui/states/Loaded.tsx'
import css from './customer.module.css'
import { useRisk, useRiskModel, type RiskModel } from './queries.ts'
import { priorText, riskMissing, riskParts } from './reasons.ts'
import { words } from './words.ts'

/** Why the risk is what it is: its parts, their sum, and what kind of number it is. */
export function WhyRegion({ id }: { id: string }) {
  const risk = useRisk(id)
  const [how, setHow] = useState(false)
  const renewal = risk.data?.renewal
  const shown =
    renewal && renewal.value !== null ? percentParts(renewal.value, [renewal.low, renewal.high]) : null
  return (
    <Region
      title={shown ? words('whyTitle', { risk: shown.share }) : words('whyUnknown')}
      note={shown?.range && words('whyNote', { range: shown.range })}
      actions={
        <button type="button" className={css.link} onClick={() => setHow(true)}>
          {words('how')}
        </button>
      }
    >
      <Loaded query={risk} label={words('whyUnknown')}>
        {(data) => {
          const parts = riskParts(data.renewal)
          if (!parts) {
            const { face, reason } = riskMissing(data.renewal)
            return <Empty title={`${face[0]!.toUpperCase()}${face.slice(1)}.`} text={reason} />
          }
          return (
            <>
              <Waterfall label={words('riskOfLeaving')} {...parts} unit="%" size="page" />
              <p className={css.finding}>{priorText(data.renewal)}</p>
            </>
          )
        }}
      </Loaded>
      {how && <HowDialog onClose={() => setHow(false)} />}
    </Region>
  )
}

function HowDialog({ onClose }: { onClose: () => void }) {
  const model = useRiskModel(true)
  return (
    <Dialog
      open
      onClose={onClose}
      title={words('howTitle')}
      width={560}
      actions={<Button onClick={onClose}>{words('close')}</Button>}
    >
      <Loaded query={model} label={words('howTitle')}>
        {(data) => <How model={data} />}
      </Loaded>
    </Dialog>
  )
}

function How({ model }: { model: RiskModel }) {
  const { company, segments, belief, ladder } = model
  const numbers = ({ monthly, low, high, events, months }: RiskModel['company']) => ({
    monthly: percent(monthly, 2),
    range: percentInterval(monthly, [low, high], 2).replace(/^[^(]*\(|\)$/g, ''),
    events,
    months,
  })
  return (
    <div className={css.prose}>
      <p>{words('howBelief', { mean: percent(belief.mean, 1), weight: belief.weight })}</p>
      <p>{words('howCompany', numbers(company))}</p>
      <ul>
        {segments.map((rate) => (
          <li key={rate.segment}>{words('howSegment', { segment: rate.segment, ...numbers(rate) })}</li>
        ))}
      </ul>
      <p>{words('howShrunk', { weight: model.segmentWeight })}</p>
      <p>{words('howHorizon')}</p>
      <p>{words('howLimits')}</p>
      <ul>
        {model.rungs.map(({ rung, fromEvents }) => (
          <li key={rung}>{words('howLadder', { rung, n: fromEvents })}</li>
        ))}
      </ul>
      <p>{words('howNow', { n: ladder.events })}</p>
      {model.observedThrough && <p>{words('howObserved', { day: dayLong(model.observedThrough) })}</p>}
      {model.unplaced > 0 && <p>{words('howUnplaced', { n: model.unplaced })}</p>}
    </div>
  )
}
