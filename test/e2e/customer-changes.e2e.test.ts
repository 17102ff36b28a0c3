import type { Page } from 'playwright-core'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { send } from './app.ts'
import { hasBrowser, sidewaysScroll, violations } from './browser.ts'
import { oneInstallation } from './installation.ts'
import { dayFrom } from './rich-customer.ts'

const people = {
  csm: { email: 'bo@example.com', name: 'Bo Lind', password: 'ferries cross slowly' },
  viewer: { email: 'vi@example.com', name: 'Vi Moss', password: 'windows face north' },
} as const

describe.skipIf(!hasBrowser)('changes at a customer in a browser', () => {
  const { asOwner, visit } = oneInstallation()
  let page: Page
  let id: string
  let subscriptionId: string

  const api = async <T>(method: string, path: string, data?: unknown, from = page) =>
    (await send(from, method, `/api/v1${path}`, data)) as T
  const create = async (path: string, data: unknown) => (await api<{ id: string }>('POST', path, data)).id
  const dialog = (name?: string | RegExp) => page.getByRole('dialog', name ? { name } : {})
  const save = () => dialog().getByRole('button', { name: 'Save' })
  const open = async (customer = id, on = page) => {
    await on.goto(`/customers/${customer}`)
    await on.getByRole('list', { name: 'Timeline' }).getByRole('listitem').first().waitFor()
    await on.getByRole('list', { name: 'People' }).waitFor()
  }
  const subscription = async () =>
    (await api<{ subscriptions: Stored[] }>('GET', `/accounts/${id}/revenue`)).subscriptions.find(
      (one) => one.id === subscriptionId,
    )!

  /** Signed in with a role; joins with an invitation the first time. */
  async function as(role: keyof typeof people): Promise<Page> {
    const { email, ...who } = people[role]
    const theirs = await visit()
    const known = await theirs.request.post('/api/v1/session', {
      headers: { 'X-Requested-With': 'mainstay' },
      data: { email, password: who.password },
    })
    if (known.ok()) return theirs
    const { url } = await api<{ url: string }>('POST', '/invitations', { email, role })
    await api('POST', '/invitation/accept', { ...who, token: new URL(url).hash.slice(1) }, theirs)
    return theirs
  }

  /** Presses Tab until the control has the focus, as somebody without a mouse does. */
  async function tabTo(name: string | RegExp, key = 'Tab'): Promise<void> {
    for (let i = 0; i < 60; i++) {
      const control = page
        .locator(':focus')
        .and(page.getByRole('button', { name, exact: true }).or(page.getByLabel(name, { exact: true })))
      if ((await control.count()) > 0) return
      await page.keyboard.press(key)
    }
    throw new Error(`Tab never came to ${name}`)
  }

  beforeAll(async () => {
    page = await asOwner()
    id = await create('/accounts', { name: 'Harlow Collision', region: 'Midwest', segment: 'Auto body' })
    subscriptionId = await create(`/accounts/${id}/subscriptions`, {
      plan: 'Pro',
      mrrCents: 280_000,
      startsOn: dayFrom(-200),
    })
    await create('/people', {
      name: 'Tom Whitaker',
      email: 'tom@harlow.example',
      title: 'COO',
      at: { accountId: id, role: 'buyer', fromOn: dayFrom(-190) },
    })
  })

  beforeEach(async () => {
    page = await asOwner()
    await open()
  })

  test('who was slower is told who was faster, keeps what was typed, and loads the newer state', async () => {
    await page.keyboard.press('e')
    await dialog().getByLabel('Region').fill('North')
    await dialog().getByLabel('Plan').fill('Scale')
    await api('PATCH', `/accounts/${id}`, { region: 'Lakes', segment: 'Insurance' }, await as('csm'))
    await save().click()
    const alert = dialog().getByRole('alert')
    expect(await alert.textContent()).toMatch(
      /Bo Lind changed it on .*, after you opened it\. What you typed is kept here\./,
    )
    expect(await dialog().getByLabel('Region').inputValue()).toBe('North')
    expect(await api('GET', `/accounts/${id}`)).toMatchObject({ region: 'Lakes', plan: null })
    expect(await violations(page)).toEqual([])
    await alert.getByRole('button', { name: 'Load the newer state' }).click()
    await dialog().getByText('Stored meanwhile: Lakes').waitFor()
    expect(await dialog().getByLabel('Region').inputValue()).toBe('North')
    expect(await dialog().getByLabel('Plan').inputValue()).toBe('Scale')
    expect(await dialog().getByLabel('Segment').inputValue()).toBe('Insurance')
    expect(await page.locator(':focus').textContent()).toContain('The newer state is loaded.')
    await save().click()
    await page.getByText('Saved.').waitFor()
    const stored = () => api('GET', `/accounts/${id}`)
    expect(await stored()).toMatchObject({ region: 'North', plan: 'Scale', segment: 'Insurance' })
    await page.keyboard.press('z')
    await expect.poll(stored).toMatchObject({ region: 'Lakes', plan: null, segment: 'Insurance' })
  })

  test('taking back does not overwrite what somebody else did since', async () => {
    await page.keyboard.press('e')
    await dialog().getByLabel('Region').fill('South')
    await save().click()
    await page.getByText('Saved.').waitFor()
    await api('PATCH', `/accounts/${id}`, { region: 'Coast' }, await as('csm'))
    await page.keyboard.press('z')
    await page
      .getByText(/This was not done\. Bo Lind changed this/)
      .first()
      .waitFor()
    expect(await api('GET', `/accounts/${id}`)).toMatchObject({ region: 'Coast' })
  })

  test('a person who was changed meanwhile is not overwritten', async () => {
    await page.getByRole('button', { name: 'Tom Whitaker' }).click()
    await dialog().getByLabel('Title').fill('CEO')
    const [tom] = await api<{ id: string }[]>('GET', '/people?find=Tom')
    await api('PATCH', `/people/${tom!.id}`, { email: 'tw@harlow.example' }, await as('csm'))
    await save().click()
    await dialog()
      .getByText(/Bo Lind changed it on/)
      .waitFor()
    await dialog().getByRole('button', { name: 'Load the newer state' }).click()
    await expect.poll(() => dialog().getByLabel('E-mail').inputValue()).toBe('tw@harlow.example')
    await save().click()
    await page.getByText('Tom Whitaker is changed.').waitFor()
    expect(await api('GET', `/people/${tom!.id}`)).toMatchObject({
      title: 'CEO',
      email: 'tw@harlow.example',
    })
  })

  test('a subscription that was changed meanwhile is not overwritten', async () => {
    await page.getByRole('button', { name: 'Actions for Pro' }).click()
    await page.getByRole('menuitem', { name: 'Change' }).click()
    await dialog().getByLabel('Seats').fill('42')
    await api('PATCH', `/subscriptions/${subscriptionId}`, { mrrCents: 300_000 }, await as('csm'))
    await save().click()
    await dialog().getByRole('button', { name: 'Load the newer state' }).click()
    await expect.poll(() => dialog().getByLabel('Price').inputValue()).toBe('3000')
    await save().click()
    await page.getByText('The subscription is changed.').waitFor()
    expect(await subscription()).toMatchObject({ mrrCents: 300_000, seats: 42 })
  })

  test('a subscription is added and another ended by keyboard, and the end is taken back', async () => {
    await tabTo('Add subscription')
    await page.keyboard.press('Enter')
    await tabTo('Plan')
    await page.keyboard.type('Links')
    await tabTo('Price')
    await page.keyboard.type('many')
    await page.keyboard.press('Enter')
    await expect.poll(() => page.locator(':focus').getAttribute('aria-invalid')).toBe('true')
    await page.keyboard.press('Control+a')
    await page.keyboard.type('400')
    await page.keyboard.press('Enter')
    await page.getByText('The subscription is added.').waitFor()
    await page.getByRole('button', { name: 'Actions for Links' }).waitFor()
    await tabTo('Actions for Pro')
    await page.keyboard.press('Enter')
    await page.getByRole('menuitem', { name: 'Change' }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await dialog('End subscription').waitFor()
    await tabTo('End')
    await page.keyboard.press('Enter')
    await page
      .getByText(/^The subscription ends? /)
      .first()
      .waitFor()
    await expect.poll(async () => (await subscription()).endsOn).toBe(dayFrom(0))
    await page.keyboard.press('z')
    await expect.poll(async () => (await subscription()).endsOn).toBeNull()
  })

  test('a person is added by keyboard, and a part is ended and another begun', async () => {
    await tabTo('Add person')
    await page.keyboard.press('Enter')
    await dialog('Add person').waitFor()
    await tabTo('Name')
    await page.keyboard.type('Dana Ruiz')
    await tabTo('Part')
    await page.keyboard.press('Enter')
    await page.getByRole('option', { name: 'Champion' }).waitFor()
    await page.keyboard.type('Champion')
    await page.keyboard.press('Enter')
    await page.getByRole('option', { name: 'Champion' }).waitFor({ state: 'hidden' })
    await tabTo('Add person')
    await page.keyboard.press('Enter')
    await page.getByText('Dana Ruiz is added.').waitFor()
    await tabTo('Dana Ruiz')
    await page.keyboard.press('Enter')
    await tabTo('End today')
    await page.keyboard.press('Enter')
    await page.getByText('The part ends today.').waitFor()
    await tabTo('Add a part')
    await page.keyboard.press('Enter')
    await page.getByRole('option', { name: 'Buyer' }).waitFor()
    await page.keyboard.type('Buyer')
    await page.keyboard.press('Enter')
    await page.getByRole('option', { name: 'Buyer' }).waitFor({ state: 'hidden' })
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.getByText('The part is added.').waitFor()
    const { rows } = await api<{ rows: Known[] }>('GET', `/accounts/${id}/people`)
    const parts = rows.find(({ name }) => name === 'Dana Ruiz')!.roles
    expect(parts.map(({ role, presence }) => [role, presence])).toEqual([
      ['buyer', 'current'],
      ['champion', 'gone'],
    ])
  })

  test('a customer is merged and stands alone again, by keyboard', async () => {
    const twin = await create('/accounts', { name: 'Harlow Twin' })
    await page.goto(`/customers/${twin}`)
    await page.getByText('Nobody is known here yet.').waitFor()
    await tabTo('More')
    await page.keyboard.press('Enter')
    await page.getByRole('menuitem', { name: 'Merge into another' }).waitFor()
    await page.keyboard.type('Merge')
    await page.keyboard.press('Enter')
    await tabTo('Into')
    await page.keyboard.type('Harlow Coll')
    await page.getByRole('option', { name: 'Harlow Collision' }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await tabTo('Merge')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Harlow Collision', level: 1 }).waitFor()
    expect(await api('GET', `/accounts/${twin}`)).toMatchObject({ id })
    await tabTo('More')
    await page.keyboard.press('Enter')
    await page.getByRole('menuitem', { name: 'Take back the merge of Harlow Twin' }).waitFor()
    await page.keyboard.type('Take')
    await page.keyboard.press('Enter')
    await page.getByText('Harlow Twin stands alone again.').waitFor()
    expect(await api('GET', `/accounts/${twin}`)).toMatchObject({ id: twin })
  })

  test.each([
    ['light', 1440],
    ['dark', 1440],
    ['light', 390],
    ['dark', 390],
  ] as const)('axe finds nothing in the forms, %s at %i px', async (colorScheme, width) => {
    await page.emulateMedia({ colorScheme })
    await page.setViewportSize({ width, height: 844 })
    const look = async (opening: () => Promise<void>) => {
      await opening()
      await dialog().waitFor()
      expect(await violations(page)).toEqual([])
      expect(await sidewaysScroll(page)).toBe(0)
      await page.keyboard.press('Escape')
      await dialog().waitFor({ state: 'hidden' })
    }
    const menu = async (trigger: string, item: string) => {
      await page.getByRole('button', { name: trigger, exact: true }).click()
      await page.getByRole('menuitem', { name: item }).click()
    }
    await look(() => page.keyboard.press('e'))
    await look(() => menu('More', 'Merge into another'))
    await look(() => page.getByRole('button', { name: 'Add person' }).click())
    await look(() => page.getByRole('button', { name: 'Tom Whitaker' }).click())
    await look(() => page.getByRole('button', { name: 'Add subscription' }).click())
    await look(() => menu('Actions for Pro', 'Change'))
    await look(() => menu('Actions for Pro', 'End'))
  })

  test('a person is erased by keyboard after a question that names the person', async () => {
    await tabTo('Tom Whitaker')
    await page.keyboard.press('Enter')
    await tabTo('Erase')
    await page.keyboard.press('Enter')
    const question = page.getByRole('alertdialog', { name: 'Erase Tom Whitaker for good?' })
    await question.waitFor()
    await page.keyboard.press('Escape')
    await question.waitFor({ state: 'hidden' })
    expect(await api('GET', '/people?find=Tom')).toHaveLength(1)
    await tabTo('Erase')
    await page.keyboard.press('Enter')
    await question.waitFor()
    await tabTo('Erase for good')
    await page.keyboard.press('Enter')
    await page.getByRole('list', { name: 'People' }).getByText('Erased person').waitFor()
    expect(await api('GET', '/people?find=Tom')).toEqual([])
  })

  test('a viewer meets no control that would fail, and the API refuses', async () => {
    const theirs = await as('viewer')
    await open(id, theirs)
    const control = (name: string | RegExp) => theirs.getByRole('button', { name, exact: true })
    for (const name of ['Log', 'Task', 'Add task', 'Add person', 'Add subscription'])
      expect(
        await control(new RegExp(`^${name}`))
          .first()
          .getAttribute('aria-disabled'),
      ).toBe('true')
    for (const name of ['More', 'Nobody', /^Actions for/]) expect(await control(name).count()).toBe(0)
    await theirs.keyboard.press('e')
    expect(await theirs.getByRole('dialog').count()).toBe(0)
    await control('Dana Ruiz').click()
    await theirs.getByRole('dialog', { name: 'Dana Ruiz' }).waitFor()
    expect(await control('Save').count()).toBe(0)
    expect(await control('Erase').count()).toBe(0)
    expect(await control('End today').getAttribute('aria-disabled')).toBe('true')
    expect(await violations(theirs)).toEqual([])
    await theirs.goto('/customers')
    await theirs.getByRole('checkbox', { name: 'Harlow Collision' }).click()
    await theirs.getByRole('toolbar').waitFor()
    expect(await theirs.getByRole('toolbar').textContent()).not.toContain('Assign')
    const refused = [
      ['PATCH', `/accounts/${id}`, { region: 'Mine' }],
      ['POST', `/accounts/${id}/merge`, { intoId: id }],
      ['POST', `/accounts/${id}/subscriptions`, { mrrCents: 1, startsOn: '2026-01-01' }],
      ['PATCH', `/subscriptions/${subscriptionId}`, { mrrCents: 1 }],
      ['POST', `/subscriptions/${subscriptionId}/end`, { endsOn: '2026-01-01' }],
      ['POST', '/people', { name: 'Nobody' }],
      ['POST', `/people/${id}/erase`, undefined],
      ['POST', '/portfolio/assign', { accountIds: [id], ownerId: null }],
    ] as const
    for (const [method, path, data] of refused)
      await expect(api(method, path, data, theirs)).rejects.toThrow(': 403 ')
  })
})

interface Stored {
  id: string
  mrrCents: number
  seats: number | null
  endsOn: string | null
}

interface Known {
  name: string | null
  roles: { role: string | null; presence: string }[]
}
