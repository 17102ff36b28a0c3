import { createHash } from 'node:crypto'
import { readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { uploadPath } from '../../src/domains/imports/jobs/load.ts'
import { workbookFile, zipFile } from '../../src/platform/tabular/xlsx.fixture.ts'
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

const sheetRows = (rows: readonly (readonly string[])[]): string =>
  rows
    .map(
      (cells, r) =>
        `<row r="${r + 1}">${cells
          .map(
            (text, c) =>
              `<c r="${String.fromCharCode(65 + c)}${r + 1}" t="inlineStr"><is><t>${text}</t></is></c>`,
          )
          .join('')}</row>`,
    )
    .join('')

const excel = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
const lines = (rows: readonly string[]): string => `${rows.join('\n')}\n`
const manyRows = 30_000
/** Rows enough for a person to step in before they are all written. */
const manyAccounts = (prefix: string): string =>
  lines([
    'account_id,name,industry',
    ...Array.from({ length: manyRows }, (_, i) => `${prefix}${i},Company ${prefix}${i},Trade ${i % 7}`),
  ])

describe.skipIf(!hasBrowser)('an import in the hands of a person', () => {
  const installation = oneInstallation()
  const importPage = async (): Promise<Page> => openImports(await installation.asOwner())
  const stop = (page: Page) => page.getByRole('button', { name: 'Stop', exact: true })
  const bar = (page: Page, name: string) => page.getByRole('progressbar', { name })
  const begun = (page: Page) =>
    page.waitForFunction(() => Number(document.querySelector('[role=progressbar]')?.ariaValueNow) > 0)

  test('of a workbook with several sheets one is chosen', async () => {
    const page = await importPage()
    const buffer = workbookFile({
      sheets: [
        { name: 'Cover', rows: sheetRows([['Written by'], ['Finance']]) },
        {
          name: 'Customers',
          rows: sheetRows([
            ['account_id', 'account_name', 'industry'],
            ['S1', 'Harbour Mills', 'Food'],
            ['S2', 'Tern Textiles', 'Cloth'],
          ]),
        },
        { name: 'Old', state: 'hidden', rows: sheetRows([['x'], ['1']]) },
      ],
    })
    await upload(page, { name: 'book.xlsx', mimeType: excel, buffer })
    await page.getByText('One of 3 sheets.').waitFor()
    await page.getByRole('combobox', { name: 'Sheet' }).click()
    await page.getByRole('option', { name: 'Old (hidden)' }).waitFor()
    await page.getByRole('option', { name: 'Customers' }).click()
    await page.getByRole('table', { name: 'What each column holds' }).getByText('account_name').waitFor()
    await expectClean(page)
    await check(page)
    await importButton(page).click()
    await finish(page)
    expect(await counted(page, 'New')).toBe('2')
  })

  test('a way of reading is saved, used for the next file, listed and deleted', async () => {
    const page = await importPage()
    await upload(
      page,
      csvFile('first.csv', lines(['account_id,firma,notiz', 'K1,Ahorn GmbH,a', 'K2,Birke AG,b'])),
    )
    await page.getByRole('button', { name: 'Go on to columns' }).click()
    const firma = page.getByRole('combobox', { name: 'What firma becomes' })
    await firma.fill('Name')
    await page.getByRole('option', { name: /^Name/ }).click()
    await page.getByLabel('Keep this way of reading as').fill('Kundenliste')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText('Kept as “Kundenliste”.').waitFor()

    await openImports(page)
    await upload(page, csvFile('second.csv', lines(['account_id,firma,notiz', 'K3,Clematis KG,c'])))
    await page.getByRole('button', { name: 'Go on to columns' }).click()
    await page.getByText('Read as “Kundenliste” says.').waitFor()
    expect(await page.getByRole('combobox', { name: 'What firma becomes' }).inputValue()).toMatch(/^Name/)
    await expectClean(page)

    await openImports(page)
    const saved = region(page, 'Saved ways of reading')
    await saved.getByText('Accounts, 3 columns').waitFor()
    await expectClean(page)
    await saved.getByRole('button', { name: 'Delete Kundenliste' }).click()
    const dialog = page.getByRole('alertdialog')
    await dialog.getByText('What was imported with it stays as it is.').waitFor()
    expect(await violations(page)).toEqual([])
    await dialog.getByRole('button', { name: 'Keep it' }).click()
    await saved.getByRole('button', { name: 'Delete Kundenliste' }).click()
    await dialog.getByRole('button', { name: 'Delete', exact: true }).click()
    await page.getByText('“Kundenliste” was deleted.').waitFor()
    await saved.waitFor({ state: 'detached' })
  })

  test('the rows of one issue are shown alone, and all again', async () => {
    const page = await importPage()
    const rows = ['subscription_id,account_id,start_date,mrr_amount', 'U1,S1,2024-01-01,10']
    for (let i = 0; i < 8; i++) rows.push(`N${i},nobody-${i},2024-01-01,10`)
    for (let i = 0; i < 3; i++) rows.push(`D${i},S1,2024-13-4${i},10`)
    await upload(page, csvFile('issues.csv', lines(rows)))
    await check(page)
    const all = page.getByRole('grid', { name: 'All rows with issues' })
    await all.waitFor()
    expect(await all.getAttribute('aria-rowcount')).toBe('12')
    await expectClean(page)

    const group = page.getByRole('button', { name: /^Such as: No account is called “nobody-0”/ })
    await group.click()
    const one = page.getByRole('grid', { name: 'Rows of one issue' })
    await one.getByText('nobody-7', { exact: false }).first().waitFor()
    expect(await one.getAttribute('aria-rowcount')).toBe('9')
    expect(await group.getAttribute('aria-pressed')).toBe('true')
    await expectClean(page)
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download these' }).click(),
    ])
    expect(
      readFileSync(await file.path(), 'utf8')
        .trim()
        .split('\r\n'),
    ).toHaveLength(9)

    // The address holds the choice.
    await page.reload()
    await one.waitFor()
    await page.getByRole('button', { name: 'Show all rows' }).click()
    await all.waitFor()
    expect(await all.getAttribute('aria-rowcount')).toBe('12')
  })

  test('a file of two thousand columns draws what is in sight, and each column can be found and reached', async () => {
    const page = await importPage()
    const names = Array.from({ length: 1_998 }, (_, i) => `measure ${i}`)
    const row = (id: number) => [`W${id}`, `Wide ${id}`, ...names.map((_, i) => i * id)].join(',')
    await upload(
      page,
      csvFile('wide.csv', lines([['account_id', 'name', ...names].join(','), ...[1, 2, 3].map(row)])),
    )
    await expectClean(page)
    await page.getByRole('button', { name: 'Go on to columns' }).click()
    const preview = region(page, 'First rows as they will be written').first()
    await preview.getByRole('table').waitFor()
    const drawn = await page.locator('*').count()
    expect(drawn).toBeLessThan(4_000)
    await expectClean(page)

    // Every column is one press of Tab or two away, whatever was drawn at first.
    await page.getByRole('combobox', { name: 'What account_id becomes' }).focus()
    const seen = new Set<string>()
    for (let i = 0; i < 60; i++) {
      await page.keyboard.press('Tab')
      seen.add(await page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? ''))
    }
    expect(seen).toContain('What measure 25 becomes')

    await page.getByLabel('Find a column').fill('measure 1997')
    await page.getByText('1 of 2,000 columns').waitFor()
    await page.getByRole('combobox', { name: 'What measure 1997 becomes' }).fill('Leave')
    await page.getByRole('option', { name: 'Leave out' }).click()
    await page.getByText('1,999 of 2,000 used').waitFor()
    await preview.getByRole('region').evaluate((frame) => frame.scrollTo(1_000_000, 0))
    await preview.getByRole('columnheader', { name: 'measure 1996' }).waitFor()
  })

  test('an import is stopped, goes on, is stopped again and undone', async () => {
    const page = await importPage()
    await upload(page, csvFile('many.csv', manyAccounts('M')))
    await check(page)
    await importButton(page).click()
    await begun(page)
    await stop(page).click()
    await page.getByText(/^The import was stopped at row [\d,]+\.$/).waitFor()
    await page.getByRole('button', { name: 'Undo this import' }).waitFor()
    await expectClean(page)
    await page.getByRole('button', { name: 'Go on with the import' }).click()
    await bar(page, 'Importing').waitFor()
    await page.keyboard.press('s')
    await page.getByText(/^The import was stopped/).waitFor()

    await page.getByRole('button', { name: 'Undo this import' }).click()
    await page.getByRole('button', { name: 'Undo the import' }).click()
    await bar(page, 'Being undone').waitFor()
    await page.getByText(/^[\d,]+ of [\d,]+ changes put back$/).waitFor()
    await stop(page).click()
    await page.getByText('The undo was stopped.').waitFor()
    expect(await page.getByRole('button', { name: 'Go on with the import' }).count()).toBe(0)
    await expectClean(page)
    await page.getByRole('button', { name: 'Go on with the undo' }).click()
    await page.getByRole('heading', { name: 'This import was undone.' }).waitFor()
    await expectClean(page)
    await page.goto('/customers')
    await page.getByText('Harbour Mills').waitFor()
    expect(await page.getByText(/^Company M\d/).count()).toBe(0)
  })

  test('a check is stopped, and nothing was imported', async () => {
    const page = await importPage()
    await upload(page, csvFile('checked.csv', manyAccounts('C')))
    await page.getByRole('button', { name: 'Go on to columns' }).click()
    await page.getByRole('button', { name: 'Check every row' }).click()
    await stop(page).click()
    await page.getByText('The check was stopped.').waitFor()
    await page.getByText('Nothing was imported.').waitFor()
    await expectClean(page)
    await page.getByRole('button', { name: 'Check again' }).click()
    await importButton(page).waitFor()
    await expectClean(page)
  })

  test('an import that fails half-way says where, and goes on when the cause is gone', async () => {
    const page = await importPage()
    // Noise does not pack, so that the file breaks off far from its first rows.
    const rows = Array.from({ length: manyRows }, (_, i) => {
      const noise = createHash('sha512').update(String(i)).digest('hex')
      return `H${i},Company ${i},${noise}`
    })
    const buffer = gzipSync(lines(['account_id,name,noise', ...rows]))
    await upload(page, { name: 'half.csv.gz', mimeType: 'application/gzip', buffer })
    await check(page)
    const id = /[0-9a-f-]{36}/.exec(page.url())![0]
    const stored = uploadPath(installation.app, id)
    const whole = readFileSync(stored)
    truncateSync(stored, Math.floor(whole.length * 0.6))
    await importButton(page).click()
    const alert = page.getByRole('alert').filter({ hasText: /The import stopped at row [\d,]+\./ })
    await alert.getByText('The gzip file ends too early.', { exact: false }).waitFor()
    await expectClean(page)
    writeFileSync(stored, whole)
    await page.getByRole('button', { name: 'Go on with the import' }).click()
    await finish(page)
    expect(await counted(page, 'New')).toBe(manyRows.toLocaleString('en'))
    expect(await counted(page, 'Refused')).toBe('0')
  })

  const zip = zipFile([{ name: 'readme.txt', content: 'hello' }])
  const bad: readonly [string, string, Buffer, RegExp][] = [
    ['nothing', 'empty.csv', Buffer.from(''), /empty|holds no rows|Nothing was sent/],
    [
      'a picture',
      'logo.csv',
      Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(900)]),
      /not a table of text but .+\. Export the data as CSV or \.xlsx\./,
    ],
    [
      'an old workbook',
      'old.xls',
      Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(2_000)]),
      /old Excel workbook \(\.xls\)/,
    ],
    ['an archive', 'files.zip', zip, /This zip archive is not an Excel workbook \(it holds readme\.txt\)/],
    ['an archive in gzip', 'files.csv.gz', gzipSync(zip), /The gzip file holds .+\. Unpack it/],
    [
      'half a gzip',
      'half.csv.gz',
      gzipSync('account_id,name\nA,B\n').subarray(0, 24),
      /The gzip file ends too early|The gzip file is damaged/,
    ],
    [
      'half a workbook',
      'half.xlsx',
      workbookFile({ sheets: [{ name: 'A', rows: sheetRows([['a'], ['1']]) }] }).subarray(0, 300),
      /The workbook is damaged|not an Excel workbook/,
    ],
  ]
  test('each file that is no table is refused with what to do', async () => {
    const page = await importPage()
    await page
      .locator('input[type=file]')
      .setInputFiles(bad.map(([, name, buffer]) => ({ name, mimeType: 'application/octet-stream', buffer })))
    const sent = page.getByRole('list', { name: 'Being brought in' }).getByRole('listitem')
    for (const [what, name, , sentence] of bad) {
      const row = sent.filter({ has: page.getByText(name, { exact: true }) })
      await row.getByRole('button', { name: 'Try again' }).waitFor()
      expect({ what, said: await row.innerText() }).toMatchObject({ said: expect.stringMatching(sentence) })
    }
    await expectClean(page)
  })

  test('a quote that is never closed stops the check with its place', async () => {
    const page = await importPage()
    const rows = Array.from({ length: 3_000 }, (_, i) => `Q${i},Company ${i}`)
    rows[2_500] = 'Q2500,"Company'
    await upload(page, csvFile('quote.csv', lines(['account_id,name', ...rows])))
    await page.getByRole('button', { name: 'Go on to columns' }).click()
    await page.getByRole('button', { name: 'Check every row' }).click()
    await page
      .getByRole('alert')
      .getByText(/The quote that opens in row 2501 /)
      .waitFor()
    await openStep(page).getByText('Check').waitFor()
    await expectClean(page)
  })
})
