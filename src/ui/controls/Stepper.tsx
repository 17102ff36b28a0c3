import { Check } from 'lucide-react'
import { cx } from '../cx.ts'
import css from './Stepper.module.css'

/** Steps in a fixed order, the current one filled. Passed steps can be opened again. */
export function Stepper({
  label,
  steps,
  current,
  onStep,
}: {
  label: string
  steps: readonly string[]
  current: number
  onStep?: (index: number) => void
}) {
  return (
    <ol aria-label={label} className={css.stepper}>
      {steps.map((step, i) => (
        <li key={step} aria-current={i === current ? 'step' : undefined} className={css.step}>
          <button
            type="button"
            className={css.button}
            disabled={i >= current || !onStep}
            onClick={() => onStep?.(i)}
          >
            <span className={cx(css.number, i === current && css.current, i < current && css.passed)}>
              {i < current ? <Check size={11} strokeWidth={2.5} aria-hidden /> : i + 1}
            </span>
            {step}
          </button>
        </li>
      ))}
    </ol>
  )
}
