import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { Button } from '../../ui/controls/Button.tsx'
import { Region } from '../../ui/layout/Region.tsx'
import { Empty } from '../../ui/states/Empty.tsx'
import { ErrorState } from '../../ui/states/ErrorState.tsx'
import { NoPermission } from '../../ui/states/NoPermission.tsx'
import css from './sample.module.css'
import { SampleProgress } from './SampleProgress.tsx'
import {
  isMoving,
  readAgain,
  useMaySample,
  useSample,
  useSampleAct,
  useSampleChanges,
  type Sample,
} from './use-sample.ts'
import { words } from './words.ts'

/** Offers the sample company, shows it load, and leads on to Today. */
export function SampleOffer() {
  const [watched, setWatched] = useState(false)
  const { data: sample } = useSample(watched)
  const may = useMaySample()
  const navigate = useNavigate()
  const cache = useQueryClient()
  useSampleChanges(sample)
  useEffect(() => {
    if (sample?.state === 'loading') setWatched(true)
    else if (sample && sample.state !== 'loaded') setWatched(false)
    // Whoever watched it load is brought to Today once its readings are there.
    else if (watched && sample && !sample.settling) void readAgain(cache).then(() => navigate({ to: '/' }))
  }, [sample, watched, navigate, cache])
  if (!sample || may === undefined) return null
  return (
    <div className={css.offer}>
      <Body sample={sample} may={may} watched={watched} />
    </div>
  )
}

/** The offer as a region of a page. */
export const SampleRegion = () => (
  <Region title={words('label')} line={false}>
    <SampleOffer />
  </Region>
)

function Body({ sample, may, watched }: { sample: Sample; may: boolean; watched: boolean }) {
  if (isMoving(sample) || watched)
    return (
      <>
        <SampleProgress sample={sample} />
        <p className={css.quiet}>{words('loadingText')}</p>
      </>
    )
  if (sample.state === 'loaded')
    return (
      <Empty title={words('here')} text={words('hereText')} action={<Link to="/">{words('toToday')}</Link>} />
    )
  if (!may) return <NoPermission title={words('onlyAdmins')} text={words('onlyAdminsText')} />
  if (sample.state === 'stopped') return <Stopped sample={sample} />
  if (sample.hasOthers) return <Empty title={words('hasOthers')} text={words('hasOthersText')} />
  return <Offer />
}

function Offer() {
  const { mutate, isPending } = useSampleAct('load')
  return (
    <>
      <Button onClick={() => mutate()} busy={isPending}>
        {words('look')}
      </Button>
      <p>{words('what')}</p>
    </>
  )
}

/** Part of it is here, and nobody goes on. */
export function Stopped({ sample: { stopped, problem } }: { sample: Sample }) {
  const load = useSampleAct('load')
  const remove = useSampleAct('remove')
  const isLoading = stopped === 'loading'
  return (
    <ErrorState
      title={words(isLoading ? 'stoppedLoading' : 'stoppedRemoving')}
      text={problem ?? words('stoppedText')}
      actions={
        <>
          {isLoading && (
            <Button onClick={() => load.mutate()} busy={load.isPending}>
              {words('goOn')}
            </Button>
          )}
          <Button onClick={() => remove.mutate()} busy={remove.isPending}>
            {words('remove')}
          </Button>
        </>
      }
    />
  )
}
