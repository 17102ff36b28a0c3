import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonical, decideIdentity, type Variant } from './identity.ts'

/** Feeds contents under one id, as one import would. */
function feed(known: readonly Variant[], contents: readonly string[], hasId = true): Variant[] {
  let variants = known.map((variant) => ({ ...variant, takenByRow: null as number | null }))
  for (const [index, contentHash] of contents.entries()) {
    const verdict = decideIdentity(variants, contentHash, { hasId, single: false })
    if (verdict.what === 'refused') continue
    const variant = verdict.what === 'new' ? verdict.variant : verdict.match.variant
    const taken = { variant, recordId: `r${variant}`, contentHash, takenByRow: index + 1 }
    variants = [...variants.filter((other) => other.variant !== variant), taken]
  }
  return variants.sort((a, b) => a.variant - b.variant)
}
const contents = (variants: readonly Variant[]) => variants.map((variant) => variant.contentHash).sort()
const letters = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 8 })

describe('identity', () => {
  it('keeps every content of a repeated id once, and every row without an id', () => {
    fc.assert(
      fc.property(letters, (rows) => {
        expect(contents(feed([], rows))).toEqual([...new Set(rows)].sort())
        const same = rows.map(() => 'a')
        expect(contents(feed([], same, false))).toEqual(same)
      }),
    )
  })

  it('changes nothing when the same rows come again', () => {
    fc.assert(
      fc.property(letters, fc.boolean(), (rows, hasId) => {
        const hashed = hasId ? rows : rows.map(() => 'a')
        const once = feed([], hashed, hasId)
        expect(contents(feed(once, hashed, hasId))).toEqual(contents(once))
      }),
    )
  })

  it('lets the first stand where only one may', () => {
    const known = [{ variant: 0, recordId: 'r', contentHash: 'a', takenByRow: 4 }]
    expect(decideIdentity(known, 'b', { hasId: true, single: true })).toMatchObject({
      what: 'refused',
      repeats: 4,
    })
    expect(decideIdentity(known, 'a', { hasId: true, single: true })).toMatchObject({ what: 'same' })
  })

  it('does not depend on the order of keys', () => {
    expect(canonical({ b: [1, { d: null, c: 'x' }], a: undefined })).toBe(
      canonical({ b: [1, { c: 'x', d: null }] }),
    )
  })
})
