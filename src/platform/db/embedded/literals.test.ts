import fc from 'fast-check'
import { expect, test } from 'vitest'
import { renderParameters } from './literals.ts'

const render = (sql: string, values: Record<string, string> = {}) =>
  renderParameters(sql, new Map(Object.entries(values)))

test('parameters become typed literals, and only where SQL is code', () => {
  expect(render('select {a:String}, {n:UInt8}', { a: "it's", n: '7' })).toBe(
    "select 'it\\'s', CAST('7' AS UInt8)",
  )
  expect(render('select \'{a:String}\', `{a:String}`, "{a:String}"', {})).toBe(
    'select \'{a:String}\', `{a:String}`, "{a:String}"',
  )
  expect(render('select 1 -- {a:String}\n/* {a:String} ; */ + 1')).toMatch(/^select 1\s+\+ 1$/)
  expect(render("select {'a': 1}")).toBe("select {'a': 1}")
  expect(render('select * from {t:Identifier}', { t: 'a`; drop' })).toBe('select * from `a\\`; drop`')
})

test('one statement only, and nothing that a lexer could read in two ways', () => {
  expect(render('select 1; -- done\n')).toBe('select 1')
  expect(render("select ';'")).toBe("select ';'")
  for (const sql of [
    'select 1; select 2',
    "select '\\'; select 2",
    'select $a$;$a$',
    'select 1 # ; x',
    'select 1 // x',
    'select ‘a;b’',
    'select /* /* */ 1; */ 1',
    'select 1 /* open',
    "select 'open",
    'select 1\0',
  ])
    expect(() => render(sql), sql).toThrow(/SYNTAX_ERROR/)
})

const refused: [type: string, text: string][] = [
  ['UInt8', '256'],
  ['UInt8', '-1'],
  ['Int8', '128'],
  ['Int64', '9223372036854775808'],
  ['UInt64', '18446744073709551616'],
  ['Int32', '1.5'],
  ['Int32', ''],
  ['Int32', '1 or 1=1'],
  ['Int32', '\\N'],
  ['Float64', '1e999'],
  ['Float64', '1)'],
  ['Decimal(9, 2)', '1.234'],
  ['Decimal(4, 2)', '123'],
  ['Decimal(4, 2)', '1e1'],
  ['Bool', 'yes'],
  ['Date', '2023-02-29'],
  ['Date', '2200-01-01'],
  ['DateTime', '2024-01-01 24:00:00'],
  ['DateTime', '1700000000.5'],
  ['DateTime64(3)', '2024-01-01 00:00:00.1234'],
  ['DateTime64(3)', '2024-01-01T00:00:00Z'],
  ['UUID', '00000000-0000-0000-0000-00000000000'],
  ['String', '\\N'],
  ['String', '\\'],
  ['Array(String)', '[a]'],
  ['Array(String)', "['a'"],
  ['Array(String)', "['a'] , 1"],
  ['Array(UInt8)', '[1,300]'],
  ['Tuple(UInt8, String)', '(1)'],
  ['Tuple(UInt8)', '(1,2)'],
  ['Map(String, UInt8)', "{'a':1"],
  ['Identifier', ''],
]

test.each(refused)('%s refuses %j without repeating it', (type, text) => {
  let message = ''
  try {
    render(`select {secret:${type}}`, { secret: text })
  } catch (error) {
    message = String(error)
  }
  expect(message).toMatch(/BAD_QUERY_PARAMETER/)
  expect(message).toContain('secret')
  if (text.length > 6) expect(message).not.toContain(text)
})

test('a missing parameter and an unknown type are named', () => {
  expect(() => render('select {a:String}')).toThrow(/parameter a has no value.*UNKNOWN_QUERY_PARAMETER/)
  expect(() => render('select {a:Enum8}', { a: '1' })).toThrow(/UNKNOWN_TYPE/)
  expect(() => render('select {a:String) from x where (1}', { a: '1' })).toThrow(/UNKNOWN_TYPE/)
})

test('no text, however hostile, leaves its quotes', () => {
  const hostile = fc.array(
    fc.constantFrom("'", '\\', '"', '`', '\0', ';', '--', '/*', '{x:String}', 'a', 'é', '\n'),
  )
  fc.assert(
    fc.property(hostile, (pieces) => {
      const x = pieces.join('').replaceAll('\\', '\\\\').replaceAll('\0', '') || 'a'
      const sql = render('select {x:String} as a, {x:Identifier} as b', { x })
      // A second reading finds the same statement: two quoted things and nothing else.
      expect(renderParameters(sql, new Map())).toBe(sql)
      expect(sql.replace(/'([^'\\]|\\[^])*'/, 'S').replace(/`([^`\\]|\\[^])*`/, 'I')).toBe(
        'select S as a, I as b',
      )
    }),
  )
})
