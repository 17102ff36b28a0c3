import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { ProblemError } from '../../../ui/api/problem.ts'
import { Button } from '../../../ui/controls/Button.tsx'
import { Stepper } from '../../../ui/controls/Stepper.tsx'
import { useKeys } from '../../../ui/keys.ts'
import { Page } from '../../../ui/layout/Page.tsx'
import { Confirm } from '../../../ui/overlays/Confirm.tsx'
import { Loaded } from '../../../ui/states/Loaded.tsx'
import { NoPermission } from '../../../ui/states/NoPermission.tsx'
import { CheckStep } from './CheckStep.tsx'
import { ColumnsStep } from './ColumnsStep.tsx'
import { kindLabel, stateName } from './describe.ts'
import { FileStep } from './FileStep.tsx'
import css from './imports.module.css'
import { useDiscard, useImport, useKinds, useMayImport, type Import } from './queries.ts'
import { ResultStep } from './ResultStep.tsx'
import { RunStep } from './RunStep.tsx'
import { canDiscard, canUndo, reachedStep, stepOf, steps, type StepName, type StepProps } from './steps.ts'
import { UndoConfirm } from './UndoConfirm.tsx'
import { useProgressSaid } from './use-progress.ts'
import { words } from './words.ts'

const stepNames: Readonly<Record<StepName, string>> = {
  file: words('stepFile'),
  columns: words('stepColumns'),
  check: words('stepCheck'),
  import: words('stepImport'),
  result: words('stepResult'),
}

const stepViews: Readonly<Record<StepName, (props: StepProps) => React.ReactNode>> = {
  file: FileStep,
  columns: ColumnsStep,
  check: CheckStep,
  import: RunStep,
  result: ResultStep,
}

/** The step to show: the one in the address when it is reached, else where the import stands. */
const shownStep = (entry: Import, asked: unknown): StepName => {
  const reached = steps.indexOf(reachedStep(entry))
  const at = steps.findIndex((step) => step === asked)
  return at >= 0 && at <= reached ? steps[at]! : stepOf(entry)
}

/** One import from its file to its result, in steps that follow what the server knows. */
export function ImportPage() {
  const { id = '' } = useParams({ strict: false }) as { id?: string }
  const query = useImport(id)
  const navigate = useNavigate()
  const kinds = useKinds().data
  useKeys([
    { key: 'n', label: words('newImportKey'), run: () => void navigate({ to: '/import' }), bar: 'right' },
    { key: 'escape', label: words('back'), run: () => void navigate({ to: '/import' }), bar: 'right' },
  ])
  const entry = query.data
  return (
    <Page
      title={entry?.fileName ?? words('file')}
      parent={<Link to="/import">{words('allImports')}</Link>}
      note={entry && `${kindLabel(kinds, entry.plan.kind)}, ${stateName(entry.state).toLowerCase()}`}
      actions={entry && <Actions entry={entry} />}
      scroll
    >
      {entry ? (
        <Steps entry={entry} />
      ) : (
        <div className={css.noteBox}>
          {query.error instanceof ProblemError && query.error.status === 404 ? (
            <NoPermission title={words('notFoundTitle')} text={words('notFoundText')} />
          ) : (
            <Loaded query={query} label={words('file')}>
              {() => null}
            </Loaded>
          )}
        </div>
      )}
    </Page>
  )
}

function Actions({ entry }: { entry: Import }) {
  const mayImport = useMayImport()
  const navigate = useNavigate()
  const [asking, setAsking] = useState<'undo' | 'discard' | null>(null)
  const discard = useDiscard(() => void navigate({ to: '/import' }))
  if (!mayImport) return null
  const close = () => setAsking(null)
  return (
    <>
      {canDiscard(entry) && (
        <Button variant="quiet" onClick={() => setAsking('discard')}>
          {words('discard')}
        </Button>
      )}
      {entry.state !== 'failed' && canUndo(entry) && (
        <Button onClick={() => setAsking('undo')}>{words('undoImport')}</Button>
      )}
      <UndoConfirm entry={asking === 'undo' ? entry : null} onClose={close} />
      <Confirm
        open={asking === 'discard'}
        title={words('discardTitle', { name: entry.fileName })}
        text={words('discardText')}
        action={words('discard')}
        onConfirm={() => discard.mutate(entry)}
        onClose={close}
      />
    </>
  )
}

function Steps({ entry }: { entry: Import }) {
  const { step: asked } = useSearch({ strict: false }) as { step?: unknown }
  const navigate = useNavigate()
  const mayImport = useMayImport() === true
  const shown = shownStep(entry, asked)
  const reached = steps.indexOf(reachedStep(entry))
  const go = (step: StepName | undefined) =>
    void navigate({
      to: '/import/$id',
      params: { id: entry.id },
      search: step ? { step } : {},
      replace: step === undefined,
      // The step scrolls to its own start: the router would put the scroll of the step before back.
      resetScroll: false,
    })
  useForward(entry, () => go(undefined))
  useProgressSaid(entry)
  useKeys(
    steps.map((step, i) => ({
      key: String(i + 1),
      label: words('step'),
      run: () => go(step),
      when: i <= reached,
      bar: 'left' as const,
    })),
  )
  const View = stepViews[shown]
  return (
    <>
      <div className={css.steps}>
        <Stepper
          label={words('steps')}
          steps={steps.map((step) => stepNames[step])}
          current={steps.indexOf(shown)}
          reached={reached}
          onStep={(index) => go(steps[index])}
        />
      </div>
      <FocusedStep key={shown} name={stepNames[shown]}>
        <View entry={entry} mayImport={mayImport} go={go} />
      </FocusedStep>
    </>
  )
}

/** Whatever step was looked at, the page follows when the import moves on, also when someone else moved it. */
function useForward(entry: Import, follow: () => void): void {
  const at = steps.indexOf(stepOf(entry))
  const before = useRef(at)
  useEffect(() => {
    const forward = at > before.current
    before.current = at
    if (forward) follow()
  }, [at, follow])
}

let lastStep: string | null = null

/** A step takes focus when it follows another one, so that reading goes on where something changed. */
function FocusedStep({ name, children }: { name: string; children: React.ReactNode }) {
  const own = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (lastStep !== null && lastStep !== name) {
      own.current?.focus({ preventScroll: true })
      document.getElementById('main')?.scrollTo(0, 0)
      document.scrollingElement?.scrollTo(0, 0)
    }
    lastStep = name
    return () => void (lastStep = name)
  }, [name])
  return (
    <div ref={own} role="group" aria-label={name} tabIndex={-1} className={css.step}>
      {children}
    </div>
  )
}
