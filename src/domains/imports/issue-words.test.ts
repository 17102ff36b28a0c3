import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { issueMessages, issueSentence, issueWords } from './issue-words.ts'

const src = new URL('../../', import.meta.url).pathname
const sources = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(
  (path) => path.endsWith('.ts') && !/\.(test|fixture)\.ts$/.test(path),
)
const codesIn = (files: RegExp, code: RegExp): string[] =>
  sources
    .filter((path) => files.test(path))
    .flatMap((path) =>
      [...readFileSync(`${src}${path}`, 'utf8').matchAll(code)].map(([, found]) => found ?? ''),
    )

describe('words of issues', () => {
  const said = {
    'the imports of the domains': codesIn(/^domains\/\w+\/import\.ts$/, /\b(?:error|warning)\('(\w+)'/g),
    'the engine': codesIn(/^domains\/imports\/(jobs|model)\//, /\b(?:error|warning)\('(\w+)'/g),
    'the reading of cells': codesIn(/^platform\/tabular\/parse-cell\.ts$/, /^ {2}\| '(\w+)'$/gm),
    'the reading of rows': codesIn(
      /^platform\/tabular\/raw-row\.ts$/,
      /'(too_\w+_fields|text_after_quote|nul_character)'/g,
    ),
  }

  test.each(Object.entries(said))('every code of %s has a sentence', (_, codes) => {
    expect(codes.length).toBeGreaterThan(2)
    expect(codes.filter((code) => !(code in issueMessages))).toEqual([])
  })

  test('each sentence stands also when erasing has taken its values out', () => {
    for (const code of Object.keys(issueMessages)) expect(issueSentence(code)).toMatch(/^\S.*[.?]$/)
    expect(issueSentence('not_a_date', { text: '31/31/2020' })).toBe('\u201c31/31/2020\u201d is not a date.')
    expect(issueSentence('not_a_date')).toBe('\u201c\u2026\u201d is not a date.')
  })

  test('a code that nobody worded is still readable', () => {
    expect(issueSentence('moon_too_bright', { lumen: 3, where: ['sea', 'sky'] })).toBe(
      'Moon too bright (lumen: 3, where: sea, sky).',
    )
  })

  test('a repeated id says where the other row is kept', () => {
    const params = { externalId: 'B1', otherRow: 3, kept: 'issue' }
    expect(issueWords({ code: 'repeated_id', params })).toBe(
      'The id \u201cB1\u201d came in row 3 with other content. The earlier row stands; this one is kept here only.',
    )
  })
})
