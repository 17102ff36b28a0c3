import { Refusal } from './refusal.ts'
import { rewriteStatement } from './sql-scan.ts'

type Type = { name: string; args: Type[]; label?: string }

class Unfit extends Error {}

const unfit = (why: string): never => {
  throw new Unfit(why)
}

/**
 * Renders every `{name:Type}` of one statement as a literal of exactly that type.
 *
 * @param values parameter texts as a ClickHouse client sends them in `param_<name>`: tab-separated escapes outside,
 *   quoted strings inside arrays, tuples and maps
 * @throws Refusal 456 for a missing parameter, 457 for a value that does not fit its type, 50 for an unknown type,
 *   62 for more than one statement. A refusal never repeats the value.
 */
export function renderParameters(sql: string, values: ReadonlyMap<string, string>): string {
  return rewriteStatement(sql, (name, type) => {
    const value = values.get(name)
    if (value === undefined) throw new Refusal(456, `The parameter ${name} has no value.`)
    try {
      return literal(parseType(type), value)
    } catch (error) {
      if (error instanceof Unfit)
        throw new Refusal(457, `The parameter ${name} does not fit ${type.trim()}: ${error.message}.`)
      throw error
    }
  })
}

function literal(type: Type, text: string): string {
  if (type.name === 'Identifier') return identifier(unescape(text))
  const plain = isComposite(type) ? composite(type, text) : topLevelScalar(type, text)
  return type.name === 'String' ? plain : `CAST(${plain} AS ${typeName(type)})`
}

function isComposite(type: Type): boolean {
  if (type.name === 'Nullable' || type.name === 'LowCardinality') return isComposite(inner(type))
  return type.name === 'Array' || type.name === 'Tuple' || type.name === 'Map'
}

function topLevelScalar(type: Type, text: string): string {
  if (type.name === 'LowCardinality') return topLevelScalar(inner(type), text)
  if (type.name === 'Nullable') return text === '\\N' ? 'NULL' : topLevelScalar(inner(type), text)
  return quote(scalar(type, unescape(text)))
}

function composite(type: Type, text: string): string {
  const reader = new Reader(text)
  const plain = reader.value(type)
  reader.end()
  return plain
}

function identifier(text: string): string {
  if (text === '' || text.includes('\0')) unfit('an identifier is not empty and holds no NUL')
  return `\`${text.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\0', '\\0')}'`
}

const ESCAPES: Record<string, string> = {
  t: '\t',
  n: '\n',
  r: '\r',
  b: '\b',
  f: '\f',
  '0': '\0',
  "'": "'",
  '\\': '\\',
}

function unescape(text: string): string {
  return text.replace(/\\([^]?)/g, (_, escaped: string) => ESCAPES[escaped] ?? unfit('an unknown escape'))
}

/** Reads the text form of arrays, tuples and maps, guided by their type. */
class Reader {
  private readonly text: string
  private at = 0

  constructor(text: string) {
    this.text = text
  }

  value(type: Type): string {
    switch (type.name) {
      case 'LowCardinality':
        return this.value(inner(type))
      case 'Nullable':
        return this.take(/NULL(?![\w.])/y) ? 'NULL' : this.value(inner(type))
      case 'Array':
        return `[${this.list('[', ']', () => this.value(inner(type))).join(',')}]`
      case 'Tuple':
        return this.tuple(type)
      case 'Map':
        return `map(${this.list('{', '}', () => this.pair(type)).join(',')})`
      default:
        return quote(scalar(type, this.atom(type)))
    }
  }

  end(): void {
    if (this.at !== this.text.length) unfit('there is text after the value')
  }

  private tuple(type: Type): string {
    const rest = [...type.args]
    const parts = this.list('(', ')', () => this.value(rest.shift() ?? unfit('it has too many elements')))
    if (rest.length > 0) unfit('it has too few elements')
    return `tuple(${parts.join(',')})`
  }

  private pair(type: Type): string {
    const [key, value] = type.args
    if (!key || !value) return unfit('a map needs a key and a value type')
    const left = this.value(key)
    this.expect(':')
    return `${left},${this.value(value)}`
  }

  private list(open: string, close: string, item: () => string): string[] {
    const items: string[] = []
    this.expect(open)
    if (this.skip(close)) return items
    do items.push(item())
    while (this.skip(','))
    this.expect(close)
    return items
  }

  private atom(type: Type): string {
    const quoted = this.take(/'[^'\\]*(?:\\[^][^'\\]*)*'/y)
    if (quoted) return unescape(quoted.slice(1, -1))
    if (type.name === 'String') return unfit('a string inside it is not quoted')
    return this.take(/[\w.+-]+/y) ?? unfit('an element cannot be read')
  }

  private take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.text)?.[0]
    this.at += found?.length ?? 0
    return found
  }

  private skip(char: string): boolean {
    if (this.text[this.at] !== char) return false
    this.at += 1
    return true
  }

  private expect(char: string): void {
    if (!this.skip(char)) unfit(`a ${char} is missing`)
  }
}

function inner(type: Type): Type {
  const [only, second] = type.args
  if (!only || second) throw new Refusal(50, `The type ${type.name} takes one type.`)
  return only
}

const TYPE_TOKEN = /\s*([A-Za-z_]\w*|\d+|'[\w/+-]+'|[(),])\s*/y

/** Parses a type such as `Array(Nullable(DateTime64(3, 'UTC')))`. */
function parseType(text: string): Type {
  const tokens: string[] = []
  TYPE_TOKEN.lastIndex = 0
  while (TYPE_TOKEN.lastIndex < text.length) {
    const token = TYPE_TOKEN.exec(text)?.[1]
    if (token === undefined) throw new Refusal(50, 'A parameter type cannot be read.')
    tokens.push(token)
  }
  const type = readType(tokens)
  if (tokens.length > 0) throw new Refusal(50, 'A parameter type cannot be read.')
  return type
}

function readType(tokens: string[]): Type {
  let name = tokens.shift() ?? ''
  let label: string | undefined
  if (/^[A-Za-z_]/.test(tokens[0] ?? '')) {
    label = name
    name = tokens.shift() ?? ''
  }
  if (!/^['\w]/.test(name)) throw new Refusal(50, 'A parameter type cannot be read.')
  const args: Type[] = []
  let next = tokens[0]
  if (next === '(') {
    do {
      tokens.shift()
      args.push(readType(tokens))
      next = tokens[0]
    } while (next === ',')
    if (tokens.shift() !== ')') throw new Refusal(50, 'A parameter type cannot be read.')
  }
  return { name, args, label }
}

function typeName({ name, args, label }: Type): string {
  const body = args.length > 0 ? `${name}(${args.map(typeName).join(', ')})` : name
  return label === undefined ? body : `\`${label}\` ${body}`
}

/** Checks one scalar against its type and returns the text that the engine casts to exactly this value. */
function scalar(type: Type, text: string): string {
  const integer = /^(U?)Int(8|16|32|64|128|256)$/.exec(type.name)
  if (integer) return wholeNumber(text, integer[1] === 'U', Number(integer[2]))
  switch (type.name) {
    case 'String':
      return text
    case 'Bool':
      return truth(text)
    case 'Float32':
    case 'Float64':
      return float(text, type.name === 'Float32')
    case 'UUID':
      return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text) ? text : unfit('it is not a UUID')
    case 'Date':
      return day(text, '1970-01-01', '2149-06-06')
    case 'Date32':
      return day(text, '1900-01-01', '2299-12-31')
    case 'DateTime':
      return moment(text, 0, '1970-01-01', '2106-02-06')
    case 'DateTime64':
      return moment64(type, text)
  }
  if (/^Decimal(32|64|128|256)?$/.test(type.name)) return decimal(type, text)
  throw new Refusal(50, `Parameters of the type ${type.name} are not supported.`)
}

function wholeNumber(text: string, unsigned: boolean, bits: number): string {
  if (!/^-?\d{1,78}$/.test(text)) unfit('it is not a whole number')
  const value = BigInt(text)
  const low = unsigned ? 0n : -(1n << BigInt(bits - 1))
  const high = (1n << BigInt(unsigned ? bits : bits - 1)) - 1n
  if (value < low || value > high) unfit('it is out of range')
  return String(value)
}

function truth(text: string): string {
  if (/^(true|1)$/i.test(text)) return 'true'
  if (/^(false|0)$/i.test(text)) return 'false'
  return unfit('it is neither true nor false')
}

function float(text: string, single: boolean): string {
  if (/^(nan|[+-]?inf)$/i.test(text)) return text.toLowerCase().replace('+', '')
  if (!/^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text)) unfit('it is not a number')
  const value = Number(text)
  if (!Number.isFinite(single ? Math.fround(value) : value)) unfit('it is out of range')
  // The shortest text that reads back as the same double; the engine parses it exactly.
  return Object.is(value, -0) ? '-0' : String(value)
}

const DECIMAL_DIGITS: Record<string, number> = { 32: 9, 64: 18, 128: 38, 256: 76 }

function decimal(type: Type, text: string): string {
  const width = type.name.slice('Decimal'.length)
  const numbers = type.args.map(({ name }) => Number(name))
  const precision = width ? (DECIMAL_DIGITS[width] ?? 0) : (numbers[0] ?? 0)
  const scale = (width ? numbers[0] : numbers[1]) ?? 0
  const parts = /^(-?)0*(\d*)(?:\.(\d*?)0*)?$/.exec(text)
  if (!parts || !/\d/.test(text)) return unfit('it is not a decimal number')
  const [, sign = '', whole = '', fraction = ''] = parts
  if (fraction.length > scale) unfit(`it has more than ${scale} decimals`)
  if (whole.length > precision - scale) unfit('it is out of range')
  return `${sign}${whole || '0'}${fraction && `.${fraction}`}`
}

function day(text: string, first: string, last: string): string {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) unfit('it is not a day such as 2026-01-31')
  const date = new Date(`${text}T00:00:00Z`)
  if (Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== text)
    unfit('there is no such day in the calendar')
  if (text < first || text > last) unfit('it is out of range')
  return text
}

function moment64(type: Type, text: string): string {
  const precision = Number(type.args[0]?.name ?? 3)
  // Nanoseconds fit into 64 bits only until 2262.
  return moment(text, precision, '1900-01-01', precision > 8 ? '2262-04-10' : '2299-12-31')
}

function moment(text: string, precision: number, first: string, last: string): string {
  const parts = /^(?:(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})|(\d{10}))(?:\.(\d*?)0*)?$/.exec(text)
  if (!parts) return unfit('it is not a time such as 2026-01-31 09:30:00, nor Unix seconds of ten digits')
  const [, date, time, unix, fraction = ''] = parts
  if (fraction.length > precision) unfit(`it has more than ${precision} decimals`)
  const decimals = fraction && `.${fraction}`
  if (unix !== undefined) {
    day(new Date(Number(unix) * 1000).toISOString().slice(0, 10), first, last)
    return unix + decimals
  }
  if (!/^([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/.test(time ?? '')) unfit('there is no such time of day')
  return `${day(date ?? '', first, last)} ${time}${decimals}`
}
