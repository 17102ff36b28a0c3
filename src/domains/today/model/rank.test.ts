import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Condition, RuleDefinition, type Rule } from '../schema.ts'
import { builtInRules, effectiveRules } from './built-in.ts'
import { occurrenceOf, taskOccurrence } from './occurrence.ts'
import {
  compareItems,
  heldToday,
  itemsOfMany,
  moneyOf,
  rankToday,
  type Beyond,
  type Candidate,
  type Decision,
  type TodayInput,
} from './rank.ts'

const today = '2026-11-02'
const rules = effectiveRules([])
const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
const ada = { id: uuid(901), name: 'Ada' }
const bob = { id: uuid(902), name: 'Bob' }

function candidate(n: number, more: Partial<Candidate> = {}): Candidate {
  return {
    ruleCode: 'renewal_near',
    account: { id: uuid(n), name: `Customer ${n}`, segment: null },
    owner: ada,
    taskId: null,
    title: null,
    reason: { code: 'revenue.renewal', params: {} },
    evidence: [],
    occurrence: 'renewal 2026-11-20',
    asOf: '2026-11-02T08:00:00.000Z',
    stale: false,
    arrCents: 3_840_000,
    risk: { value: 0.34, low: 0.22, high: 0.48 },
    dueOn: null,
    customerLeft: false,
    outdated: false,
    heldOut: false,
    ...more,
  }
}

const task = (n: number, dueOn: string, more: Partial<Candidate> = {}): Candidate =>
  candidate(n, {
    ruleCode: 'task_due',
    occurrence: taskOccurrence(uuid(n + 500)),
    taskId: uuid(n + 500),
    dueOn,
    ...more,
  })

const decision = (of: Candidate, decided: Decision['decision'], more: Partial<Decision> = {}): Decision => ({
  id: uuid(7),
  accountId: of.account?.id ?? null,
  ruleCode: of.ruleCode,
  occurrence: of.occurrence,
  decision: decided,
  untilOn: null,
  watch: null,
  assignee: null,
  why: null,
  comment: null,
  by: 'Ada',
  at: '2026-11-01T08:00:00.000Z',
  ...more,
})

const input = (candidates: Candidate[], more: Partial<TodayInput> = {}): TodayInput => ({
  rules,
  candidates,
  beyond: new Map(),
  decisions: [],
  watched: new Map(),
  effects: {},
  smallBelowCents: null,
  today,
  personId: null,
  limit: 50,
  ...more,
})
const rank = (candidates: Candidate[], more: Partial<TodayInput> = {}) => rankToday(input(candidates, more))
const assumed = (share: number) => ({ share, low: null, high: null, basis: 'assumption' as const, n: null })
const smallOnes = (n: number, value = 1_000) =>
  Array.from({ length: n }, (_, i) => ({
    accountId: uuid(700 + i),
    atStakeCents: { value, low: value / 2, high: value * 1.5 },
  }))
const beyond = (more: Partial<Beyond>): Beyond => ({ small: [], others: 0, heldOut: 0, outdated: 0, ...more })
const names = (list: ReturnType<typeof rank>) => list.items.map(({ account }) => account?.name)

describe('the rules that come with the product', () => {
  it('are valid, and each is replaced by the newest version that was saved', () => {
    for (const definition of Object.values(builtInRules))
      expect(RuleDefinition.parse(definition)).toEqual(definition)
    const own: Rule = {
      code: 'task_due',
      version: 3,
      enabled: false,
      definition: builtInRules.task_due!,
      changedAt: '2026-11-01T00:00:00.000Z',
      changedBy: 'Ada',
    }
    const list = effectiveRules([own])
    expect(list.map(({ code }) => code)).toEqual(Object.keys(builtInRules))
    expect(list.find(({ code }) => code === 'task_due')).toEqual(own)
  })

  it('compare values with numbers only: text is for facts of the detail', () => {
    const valid = (input: object) => Condition.safeParse({ reading: 'usage.trend', ...input }).success
    expect(valid({ part: 'value', op: 'at_most', value: -0.1 })).toBe(true)
    expect(valid({ part: 'detail.direction', op: 'is', value: 'down' })).toBe(true)
    expect(valid({ part: 'value', op: 'at_most', value: 'NaN' })).toBe(false)
    expect(valid({ part: 'value', op: 'is', value: true })).toBe(false)
    expect(valid({ part: 'detail.direction', op: 'at_least', value: 'down' })).toBe(false)
    expect(valid({ part: "detail.x' or 1=1", op: 'is', value: 1 })).toBe(false)
    expect(valid({ part: 'detail.direction', op: 'is', value: 'a\u0000b' })).toBe(false)
  })
})

describe('money', () => {
  it('is revenue times risk, and the share of it that acting keeps, each with the interval of the risk', () => {
    expect(moneyOf(candidate(1), assumed(0.1))).toEqual({
      atStakeCents: { value: 1_305_600, low: 844_800, high: 1_843_200 },
      keepsCents: { value: 130_560, low: 84_480, high: 184_320 },
    })
  })

  it('is unknown when revenue or risk is, and nothing is claimed with a share of 0', () => {
    expect(moneyOf({ arrCents: null, risk: { value: 0.3, low: 0.2, high: 0.4 } }, assumed(0.1))).toEqual({
      atStakeCents: null,
      keepsCents: null,
    })
    expect(moneyOf({ arrCents: 100, risk: null }, assumed(0.1)).atStakeCents).toBeNull()
    expect(moneyOf(candidate(1), assumed(0)).keepsCents).toBeNull()
    expect(
      moneyOf({ arrCents: 0, risk: { value: 0.3, low: 0.2, high: 0.4 } }, assumed(0.1)).keepsCents?.value,
    ).toBe(0)
  })
})

describe('ranking', () => {
  it('puts most kept per minute first, and unknown money last', () => {
    const list = rank([
      candidate(1, { arrCents: 100_000 }),
      candidate(2, { arrCents: null }),
      candidate(3, { arrCents: 9_000_000 }),
      // Keeps more than customer 3 a minute: a larger share in less time.
      candidate(4, { ruleCode: 'usage_out_of_band', arrCents: 8_000_000, occurrence: 'week 2026-11-02' }),
      candidate(5, { risk: null }),
    ])
    expect(names(list)).toEqual(['Customer 4', 'Customer 3', 'Customer 1', 'Customer 2', 'Customer 5'])
    expect(list.items.map(({ rank: place }) => place)).toEqual([1, 2, 3, 4, 5])
  })

  it('keeps what is due above money, the longest due first', () => {
    const list = rank([
      candidate(1, { arrCents: 9_000_000_00 }),
      task(2, '2026-11-02'),
      task(3, '2026-10-20', { arrCents: null }),
    ])
    expect(names(list)).toEqual(['Customer 3', 'Customer 2', 'Customer 1'])
  })

  it('sums each customer once, and acting twice keeps less than both apart', () => {
    const once = rank([candidate(1)])
    const twice = rank([
      candidate(1),
      candidate(1, { ruleCode: 'usage_out_of_band', occurrence: 'week 2026-11-02' }),
      candidate(2, { arrCents: null }),
    ])
    expect(once.totals).toMatchObject({ atStakeCents: { value: 1_305_600 }, keepsCents: { value: 130_560 } })
    expect(twice.totals.atStakeCents).toEqual({ value: 1_305_600, low: 844_800, high: 1_843_200 })
    // 1 - (1 - .10)(1 - .15) = .235
    expect(twice.totals.keepsCents?.value).toBe(306_816)
    expect(twice.totals).toMatchObject({ unknown: 1, minutes: 85 })
  })

  it('says that sums are not known where nothing is', () => {
    const { totals } = rank([candidate(1, { risk: null }), task(2, today, { account: null, arrCents: null })])
    expect(totals).toEqual({ atStakeCents: null, keepsCents: null, customers: 0, unknown: 1, minutes: 45 })
  })

  it('shows a person what is theirs or was given to them, with the new name at it', () => {
    const [mine, theirs] = [candidate(1), candidate(2, { owner: bob })]
    const unowned = candidate(3, { owner: null })
    expect(names(rank([mine, theirs, unowned], { personId: ada.id }))).toEqual(['Customer 1'])
    const given = decision(theirs, 'reassigned', { assignee: ada })
    const list = rank([mine, theirs, unowned], { personId: ada.id, decisions: [given] })
    expect(list.items.map(({ owner }) => owner?.name)).toEqual(['Ada', 'Ada'])
    expect(names(rank([theirs], { personId: bob.id, decisions: [given] }))).toEqual([])
  })
})

describe('decisions', () => {
  const one = candidate(1)
  const shown = (decisions: Decision[], day = today) => rank([one], { decisions, today: day })

  it('hold an item back and are counted', () => {
    expect(shown([decision(one, 'done')])).toMatchObject({
      items: [],
      found: 1,
      heldBack: [{ code: 'done', count: 1 }],
    })
    expect(shown([decision(one, 'not_useful')]).heldBack).toEqual([{ code: 'not_useful', count: 1 }])
  })

  it('end when their day comes, or not before the reason happens anew', () => {
    const until = [decision(one, 'snoozed', { untilOn: '2026-11-05' })]
    expect(shown(until, '2026-11-04').items).toEqual([])
    expect(shown(until, '2026-11-05').items).toHaveLength(1)
    expect(shown([decision(one, 'snoozed')], '2027-11-05').items).toEqual([])
    const next = candidate(1, { occurrence: 'renewal 2027-11-20' })
    expect(rank([next], { decisions: [decision(one, 'done')] }).items).toHaveLength(1)
  })

  it('say the last word, and a snooze does not take back to whom an item was given', () => {
    const story = [
      decision(one, 'reassigned', { assignee: bob }),
      decision(one, 'snoozed', { untilOn: '2026-11-01' }),
    ]
    expect(shown(story).items[0]?.owner).toEqual(bob)
    expect(shown([...story, decision(one, 'done')]).items).toEqual([])
  })

  it('leave a task to itself: reopened elsewhere, it is here again; its owner is its own', () => {
    const due = task(1, today)
    const list = rank([due], {
      decisions: [decision(due, 'done'), decision(due, 'reassigned', { assignee: bob })],
    })
    expect(list.items.map(({ owner }) => owner)).toEqual([ada])
    expect(rank([due], { decisions: [decision(due, 'snoozed', { untilOn: '2026-11-09' })] }).items).toEqual(
      [],
    )
  })

  it('are not needed for rules that are off and tasks of customers who left', () => {
    const off = rules.map((rule) => ({ ...rule, enabled: rule.code !== 'renewal_near' }))
    const list = rank([one, task(2, today, { customerLeft: true })], { rules: off })
    expect(list).toMatchObject({ items: [], found: 2 })
    expect(list.heldBack).toEqual([
      { code: 'rule_off', count: 1 },
      { code: 'customer_left', count: 1 },
    ])
  })
})

describe('small customers with the same reason', () => {
  const smallBelowCents = 1_000_000
  const risk = { value: 0.5, low: 0.25, high: 0.75 }
  const small = (n: number, more: Partial<Candidate> = {}) =>
    candidate(n, { arrCents: 200_000 + 4 * n, risk, ...more })
  const some = [1, 2, 3, 4, 5, 6].map((n) => small(n))

  it('are one item with their sum, ranked by it, so that money does not bury them', () => {
    // Keeps more than any of them a minute, and less than all of them together.
    const big = candidate(9, { arrCents: 1_050_000, risk: { value: 0.2, low: 0.1, high: 0.3 } })
    const list = rank([...some, big], {
      smallBelowCents,
      beyond: new Map([['renewal_near', beyond({ small: smallOnes(20, 100_000), others: 3 })]]),
    })
    expect(list.items.map(({ many, account }) => many?.count ?? account?.name)).toEqual([26, 'Customer 9'])
    // Six times half of $2,000 and some cents, and twenty of $1,000: the ends of all added.
    expect(list.items[0]).toMatchObject({
      key: 'renewal_near|-|many',
      many: { names: ['Customer 6', 'Customer 5', 'Customer 4'], smallBelowCents },
      atStakeCents: { value: 2_600_042, low: 1_300_021, high: 3_900_063 },
      // One letter to all is believed to keep a quarter of what a talk with each would.
      keepsCents: { value: 65_001 },
      effect: { share: 0.025, basis: 'assumption' },
      minutes: 60,
    })
    expect(list).toMatchObject({ found: 30, heldBack: [{ code: 'beyond_list', count: 3 }] })
    expect(list.totals).toMatchObject({ customers: 27, unknown: 0, atStakeCents: { value: 2_810_042 } })
  })

  it('stand alone where there are few, where the rule says so, and where their money is not known', () => {
    expect(rank(some.slice(0, 4), { smallBelowCents }).items).toHaveLength(4)
    const alone = rules.map((rule) => ({
      ...rule,
      definition: { ...rule.definition, minutesForMany: null },
    }))
    expect(rank(some, { smallBelowCents, rules: alone }).items).toHaveLength(6)
    const unknown = rank([...some, candidate(8, { arrCents: null })], { smallBelowCents })
    expect(unknown.items.map(({ many }) => many?.count ?? 1)).toEqual([6, 1])
  })

  it('count once in the sums when another rule finds them too', () => {
    const drop = { ruleCode: 'usage_out_of_band', occurrence: 'week 2026-11-02' }
    const twice = rank([...some, small(1, drop)], { smallBelowCents })
    const once = rank(some, { smallBelowCents })
    expect(twice.totals.atStakeCents).toEqual(once.totals.atStakeCents)
    expect(twice.totals.keepsCents!.value).toBeGreaterThan(once.totals.keepsCents!.value)
    expect(twice.totals.customers).toBe(6)
  })

  it('leave the item one by one as they are decided about', () => {
    const decisions = some.slice(0, 2).map((one) => decision(one, 'done'))
    const list = rank(some, { smallBelowCents, decisions })
    expect(list.items).toHaveLength(4)
    expect(itemsOfMany(input(some, { smallBelowCents, decisions }), 'renewal_near')).toHaveLength(4)
    expect(heldToday(input(some, { smallBelowCents, decisions })).map(({ code }) => code)).toEqual([
      'done',
      'done',
    ])
  })
})

describe('what is held out', () => {
  const out = candidate(1, { heldOut: true })
  const holding = rules.map((rule) => ({ ...rule, definition: { ...rule.definition, holdOut: 0.1 } }))

  it('is counted and never named, while the rule holds out', () => {
    expect(rank([out], { rules: holding })).toMatchObject({
      items: [],
      heldBack: [{ code: 'held_out', count: 1 }],
    })
    expect(heldToday(input([out], { rules: holding }))).toEqual([])
    expect(rank([out]).items).toHaveLength(1)
  })
})

describe('what acting keeps', () => {
  const measured = { share: 0.4, low: 0.2, high: 0.5, basis: 'holdout' as const, n: 90 }

  it('is what outcomes measure, with both intervals, unless the rule keeps its assumption', () => {
    const effects = { renewal_near: measured }
    expect(rank([candidate(1)], { effects }).items[0]).toMatchObject({
      effect: measured,
      // 844,800 × .2 and 1,843,200 × .5
      keepsCents: { value: 522_240, low: 168_960, high: 921_600 },
    })
    const assuming = rules.map((rule) => ({
      ...rule,
      definition: { ...rule.definition, effect: { ...rule.definition.effect, measured: false } },
    }))
    expect(rank([candidate(1)], { effects, rules: assuming }).items[0]?.effect.basis).toBe('assumption')
    const nothing = { ...measured, share: 0, low: 0, high: 0.1 }
    expect(rank([candidate(1)], { effects: { renewal_near: nothing } }).items[0]?.keepsCents?.value).toBe(0)
  })
})

describe('a snooze', () => {
  const week = (on: string) => candidate(1, { ruleCode: 'usage_out_of_band', occurrence: `week ${on}` })
  const then = { state: 'ok', value: -0.4, low: -0.6, high: -0.2, fact: null, evidence: [] }
  const watch = { 'usage.trend': then }
  const now = (more: object) => new Map([[uuid(1), new Map([['usage.trend', { ...then, ...more }]])]])

  it('goes on from week to week until its day', () => {
    const decisions = [decision(week('2026-11-02'), 'snoozed', { untilOn: '2026-11-20' })]
    expect(rank([week('2026-11-09')], { decisions, today: '2026-11-10' }).items).toEqual([])
    expect(rank([week('2026-11-16')], { decisions, today: '2026-11-20' }).items).toHaveLength(1)
    expect(
      rank([week('2026-11-09')], { decisions: [decision(week('2026-11-02'), 'done')] }).items,
    ).toHaveLength(1)
  })

  it('until something changes ends when it does, and says what', () => {
    const decisions = [decision(week('2026-11-02'), 'snoozed', { watch })]
    const list = (more: object) => rank([week('2026-11-23')], { decisions, watched: now(more) })
    expect(list({ value: -0.55 })).toMatchObject({ items: [], heldBack: [{ code: 'snoozed', count: 1 }] })
    expect(list({ value: -0.7 }).items[0]?.changed).toEqual([
      { reading: 'usage.trend', kind: 'value', was: -0.4, now: -0.7, since: '2026-11-01T08:00:00.000Z' },
    ])
  })

  it('is the last word or not, by when it was said', () => {
    const said = [decision(week('2026-11-02'), 'snoozed', { watch }), decision(week('2026-11-02'), 'done')]
    const list = (decisions: Decision[]) => rank([week('2026-11-02')], { decisions, watched: now({}) })
    expect(list(said).heldBack[0]?.code).toBe('done')
    expect(list(said.toReversed()).heldBack[0]?.code).toBe('snoozed')
  })
})

describe('an occurrence', () => {
  const reading = (code: string, more: object = {}) =>
    occurrenceOf({ code, asOf: '2026-11-04T10:00:00.000Z', detail: {}, evidence: [], ...more })
  const ticket = (n: number, at: string) => ({ kind: 'ticket', id: uuid(n), at, code: 'x', params: {} })

  it('is the renewal day, the newest ticket, or the week', () => {
    expect(reading('revenue.renewal', { detail: { renewsOn: '2027-01-12' } })).toBe('renewal 2027-01-12')
    const evidence = [ticket(1, '2026-10-01T00:00:00Z'), ticket(2, '2026-11-01T00:00:00Z')]
    expect(reading('tickets.open_severe', { evidence })).toBe(`ticket ${uuid(2)}`)
    expect(reading('tickets.open_severe', { evidence: evidence.toReversed() })).toBe(`ticket ${uuid(2)}`)
    expect(reading('usage.trend')).toBe('week 2026-11-02')
    expect(reading('usage.trend', { asOf: '2026-11-08T23:59:00.000Z' })).toBe('week 2026-11-02')
    expect(reading('usage.trend', { asOf: '2026-11-09T00:00:00.000Z' })).toBe('week 2026-11-09')
  })
})

describe('whatever is found', () => {
  const interval = fc
    .tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }))
    .map(([a, b]) => ({ value: (a + b) / 2, low: Math.min(a, b), high: Math.max(a, b) }))
  const candidates = fc
    .array(
      fc.record({
        n: fc.integer({ min: 1, max: 6 }),
        rule: fc.constantFrom('renewal_near', 'usage_out_of_band', 'severe_ticket_open', 'task_due'),
        dueOn: fc.constantFrom(null, '2026-11-01', '2026-10-15'),
        arrCents: fc.option(fc.integer({ min: 0, max: 10_000_000 })),
        risk: fc.option(interval),
        owner: fc.constantFrom(ada, bob, null),
        decided: fc.constantFrom(null, 'done', 'snoozed', 'reassigned', 'not_useful'),
        left: fc.boolean(),
      }),
      { maxLength: 30 },
    )
    .map((rows) => {
      // Money belongs to a customer: the same wherever the customer appears.
      const money = new Map(rows.map(({ n, arrCents, risk }) => [n, { arrCents, risk }]))
      const made = rows.map(({ n, rule, dueOn, owner, decided, left }, i) => ({
        decided,
        candidate: candidate(n, {
          ruleCode: rule,
          occurrence: rule === 'task_due' ? taskOccurrence(uuid(i)) : `renewal ${i}`,
          dueOn,
          owner,
          customerLeft: left && rule === 'task_due',
          ...money.get(n)!,
        }),
      }))
      return {
        candidates: made.map((one) => one.candidate),
        decisions: made.flatMap(({ decided, candidate: of }) =>
          decided ? [decision(of, decided as Decision['decision'], { assignee: bob })] : [],
        ),
      }
    })
  const limit = fc.integer({ min: 0, max: 40 })
  const personId = fc.constantFrom(null, ada.id, bob.id)

  const more = fc
    .record({
      renewal_near: fc.nat({ max: 5_000 }),
      task_due: fc.nat({ max: 5_000 }),
      small: fc.nat({ max: 9 }),
      heldOut: fc.nat({ max: 9 }),
    })
    .map(
      ({ small, heldOut, ...counts }) =>
        new Map([
          ['renewal_near', beyond({ others: counts.renewal_near, heldOut, small: smallOnes(small) })],
          ['task_due', beyond({ others: counts.task_due })],
        ]),
    )
  const switched = fc
    .constantFrom(null, 'renewal_near', 'task_due')
    .map((off) => rules.map((rule) => ({ ...rule, enabled: rule.code !== off })))

  it('is shown or held back, and nothing is lost', () => {
    fc.assert(
      fc.property(
        candidates,
        more,
        switched,
        limit,
        personId,
        fc.constantFrom(null, 5_000_000),
        (found, unlisted, ofRules, most, person, smallBelowCents) => {
          const list = rank(found.candidates, {
            ...found,
            beyond: unlisted,
            rules: ofRules,
            limit: most,
            personId: person,
            smallBelowCents,
          })
          const unseen = [...unlisted.values()].reduce(
            (sum, { small, others, heldOut }) => sum + small.length + others + heldOut,
            0,
          )
          const held = list.heldBack.reduce((sum, { count }) => sum + count, 0)
          const told = list.items.reduce((sum, { many }) => sum + (many?.count ?? 1), 0)
          expect(told + held).toBe(list.found)
          expect(list.items.length).toBeLessThanOrEqual(most)
          if (person === null) expect(list.found).toBe(found.candidates.length + unseen)
          expect(list.found).toBeGreaterThanOrEqual(unseen)
        },
      ),
    )
  })

  it('has one order, in whichever order it was found', () => {
    fc.assert(
      fc.property(candidates, fc.infiniteStream(fc.nat()), (found, noise) => {
        const mixed = found.candidates
          .map((one) => ({ one, at: noise.next().value as number }))
          .toSorted((a, b) => a.at - b.at)
          .map(({ one }) => one)
        const [first, second] = [rank(found.candidates, found), rank(mixed, found)]
        expect(second).toEqual(first)
        const items = first.items.map((item) => ({ ...item, dueOn: null }))
        for (const a of items) expect(compareItems(a, a)).toBe(0)
        for (const a of items)
          for (const b of items)
            if (a !== b) expect(Math.sign(compareItems(a, b))).toBe(-Math.sign(compareItems(b, a)))
      }),
    )
  })

  it('never keeps more than is at stake, and lists unknown money below known', () => {
    fc.assert(
      fc.property(candidates, (found) => {
        const { items, totals } = rank(found.candidates, found)
        expect(totals.keepsCents?.value ?? 0).toBeLessThanOrEqual(totals.atStakeCents?.value ?? 0)
        const ranked = items.filter(({ rule }) => !rule.floor)
        const firstUnknown = ranked.findIndex(({ keepsCents }) => keepsCents === null)
        if (firstUnknown >= 0)
          expect(ranked.slice(firstUnknown).every(({ keepsCents }) => keepsCents === null)).toBe(true)
        expect(items.findIndex(({ rule }) => !rule.floor)).not.toBeGreaterThan(
          items.filter(({ rule }) => rule.floor).length,
        )
      }),
    )
  })
})
