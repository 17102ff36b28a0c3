import { Check } from 'lucide-react'
import { cx } from '../cx.ts'
import css from './Stepper.module.css'

/**
 * Steps in a fixed order, the current one filled. Steps up to the one `reached` can be opened again; by default
 * those before the current one.
 */
export function Stepper({
  label,
  steps,
  current,
  reached = current,
  onStep,
}: {
  label: string
  steps: readonly string[]
  current: number
  reached?: number
  onStep?: (index: number) => void
}) {
  return (
    <ol aria-label={label} className={css.stepper}>
      {steps.map((step, i) => (
        <li key={step} aria-current={i === current ? 'step' : undefined} className={css.step}>
          <button
            type="button"
            className={css.button}
            disabled={i === current || i > reached || !onStep}
            onClick={() => onStep?.(i)}
          >
            <span
              className={cx(
                css.number,
                i === current && css.current,
                i !== current && i < reached && css.passed,
              )}
            >
              {i !== current && i < reached ? <Check size={11} strokeWidth={2.5} aria-hidden /> : i + 1}
            </span>
            {step}
          </button>
        </li>
      ))}
    </ol>
  )
}
