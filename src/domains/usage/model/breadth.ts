import { breadthDays, evidenceAt, missing, namedParts, partsOf, sum, type Known, type Part } from './known.ts'
import { addDays } from './weeks.ts'

/** The features that matter for the account; without a use case all that the workspace has seen. */
function mattering({ use, source, horizon }: Known): readonly string[] {
  if (use.useCase) return use.useCase.features
  return source.coverage.features
    .filter(({ firstDay }) => firstDay < horizon.untilDay)
    .map(({ name }) => name)
}

/** Features used in the last 56 days, of those that matter. */
export function breadth(known: Known): Part {
  const { use, horizon } = known
  const [from, to] = [addDays(horizon.untilDay, -breadthDays), horizon.untilDay]
  const matter = mattering(known)
  if (matter.length === 0) return missing('features', 0)
  const seen = new Set(use.features)
  const used = matter.filter((feature) => seen.has(feature)).toSorted()
  const unused = matter.filter((feature) => !seen.has(feature)).toSorted()
  const contributions = partsOf(
    used.map((feature) => ({ code: 'usage.feature', params: { feature } })),
    'usage.other_features',
    1 / matter.length,
  )
  return {
    value: sum(contributions.map(({ amount }) => amount)),
    low: null,
    high: null,
    n: matter.length,
    contributions,
    evidence: [evidenceAt(from, 'usage.features', { from, to, used: used.length, seen: matter.length })],
    detail: {
      used: used.length,
      of: matter.length,
      chosen: use.useCase !== null,
      useCase: use.useCase && { id: use.useCase.id, name: use.useCase.name },
      unused: unused.slice(0, namedParts),
      from,
      to,
    },
  }
}
