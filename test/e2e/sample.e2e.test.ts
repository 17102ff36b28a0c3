import { describe, expect, test } from 'vitest'
import { owner, send } from './app.ts'
import { expectClean, hasBrowser } from './browser.ts'
import { oneInstallation } from './installation.ts'

describe.skipIf(!hasBrowser)('the sample company', () => {
  const installation = oneInstallation()
  const { visit, asOwner } = installation

  test('whoever has no files sees its Today, from the first start', { timeout: 240_000 }, async () => {
    const page = await visit()
    await page.goto(installation.app.setupUrl as string)
    await page.getByLabel('Your name').fill(owner.name)
    await page.getByLabel('E-mail address').fill(owner.email)
    await page.getByLabel('Password', { exact: true }).fill(owner.password)
    await page.getByLabel('Company name').fill(owner.workspace)
    await page.getByRole('button', { name: 'Create the owner' }).click()
    await page.getByRole('button', { name: 'Look around with a sample company' }).click()
    await page.getByRole('progressbar', { name: 'Loading the sample company' }).waitFor()
    await expectClean(page)
    await page.getByRole('heading', { name: 'Today' }).waitFor({ timeout: 200_000 })
    await page.getByRole('button', { name: 'Sample company' }).waitFor()
    await page.getByText('things worth doing').first().waitFor()
    expect(await send(page, 'GET', '/api/v1/sample')).toMatchObject({ state: 'loaded', settling: false })
  })

  test('it says what it is, and is removed with one confirmed click', { timeout: 240_000 }, async () => {
    const page = await asOwner()
    await page.goto('/')
    await page.getByRole('button', { name: 'Sample company' }).click()
    const about = page.getByRole('dialog', { name: 'This is a sample company' })
    await about.getByText(/customers, .* people/).waitFor()
    await expectClean(page)
    await about.getByRole('button', { name: 'Remove the sample company' }).click()
    const confirm = page.getByRole('alertdialog', { name: 'Remove the sample company?' })
    await confirm.getByText('Rows of your own stay').waitFor()
    await confirm.getByRole('button', { name: 'Remove it' }).click()
    await page.getByRole('button', { name: /^Removing sample/ }).waitFor()
    await page.getByText('There is no customer yet').first().waitFor({ timeout: 200_000 })
    expect(await page.getByRole('button', { name: /^(Removing )?sample/i }).count()).toBe(0)
    await page.goto('/import')
    await page.getByRole('button', { name: 'Look around with a sample company' }).waitFor()
  })
})
