import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { build } from 'vite'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { hasBrowser, launchBrowser, violations } from './browser.ts'
import { serveSite } from './static-site.ts'

describe.skipIf(!hasBrowser)('the component sheet in a browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mainstay-web-'))
  let browser: Browser
  let site: Awaited<ReturnType<typeof serveSite>>
  let page: Page
  let complaints: string[]

  beforeAll(async () => {
    await build({
      configFile: 'vite.config.ts',
      logLevel: 'error',
      build: { outDir: folder, emptyOutDir: true },
    })
    site = await serveSite(folder)
    browser = await launchBrowser()
  })

  afterAll(async () => {
    await browser?.close()
    await site?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  beforeEach(async () => {
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
    complaints = []
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(String(error)))
    await page.goto(`${site.url}/components`)
    await page.getByRole('heading', { name: 'Components', level: 1 }).waitFor()
  })

  // The strict policy is on for every test: whatever a component does, nothing may break it.
  afterEach(async () => {
    const seen = complaints
    await page.close()
    expect(seen).toEqual([])
  })

  const focusedText = () => page.evaluate(() => document.activeElement?.textContent ?? '')

  test.each(['Light', 'Dark'])('axe finds nothing in the %s theme', async (theme) => {
    await page.getByRole('group', { name: 'Theme' }).getByRole('button', { name: theme }).click()
    expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe(theme.toLowerCase())
    expect(await violations(page)).toEqual([])
  })

  test('axe finds nothing in open menus, dialogs and the command menu', async () => {
    await page.getByRole('button', { name: 'Menu', exact: true }).click()
    await page.getByRole('menu').waitFor()
    expect(await violations(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'New date' }).click()
    await page.getByRole('dialog').waitFor()
    expect(await violations(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.keyboard.press('Control+k')
    await page
      .getByRole('option', { name: /Tom Whitaker person/ })
      .first()
      .waitFor()
    expect(await violations(page)).toEqual([])
  })

  test('the theme stays chosen after loading again', async () => {
    await page.getByRole('group', { name: 'Theme' }).getByRole('button', { name: 'Dark' }).click()
    await page.reload()
    await page.getByRole('heading', { name: 'Components', level: 1 }).waitFor()
    expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe('dark')
  })

  test('a menu opens, moves and acts by keyboard, and gives focus back', async () => {
    const trigger = page.getByRole('button', { name: 'Menu', exact: true })
    await trigger.focus()
    await page.keyboard.press('Enter')
    await page.getByRole('menu').waitFor()
    await page.keyboard.press('ArrowDown')
    await page.waitForFunction(() => document.activeElement?.textContent?.startsWith('Show all'))
    await page.keyboard.press('Enter')
    await page.getByText('Shown', { exact: true }).first().waitFor()
    await page.waitForFunction(() => document.activeElement?.textContent === 'Menu')
  })

  test('a dialog takes focus, keeps it, and Esc gives it back', async () => {
    await page.getByRole('button', { name: 'New date' }).focus()
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'New date' })
    await dialog.waitFor()
    for (let i = 0; i < 6; i++) {
      await page.keyboard.press('Tab')
      await page.waitForFunction(() => document.activeElement?.closest('[role=dialog]') !== null)
    }
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    expect(await focusedText()).toContain('New date')
  })

  test('the command menu finds and runs by keyboard, also from a field', async () => {
    await page.getByRole('textbox', { name: 'Customer' }).focus()
    await page.keyboard.press('Control+k')
    const field = page.getByRole('combobox', { name: 'Find or do' })
    await field.waitFor()
    await page.keyboard.type('call tom')
    await page.getByText('1 found').waitFor()
    await page.keyboard.press('Enter')
    await field.waitFor({ state: 'detached' })
    await page.getByText('Call with Tom Whitaker noted').first().waitFor()
  })

  test('Z undoes what the toast says, and no letter acts while a field has focus', async () => {
    await page.getByRole('button', { name: 'Snooze', exact: true }).click()
    const snoozed = page.getByRole('dialog').getByText('Snoozed until Mon 19 Oct')
    await snoozed.waitFor()
    const field = page.getByRole('textbox', { name: 'Customer' })
    await field.fill('')
    await page.keyboard.type('z?')
    expect(await field.inputValue()).toBe('z?')
    expect(await page.getByRole('dialog', { name: 'All keys' }).count()).toBe(0)
    await field.blur()
    await page.keyboard.press('z')
    await page.getByText('Snooze undone').first().waitFor()
  })

  test('? shows the keys of this page', async () => {
    await page.getByText('all keys').waitFor()
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'All keys' }).getByText('find or do').waitFor()
  })

  test('the table moves, selects, takes ranges and opens by keyboard, with few rows in the page', async () => {
    const table = page.getByRole('grid', { name: 'Invented customers' })
    expect(await table.getAttribute('aria-rowcount')).toBe('10001')
    expect(await table.getByRole('row').count()).toBeLessThan(60)
    await page.keyboard.press('j')
    await page.waitForFunction(() => document.activeElement?.getAttribute('aria-rowindex') === '2')
    await page.keyboard.press('x')
    await page.keyboard.press('Shift+ArrowDown')
    await page.keyboard.press('Shift+ArrowDown')
    await page.getByRole('toolbar', { name: '3 selected' }).waitFor()
    expect(await table.locator('[aria-selected=true]').count()).toBe(3)
    await page.keyboard.press('Enter')
    await page.getByText('Opened Harlow Collision 3').first().waitFor()
    await page.keyboard.press('End')
    await page.waitForFunction(() => document.activeElement?.getAttribute('aria-rowindex') === '10001')
    await page.keyboard.press('k')
    await page.waitForFunction(() => document.activeElement?.getAttribute('aria-rowindex') === '10000')
    await page.keyboard.press('Escape')
    await page.getByRole('toolbar').waitFor({ state: 'detached' })
  })

  test('a click on a header sorts and says so', async () => {
    const header = page.getByRole('columnheader', { name: 'ARR' })
    expect(await header.getAttribute('aria-sort')).toBe('descending')
    await header.getByRole('button').click()
    expect(await header.getAttribute('aria-sort')).toBe('ascending')
  })

  test('a chart is read by arrow keys, and D opens its data', async () => {
    const chart = page.getByRole('img', { name: /Seats fell from 31 to 19/ })
    await chart.focus()
    await page.keyboard.press('ArrowLeft')
    await page.getByRole('status').getByText('W 42: 19').waitFor()
    await page.keyboard.press('d')
    await page.getByRole('rowheader', { name: 'W 30' }).waitFor()
  })

  test('the evidence behind a number opens from its mark', async () => {
    await page.getByRole('button', { name: '4 pieces of evidence' }).first().click()
    await page.getByRole('dialog', { name: 'Evidence' }).getByText('29 Aug').waitFor()
  })

  test('nothing scrolls sideways at 390 px', async () => {
    await page.setViewportSize({ width: 390, height: 844 })
    const wide = await page.evaluate(() =>
      [...document.querySelectorAll('*')]
        .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
        .map((element) => `${element.tagName} ${element.className}`),
    )
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
    expect(wide.filter((name) => !/^(OPTION|SCRIPT)/.test(name))).toEqual([])
  })
})
