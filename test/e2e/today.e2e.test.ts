import type { Page } from 'playwright-core'
import { beforeEach, describe, expect, test } from 'vitest'
import type { TodayList } from '../../src/domains/today/schema.ts'
import { send } from './app.ts'
import { hasBrowser, sidewaysScroll, violations } from './browser.ts'
import { oneInstallation } from './installation.ts'

const people = {
  csm: { name: 'Grace Hopper', email: 'grace@example.com', password: 'nanoseconds of wire' },
  viewer: { name: 'Vera Rubin', email: 'vera@example.com', password: 'galaxies turn too fast' },
}
const dayFrom = (n: number): string => new Date(Date.now() + n * 86_400_000).toISOString().slice(0, 10)
const money = (cents: number): string => {
  const major = cents / 100
  return major < 1_000 ? `$${Math.round(major)}` : `$${Number((major / 1_000).toFixed(1)).toString()}`
}

describe.skipIf(!hasBrowser)('Today in a browser', () => {
  const { visit, asOwner } = oneInstallation()
  let page: Page

  const list = async (whose = 'mine', from = page) =>
    (await send(from, 'GET', `/api/v1/today?whose=${whose}`)) as TodayList
  const post = async (path: string, data: unknown) =>
    (await send(page, 'POST', `/api/v1${path}`, data)) as { id: string }

  async function join(role: 'csm' | 'viewer'): Promise<Page> {
    const { email, ...who } = people[role]
    const { url } = (await send(page, 'POST', '/api/v1/invitations', { email, role })) as { url: string }
    const theirs = await visit()
    await send(theirs, 'POST', '/api/v1/invitation/accept', { ...who, token: new URL(url).hash.slice(1) })
    return theirs
  }

  async function customer(name: string, mrrCents: number, renewsInDays: number, more = {}): Promise<string> {
    const { id } = await post('/accounts', { name, ...more })
    await post(`/accounts/${id}/subscriptions`, {
      mrrCents,
      startsOn: dayFrom(renewsInDays - 365),
      endsOn: dayFrom(renewsInDays),
      termMonths: 12,
    })
    return id
  }

  /** Waits until the jobs have computed what the records say. */
  async function untilFound(whose: string, ready: (found: TodayList) => boolean): Promise<TodayList> {
    for (;;) {
      const found = await list(whose)
      if (ready(found)) return found
      await new Promise((later) => setTimeout(later, 200))
    }
  }

  const rows = () => page.getByRole('list', { name: 'What to do, and why' }).getByRole('listitem')
  const current = () => page.locator('main li[aria-current=true]')
  const currentTitle = async () => (await current().locator('[data-item]').textContent()) ?? ''
  const names = async () => (await rows().allTextContents()).map((text) => text.replace(/^\d+/, ''))

  async function openToday(query = ''): Promise<void> {
    await page.goto(`/${query}`)
    await rows().first().waitFor()
  }

  beforeEach(async () => {
    page = await asOwner()
  })

  test('leads to Import while there is no customer', async () => {
    await page.goto('/')
    await page.getByText('There is no customer yet.').waitFor()
    expect(await violations(page)).toEqual([])
    await page.getByRole('button', { name: 'Import' }).click()
    await page.waitForURL('**/import')
  })

  test('offers the team’s list where no customer is one’s own, and says when there is nothing to do', async () => {
    await customer('Far Away', 100_000, 300)
    await untilFound('team', ({ scope }) => scope.signals > 0)
    await page.goto('/?whose=mine')
    await page.getByText('No customer is yours.').waitFor()
    await page.getByRole('button', { name: 'Show the team’s list' }).click()
    await page.waitForURL('**/?whose=team')
    await page.getByText('Today is clear.').waitFor()
    const { signals } = (await list('team')).scope
    await page.getByText(`${signals} signal${signals === 1 ? ' was' : 's were'} read.`).waitFor()
  })

  test('shows the numbers that the API gives, ranked, and nothing for what is not known', async () => {
    const me = ((await send(page, 'GET', '/api/v1/session')) as { user: { id: string } }).user.id
    await customer('Harlow Collision', 320_000, 41, { ownerId: me, segment: 'Auto body' })
    await customer('Meridian Mutual', 800_000, 20, { ownerId: me, segment: 'Insurance' })
    const northgate = await customer('Northgate Claims', 510_000, 200, { ownerId: me })
    await post('/accounts', { name: 'Pinecrest Property', ownerId: me, renewsOn: dayFrom(30) })
    await post('/tickets', { accountId: northgate, subject: 'Export gives blank pages', priority: 1 })
    await post('/tasks', { title: 'Send the report', accountId: northgate, dueOn: dayFrom(-2) })
    await post('/tasks', { title: 'Plan the week', dueOn: dayFrom(0) })
    const found = await untilFound(
      'mine',
      ({ items, totals }) => items.length === 6 && totals.unknown === 1 && items[5]!.arrCents === null,
    )
    await openToday()
    expect(await rows().count()).toBe(6)
    await page.getByText('6 things worth doing.').waitFor()
    const lead = (await page.locator('main p').first().textContent()) ?? ''
    expect(lead).toContain(`${money(found.totals.atStakeCents!.value)}`)
    expect(lead).toContain(`${money(found.totals.keepsCents!.value)}`)
    expect(lead).toContain('Revenue or risk of one customer is not known')
    const shown = await names()
    for (const [i, item] of found.items.entries()) {
      expect(shown[i]).toContain(item.title ?? item.rule.action)
      if (item.account) expect(shown[i]).toContain(item.account.name)
      if (item.keepsCents) {
        expect(shown[i]).toContain(money(item.keepsCents.value))
        expect(shown[i]).toContain(`assumed ${item.effect.share * 100}%`)
        const [, share] = /([\d.]+)% of \$/.exec(shown[i]!) ?? []
        expect(shown[i]).toContain(`${share}% of ${money(item.arrCents!)}`)
        // The share as shown gives the amount as shown.
        const given = Math.round((Number(share) / 100) * item.arrCents!)
        expect(money(given)).toBe(money(item.atStakeCents!.value))
      }
    }
    expect(shown.slice(0, 2).map((text) => text.includes('Send the report'))).toEqual([true, false])
    expect(shown.at(-1)).toContain('revenue not known')
    expect(shown.at(-1)).not.toContain('$0')
    const count = page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: /^Today/ })
    expect(await count.first().textContent()).toContain('6')
  })

  test('moves by J and K, and the panel follows with parts that add up to the risk', async () => {
    const found = await list()
    await openToday()
    const at = found.items.findIndex(({ account }) => account?.name === 'Meridian Mutual')
    for (let i = 0; i < at; i++) await page.keyboard.press('j')
    await page.waitForFunction(
      (key) => document.activeElement?.getAttribute('data-item') === key,
      found.items[at]!.key,
    )
    expect(new URL(page.url()).searchParams.get('item')).toBe(found.items[at]!.key)
    const panel = page.getByRole('complementary', { name: 'About Meridian Mutual' })
    await panel.getByText('$96,000 a year').waitFor()
    const parts = panel.locator('figure dd')
    await parts.first().waitFor()
    const numbers = (await parts.allTextContents()).map((text) => Number(text.replace('\u2212', '-')))
    const total = numbers.pop()!
    expect(numbers.reduce((sum, part) => sum + part, 0)).toBeCloseTo(total, 6)
    expect(total).toBeCloseTo(found.items[at]!.risk!.value * 100, 1)
    await page.keyboard.press('w')
    await page.waitForFunction(() => document.activeElement?.textContent?.includes('Risk of not renewing'))
    await page.keyboard.press('k')
    expect(await currentTitle()).not.toBe('')
    await page.reload()
    await rows().first().waitFor()
    expect(await current().count()).toBe(1)
  })

  test('opens the evidence behind a reason', async () => {
    await openToday()
    const severe = rows().filter({ hasText: 'severity-one' })
    await severe.getByRole('button', { name: '1 piece of evidence' }).click()
    await page.getByRole('dialog', { name: 'Evidence' }).getByText('Export gives blank pages').waitFor()
    await page.keyboard.press('Escape')
  })

  test('done by E: the row leaves, focus goes on, the task is completed, and Z takes it back', async () => {
    await openToday()
    expect(await currentTitle()).toBe('Send the report')
    await page.keyboard.press('e')
    await page.getByText('Task completed.').first().waitFor()
    await page.waitForFunction(() => document.activeElement?.textContent === 'Plan the week')
    await rows().filter({ hasText: 'Send the report' }).waitFor({ state: 'detached' })
    expect((await list()).items.map(({ title }) => title)).not.toContain('Send the report')
    await page.keyboard.press('z')
    await rows().filter({ hasText: 'Send the report' }).waitFor()
    expect((await list()).items[0]?.title).toBe('Send the report')
  })

  test('snoozed by S until a day, held back by whom it is told, and taken back from there', async () => {
    await openToday()
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    const title = await currentTitle()
    await page.keyboard.press('s')
    await page.getByRole('menuitem', { name: /^Tomorrow/ }).waitFor()
    expect(await violations(page)).toEqual([])
    await page.keyboard.press('Enter')
    await page
      .getByText(/^Snoozed until/)
      .first()
      .waitFor()
    await rows().filter({ hasText: title }).waitFor({ state: 'detached' })
    const held = page.getByRole('region', { name: 'Held back' })
    await held.getByText('Snoozed. They come back on their day, or when something changes.').waitFor()
    expect((await list()).heldBack).toEqual([{ code: 'snoozed', count: 1 }])
    await held.getByRole('button', { name: 'Show what is held back: snoozed' }).click()
    const dialog = page.getByRole('dialog', { name: 'Held back: snoozed' })
    await dialog.getByText(/^By .+, until /).waitFor()
    expect(await violations(page)).toEqual([])
    await dialog.getByRole('button', { name: /^Take back/ }).click()
    await dialog.getByText('Nothing is held back for this any more.').waitFor()
    await page.keyboard.press('Escape')
    await rows().filter({ hasText: title }).waitFor()
  })

  test('not useful by X asks why, and the rule tells it', async () => {
    await openToday()
    for (let i = 0; i < 5; i++) await page.keyboard.press('j')
    expect(await current().textContent()).toContain('Pinecrest Property')
    await page.keyboard.press('x')
    await page.getByRole('radio', { name: 'Acting would change nothing' }).check()
    await page.getByRole('textbox', { name: 'In your words' }).fill('They pay by hand.')
    expect(await violations(page)).toEqual([])
    await page.keyboard.press('Enter')
    await page.getByText('Noted as not useful.').first().waitFor()
    await rows().filter({ hasText: 'Pinecrest' }).waitFor({ state: 'detached' })
    await page.waitForFunction(() => document.activeElement?.hasAttribute('data-item'))
    expect((await list()).heldBack).toEqual([{ code: 'not_useful', count: 1 }])
    await page.goto('/settings/rules')
    await page.getByText(/marked not useful in the last 90 days: no use 1/).waitFor()
    await page.getByText('They pay by hand.').waitFor()
  })

  test('reassigned by A goes to the list of somebody else', async () => {
    const theirs = await join('csm')
    await openToday()
    const before = await rows().count()
    const title = await currentTitle()
    await page.keyboard.press('a')
    await page.getByRole('menuitem', { name: people.csm.name }).waitFor()
    await page.keyboard.press('Enter')
    await page.getByText(`Given to ${people.csm.name}.`).first().waitFor()
    await rows().filter({ hasText: title }).waitFor({ state: 'detached' })
    expect(await rows().count()).toBe(before - 1)
    await theirs.goto('/')
    await theirs.getByText('1 thing worth doing.').waitFor()
    await theirs.getByRole('button', { name: title }).waitFor()
    await page.getByRole('button', { name: 'Team' }).click()
    await rows().filter({ hasText: title }).waitFor()
    expect(new URL(page.url()).searchParams.get('whose')).toBe('team')
  })

  test('a rule is copied, tried on the past, saved off, switched on, and removed', async () => {
    await page.goto('/settings/rules')
    await page.getByRole('button', { name: 'Copy “Renewal is near”' }).click()
    const form = page.getByRole('region', { name: 'New rule' })
    await form.getByRole('textbox', { name: 'Name' }).fill('Renews within ten days')
    await form
      .getByRole('textbox', { name: /^Value/ })
      .first()
      .fill('10')
    await form.getByRole('button', { name: 'Try on the past' }).click()
    await form.getByText(/it would have raised/).waitFor()
    await form.getByText('Now it raises 0 customers.').waitFor()
    expect(await violations(page)).toEqual([])
    await form.getByRole('textbox', { name: 'Share kept, in percent' }).fill('')
    await form.getByRole('button', { name: 'Save, off' }).click()
    await form.getByText('Write a number.').waitFor()
    await form.getByRole('textbox', { name: 'Share kept, in percent' }).fill('5')
    await form.getByRole('button', { name: 'Save, off' }).click()
    const rule = page.getByRole('list', { name: 'Rules of Today' }).getByRole('listitem').filter({
      hasText: 'Renews within ten days',
    })
    await rule
      .getByText(
        'When the number of days until renewal is 0 to 10 and it does not go on from month to month: prepare the renewal.',
      )
      .waitFor()
    const toggle = rule.getByRole('switch')
    expect(await toggle.getAttribute('aria-checked')).toBe('false')
    await toggle.click()
    await page.getByText('“Renews within ten days” is on.').first().waitFor()
    await rule.getByRole('button', { name: /^Remove/ }).click()
    await rule.waitFor({ state: 'detached' })
    await page.keyboard.press('z')
    await rule.waitFor()
    await rule.getByRole('button', { name: /^Remove/ }).click()
    await rule.waitFor({ state: 'detached' })
  })

  test('small customers with one reason are one item: some are chosen, then all, with one undo', async () => {
    await send(page, 'PUT', '/api/v1/today/settings', { smallBelowCents: 100_000 })
    const me = ((await send(page, 'GET', '/api/v1/session')) as { user: { id: string } }).user.id
    for (let n = 1; n <= 6; n++) await customer(`Small ${n}`, 1_000 * n, 25, { ownerId: me })
    await untilFound('mine', ({ items }) => items.some(({ many }) => many?.count === 6))
    await openToday('?whose=mine')
    const many = rows().filter({ hasText: 'Renewal is near at' })
    await many.getByText('Renewal is near at 6 small customers, each below $1K a year').waitFor()
    await many.getByRole('button', { name: 'Prepare the renewal' }).click()
    const panel = page.getByRole('complementary', { name: 'About Renewal is near' })
    await panel.getByRole('checkbox', { name: 'Choose Small 1' }).check()
    await panel.getByText('1 is chosen. What you do is for them alone.').waitFor()
    expect(await violations(page)).toEqual([])
    await page.keyboard.press('e')
    await page.getByText('1 customer: Done.').first().waitFor()
    await many.getByText(/at 5 small customers/).waitFor()
    await page.getByRole('button', { name: 'Done for 5' }).click()
    await many.waitFor({ state: 'detached' })
    expect((await list()).heldBack).toContainEqual({ code: 'done', count: 6 })
    await page.keyboard.press('z')
    await many.getByText(/at 5 small customers/).waitFor()
  })

  test('shows a viewer the list without actions, and says why', async () => {
    const theirs = await join('viewer')
    await theirs.goto('/?whose=team')
    await theirs.getByText('Viewers see this list.').waitFor()
    expect(await theirs.getByRole('group', { name: 'Actions' }).count()).toBe(0)
    await theirs.keyboard.press('e')
    await theirs.keyboard.press('j')
    expect((await list('team')).items).toHaveLength((await list('team', theirs)).items.length)
    expect(await violations(theirs)).toEqual([])
  })

  test('what the server refuses comes back', async () => {
    await openToday()
    const title = await currentTitle()
    await page.route('**/api/v1/today/decisions', (route) =>
      route.fulfill({
        status: 409,
        contentType: 'application/problem+json',
        json: { status: 409, title: 'Conflict', detail: 'Somebody was faster.' },
      }),
    )
    await page.keyboard.press('e')
    await page.getByText('This was not saved, so the item is back. Somebody was faster.').first().waitFor()
    await rows().filter({ hasText: title }).waitFor()
    await page.unroute('**/api/v1/today/decisions')
  })

  test('keeps what it showed when it cannot be read again, and says since when', async () => {
    await openToday()
    await page.route('**/api/v1/today?*', (route) =>
      route.fulfill({
        status: 400,
        contentType: 'application/problem+json',
        json: { status: 400, title: 'No', detail: 'The records cannot be reached.' },
      }),
    )
    const count = await rows().count()
    await page.keyboard.press('e')
    await page.getByRole('alert').getByText('The records cannot be reached.').waitFor()
    await page.getByText(/What you see is from/).waitFor()
    expect(await rows().count()).toBeGreaterThanOrEqual(count - 1)
    await page.unroute('**/api/v1/today?*')
    await page.keyboard.press('z')
    await page.getByRole('alert').waitFor({ state: 'detached' })
  })

  test('has no fault that axe finds, in both themes, and fits 390 px with targets of 44', async () => {
    await openToday('?whose=team')
    for (const theme of ['light', 'dark']) {
      await page.evaluate((chosen) => (document.documentElement.dataset.theme = chosen), theme)
      expect({ theme, found: await violations(page) }).toMatchObject({ found: [] })
    }
    await page.setViewportSize({ width: 1100, height: 800 })
    await page.keyboard.press('j')
    await page.keyboard.press('w')
    await page.getByRole('complementary').waitFor()
    expect(await violations(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.getByRole('complementary').waitFor({ state: 'hidden' })
    await page.setViewportSize({ width: 390, height: 844 })
    await page
      .getByRole('button', { name: 'Open customer' })
      .or(page.getByRole('button', { name: 'Complete task' }))
      .first()
      .waitFor()
    expect(await sidewaysScroll(page)).toBe(0)
    const heights = await page
      .getByRole('group', { name: 'Actions' })
      .getByRole('button')
      .evaluateAll((buttons) => buttons.map((button) => button.getBoundingClientRect().height))
    expect(Math.min(...heights)).toBeGreaterThanOrEqual(44)
    expect(await violations(page)).toEqual([])
  })
})
