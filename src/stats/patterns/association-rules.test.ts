import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hypergeometricUpperTail } from '../distributions/hypergeometric.ts'
import { benjaminiHochbergAdjusted } from '../inference/adjusted-p.ts'
import { expectNear } from '../near.fixture.ts'
import { seededRandom } from '../random/seeded-random.ts'
import { associationRules, type RuleOptions } from './association-rules.ts'
import { basketsOf, type Baskets } from './baskets.ts'
import { frequentItemsets, type ItemsetOptions } from './frequent-itemsets.ts'
import {
  anyLists,
  basketsOfRows,
  codeOf,
  independentBaskets,
  letters,
  namesOf,
  readRows,
  shuffled,
  telcoBaskets,
  telcoRows,
  type Row,
} from './patterns.fixture.ts'

const reference = JSON.parse(readFileSync('test/reference/misc.json', 'utf8')) as {
  'apriori_telco6_sup.05': {
    rules_conf_ge_60pct: number
    rules_to_churn_yes: { ante: string; conf: number; lift: number; supp: number }[]
  }
}

const allRules = { maxAdjustedP: 1, minImprovement: -1 }

async function rulesOf(baskets: Baskets, mining: ItemsetOptions, options: RuleOptions = {}) {
  const { tested, rules } = await associationRules(await frequentItemsets(baskets, mining), options)
  const named = rules.map((rule) => ({
    ...rule,
    name: `${namesOf(rule.antecedent, baskets.labels)} -> ${baskets.labels[rule.consequent]}`,
  }))
  return { tested, rules: named }
}

const atFivePercent = { minCount: Math.ceil(0.05 * 7043), maxLength: 6 }

describe('association rules', () => {
  it('of telco with a confidence of 60 % are the 459 of the reference, those to churn figure by figure', async () => {
    const { rules } = await rulesOf(telcoBaskets(), atFivePercent, { ...allRules, minConfidence: 0.6 })
    const expected = reference['apriori_telco6_sup.05']
    expect(rules).toHaveLength(expected.rules_conf_ge_60pct)
    const toChurn = rules.filter(({ name }) => name.endsWith('Churn=Yes')).sort((a, b) => b.lift - a.lift)
    expect(toChurn.map(({ name }) => name)).toEqual(
      expected.rules_to_churn_yes.map(({ ante }) => `${ante} -> Churn=Yes`),
    )
    expected.rules_to_churn_yes.forEach(({ conf, lift, supp }, at) => {
      expectNear(toChurn[at]!.confidence, conf, 5e-5)
      expectNear(toChurn[at]!.lift, lift, 5e-5)
      expectNear(toChurn[at]!.support, supp, 5e-5)
    })
  })

  it('have the exact p of R, to its last digits, and allow for all pairs that could have met', async () => {
    const columns = ['Contract', 'InternetService', 'PaymentMethod', 'gender', 'Churn']
    const baskets = basketsOfRows(telcoRows(), columns)
    const churn = baskets.labels.indexOf('Churn=Yes')
    const { tested, rules } = await rulesOf(
      baskets,
      { minCount: 500, maxLength: 4 },
      { ...allRules, consequents: [churn] },
    )
    const rule = (name: string) => rules.find((found) => found.name === `${name} -> Churn=Yes`)!
    // R: phyper(nAB - 1, nB, n - nB, nA, lower.tail = FALSE)
    expectNear(rule('Contract=Month-to-month').p, 3.30067884662804e-283, 1e-11)
    expectNear(rule('InternetService=Fiber optic').p, 1.85416438641144e-148, 1e-11)
    expectNear(rule('Contract=Month-to-month & InternetService=Fiber optic').p, 3.59085445143871e-256, 1e-11)
    expectNear(rule('gender=Female').p, 0.243285714737409, 1e-11)
    const unseen = Array<number>(tested - rules.length).fill(1)
    expect(unseen.length).toBeGreaterThan(0)
    const adjusted = benjaminiHochbergAdjusted([
      ...rules.map(({ p, addedP }) => Math.max(p, addedP)),
      ...unseen,
    ])
    rules.forEach(({ adjustedP }, at) => expectNear(adjustedP, adjusted[at]!, 1e-12))
  })

  it('are the rules, counts, p and improvements that looking at every pair finds', async () => {
    const subsets = Array.from({ length: 2 ** letters.length }, (_, bits) =>
      letters.filter((_, at) => (bits >> at) & 1),
    )
    await fc.assert(
      fc.asyncProperty(anyLists, fc.integer({ min: 1, max: 4 }), async (lists, minCount) => {
        const count = (set: readonly string[]) =>
          lists.filter((list) => set.every((letter) => list.includes(letter as (typeof letters)[number])))
            .length
        const confidence = (set: readonly string[], next: string) => count([...set, next]) / count(set)
        const fisher = (set: readonly string[], among: readonly string[], next: string) =>
          hypergeometricUpperTail(count([...set, next]), count(set), count([...among, next]), count(among))
        const pairs = subsets
          .filter((set) => set.length >= 1 && set.length <= 3 && count(set) >= minCount)
          .flatMap((set) =>
            letters
              .filter((next) => !set.includes(next) && count([next]) >= minCount)
              .map((next) => ({ set, next })),
          )
        const expected = pairs
          .filter(({ set, next }) => count([...set, next]) >= minCount)
          .map(({ set, next }) => {
            const parts = subsets.filter(
              (part) => part.length < set.length && part.every((letter) => set.includes(letter)),
            )
            return {
              name: `${set.join(' & ')} -> ${next}`,
              p: fisher(set, [], next),
              addedP: Math.max(
                ...set.map((item) =>
                  fisher(
                    set,
                    set.filter((other) => other !== item),
                    next,
                  ),
                ),
              ),
              improvement: confidence(set, next) - Math.max(...parts.map((part) => confidence(part, next))),
            }
          })
        const { tested, rules } = await rulesOf(basketsOf(lists), { minCount, maxLength: 4 }, allRules)
        expect(tested).toBe(pairs.length)
        const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1)
        const found = rules.map(({ name, p, addedP, improvement }) => ({ name, p, addedP, improvement }))
        expect(found.sort(byName)).toEqual(expected.sort(byName))
      }),
      { numRuns: 100 },
    )
  })

  it('do not hang on the order of baskets or on how items are numbered', async () => {
    const rows = telcoRows()
    const random = seededRandom(5)
    const turned = basketsOfRows(shuffled(random, rows), ['Churn', 'TechSupport', 'Contract'])
    const straight = basketsOfRows(rows, ['Contract', 'TechSupport', 'Churn'])
    const sorted = async (baskets: Baskets) =>
      (await rulesOf(baskets, { minCount: 100 })).rules
        .map(({ name, p, adjustedP, improvement }) => ({ name, p, adjustedP, improvement }))
        .sort((a, b) => (a.name < b.name ? -1 : 1))
    const expected = await sorted(straight)
    expect(expected.length).toBeGreaterThan(5)
    expect(await sorted(turned)).toEqual(expected)
  })

  it('find what was planted, and only it', async () => {
    const random = seededRandom(21)
    const lists = Array.from({ length: 4000 }, () => {
      const list = [0.3, 0.2, 0.25, 0.15, 0.1].flatMap((chance, at) =>
        random() < chance ? [letters[at]!] : [],
      )
      const chance = list.includes('a') && list.includes('b') ? 0.6 : 0.2
      return random() < chance ? [...list, 'lost'] : list
    })
    const baskets = basketsOf(lists)
    const lost = baskets.labels.indexOf('lost')
    const { rules } = await rulesOf(baskets, { minCount: 20, maxLength: 4 }, { consequents: [lost] })
    const strongest = rules.find(({ name }) => name === 'a & b -> lost')!
    // P(lost) = 0.2 + 0.4 * 0.06 = 0.224, so that the true lift is 0.6 / 0.224.
    expect(strongest.liftInterval![0]).toBeLessThan(0.6 / 0.224)
    expect(strongest.liftInterval![1]).toBeGreaterThan(0.6 / 0.224)
    expect(rules.map(({ name }) => name).sort()).toEqual(['a & b -> lost', 'a -> lost', 'b -> lost'])
  })

  it('find something in at most 5 of 100 worlds where nothing hangs together', async () => {
    const worlds = 200
    let alarms = 0
    for (let world = 0; world < worlds; world++) {
      const baskets = independentBaskets(seededRandom(world), 300, [0.5, 0.4, 0.3, 0.3, 0.2, 0.15, 0.1])
      const { rules } = await rulesOf(baskets, { minCount: 10, maxLength: 3 })
      if (rules.length > 0) alarms++
    }
    // 0.05 and three standard errors, sqrt(0.05 * 0.95 / 200) each.
    expect(alarms / worlds).toBeLessThan(0.05 + 0.047)
  })

  it('survive in nothing that RavenStack tells of why its customers leave', async () => {
    const folder = 'test/data/ravenstack-saas/'
    const first = new Map<string, Row>()
    for (const event of readRows(`${folder}ravenstack_churn_events.csv`)) {
      const known = first.get(event.account_id!)
      if (known === undefined || event.churn_date! < known.churn_date!) first.set(event.account_id!, event)
    }
    const accounts = readRows(`${folder}ravenstack_accounts.csv`).map((account): Row => {
      const seats = Number(account.seats)
      const size = seats < 10 ? 'small' : seats < 30 ? 'middle' : 'large'
      return { ...account, size, reason: first.get(account.account_id!)?.reason_code ?? '' }
    })
    const traits = ['industry', 'country', 'referral_source', 'plan_tier', 'is_trial', 'size']
    const flagged = basketsOfRows(accounts, [...traits, 'churn_flag'])
    const leaves = [flagged.labels.indexOf('churn_flag=TRUE')]
    const toLeaving = await rulesOf(flagged, { minCount: 10, maxLength: 4 }, { consequents: leaves })
    expect(toLeaving.tested).toBeGreaterThan(100)
    expect(toLeaving.rules).toEqual([])

    const left = basketsOfRows(
      accounts.filter(({ reason }) => reason !== ''),
      [...traits, 'reason'],
    )
    const reasons = left.labels.flatMap((label, item) => (label.startsWith('reason=') ? [item] : []))
    const toReason = await rulesOf(left, { minCount: 10, maxLength: 4 }, { consequents: reasons })
    expect(toReason.tested).toBeGreaterThan(500)
    expect(toReason.rules).toEqual([])
  })

  it('stay within what was asked for', async () => {
    const asked = { maxAdjustedP: 1e-6, minConfidence: 0.5, minImprovement: 0.02 }
    const { rules } = await rulesOf(telcoBaskets(), atFivePercent, asked)
    const all = await rulesOf(telcoBaskets(), atFivePercent, allRules)
    const within = all.rules.filter(
      ({ adjustedP, confidence, improvement }) =>
        adjustedP <= asked.maxAdjustedP &&
        confidence >= asked.minConfidence &&
        improvement > asked.minImprovement,
    )
    expect(rules).toEqual(within)
    expect(rules.length).toBeGreaterThan(10)
    const lows = rules.map(({ liftInterval }) => liftInterval![0])
    expect(lows).toEqual([...lows].sort((a, b) => b - a))
  })

  it('are none where there are no pairs', async () => {
    expect(await rulesOf(basketsOf([['a'], ['b']]), { minCount: 5 })).toEqual({ tested: 0, rules: [] })
    expect(await rulesOf(basketsOf([['a'], ['b']]), { minCount: 1 })).toEqual({ tested: 2, rules: [] })
    expect(await rulesOf(basketsOf([['a', 'b']]), { minCount: 1 }, { consequents: [9] })).toMatchObject({
      tested: 0,
    })
  })

  it.each<[RuleOptions, string]>([
    [{ maxAdjustedP: 1.5 }, 'An adjusted p'],
    [{ minConfidence: -1 }, 'A confidence'],
    [{ minImprovement: NaN }, 'An improvement'],
  ])('refuse %o', async (options, said) => {
    const sets = await frequentItemsets(basketsOf([['a', 'b']]), { minCount: 1 })
    const tried = associationRules(sets, options)
    await expect(tried).rejects.toMatchObject({ code: 'bad_input', message: expect.stringContaining(said) })
  })

  it('are found a step at a time, and not when the caller stops', async () => {
    const sets = await frequentItemsets(telcoBaskets(), atFivePercent)
    const shares: number[] = []
    await associationRules(sets, {}, { onProgress: (share) => shares.push(share) })
    expect(shares).toEqual([...shares].sort((a, b) => a - b))
    expect(shares.at(-1)).toBe(1)
    const stopped = associationRules(sets, {}, { signal: AbortSignal.abort() })
    expect(await stopped.catch(codeOf)).toBe('aborted')
  })
})
