import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { send } from './app.ts'
import { hasBrowser, sidewaysScroll } from './browser.ts'
import { oneInstallation } from './installation.ts'

const long = (word: string) => word.repeat(Math.ceil(300 / word.length)).slice(0, 200)
const widths = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
]

/** Elements with text that reach out of the window to the right, and are not cut by what holds them. */
const outside = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const cut = (element: Element): boolean => {
      for (let at: Element | null = element; at; at = at.parentElement) {
        const { overflowX } = getComputedStyle(at)
        if (overflowX !== 'visible' && at.getBoundingClientRect().right <= innerWidth + 1) return true
      }
      return false
    }
    return [...document.querySelectorAll('body *')]
      .filter((one) => one.textContent && one.getBoundingClientRect().right > innerWidth + 1 && !cut(one))
      .map((one) => `${one.tagName} ${one.className}`)
      .slice(0, 5)
  })

describe.skipIf(!hasBrowser)('names of any length', () => {
  const installation = oneInstallation()
  let id = ''

  beforeAll(async () => {
    const page = await installation.asOwner()
    const account = (await send(page, 'POST', '/api/v1/accounts', { name: long('Unbreakable') })) as {
      id: string
    }
    id = account.id
    await send(page, 'POST', '/api/v1/people', { name: long('Person'), at: { accountId: id } })
    await send(page, 'POST', '/api/v1/tasks', {
      title: long('Task'),
      accountId: id,
      dueOn: new Date().toISOString().slice(0, 10),
    })
    await send(page, 'POST', `/api/v1/tickets`, {
      accountId: id,
      subject: long('Ticket'),
      priority: 1,
    })
    await page.context().close()
  })

  test.each(widths)('stay inside every page at $width px', async (viewport) => {
    const page = await installation.asOwner({ viewport })
    for (const path of ['/', '/customers', `/customers?row=${id}`, `/customers/${id}`]) {
      await page.goto(path)
      await page.getByText('Unbreakable').filter({ visible: true }).first().waitFor()
      await page.waitForLoadState('networkidle')
      await expect.poll(() => outside(page), { message: path }).toEqual([])
      expect({ path, wider: await sidewaysScroll(page) }).toEqual({ path, wider: 0 })
    }
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: 'Find or do' }).fill('unbreak')
    await page.getByRole('option', { name: /Unbreakable/ }).waitFor()
    expect(await sidewaysScroll(page)).toBe(0)
    expect(await outside(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Log' }).filter({ visible: true }).first().click()
    await page.getByRole('dialog').waitFor()
    expect(await sidewaysScroll(page)).toBe(0)
    expect(await outside(page)).toEqual([])
  })

  test('leave the checkbox of their row alone', async () => {
    const page = await installation.asOwner()
    await page.goto('/customers')
    const row = page.getByRole('row').filter({ hasText: 'Unbreakable' })
    await row.getByRole('checkbox').click()
    await page.getByText('1 selected').waitFor()
    const box = await row.getByRole('checkbox').boundingBox()
    const name = await row.getByText('Unbreakable').last().boundingBox()
    expect(name!.x).toBeGreaterThanOrEqual(box!.x + box!.width)
  })
})
