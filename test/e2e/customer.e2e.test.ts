import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { TimelinePage } from '../../src/domains/timeline/schema.ts'
import { ownerPage, send, startApp, type RunningApp } from './app.ts'
import { complaintsOf, hasBrowser, launchBrowser, sidewaysScroll, violations } from './browser.ts'
import { dayFrom, seedRichCustomer, type RichCustomer } from './rich-customer.ts'

const name = 'Harlow Collision Group'

// One installation lives through the whole file: the tests follow each other.
describe.skipIf(!hasBrowser)('the Customer page in a browser', () => {
  let app: RunningApp
  let browser: Browser
  let page: Page
  let complaints: string[]
  let customer: RichCustomer

  const get = async <T>(path: string) => (await send(page, 'GET', `/api/v1${path}`)) as T
  const region = (label: string) => page.getByRole('region', { name: label, exact: true }).first()
  const timeline = () => page.getByRole('list', { name: 'Timeline' })
  const open = async (to = `/customers/${customer.id}`) => {
    await page.goto(to)
    await timeline().getByRole('listitem').first().waitFor()
  }
  /** Waits until the jobs have computed what the records say. */
  async function untilRead<T>(path: string, ready: (found: T) => boolean): Promise<T> {
    for (;;) {
      const found = await get<T>(path)
      if (ready(found)) return found
      await new Promise((later) => setTimeout(later, 200))
    }
  }

  beforeAll(async () => {
    app = await startApp()
    browser = await launchBrowser()
    page = await ownerPage(browser, app)
    complaints = complaintsOf(page)
    customer = await seedRichCustomer({
      send: (method, path, data) => send(page, method, path, data),
      async upload(path, text) {
        const answer = await page.request.post(path, {
          headers: { 'X-Requested-With': 'mainstay', 'content-type': 'text/csv' },
          data: text,
        })
        return answer.json()
      },
    })
    await untilRead<Peek>(
      `/portfolio/accounts/${customer.id}`,
      ({ row: { readings } }) =>
        readings['usage.trend']?.value != null &&
        readings['tickets.open']?.value === 2 &&
        !!readings['revenue.arr']?.value,
    )
  })

  afterAll(async () => {
    await browser?.close()
    await app?.stop()
  })

  afterEach(() => expect(complaints.splice(0)).toEqual([]))

  test('what is shown is what the API says', async () => {
    await open()
    const revenue = await get<{ arrCents: number }>(`/accounts/${customer.id}/revenue`)
    const risk = await get<{ renewal: { value: number } }>(`/accounts/${customer.id}/risk`)
    const peek = await get<Peek>(`/portfolio/accounts/${customer.id}`)
    const arr = `$${Math.round(revenue.arrCents / 100).toLocaleString('en')}`
    const cell = (label: string) =>
      region('Readings')
        .or(page.getByRole('group', { name: 'Readings' }))
        .getByRole('region', { name: label })
    await expect.poll(() => cell('Revenue').textContent()).toContain(arr)
    expect(await cell('Renewal risk').textContent()).toContain(`${Math.round(risk.renewal.value * 100)}%`)
    const { value, n } = peek.row.readings['usage.weekly_active']!
    expect(await cell('Usage').textContent()).toContain(`${Math.round(value! * n!)} of ${n}`)
    expect(await cell('Usage').textContent()).toMatch(/Fell \d+% from its usual/)
    expect(await cell('Tickets').textContent()).toContain('2 open')
    expect(await page.getByText('part of Harlow Holding').count()).toBe(1)
  })

  test('a click on a number says why, with parts that add up', async () => {
    await page.getByRole('button', { name: 'Renewal risk: ' }).first().click()
    const why = page.getByRole('dialog', { name: /^Why \d+%$/ })
    await why.waitFor()
    const numbers = (await why.locator('dd').allTextContents()).map((text) =>
      Number(text.replace('%', '').replace('−', '-').replace('+', '')),
    )
    const total = numbers.pop()!
    expect(numbers.reduce((sum, part) => sum + part, 0)).toBeCloseTo(total, 5)
    expect(await violations(page)).toEqual([])
    await page.keyboard.press('Escape')
    await why.waitFor({ state: 'hidden' })
    await page.keyboard.press('w')
    await why.waitFor()
    await page.keyboard.press('Escape')
  })

  test('the actions of a subscription stand within its region and open its form', async () => {
    await open()
    const actions = page.getByRole('button', { name: 'Actions for Pro' })
    await actions.waitFor()
    const around = await page.getByRole('region', { name: 'Revenue' }).filter({ has: actions }).boundingBox()
    const button = await actions.boundingBox()
    expect(button!.x + button!.width).toBeLessThanOrEqual(around!.x + around!.width)
    await actions.click()
    await page.getByRole('menuitem', { name: 'Change' }).click()
    await page.getByRole('dialog', { name: 'Change subscription' }).waitFor()
    await page.keyboard.press('Escape')
  })

  test('with the keyboard a note is written and stands on top of the timeline', async () => {
    await open()
    await page.keyboard.press('l')
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Note', { exact: true }).last().fill('Tom wants one page for his board.')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.getByText('The note is written.').waitFor()
    await expect
      .poll(() => timeline().getByRole('listitem').first().textContent())
      .toContain('Tom wants one page for his board.')
    const { rows } = await get<TimelinePage>(`/accounts/${customer.id}/timeline?limit=1`)
    expect(rows[0]?.kind).toBe('note')
  })

  test('a call is logged with its person', async () => {
    await page.keyboard.press('l')
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Call' }).click()
    await dialog.getByLabel('Person').click()
    await page.getByRole('option', { name: 'Dana Ruiz' }).click()
    await dialog.getByLabel('Minutes').fill('twelve')
    await dialog.getByRole('button', { name: 'Log' }).click()
    await dialog.getByText('Write a whole number.').waitFor()
    await dialog.getByLabel('Minutes').fill('12')
    await dialog.getByRole('button', { name: 'Log' }).click()
    await expect
      .poll(() => timeline().getByRole('listitem').first().textContent())
      .toContain('Ada Byron called Dana Ruiz')
  })

  test('a task leaves when it is done and comes back with undo', async () => {
    const task = 'Agree a new date for the PDF export fix'
    const row = page.getByRole('list', { name: 'Tasks' }).getByText(task)
    await page.getByRole('checkbox', { name: `Done: ${task}` }).click()
    await row.waitFor({ state: 'detached' })
    await expect
      .poll(async () => (await get<{ doneAt: string | null }>(`/tasks/${customer.taskId}`)).doneAt)
      .not.toBeNull()
    await page.getByRole('button', { name: 'Undo' }).waitFor()
    await page.keyboard.press('z')
    await row.waitFor()
    await expect
      .poll(async () => (await get<{ doneAt: string | null }>(`/tasks/${customer.taskId}`)).doneAt)
      .toBeNull()
  })

  test('a task is added with its key', async () => {
    await page.keyboard.press('n')
    await page.getByLabel('What is to be done').fill('Send the one page')
    await page.getByRole('dialog').getByRole('button', { name: 'Add task' }).click()
    await page.getByRole('list', { name: 'Tasks' }).getByText('Send the one page').waitFor()
  })

  test('fields are edited, only what changed is sent, and undo brings it back', async () => {
    await page.keyboard.press('e')
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Region').fill('Lakes')
    await dialog.getByLabel('Tier').click()
    await page.getByRole('option', { name: 'Silver' }).click()
    await dialog.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Saved.').waitFor()
    const read = () => get<{ region: string; custom: Record<string, unknown> }>(`/accounts/${customer.id}`)
    expect(await read()).toMatchObject({ region: 'Lakes', custom: { tier: 'Silver' } })
    await page.getByRole('button', { name: 'Undo' }).click()
    await expect.poll(read).toMatchObject({ region: 'Midwest', custom: { tier: 'Gold' } })
  })

  test('a ticket opens with its history, and evidence leads to the timeline', async () => {
    await open()
    await page
      .getByRole('list', { name: 'Tickets' })
      .getByRole('button', { name: 'Exports lost photo links' })
      .click()
    await page.getByRole('dialog').getByText('What happened to it').waitFor()
    expect(await page.getByRole('dialog').textContent()).toContain('State: new to waiting')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Why: Tickets' }).click()
    await page.getByRole('dialog').getByRole('link', { name: 'Exports lost photo links' }).click()
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-current')))
      .toBe('true')
  })

  test('the timeline keeps one kind, and the address holds that', async () => {
    await page.getByRole('combobox', { name: 'Show in the timeline' }).click()
    await page.getByRole('option', { name: 'Revenue' }).click()
    await expect.poll(() => timeline().getByRole('listitem').allTextContents()).toHaveLength(3)
    expect(new URL(page.url()).searchParams.get('show')).toBe('revenue')
    await page.keyboard.press('t')
  })

  test('a person is erased after a question that says what goes', async () => {
    await open()
    await page.getByRole('list', { name: 'People' }).getByRole('button', { name: 'Keisha Brown' }).click()
    await page.getByRole('button', { name: 'Erase' }).click()
    const question = page.getByRole('alertdialog')
    expect(await question.textContent()).toContain('It cannot be taken back')
    expect(await violations(page)).toEqual([])
    await question.getByRole('button', { name: 'Erase for good' }).click()
    await page.getByRole('list', { name: 'People' }).getByText('Erased person').waitFor()
    expect((await get<{ name: string | null }>(`/people/${customer.personId}`)).name).toBeNull()
    await expect.poll(() => timeline().textContent()).not.toContain('Keisha')
  })

  test('the list it was opened from gives the next and the previous customer', async () => {
    const list = encodeURIComponent(
      JSON.stringify({ filter: [], find: 'Harlow', sort: [{ field: 'name', dir: 'asc' }] }),
    )
    await open(`/customers/${customer.id}?list=${list}&at=1`)
    await page.getByText('1 of 2').waitFor()
    await page.keyboard.press('j')
    await page.getByRole('heading', { name: 'Harlow Holding', level: 1 }).waitFor()
    await page.getByText('2 of 2').waitFor()
    await page.keyboard.press('k')
    await page.getByRole('heading', { name, level: 1 }).waitFor()
  })

  test('opened from Customers, it knows its place there', async () => {
    await page.goto('/customers?find=Harlow')
    await page.getByRole('grid').or(page.getByRole('table')).getByText(name).click()
    await page.getByText(/^[12] of 2$/).waitFor()
    expect(new URL(page.url()).pathname).toBe(`/customers/${customer.id}`)
  })

  test('who left says so, with the day and what decides it', async () => {
    const { id } = (await send(page, 'POST', '/api/v1/accounts', { name: 'Gone Co' })) as { id: string }
    await send(page, 'POST', `/api/v1/accounts/${id}/subscriptions`, {
      mrrCents: 10_000,
      startsOn: dayFrom(-400),
      endsOn: dayFrom(-30),
    })
    await open(`/customers/${id}`)
    await page.getByText(/no reason on record; its subscriptions decide this/).waitFor()
    await page.getByText('Who has left cannot leave.').first().waitFor()
    expect(await violations(page)).toEqual([])
  })

  test('a failing region leaves the others working', async () => {
    await page.route('**/api/v1/accounts/*/usage', (route) => route.fulfill({ status: 404, body: '{}' }))
    await open()
    await region('Usage')
      .getByRole('alert')
      .or(page.getByText('Usage: this could not be read.'))
      .first()
      .waitFor()
    expect(await page.getByRole('list', { name: 'Tasks' }).isVisible()).toBe(true)
    await page.unroute('**/api/v1/accounts/*/usage')
  })

  test('an unknown customer is a page in words', async () => {
    await page.goto('/customers/00000000-0000-4000-8000-000000000000')
    await page.getByRole('heading', { name: 'There is no such customer.' }).waitFor()
    await page.goto('/customers/nobody')
    await page.getByRole('heading', { name: 'There is no such customer.' }).waitFor()
  })

  test('an account with nothing says so in every region', async () => {
    const { id } = (await send(page, 'POST', '/api/v1/accounts', { name: 'Quiet Co' })) as { id: string }
    await page.goto(`/customers/${id}`)
    for (const text of [
      'No task is open.',
      'Nobody is known here yet.',
      'No ticket is on record.',
      'No use is known.',
      'Nothing is known of what this customer pays.',
      'Nothing is on record yet.',
    ])
      await page.getByText(text).first().waitFor()
    expect(await violations(page)).toEqual([])
  })

  test.each(['light', 'dark'] as const)('axe finds nothing in the %s theme', async (theme) => {
    await page.emulateMedia({ colorScheme: theme })
    await open()
    expect(await violations(page)).toEqual([])
  })

  test('at 390 px it is one column in the order of the work, and nothing scrolls sideways', async () => {
    await page.emulateMedia({ colorScheme: 'light' })
    await page.setViewportSize({ width: 390, height: 844 })
    await open()
    expect(await sidewaysScroll(page)).toBe(0)
    const tops = await Promise.all(
      ['why', 'tasks', 'people', 'tickets', 'usage', 'revenue', 'timeline'].map(
        async (id) => (await page.locator(`#${id}`).boundingBox())!.y,
      ),
    )
    expect(tops).toEqual(tops.toSorted((a, b) => a - b))
    expect(await violations(page)).toEqual([])
  })
})

interface Peek {
  row: { readings: Record<string, { value: number | null; n: number | null } | undefined> }
}
