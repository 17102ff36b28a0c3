import { FlaskConical } from 'lucide-react'
import { useEffect, useState, type ReactNode } from 'react'
import { Button } from '../../ui/controls/Button.tsx'
import { count, dayLong } from '../../ui/format.ts'
import { Confirm } from '../../ui/overlays/Confirm.tsx'
import { Dialog } from '../../ui/overlays/Dialog.tsx'
import css from './sample.module.css'
import { Stopped } from './SampleOffer.tsx'
import { SampleProgress } from './SampleProgress.tsx'
import {
  isMoving,
  useMaySample,
  useSample,
  useSampleAct,
  useSampleChanges,
  type Sample,
} from './use-sample.ts'
import { words } from './words.ts'

/**
 * Says in the shell that what is shown is made up, what that means, and takes it away. The label stands where the shell
 * has room for it; the dialogs stay open when that place changes with the width of the window.
 */
export function useSampleLabel(): { label: ReactNode; dialogs: ReactNode } {
  const { data: sample } = useSample()
  const [open, setOpen] = useState(false)
  const [asking, setAsking] = useState(false)
  const remove = useSampleAct('remove')
  useSampleChanges(sample)
  useFreshStart(remove.isSuccess && sample?.state === 'absent')
  if (!sample || sample.state === 'absent') return { label: null, dialogs: null }
  const ask = () => {
    setOpen(false)
    setAsking(true)
  }
  const rows = count(sample.rows.accounts ?? 0)
  const label = (
    <button type="button" className={css.label} onClick={() => setOpen(true)}>
      <FlaskConical size={15} strokeWidth={1.6} aria-hidden className={css.icon} />
      <span className={css.words}>{labelOf(sample)}</span>
    </button>
  )
  const dialogs = (
    <>
      <Dialog open={open} onClose={() => setOpen(false)} title={words('aboutTitle')}>
        <About sample={sample} onRemove={ask} />
      </Dialog>
      <Confirm
        open={asking}
        title={words('removeTitle')}
        text={words('removeText', { accounts: rows })}
        action={words('removeAction')}
        keep={words('keep')}
        onConfirm={() => remove.mutate()}
        onClose={() => setAsking(false)}
      />
    </>
  )
  return { label, dialogs }
}

/** Pages keep the rows that somebody is at. Whoever removed the company begins anew where all rows were its own. */
function useFreshStart(gone: boolean): void {
  useEffect(() => {
    if (gone && /^\/($|customers)/.test(location.pathname)) location.assign('/')
  }, [gone])
}

/** The name, and while something is under way how far it is. */
function labelOf(sample: Sample): string {
  if (!isMoving(sample)) return words('label')
  const percent = String(Math.floor(100 * (sample.progress ?? 0)))
  return words(sample.state === 'loading' ? 'labelLoading' : 'labelRemoving', { percent })
}

function About({ sample, onRemove }: { sample: Sample; onRemove: () => void }) {
  const may = useMaySample()
  const { size, rows, state } = sample
  const counts = Object.fromEntries(
    (['accounts', 'people', 'tickets', 'messages', 'surveys'] as const).map((kind) => [
      kind,
      count(rows[kind] ?? 0),
    ]),
  )
  return (
    <div className={css.about}>
      {size && <p>{words('about', { day: dayLong(size.endsOn) })}</p>}
      {state === 'loaded' && <p className={css.quiet}>{words('aboutRows', counts)}</p>}
      {isMoving(sample) && <SampleProgress sample={sample} />}
      {state === 'stopped' && may && <Stopped sample={sample} />}
      {state === 'loaded' && !isMoving(sample) && (
        <p className={css.act}>
          <Button onClick={onRemove} disabledReason={may ? undefined : words('onlyAdmins')}>
            {words('remove')}
          </Button>
        </p>
      )}
    </div>
  )
}
