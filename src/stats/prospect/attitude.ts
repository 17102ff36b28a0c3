import { insist } from '../stats-error.ts'

/** How chances turn into weights: by Tversky and Kahneman's curve, or by Prelec's. */
export type WeightingForm = 'tversky_kahneman' | 'prelec'

/**
 * How somebody feels about gains, losses and chance. `gainPower` and `lossPower` bend the value of amounts, `lossAversion`
 * is how much more a loss counts, `gainCurvature` and `lossCurvature` bend chances (1 leaves them as they are).
 */
export type Attitude = Readonly<{
  gainPower: number
  lossPower: number
  lossAversion: number
  gainCurvature: number
  lossCurvature: number
  weighting: WeightingForm
}>

/** Below this the curve of Tversky and Kahneman falls in places, and a likelier outcome would weigh less. */
const leastCurvature = 0.2795

/** The medians of 25 students: Tversky and Kahneman (1992), pages 309-312. People differ widely from them. */
const medians: Attitude = {
  gainPower: 0.88,
  lossPower: 0.88,
  lossAversion: 2.25,
  gainCurvature: 0.61,
  lossCurvature: 0.69,
  weighting: 'tversky_kahneman',
}

const isCurvature = (curvature: number, form: WeightingForm) =>
  curvature >= (form === 'prelec' ? 0.01 : leastCurvature) && curvature <= 4

/**
 * An attitude to risk, whole: what is not told is as in the medians of the study of 1992 (0.88, 0.88, 2.25, 0.61, 0.69).
 *
 * Source: A. Tversky and D. Kahneman, Advances in prospect theory, J. Risk and Uncertainty 5 (1992) 297-323, pages 309-312;
 * the least curvature for which their weights rise: J. E. Ingersoll, Non-monotonicity of the Tversky-Kahneman
 * probability-weighting function, European Financial Management 14 (2008) 385. Cost: O(1).
 *
 * @throws StatsError bad_input unless powers are in (0, 2], loss aversion is in (0, 100], curvatures in [0.2795, 4], or in
 * [0.01, 4] for Prelec's form
 * @example
 * attitudeOf({ lossAversion: 1.5 }).lossAversion // 1.5
 * attitudeOf({}).gainCurvature // 0.61
 */
export function attitudeOf(told: Partial<Attitude> = {}): Attitude {
  const attitude = { ...medians, ...told }
  const { gainPower, lossPower, lossAversion, gainCurvature, lossCurvature, weighting } = attitude
  insist(
    gainPower > 0 && gainPower <= 2 && lossPower > 0 && lossPower <= 2,
    `Powers of gains and losses lie in (0, 2], not at ${gainPower} and ${lossPower}.`,
  )
  insist(
    lossAversion > 0 && lossAversion <= 100,
    `Loss aversion lies above 0, up to 100, not at ${lossAversion}.`,
  )
  insist(
    isCurvature(gainCurvature, weighting) && isCurvature(lossCurvature, weighting),
    `Curvatures of ${gainCurvature} and ${lossCurvature} give weights that do not rise with the chance: take 0.28 to 4.`,
  )
  return attitude
}
