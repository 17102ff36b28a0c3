import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { readCsv, type CsvRow } from '../totals/read-csv.ts'
import { send } from './app.ts'
import { hasBrowser, violations } from './browser.ts'
import {
  check,
  counted,
  csvFile,
  expectClean,
  finish,
  importButton,
  openImports,
  openStep,
  region,
  upload,
} from './import-page.ts'
import { oneInstallation } from './installation.ts'

const folder = 'ravenstack-saas'
const path = (name: string) => fileURLToPath(new URL(`../data/${folder}/${name}`, import.meta.url))
const csv = (name: string): CsvRow[] => readCsv(`${folder}/${name}`)
const count = (n: number) => n.toLocaleString('en')
const sum = (rows: readonly CsvRow[], column: string) =>
  rows.reduce((total, row) => total + Number(row[column] ?? 0), 0)
const distinct = (rows: readonly CsvRow[], column: string) => new Set(rows.map((row) => row[column])).size

// One installation lives through the whole file: the imports follow each other, as they do with their people.
describe.skipIf(!hasBrowser)('files brought in through the page', () => {
  const installation = oneInstallation()
  const importPage = async (): Promise<Page> => openImports(await installation.asOwner())

  async function run(page: Page): Promise<void> {
    await importButton(page).click()
    await finish(page)
  }

  /** What was stored after the import, by name. */
  const totals = async (page: Page): Promise<Record<string, string>> =>
    Object.fromEntries(
      await region(page, 'Stored after this import')
        .locator('dl > div')
        .evaluateAll((rows) =>
          rows.map((row) => [
            row.querySelector('dt')?.textContent ?? '',
            row.querySelector('dd')?.textContent ?? '',
          ]),
        ),
    )

  test('five files at once come in a good order, and their totals are those of the files', async () => {
    const names = [
      'ravenstack_feature_usage.csv.gz',
      'ravenstack_support_tickets.csv',
      'ravenstack_churn_events.csv',
      'ravenstack_subscriptions.csv',
      'ravenstack_accounts.csv',
    ]
    const page = await importPage()
    await expectClean(page)
    await page.locator('input[type=file]').setInputFiles(names.map(path))
    const sent = page.getByRole('list', { name: 'Being brought in' }).getByRole('listitem')
    await sent.nth(4).getByText('Usage counts').waitFor()
    expect(await sent.first().innerText()).toContain('ravenstack_accounts.csv')

    await sent.first().getByRole('link', { name: 'Open' }).click()
    const results: Record<string, Record<string, string>> = {}
    for (let i = 0; i < names.length; i++) {
      await page.getByRole('heading', { name: 'What the file is' }).waitFor()
      const name = await page.getByRole('heading', { level: 1 }).innerText()
      await check(page)
      await run(page)
      expect(await counted(page, 'Refused')).toBe('0')
      results[name] = { rows: await counted(page, 'New'), ...(await totals(page)) }
      if (i < names.length - 1) await page.getByRole('link', { name: /^Next file/ }).click()
    }
    const [accounts, subscriptions] = [csv('ravenstack_accounts.csv'), csv('ravenstack_subscriptions.csv')]
    const [churn, tickets] = [csv('ravenstack_churn_events.csv'), csv('ravenstack_support_tickets.csv')]
    const usage = csv('ravenstack_feature_usage.csv.gz')
    expect(results['ravenstack_accounts.csv']).toMatchObject({ rows: count(accounts.length) })
    expect(results['ravenstack_subscriptions.csv']).toMatchObject({
      rows: count(subscriptions.length),
      Subscriptions: count(subscriptions.length),
      Accounts: count(distinct(subscriptions, 'account_id')),
      'of them ended': count(subscriptions.filter((row) => row.end_date).length),
      'of them trials': count(subscriptions.filter((row) => row.is_trial === 'TRUE').length),
    })
    expect(results['ravenstack_churn_events.csv']).toMatchObject({
      'Churn events': count(churn.length),
      Accounts: count(distinct(churn, 'account_id')),
      'Refunded in all': `$${sum(churn, 'refund_amount_usd').toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`,
    })
    expect(results['ravenstack_support_tickets.csv']).toMatchObject({ Tickets: count(tickets.length) })
    expect(results['ravenstack_feature_usage.csv.gz']).toMatchObject({
      'Uses counted': count(sum(usage, 'usage_count')),
      'Errors counted': count(sum(usage, 'error_count')),
    })
    await expectClean(page)
  })

  test('where sources disagree, the rule that decides stands with its count', async () => {
    const page = await importPage()
    await page.getByRole('row', { name: /ravenstack_churn_events/ }).click()
    const found = await region(page, 'Where sources disagree').innerText()
    const { disagreeing } = (await send(page, 'GET', '/api/v1/churn/disagreements?limit=1')) as {
      disagreeing: number
    }
    expect(disagreeing).toBeGreaterThan(0)
    expect(found).toContain(
      `${count(disagreeing)} customers are said to have left by one source and not by another`,
    )
    expect(found).toContain('The end of the last subscription decides.')
  })

  const account = () => csv('ravenstack_accounts.csv')[0]?.account_id ?? ''

  test('rows that cannot be used are refused with reason, and download as they stood', async () => {
    const page = await importPage()
    const rows = [
      'subscription_id,account_id,start_date,end_date,mrr_amount',
      `X1,${account()},2024-01-01,,100`,
      `X2,${account()},2024-13-45,,100`,
      `X3,A-nobody,2024-01-01,,100`,
      `X4,${account()},2024-05-01,2024-01-01,100`,
      'X5,too,few',
    ]
    await upload(page, csvFile('bad rows.csv', rows.join('\r\n')))
    await page.getByRole('button', { name: 'Go on to columns' }).click()
    const preview = region(page, 'First rows as they will be written').first()
    await preview.getByText('before its start on 2024-05-01').waitFor()
    await expectClean(page)
    await page.getByRole('button', { name: 'Check every row' }).click()
    await page.getByRole('button', { name: 'Import 1 row', exact: false }).waitFor()
    await page.getByText('4 rows will be refused.').waitFor()
    const groups = page.getByRole('table', { name: 'Issues' })
    await groups.getByRole('row', { name: /No account is called “A-nobody”/ }).waitFor()
    await groups.getByRole('row', { name: /3 fields where 5 are expected/ }).waitFor()
    await page.getByRole('grid', { name: 'All rows with issues' }).waitFor()
    await expectClean(page)

    const [saved] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download all as CSV' }).click(),
    ])
    const text = readFileSync(await saved.path(), 'utf8')
    expect(text).toContain('subscription_id,account_id,start_date')
    for (const kept of ['X2', '2024-13-45', 'A-nobody', 'X4', 'X5,too,few']) expect(text).toContain(kept)
    expect(text).not.toContain('X1')
    expect(text.trim().split('\r\n')).toHaveLength(5)

    await run(page)
    await page.getByRole('table', { name: 'Ids that nobody knows' }).getByText('A-nobody').waitFor()
    await expectClean(page)
  })

  test('a date that reads both ways must be answered before it goes on', async () => {
    const page = await importPage()
    const rows = [
      'ticket_id,account_id,opened_at,priority',
      `Y1,${account()},03/04/2024,high`,
      `Y2,${account()},05/06/2024,low`,
    ]
    await upload(page, csvFile('ambiguous.csv', rows.join('\n')))
    const onward = page.getByRole('button', { name: 'Go on to columns' })
    await page.getByText('opened_at: which comes first, the day or the month?').waitFor()
    expect(await onward.getAttribute('aria-disabled')).toBe('true')
    await expectClean(page)
    await page.keyboard.press('2')
    expect(await openStep(page).innerText()).toContain('File')

    await page.getByRole('button', { name: 'Day first: 3 April 2024' }).click()
    await page.getByText('opened_at: which comes first').waitFor({ state: 'detached' })
    await onward.click()
    const preview = region(page, 'First rows as they will be written').first()
    await preview.getByText('2024-04-03').waitFor()
    await preview.getByText('03/04/2024').waitFor()

    // Another browser is led by the server: the answer is there.
    const other = await installation.asOwner()
    await other.goto(page.url())
    await region(other, 'First rows as they will be written').first().getByText('2024-04-03').waitFor()
  })

  test('an undo says what it changes, and takes the rows back', async () => {
    const page = await importPage()
    await page.getByRole('row', { name: /bad rows/ }).click()
    await page.getByRole('button', { name: 'Undo this import' }).click()
    const dialog = page.getByRole('alertdialog')
    await dialog.getByText('1 new record will be removed').waitFor()
    expect(await violations(page)).toEqual([])
    await dialog.getByRole('button', { name: 'Undo the import' }).click()
    await page.getByRole('heading', { name: 'This import was undone.' }).waitFor()
    await page.goto('/import')
    await page.getByRole('row', { name: /bad rows.*Undone/ }).waitFor()
    await page.getByRole('row', { name: /ravenstack_subscriptions/ }).click()
    await openStep(page).getByText('Result').waitFor()
  })

  test('a binary that is called .csv is refused with what to do, and nothing is kept', async () => {
    const page = await importPage()
    const before = await page.getByRole('grid').getAttribute('aria-rowcount')
    const noise = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(4_000, 0)])
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'customers.csv', mimeType: 'text/csv', buffer: noise })
    const row = page.getByRole('list', { name: 'Being brought in' }).getByRole('listitem')
    await row.getByText(/Export the data as CSV or \.xlsx\./).waitFor()
    await row.getByRole('button', { name: 'Try again' }).waitFor()
    await expectClean(page)
    await page.reload()
    await page.getByRole('grid').waitFor()
    expect(await page.getByRole('grid').getAttribute('aria-rowcount')).toBe(before)
  })

  test('the keyboard alone brings a file in, with focus and a voice at every step', async () => {
    const page = await importPage()
    await page.getByRole('grid', { name: 'Earlier imports' }).waitFor()
    // Heard from before the key: the browser is told late that somebody listens.
    const chooser = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: 'New import' }).waitFor()
    await page.keyboard.press('n')
    await (
      await chooser
    ).setFiles(csvFile('contacts.csv', `person_id,name,email,account_id\nP1,Ada,ada@x.test,${account()}\n`))
    await page.getByRole('heading', { name: 'What the file is' }).waitFor()
    await page.keyboard.press('Enter')
    await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === 'Columns')
    await page.getByRole('button', { name: 'Check every row' }).waitFor()
    await page.keyboard.press('1')
    await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === 'File')
    await page.keyboard.press('2')
    await page.getByRole('combobox', { name: 'What email becomes' }).waitFor()
    await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === 'Columns')
    await page.keyboard.press('Enter')
    await importButton(page).waitFor()
    await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === 'Check')
    await page
      .getByRole('status')
      .filter({ hasText: 'The check has ended.' })
      .first()
      .waitFor({ state: 'attached' })
    await page.keyboard.press('Enter')
    await openStep(page).getByText('Result').waitFor()
    await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === 'Result')
    expect(await counted(page, 'New')).toBe('1')
    await page.keyboard.press('Escape')
    await page.waitForURL('**/import')
    await page.getByRole('row', { name: /contacts/ }).waitFor()
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/import\/[0-9a-f-]{36}/)
    await page.getByRole('heading', { level: 1, name: 'contacts.csv' }).waitFor()
  })

  test('a viewer sees what was imported, and why there are no controls', async () => {
    const page = await importPage()
    const { url } = (await send(page, 'POST', '/api/v1/invitations', {
      email: 'viewer@example.com',
      role: 'viewer',
    })) as { url: string }
    const other = await installation.visit()
    await other.goto(url)
    await other.getByLabel('Your name').fill('Grace Hopper')
    await other.getByLabel('Password', { exact: true }).fill('nanoseconds of wire')
    await other.getByRole('button', { name: 'Join' }).click()
    await other.waitForURL((to) => to.pathname !== '/invitation')
    await other.goto('/import')
    await other.getByText('Customer success managers and above bring files in.').waitFor()
    await other.getByRole('row', { name: /contacts/ }).waitFor()
    expect(await other.locator('input[type=file]').count()).toBe(0)
    expect(await other.getByRole('button', { name: /Undo/ }).count()).toBe(0)
    await expectClean(other)
    await other.getByRole('row', { name: /contacts/ }).click()
    await openStep(other).getByText('Result').waitFor()
    await other.getByText('Customer success managers and above see the issues.').waitFor()
    expect(await other.getByRole('button', { name: /Undo/ }).count()).toBe(0)
    await expectClean(other)
  })
})
