import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { owner, send } from './app.ts'
import { expectClean, hasBrowser, violations } from './browser.ts'
import { oneInstallation } from './installation.ts'

const guest = { name: 'Grace Hopper', email: 'grace@example.com', password: 'nanoseconds of wire' }
const sections = ['profile', 'appearance', 'workspace', 'team', 'rules', 'keys', 'audit']

describe.skipIf(!hasBrowser)('from the printed link to a team', () => {
  const installation = oneInstallation()
  const { visit, asOwner } = installation

  async function signIn(page: Page, email: string, password: string): Promise<void> {
    await page.getByLabel('E-mail address').fill(email)
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.getByRole('button', { name: 'Sign in' }).click()
  }

  /** Waits until the section of the settings is there, with what it reads. */
  async function openSection(page: Page, section: string): Promise<void> {
    await page.goto(`/settings/${section}`)
    await page.getByRole('navigation', { name: 'Settings' }).waitFor()
    await page.locator('main section').first().waitFor()
    await page.waitForLoadState('networkidle')
  }

  test('a fresh installation says where its link is, whatever is opened', async () => {
    const page = await visit()
    await page.goto('/')
    await page.getByRole('heading', { name: 'Use the link from the terminal' }).waitFor()
    await page.getByText('stop Mainstay and start it again').waitFor()
    await expectClean(page)
  })

  test('a void link keeps what was typed and says how to get another', async () => {
    const page = await visit()
    await page.goto('/setup#not-the-token')
    await page.getByLabel('Your name').fill(owner.name)
    await page.getByLabel('E-mail address').fill(owner.email)
    await page.getByLabel('Password', { exact: true }).fill(owner.password)
    await page.getByLabel('Company name').fill(owner.workspace)
    await page.getByRole('button', { name: 'Create the owner' }).click()
    await page.getByRole('alert').getByText('start it again for a new link').waitFor()
    expect(await page.getByLabel('Your name').inputValue()).toBe(owner.name)
  })

  test('the printed link makes the owner, with each fault beside its field', async () => {
    const page = await visit({ locale: 'en-GB', timezoneId: 'Europe/Berlin' })
    await page.goto(installation.app.setupUrl as string)
    const password = page.getByLabel('Password', { exact: true })
    await password.fill('short')
    await page.getByRole('button', { name: 'Create the owner' }).click()
    await page.getByText('Use at least 12 characters').waitFor()
    expect(await password.getAttribute('aria-invalid')).toBe('true')
    expect(await page.evaluate(() => document.activeElement?.getAttribute('autocomplete'))).toBe('name')
    await expectClean(page)

    expect(await page.getByLabel('Currency').inputValue()).toBe('GBP, British Pound')
    expect(await page.getByLabel('Time zone').inputValue()).toBe('Europe/Berlin')
    await page.getByLabel('Your name').fill(owner.name)
    await page.getByLabel('E-mail address').fill(owner.email)
    await password.fill(owner.password)
    await page.getByRole('button', { name: 'Show password' }).click()
    expect(await password.getAttribute('type')).toBe('text')
    await page.getByLabel('Company name').fill(owner.workspace)
    await page.getByLabel('Time zone').fill('new york')
    await page.getByRole('option', { name: 'America/New York' }).click()
    await page.getByRole('button', { name: 'Create the owner' }).click()
    await page.waitForURL('**/welcome')
    await page.getByRole('button', { name: 'Import your files' }).waitFor()
    await expectClean(page)
    expect(await send(page, 'GET', '/api/v1/workspace')).toMatchObject({
      name: owner.workspace,
      currency: 'GBP',
      timeZone: 'America/New_York',
    })
    await page.goto(installation.app.setupUrl as string)
    await page.waitForURL('**/sign-in')
  })

  test('somebody who is not signed in returns to where they wanted to go, and signs out again', async () => {
    const page = await visit()
    await page.goto('/settings/team')
    await page.waitForURL('**/sign-in?next=**')
    await signIn(page, owner.email, 'not the password')
    await page.getByRole('alert').getByText('is not right').waitFor()
    await expectClean(page)
    await signIn(page, owner.email, owner.password)
    await page.waitForURL('**/settings/team')
    await page.getByRole('button', { name: owner.name }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.waitForURL('**/sign-in')
    expect((await page.request.get('/api/v1/session')).status()).toBe(401)
  })

  test('signing in needs no mouse, and a foreign address is not followed', async () => {
    const page = await visit()
    await page.goto('/sign-in?next=//elsewhere.example')
    await page.getByLabel('E-mail address').waitFor()
    await page.waitForFunction(() => document.activeElement?.getAttribute('type') === 'email')
    await page.keyboard.type(owner.email)
    await page.keyboard.press('Tab')
    await page.keyboard.type(owner.password)
    await page.keyboard.press('Enter')
    await page.getByRole('navigation', { name: 'Places' }).first().waitFor()
    expect(new URL(page.url()).origin).toBe(installation.app.url)
    expect(new URL(page.url()).pathname).toBe('/')
  })

  test('an invitation is made, handed over, accepted, and the role holds', async () => {
    const page = await asOwner()
    await openSection(page, 'team')
    await page.getByRole('button', { name: 'Invite' }).click()
    const dialog = page.getByRole('dialog', { name: 'Invite somebody' })
    await dialog.getByText('sends no mail').waitFor()
    await dialog.getByLabel('E-mail address').fill(guest.email)
    expect(await violations(page)).toEqual([])
    await dialog.getByRole('button', { name: 'Make the link' }).click()
    const link = await dialog.getByLabel(`Link of the invitation for ${guest.email}`).inputValue()
    await dialog.getByRole('button', { name: 'Done' }).click()
    await dialog.waitFor({ state: 'detached' })
    const invitations = page.getByRole('table', { name: 'Open invitations' })
    await invitations.getByText(guest.email).waitFor()
    expect(await page.content()).not.toContain(link)

    const other = await visit()
    await other.goto(link)
    await other.getByRole('heading', { name: `Join ${owner.workspace}` }).waitFor()
    await expectClean(other)
    await other.getByLabel('Your name').fill(guest.name)
    await other.getByLabel('Password', { exact: true }).fill(guest.password)
    await other.getByRole('button', { name: 'Join' }).click()
    await other.getByText(guest.name).first().waitFor()

    await openSection(other, 'team')
    expect(await other.getByRole('button', { name: 'Invite' }).getAttribute('aria-disabled')).toBe('true')
    expect(await other.getByRole('combobox').count()).toBe(0)
    await other.getByText('Owners and admins invite people').waitFor()
    await openSection(other, 'rules')
    await other.getByText('Leaders, admins and owners change rules').waitFor()
    expect(await other.getByRole('switch').count()).toBe(0)
    await other.goto('/settings/keys')
    await other.getByText(`Ask one of these: ${owner.name}.`).waitFor()
    await expectClean(other)

    await other.goto(link)
    await other.getByRole('heading', { name: 'This invitation does not work' }).waitFor()
    await expectClean(other)

    await openSection(page, 'team')
    await page.getByRole('table', { name: 'Team' }).getByText(guest.email).waitFor()
    await page.getByRole('combobox', { name: `Role of ${guest.name}` }).click()
    await page.getByRole('option', { name: 'Leader' }).click()
    await page.getByText(`${guest.name} has the role Leader now.`).first().waitFor()
    await openSection(other, 'rules')
    await other.getByRole('switch').first().waitFor()
  })

  test('an API key works until it is revoked, within its scopes', async () => {
    const page = await asOwner()
    await openSection(page, 'keys')
    await page.getByText('No API key exists.').waitFor()
    await page.getByRole('button', { name: 'New key' }).click()
    const dialog = page.getByRole('dialog', { name: 'New API key' })
    await dialog.getByLabel('Name').fill('Nightly export')
    expect(await violations(page)).toEqual([])
    await dialog.getByRole('button', { name: 'Make the key' }).click()
    const key = await dialog.getByLabel('Key “Nightly export”').inputValue()
    expect(await page.evaluate(() => getSelection()?.toString())).toBe(key)
    await dialog.getByRole('button', { name: 'Done' }).click()
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
    const read = () => fetch(`${installation.app.url}/api/v1/workspace`, { headers })
    expect(await (await read()).json()).toMatchObject({ name: owner.workspace })
    const body = JSON.stringify({ name: 'Harlow' })
    const write = await fetch(`${installation.app.url}/api/v1/accounts`, { method: 'POST', headers, body })
    expect(write.status).toBe(403)
    await page.getByRole('button', { name: 'Revoke' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke' }).click()
    await page.getByText('The key is revoked.').first().waitFor()
    expect((await read()).status).toBe(401)
  })

  test('a rule is changed in place, says who changed it, and is undone with Z', async () => {
    const page = await asOwner()
    await openSection(page, 'rules')
    const rule = page.getByRole('listitem').filter({ hasText: 'Renewal is near' })
    await rule.getByRole('button', { name: 'Edit “Renewal is near”' }).click()
    const limit = rule.getByRole('textbox', { name: /^Value/ }).first()
    await page.waitForFunction(() => document.activeElement?.tagName === 'INPUT')
    await limit.fill('')
    await rule.getByRole('button', { name: 'Save' }).click()
    await rule.getByText('Write a number.').waitFor()
    await limit.fill('45')
    await rule.getByRole('button', { name: 'Save' }).click()
    await rule.getByText('is 0 to 45').waitFor()
    await rule.getByText(`version 1, ${owner.name}`).waitFor()
    await page.keyboard.press('z')
    await rule.getByText('is 0 to 60').waitFor()
    await rule.getByText(`version 2, ${owner.name}`).waitFor()
  })

  test('the keys of the interface are turned off, and changed by keyboard alone', async () => {
    const page = await asOwner()
    await openSection(page, 'appearance')
    await page.getByRole('button', { name: 'Change the key for: All keys' }).focus()
    await page.keyboard.press('Enter')
    await page.keyboard.press('j')
    await page.getByRole('alert').getByText('In use: Next row.').waitFor()
    await page.keyboard.press('h')
    await page.getByRole('heading', { name: 'Keys', exact: true }).click()
    await page.keyboard.press('h')
    await page.getByRole('dialog', { name: 'All keys' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('switch', { name: 'Single keys act' }).click()
    await page.getByRole('heading', { name: 'Keys', exact: true }).click()
    await page.keyboard.press('h')
    expect(await page.getByRole('dialog').count()).toBe(0)
  })

  test('the password is changed with the old one, and other places are signed out', async () => {
    const page = await asOwner()
    const elsewhere = await asOwner()
    await openSection(page, 'profile')
    const change = async (current: string, next: string) => {
      await page.getByLabel('Current password').fill(current)
      await page.getByLabel('New password').fill(next)
      await page.getByRole('button', { name: 'Change password' }).click()
    }
    await change('not the password', owner.password)
    await page.getByRole('alert').getByText('The current password is not right.').waitFor()
    expect(await page.getByLabel('Current password').getAttribute('aria-invalid')).toBe('true')
    await change(owner.password, owner.password)
    await page.getByText('The password is changed.').first().waitFor()
    expect((await elsewhere.request.get('/api/v1/session')).status()).toBe(401)
    expect((await page.request.get('/api/v1/session')).status()).toBe(200)
  })

  test('the workspace gets another rule for who has left, and rates into its currency', async () => {
    const page = await asOwner()
    await openSection(page, 'workspace')
    await page.getByRole('radio', { name: /^Churn events/ }).click()
    await page.getByText('Who has left is now decided by: churn events.').first().waitFor()
    expect(await send(page, 'GET', '/api/v1/workspace')).toMatchObject({ churnRule: 'churn_events' })
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByText('Who has left is now decided by: subscriptions.').first().waitFor()

    const rates = page.getByRole('region', { name: 'Exchange rates' })
    await rates.getByLabel('Currency').fill('swedish')
    await page.getByRole('option', { name: /SEK/ }).click()
    await rates.getByRole('button', { name: 'Save the rate' }).click()
    await rates.getByText('Write a number above zero').waitFor()
    await rates.getByLabel(/for one$/).fill('0.09')
    await rates.getByRole('button', { name: 'Save the rate' }).click()
    await rates.getByRole('row').filter({ hasText: 'SEK' }).getByText('0.09').waitFor()
  })

  test('another workspace is made, entered and left', async () => {
    const page = await asOwner()
    await page.goto('/settings/profile')
    await page.getByRole('button', { name: owner.workspace }).click()
    await page.getByRole('menuitem', { name: 'New workspace' }).click()
    const dialog = page.getByRole('dialog', { name: 'New workspace' })
    await dialog.getByLabel('Name').fill('Looms')
    await dialog.getByRole('button', { name: 'Create' }).click()
    await page.getByRole('button', { name: 'Looms' }).waitFor()
    await page.getByRole('button', { name: 'Looms' }).click()
    await page.getByRole('menuitem', { name: owner.workspace }).click()
    await page.getByRole('button', { name: owner.workspace }).waitFor()
  })

  test.each(sections)('the settings of %s are clean in both themes and at 390 px', async (section) => {
    const page = await asOwner()
    await openSection(page, section)
    await expectClean(page)
  })

  test('the audit log tells all that in sentences', async () => {
    const page = await asOwner()
    await openSection(page, 'audit')
    const log = page.getByRole('list', { name: 'Audit log' })
    expect(await log.getByText(/^[a-z]+\.[a-z_]+$/).count()).toBe(0)
    await log.getByText('made the API key “Nightly export”').waitFor()
    await log.getByText('changed a role from customer success manager to leader').waitFor()
    await log.getByText('accepted an invitation and joined the team').waitFor()
    expect(await log.getByText('did “').count()).toBe(0)
  })

  test('whoever is taken out of the team is out at once', async () => {
    const page = await asOwner()
    const other = await visit()
    await other.goto('/sign-in')
    await signIn(other, guest.email, guest.password)
    await other.getByRole('navigation', { name: 'Places' }).first().waitFor()
    await openSection(page, 'team')
    const row = page.getByRole('row').filter({ hasText: guest.email })
    await row.getByRole('button', { name: 'Take out' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Take out' }).click()
    await row.waitFor({ state: 'detached' })
    expect((await other.request.get('/api/v1/session')).status()).toBe(401)
  })

  test('too many tries are answered with the time to wait', async () => {
    const page = await visit()
    await page.goto('/sign-in')
    for (let i = 0; i < 10; i++)
      await page.request.post('/api/v1/session', {
        headers: { 'X-Requested-With': 'mainstay' },
        data: { email: 'nobody@example.com', password: 'wrong wrong wrong' },
      })
    await signIn(page, 'nobody@example.com', 'wrong wrong wrong')
    await page.getByText(/Too many tries\. Wait \d+ minutes and try again\./).waitFor()
  })
})
