import type { Page } from 'playwright-core'
import { beforeEach, describe, expect, test } from 'vitest'
import { send } from './app.ts'
import { hasBrowser, sidewaysScroll, violations } from './browser.ts'
import { oneInstallation } from './installation.ts'

describe.skipIf(!hasBrowser)('the shell around every page', () => {
  const { asOwner } = oneInstallation()
  let page: Page

  beforeEach(async () => {
    page = await asOwner()
    await page.goto('/')
    await page.getByRole('navigation', { name: 'Places' }).first().waitFor()
  })

  test('says so where there is no page', async () => {
    await page.goto('/nowhere')
    await page.getByRole('heading', { name: 'This page does not exist.' }).waitFor()
    await page.getByRole('navigation', { name: 'Places' }).first().waitFor()
  })

  test('leads to every place by G and its letter, and marks where one is', async () => {
    for (const [key, name, path] of [
      ['c', 'Customers', '/customers'],
      ['m', 'Import', '/import'],
      ['t', 'Today', '/'],
    ] as const) {
      await page.keyboard.press('g')
      await page.keyboard.press(key)
      await page.waitForURL((url) => url.pathname === path)
      const place = page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name })
      await place.first().waitFor()
      expect(await place.first().getAttribute('aria-current')).toBe('page')
    }
    await page.goto('/?whose=team')
    const today = page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: 'Today' })
    await today.first().waitFor()
    expect(await today.first().getAttribute('aria-current')).toBe('page')
    expect(await violations(page)).toEqual([])
  })

  test('finds what can be done from the keyboard', async () => {
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: 'Find or do' }).fill('import')
    await page
      .getByRole('option', { name: /Import/ })
      .first()
      .waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('combobox', { name: 'Find or do' }).waitFor({ state: 'detached' })
  })

  test('finds a customer by name and a section of the settings from the keyboard alone', async () => {
    const { id } = (await send(page, 'POST', '/api/v1/accounts', { name: 'Harlow Collision' })) as {
      id: string
    }
    const find = async (query: string, option: RegExp) => {
      await page.keyboard.press('Control+k')
      await page.getByRole('combobox', { name: 'Find or do' }).fill(query)
      await page.getByRole('option', { name: option, selected: true }).waitFor()
      await page.keyboard.press('Enter')
      await page.getByRole('combobox', { name: 'Find or do' }).waitFor({ state: 'detached' })
    }
    await find('harl', /Harlow Collision/)
    await page.waitForURL(`**/customers/${id}`)
    await find('api', /API keys/)
    await page.waitForURL('**/settings/keys')
  })

  test('shows all keys with ?', async () => {
    await page.getByText('all keys').waitFor()
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'All keys' }).waitFor()
    expect(await violations(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  })

  test('has a tab bar on a phone', async () => {
    await page.setViewportSize({ width: 390, height: 844 })
    await page.getByRole('button', { name: 'Find', exact: true }).click()
    await page.getByRole('combobox', { name: 'Find or do' }).waitFor()
    expect(await sidewaysScroll(page)).toBe(0)
  })
})
