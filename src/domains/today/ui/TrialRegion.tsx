import { useState } from 'react'
import { Button } from '../../../ui/controls/Button.tsx'
import { Progress } from '../../../ui/controls/Progress.tsx'
import { count, dayLong, percent, percentParts, shareOf } from '../../../ui/format.ts'
import { ErrorState } from '../../../ui/states/ErrorState.tsx'
import type { RuleDefinition, TrialResult } from '../schema.ts'
import css from './rules.module.css'
import { readingName, words } from './rules-words.ts'
import { useTrial, useTrialStart } from './use-rules.ts'

/** Tries a rule, as it stands in the form, on the past, and tells what it would have raised and who of it left. */
export function TrialRegion({ definition }: { definition: () => RuleDefinition }) {
  const start = useTrialStart()
  const [id, setId] = useState<string | null>(null)
  const trial = useTrial(id)
  const begin = () => start.mutate(definition(), { onSuccess: (made) => setId(made.id) })
  const { data } = trial
  const running = id !== null && data?.state !== 'done' && data?.state !== 'failed'
  return (
    <div className={css.trial}>
      <Button size="row" busy={start.isPending || running} onClick={begin}>
        {words('try')}
      </Button>
      <div aria-live="polite">
        {start.error && <ErrorState title={words('notChanged', { reason: '' })} text={start.error.message} />}
        {trial.error && <ErrorState title={words('tryFailed')} text={trial.error.message} />}
        {running && data && (
          <Progress
            label={words('trying')}
            done={data.stepsDone}
            total={Math.max(1, data.steps)}
            text={
              data.steps === 0
                ? words('tryWaiting')
                : words('tryStep', { done: data.stepsDone, of: data.steps })
            }
          />
        )}
        {data?.state === 'failed' && <p className={css.text}>{words('tryFailed')}</p>}
        {data?.state === 'done' && data.result && <Result result={data.result} />}
      </div>
    </div>
  )
}

function Result({ result }: { result: TrialResult }) {
  const { possible, gaps, now } = result
  return (
    <>
      {possible && <Found result={result} />}
      <p className={css.text}>{words('tryNow', { n: now })}</p>
      <ul className={css.gaps}>
        {possible && <li>{assumedText(result)}</li>}
        {possible && result.sampled && <li>{words('trySample', { n: count(result.accounts) })}</li>}
        {gaps.map(({ code, params }, i) => (
          <li key={i}>{gapText(code, params)}</li>
        ))}
      </ul>
    </>
  )
}

const rangeOf = ({ share, low, high }: TrialResult['raised']) =>
  share === null ? null : percentParts(share, [low, high])

function Found({
  result: { origins, raised, others, customersRaised, difference },
}: {
  result: TrialResult
}) {
  const raisedShare = rangeOf(raised)
  const othersShare = rangeOf(others)
  const opening = words('tryRaised', {
    months: origins.length,
    from: dayLong(origins[0]!),
    to: dayLong(origins.at(-1)!),
    n: raised.n,
    customers: customersRaised,
  })
  return (
    <p className={css.found}>
      <b>
        {opening}
        {raisedShare && raisedShare.range
          ? words('tryLeft', {
              left: raised.left,
              share: shareOf(raised.share!, raised.n),
              range: raisedShare.range,
            })
          : words('tryNone')}
      </b>{' '}
      {othersShare?.range &&
        words('tryOthers', { share: othersShare.share, range: othersShare.range, n: count(others.n) })}{' '}
      {difference && raised.n > 0 && differenceText(difference)}
    </p>
  )
}

function differenceText({ value, low, high }: NonNullable<TrialResult['difference']>): string {
  const tenths = (share: number) => String(Math.abs(Math.round(share * 1000) / 10))
  const ends = value < 0 ? [high!, low!] : [low!, high!]
  const sign = (share: number) => (share < 0 !== value < 0 && share !== 0 ? '\u2212' : '')
  const text = words('tryMore', {
    points: tenths(value),
    direction: value < 0 ? 'fewer' : 'more',
    range: ends.map((end) => sign(end) + tenths(end)).join(' to '),
  })
  return low! <= 0 && high! >= 0 ? `${text} ${words('tryLuck')}` : text
}

function assumedText({ assumed: { records, late } }: TrialResult): string {
  return late === 0
    ? words('tryObserved', { n: count(records) })
    : words('tryAssumed', { n: count(records), share: percent(late / records) })
}

const gapCodes = [
  'tasks',
  'not_of_the_past',
  'no_past',
  'short_past',
  'scope_of_today',
  'tickets_of_today',
  'seats_of_today',
  'features_of_today',
  'unknown',
] as const

function gapText(code: string, params: Record<string, unknown>): string {
  const known = gapCodes.find((one) => one === code)
  if (!known) return code
  return words(`gap_${known}`, {
    reading: typeof params.reading === 'string' ? readingName(params.reading, 'value') : '',
    months: typeof params.months === 'number' ? params.months : 0,
    share: typeof params.share === 'number' ? percent(params.share) : '',
  })
}
