import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

/**
 * The numerical library's docstrings: every exported function names its source and cost and carries an example, and the
 * examples are run. An example is a few lines of code; an expression followed by `// value` must have that value, to the
 * digits that are printed.
 */

type Documented = Readonly<{ name: string; path: string; comment: string }>

const isSource = (path: string) => path.endsWith('.ts') && !/\.(test|fixture|d)\.ts$/.test(path)

const paths = readdirSync('src/stats', { recursive: true, encoding: 'utf8' })
  .filter(isSource)
  .map((path) => join('src/stats', path))
  .sort()

const isExported = (statement: ts.Statement) =>
  ts.canHaveModifiers(statement) &&
  (ts.getModifiers(statement) ?? []).some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword)

const isFunction = (node: ts.Expression | undefined) =>
  node !== undefined && (ts.isArrowFunction(node) || ts.isFunctionExpression(node))

function namesOf(statement: ts.Statement): string[] {
  if (ts.isFunctionDeclaration(statement)) return [statement.name?.text ?? 'unnamed']
  if (!ts.isVariableStatement(statement)) return []
  return statement.declarationList.declarations
    .filter((declaration) => isFunction(declaration.initializer))
    .map((declaration) => declaration.name.getText())
}

function documentedIn(path: string): Documented[] {
  const text = readFileSync(path, 'utf8')
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  return file.statements.filter(isExported).flatMap((statement) => {
    const ranges = ts.getLeadingCommentRanges(text, statement.getFullStart()) ?? []
    const last = ranges.at(-1)
    const comment = last ? text.slice(last.pos, last.end) : ''
    return namesOf(statement).map((name) => ({ name, path, comment }))
  })
}

const functions = paths.flatMap(documentedIn)

/** The code below `@example`, without the stars of the comment. */
function exampleOf(comment: string): string {
  const lines = comment
    .replace(/\*\/\s*$/, '')
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, ''))
  const start = lines.findIndex((line) => line.trim() === '@example')
  if (start < 0) return ''
  const end = lines.findIndex((line, index) => index > start && /^@\w/.test(line))
  return lines
    .slice(start + 1, end < 0 ? undefined : end)
    .join('\n')
    .trim()
}

/** `1.25` printed with two decimals stands for all within half a unit of the last of them. */
const halfUnit = (printed: string): number => {
  const [mantissa = '', exponent = '0'] = printed.toLowerCase().split('e')
  const decimals = mantissa.split('.')[1]?.length ?? 0
  if (decimals === 0 && exponent === '0') return 1e-9
  return 0.500001 * 10 ** (Number(exponent) - decimals)
}

/** Compares `value` with the printed literal `node`; answers how they differ, or nothing. */
function difference(value: unknown, node: ts.Expression, at = ''): string | undefined {
  if (ts.isParenthesizedExpression(node)) return difference(value, node.expression, at)
  const negative = ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.MinusToken
  const literal = negative ? node.operand : node
  if (ts.isNumericLiteral(literal)) {
    const printed = literal.getText()
    const expected = Number(printed) * (negative ? -1 : 1)
    const near = typeof value === 'number' && Math.abs(value - expected) <= halfUnit(printed)
    return near ? undefined : `${at}: ${String(value)}, printed ${negative ? '-' : ''}${printed}`
  }
  if (ts.isArrayLiteralExpression(node)) {
    const values =
      ArrayBuffer.isView(value) || Array.isArray(value) ? Array.from(value as number[]) : undefined
    if (values?.length !== node.elements.length)
      return `${at}: ${JSON.stringify(value)}, printed ${node.getText()}`
    return node.elements.map((element, i) => difference(values[i], element, `${at}[${i}]`)).find(Boolean)
  }
  if (ts.isObjectLiteralExpression(node)) {
    if (typeof value !== 'object' || value === null) return `${at}: ${String(value)} is no object`
    return node.properties
      .map((property) => {
        if (!ts.isPropertyAssignment(property)) return `${at}: ${property.getText()} is no plain value`
        const key = property.name.getText().replaceAll("'", '')
        return difference(Reflect.get(value, key), property.initializer, `${at}.${key}`)
      })
      .find(Boolean)
  }
  const words: Record<string, unknown> = {
    true: true,
    false: false,
    null: null,
    undefined: undefined,
    NaN: Number.NaN,
    Infinity: Number.POSITIVE_INFINITY,
  }
  const text = literal.getText()
  const expected = ts.isStringLiteralLike(literal)
    ? literal.text
    : negative
      ? -(words[text] as number)
      : words[text]
  return Object.is(value, expected) ? undefined : `${at}: ${String(value)}, printed ${node.getText()}`
}

const printedValue = (source: string): ts.Expression => {
  const file = ts.createSourceFile('value.ts', `(${source})`, ts.ScriptTarget.Latest, true)
  const [statement] = file.statements
  if (!statement || !ts.isExpressionStatement(statement)) throw new Error(`${source} is no value.`)
  return statement.expression
}

/** Runs an example; answers the differences, and how many values were compared. */
async function run(example: string, scope: ReadonlyMap<string, unknown>) {
  const file = ts.createSourceFile('example.ts', example, ts.ScriptTarget.Latest, true)
  const printed: string[] = []
  const body = file.statements.map((statement) => {
    const comment = (ts.getTrailingCommentRanges(example, statement.end) ?? [])[0]
    const code = statement.getText()
    if (!comment || !ts.isExpressionStatement(statement)) return code
    printed.push(example.slice(comment.pos + 2, comment.end).trim())
    return `found.push(${code.replace(/;$/, '')})`
  })
  const found: unknown[] = []
  const code = ts.transpile(`async function example() {\n${body.join('\n;')}\n}`, {
    target: ts.ScriptTarget.ES2022,
  })
  // The examples are this repository's own comments, run in its own tests.
  // oxlint-disable-next-line no-new-func
  const build = new Function('found', ...scope.keys(), `${code}\nreturn example()`)
  await build(found, ...scope.values())
  const differences = printed.flatMap((text, index) => difference(found[index], printedValue(text)) ?? [])
  return { differences, compared: printed.length }
}

const scope = new Map<string, unknown>()
for (const path of paths) {
  const module = (await import(`../${path}`)) as Record<string, unknown>
  for (const [name, value] of Object.entries(module)) scope.set(name, value)
}

describe('docstrings of the numerical library', () => {
  it('finds the functions', () => {
    expect(functions.length).toBeGreaterThan(10)
  })

  it('names one thing once', () => {
    const names = functions.map((documented) => documented.name)
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
  })

  it('names source and cost', () => {
    const silent = functions.filter(
      ({ name, comment }) => !/Cost:/.test(comment) || (!/Source:/.test(comment) && name !== 'insist'),
    )
    expect(silent.map(({ name, path }) => `${path} ${name}`)).toEqual([])
  })

  it.each(functions)('$name does what its example prints', async ({ comment }) => {
    const { differences, compared } = await run(exampleOf(comment), scope)
    expect(differences).toEqual([])
    expect(compared).toBeGreaterThan(0)
  })
})
