import { describe, expect, it } from 'vitest'
import { openTestWorld } from '../../../test/harness/stores.ts'
import type { Ctx } from '../../platform/context.ts'
import { mergeAccount } from '../accounts/actions.ts'
import { decide, decideMany, undoDecision } from './actions/decisions.ts'
import { addRule, changeRule, changeSettings, removeRule } from './actions/rules.ts'
import { builtInRules } from './model/built-in.ts'
import { listRules, ruleChoices, rulesWithFeedback, shownSettings } from './reads/rules.ts'
import { heldBack, manyOf, today } from './reads/today.ts'
import { customer, drop, money, renewal, seed } from './today-world.fixture.ts'

const world = await openTestWorld()
const near = renewal('2026-11-20', 18)
const on = (ctx: Ctx, day: string): Ctx => ({ ...ctx, clock: () => new Date(`${day}T10:00:00Z`) })

/** Six small customers whose renewal is near, and eight large ones that are far from it. */
async function company(): Promise<Ctx & { userId: string; small: string[] }> {
  const ctx = await world.workspace()
  const small = []
  for (let n = 1; n <= 6; n++)
    small.push(await customer(ctx, `Small ${n}`, [near, ...money(10_000 * n, 0.5)], { ownerId: ctx.userId }))
  for (let n = 1; n <= 8; n++) await customer(ctx, `Large ${n}`, [renewal('2027-10-01', 333), ...money(9e7)])
  return { ...ctx, small }
}

describe('small customers with one reason', () => {
  it('are one item with the sum of all, and a list of each', async () => {
    const ctx = await company()
    const list = await today(ctx, null)
    expect(list.items).toHaveLength(1)
    expect(list.items[0]).toMatchObject({
      many: { count: 6, names: ['Small 6', 'Small 5', 'Small 4'] },
      atStakeCents: { value: 105_000 },
      keepsCents: { value: 2_625 },
      minutes: 60,
    })
    const many = await manyOf(ctx, null, 'renewal_near')
    expect(many.total).toBe(6)
    expect(many.items.map(({ account }) => account?.name)).toEqual(
      [6, 5, 4, 3, 2, 1].map((n) => `Small ${n}`),
    )
    // Who says what is small says what is one item.
    await changeSettings(ctx, { smallBelowCents: 25_000 })
    expect((await today(ctx, null)).items).toHaveLength(6)
    expect(await shownSettings(ctx)).toMatchObject({ smallBelowCents: 25_000, medianCents: 9e7 })
    await changeSettings(ctx, { smallBelowCents: null })
    expect((await today(ctx, null)).items).toHaveLength(1)
  })

  it('are small against the customers that count, not against those that were merged into others', async () => {
    const ctx = await company()
    const into = await customer(ctx, 'Whole', money(9e7))
    for (let n = 1; n <= 8; n++)
      await mergeAccount(ctx, { id: await customer(ctx, `Part ${n}`, money(1_000)), intoId: into })
    expect((await shownSettings(ctx)).medianCents).toBe(9e7)
  })

  it('are decided about together or some of them, and one undo takes it back', async () => {
    const ctx = await company()
    const some = await decideMany(ctx, {
      ruleCode: 'renewal_near',
      decision: 'done',
      accountIds: ctx.small.slice(0, 2),
    })
    expect(some.customers).toBe(2)
    // Four are too few to be one item.
    expect((await today(ctx, null)).items).toHaveLength(4)
    await undoDecision(ctx, { id: some.id })
    const all = await decideMany(ctx, {
      ruleCode: 'renewal_near',
      whose: 'mine',
      decision: 'snoozed',
      untilOn: '2026-11-09',
    })
    expect(all.customers).toBe(6)
    expect(await today(ctx, null)).toMatchObject({
      items: [],
      heldBack: [{ code: 'snoozed', count: 6 }],
    })
    await expect(decideMany(ctx, { ruleCode: 'renewal_near', decision: 'done' })).rejects.toMatchObject({
      status: 422,
    })
    await undoDecision(ctx, { id: all.id })
    await expect(undoDecision(ctx, { id: all.id })).rejects.toMatchObject({ status: 404 })
    expect((await today(ctx, null)).items[0]?.many?.count).toBe(6)
  })

  it('of another workspace are neither listed nor decided about', async () => {
    const [ours, theirs] = [await company(), await company()]
    const { customers } = await decideMany(ours, { ruleCode: 'renewal_near', decision: 'done' })
    expect(customers).toBe(6)
    expect((await manyOf(theirs, null, 'renewal_near')).total).toBe(6)
    await expect(
      decideMany(ours, { ruleCode: 'renewal_near', decision: 'done', accountIds: theirs.small }),
    ).rejects.toMatchObject({ status: 422 })
    await changeSettings(ours, { smallBelowCents: 1 })
    expect((await shownSettings(theirs)).smallBelowCents).toBeNull()
  })
})

describe('an item that waits until something changes', () => {
  it('stays away from week to week, comes back with what changed, and can be taken back from the list', async () => {
    const ctx = await world.workspace()
    const fell = { ...drop, low: -0.6, high: -0.2 }
    const id = await customer(ctx, 'A', [fell, ...money(100_000)])
    const about = { accountId: id, ruleCode: 'usage_out_of_band', occurrence: 'week 2026-11-02' }
    await decide(ctx, { ...about, decision: 'snoozed', untilChange: true })
    expect((await heldBack(ctx, null, undefined)).items).toMatchObject([
      { code: 'snoozed', account: { name: 'A' }, by: 'Ada Test', untilOn: null, untilChange: true },
    ])
    const nextWeek = on(ctx, '2026-11-10')
    await seed(ctx, id, [{ ...fell, value: -0.5, asOf: '2026-11-10T06:00:00.000Z' }])
    expect((await today(nextWeek, null)).items).toEqual([])
    await seed(ctx, id, [{ ...fell, value: -0.7, asOf: '2026-11-10T06:00:00.000Z' }])
    const [back] = (await today(nextWeek, null)).items
    expect(back?.changed).toMatchObject([{ reading: 'usage.trend', kind: 'value', was: -0.4, now: -0.7 }])
    await decide(nextWeek, { ...about, occurrence: back!.occurrence, decision: 'not_useful', why: 'known' })
    const held = await heldBack(nextWeek, null, 'not_useful')
    expect(held).toMatchObject({ total: 1, items: [{ why: 'known', by: 'Ada Test' }] })
    await undoDecision(nextWeek, { id: held.items[0]!.decisionId! })
    expect((await today(nextWeek, null)).items).toHaveLength(1)
  })

  it('needs something that can change', async () => {
    const ctx = await world.workspace()
    const id = await customer(ctx, 'Nothing is read here', [])
    await expect(
      decide(ctx, {
        accountId: id,
        ruleCode: 'usage_out_of_band',
        occurrence: 'week 2026-11-02',
        decision: 'snoozed',
        untilChange: true,
      }),
    ).rejects.toMatchObject({ status: 422, more: { errors: [{ path: 'untilChange' }] } })
  })
})

describe('a rule of one’s own', () => {
  const definition = {
    ...builtInRules.renewal_near!,
    name: 'Insurers renew',
    scope: { segments: ['Insurance'] },
    minutesForMany: null,
  }

  it('is off until it is switched on, looks at its segments only, and is removed and brought back', async () => {
    const ctx = await world.workspace()
    await customer(ctx, 'Insurer', [near, ...money(100)], { segment: 'Insurance' })
    await customer(ctx, 'Builder', [near, ...money(100)], { segment: 'Construction' })
    await changeRule(ctx, { code: 'renewal_near', enabled: false })
    const { code } = await addRule(ctx, { definition })
    const found = async () => (await today(ctx, null)).items.map(({ account }) => account?.name)
    expect(await found()).toEqual([])
    await changeRule(ctx, { code, version: 1, enabled: true })
    expect(await found()).toEqual(['Insurer'])
    await removeRule(ctx, { code })
    expect((await listRules(ctx)).map((rule) => rule.code)).not.toContain(code)
    expect(await found()).toEqual([])
    await changeRule(ctx, { code, enabled: true, definition })
    expect(await found()).toEqual(['Insurer'])
    await expect(removeRule(ctx, { code: 'renewal_near' })).rejects.toMatchObject({ status: 409 })
  })

  it('is not overwritten by who read an older version, nor seen from another workspace', async () => {
    const [ctx, other] = [await world.workspace(), await world.workspace()]
    const { code } = await addRule(ctx, { definition, enabled: true })
    await changeRule(ctx, { code, version: 1, definition: { ...definition, minutes: 5 } })
    await expect(changeRule(ctx, { code, version: 1, enabled: false })).rejects.toMatchObject({
      status: 409,
      code: 'changed_meanwhile',
    })
    await expect(changeRule(other, { code, enabled: false })).rejects.toMatchObject({ status: 404 })
    await expect(removeRule(other, { code })).rejects.toMatchObject({ status: 404 })
    expect((await listRules(other)).map((rule) => rule.code)).not.toContain(code)
  })

  it('never holds out what is due, and is made of what exists here', async () => {
    const ctx = await world.workspace()
    await expect(
      addRule(ctx, { definition: { ...definition, floor: true, holdOut: 0.1 } }),
    ).rejects.toMatchObject({ status: 422, more: { errors: [{ path: 'definition.holdOut' }] } })
    await customer(ctx, 'A', [near, { code: 'odd.reading', value: 1 }], { segment: 'Insurance' })
    const choices = await ruleChoices(ctx)
    expect(choices.segments).toEqual(['Insurance'])
    expect(choices.parts).toContainEqual({
      reading: 'revenue.renewal',
      part: 'value',
      kind: 'days',
      options: [],
      past: true,
    })
    expect(choices.parts).toContainEqual(
      expect.objectContaining({ reading: 'odd.reading', part: 'value', kind: 'number', past: false }),
    )
  })

  it('tells what the team said of its items, an act on many once', async () => {
    const ctx = await company()
    await decideMany(ctx, { ruleCode: 'renewal_near', decision: 'not_useful', why: 'wrong_time' })
    const id = await customer(ctx, 'Large and near', [near, ...money(9e8)])
    const about = { accountId: id, ruleCode: 'renewal_near', occurrence: 'renewal 2026-11-20' }
    await decide(ctx, { ...about, decision: 'not_useful', why: 'no_use', comment: 'They pay by hand.' })
    await decide(ctx, { ...about, decision: 'done' })
    const rule = (await rulesWithFeedback(ctx)).find(({ code }) => code === 'renewal_near')!
    expect(rule).toMatchObject({ own: false })
    expect(rule.feedback).toEqual({
      decided: 3,
      notUseful: 2,
      whys: [
        { why: 'no_use', count: 1 },
        { why: 'wrong_time', count: 1 },
      ],
      comments: ['They pay by hand.'],
    })
  })
})
