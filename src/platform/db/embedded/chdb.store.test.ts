import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import {
  ClickHouseLogLevel,
  createClient,
  TupleParam,
  type ClickHouseClient,
  type ClickHouseError,
} from '@clickhouse/client'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { eventually, quiet, testFolder, type TestFolder } from '../../../../test/engines/folder.ts'
import { startClickHouse, type EmbeddedClickHouse } from './chdb.ts'

const HEAVY = 'select count() from numbers(100000000000) where cityHash64(number) = 1'
const OFF = { log: { level: ClickHouseLogLevel.OFF } }

let folder: TestFolder
let engine: EmbeddedClickHouse
let client: ClickHouseClient

const connect = (more: object = {}) => {
  const { url, username, password } = engine
  return createClient({ url, username, password, ...OFF, ...more })
}

beforeAll(async () => {
  folder = await testFolder()
  engine = await startClickHouse({ dataDir: folder.dir, log: quiet })
  client = connect()
})

afterAll(async () => {
  await client?.close()
  await engine?.stop()
  await folder?.remove()
})

beforeEach(async () => {
  await client.command({ query: 'drop table if exists kept sync' })
  await client.command({
    query:
      'create table kept (n UInt64, s String) engine = MergeTree order by n settings fsync_after_insert = 1',
  })
})

async function rows<T = Record<string, unknown>>(query: string, more: object = {}): Promise<T[]> {
  return (await client.query({ query, format: 'JSONEachRow', ...more })).json<T>()
}

const failure = (work: Promise<unknown>): Promise<ClickHouseError> =>
  work.then(
    () => {
      throw new Error('it should have failed')
    },
    (error: ClickHouseError) => error,
  )

const running = () =>
  rows(
    "select query from system.processes where query like '%cityHash64(number) = 1%' and query not like '%system.processes%'",
  )

test('the client can ping, with and without credentials; a wrong secret is refused', async () => {
  expect(await client.ping()).toEqual({ success: true })
  expect(await client.ping({ select: true })).toEqual({ success: true })
  const stranger = connect({ password: `${engine.password}x` })
  expect((await stranger.ping({ select: true })).success).toBe(false)
  expect(await failure(stranger.command({ query: 'select 1' }))).toMatchObject({
    code: '516',
    type: 'AUTHENTICATION_FAILED',
  })
  await stranger.close()
})

test('every supported type arrives as the value that was sent', async () => {
  const [row] = await rows(
    `select {s:String} s, {u:UUID} u, {i:Int64} = toInt64('-9223372036854775808') i,
      {b:UInt64} = toUInt64('18446744073709551615') b, {f:Float64} f, {d:Decimal(18, 4)} d, {t:Bool} t, {day:Date} day,
      {at:DateTime} at, {ms:DateTime64(3)} ms, {a:Array(String)} a, {n:Nullable(String)} n, {tu:Tuple(String, UInt8)} tu,
      {m:Map(String, Int32)} m, {lc:LowCardinality(String)} lc, {an:Array(Nullable(Int64))} an, {e:Array(UUID)} e`,
    {
      query_params: {
        s: 'a',
        u: '61f0c404-5cb3-11e7-907b-a6006ad3dba0',
        i: '-9223372036854775808',
        b: 18446744073709551615n,
        f: 0.1,
        d: '12.3400',
        t: true,
        day: '2024-02-29',
        at: new Date('2024-02-29T12:00:00Z'),
        ms: new Date('2024-02-29T12:00:00.123Z'),
        a: ["it's", '{s:String}', '\\', '\n'],
        n: null,
        tu: new TupleParam(['x', 1]),
        m: { a: -1 },
        lc: 'low',
        an: [1, null],
        e: [],
      },
    },
  )
  expect(row).toEqual({
    s: 'a',
    u: '61f0c404-5cb3-11e7-907b-a6006ad3dba0',
    i: 1,
    b: 1,
    f: 0.1,
    d: 12.34,
    t: true,
    day: '2024-02-29',
    at: '2024-02-29 12:00:00',
    ms: '2024-02-29 12:00:00.123',
    a: ["it's", '{s:String}', '\\', '\n'],
    n: null,
    tu: ['x', 1],
    m: { a: -1 },
    lc: 'low',
    an: [1, null],
    e: [],
  })
})

const piece = fc.constantFrom(
  "'",
  '\\',
  '"',
  '`',
  '\0',
  ';',
  '--',
  '/*',
  '*/',
  '{y:String}',
  '\t',
  '\n',
  '\r',
  ' ',
)
const hostile = fc
  .array(fc.oneof(piece, fc.string({ unit: 'grapheme', maxLength: 4 })), { maxLength: 12 })
  .map((parts) => parts.join(''))

test('a hostile string comes back exactly, alone and nested, and changes nothing else in the statement', async () => {
  await fc.assert(
    fc.asyncProperty(hostile, fc.array(hostile, { maxLength: 4 }), async (x, list) => {
      const found = await rows(
        `select {x:String} as x, {list:Array(String)} as list, {m:Map(String, Nullable(String))} as m,
          {t:Tuple(String, String)} as t, 'end' as sentinel`,
        { query_params: { x, list, m: new Map([[x, x]]), t: new TupleParam([x, 'y']), y: 'never' } },
      )
      expect(found).toEqual([{ x, list, m: { [x]: x }, t: [x, 'y'], sentinel: 'end' }])
    }),
    { numRuns: 150 },
  )
})

test('the syntax tree is the same whatever the value', async () => {
  const tree = async (x: string) => {
    const result = await client.query({
      query: 'explain ast select {x:String}, {a:Array(String)} from {i:Identifier}',
      query_params: { x, a: [x, x], i: x || 'i' },
      format: 'TabSeparated',
    })
    return (await result.text()).split('\n').map((line) => /^\s*\w*/.exec(line)?.[0])
  }
  const plain = await tree('plain')
  await fc.assert(
    fc.asyncProperty(hostile, async (x) => {
      expect(await tree(x.replaceAll('\0', '').replaceAll('\n', ' '))).toEqual(plain)
    }),
    { numRuns: 60 },
  )
})

test('numbers come back exactly', async () => {
  const numbers = fc.record({
    f: fc.double({ noNaN: true, noDefaultInfinity: true }),
    i: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    u: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  })
  await fc.assert(
    fc.asyncProperty(numbers, async ({ f, i, u }) => {
      const [row] = await rows(
        'select {f:Float64} as f, toString({i:Int64}) as i, toString({u:UInt64}) as u',
        {
          query_params: { f, i, u },
        },
      )
      // The client itself sends -0 as 0.
      expect(row?.f).toBe(f + 0)
      expect(row).toMatchObject({ i: String(i), u: String(u) })
    }),
    { numRuns: 100 },
  )
})

test('parameters that do not fit are refused with ClickHouse codes, long lists are not', async () => {
  const query = (query_params: object) => failure(rows('select {n:UInt8}', { query_params }))
  expect(await query({ n: 256 })).toMatchObject({ code: '457', type: 'BAD_QUERY_PARAMETER' })
  expect(await query({})).toMatchObject({ code: '456', type: 'UNKNOWN_QUERY_PARAMETER' })
  const ids = Array.from({ length: 20_000 }, (_, i) => `account-${i}`)
  const counted = { query_params: { ids } }
  expect(await rows('select length({ids:Array(String)}) as n', counted)).toEqual([{ n: 20_000 }])
  expect(
    await rows('select length({ids:Array(String)}) as n', { ...counted, use_multipart_params: true }),
  ).toEqual([{ n: 20_000 }])
})

test('rows go in by array, stream and gzip, and come out by stream', async () => {
  const zipped = connect({ compression: { request: true } })
  const summary = await client.insert({
    table: 'kept',
    values: [{ n: 1, s: "a'; drop" }],
    format: 'JSONEachRow',
  })
  expect(summary.summary).toMatchObject({ written_rows: '1' })
  await zipped.insert({ table: 'kept', values: [[2, 'b']], format: 'JSONCompactEachRow' })
  await zipped.insert({
    table: 'kept',
    values: Readable.from(Array.from({ length: 5_000 }, (_, i) => ({ n: i + 3, s: 'é\0\n' }))),
    format: 'JSONEachRow',
  })
  await client.insert({ table: 'kept', values: Readable.from([]), format: 'JSONEachRow' })
  await zipped.close()
  let seen = 0
  const result = await client.query({ query: 'select * from kept order by n', format: 'JSONEachRow' })
  for await (const batch of result.stream()) seen += batch.length
  expect(seen).toBe(5_002)
  expect(await rows('select s from kept where n in (1, 3) order by n')).toEqual([
    { s: "a'; drop" },
    { s: 'é\0\n' },
  ])
})

test('exec returns a stream, and takes rows', async () => {
  const { stream } = await client.exec({ query: 'select 1 as one format CSVWithNames' })
  expect(await text(stream)).toBe('"one"\n1\n')
  const inserted = await client.exec({
    query: 'insert into kept format CSV',
    values: Readable.from(['7,"seven"\n'], { objectMode: false }),
  })
  await text(inserted.stream)
  expect(await rows('select * from kept')).toEqual([{ n: 7, s: 'seven' }])
})

test('a second statement never runs, in the query or behind the rows', async () => {
  const drop = 'drop table kept'
  expect(await failure(client.command({ query: `select 1; ${drop}` }))).toMatchObject({ code: '62' })
  const smuggle = (query: string, rows: string) =>
    failure(
      client
        .exec({ query, values: Readable.from([rows], { objectMode: false }) })
        .then(({ stream }) => text(stream)),
    )
  await smuggle('insert into kept format JSONEachRow', `{"n":1};\n${drop}`)
  await smuggle('insert into kept format CSV', `1,a\n;${drop}`)
  expect(await smuggle('insert into kept format Values', `(1,'a'); ${drop}`)).toMatchObject({ code: '73' })
  expect(await smuggle('insert into kept values', `(1,'a'); ${drop}`)).toMatchObject({ code: '62' })
  expect(await smuggle('insert into kept select 1, ', `'a'; ${drop}`)).toMatchObject({ code: '62' })
  expect(
    await rows('select count() as n from system.tables where name = {t:String}', {
      query_params: { t: 'kept' },
    }),
  ).toEqual([{ n: 1 }])
})

test('errors carry the engine code and type', async () => {
  expect(await failure(rows('select nope'))).toMatchObject({ code: '47', type: 'UNKNOWN_IDENTIFIER' })
  expect(await failure(rows('select from where'))).toMatchObject({ code: '62', type: 'SYNTAX_ERROR' })
  expect(await failure(rows('select * from missing'))).toMatchObject({ code: '60', type: 'UNKNOWN_TABLE' })
  const bad = client.insert({ table: 'kept', values: [['x', 'y']], format: 'JSONCompactEachRow' })
  expect(Number((await failure(bad)).code)).toBeGreaterThan(0)
  const large = rows('select number from numbers(1000000)', {
    clickhouse_settings: { max_result_bytes: '1000' },
  })
  expect(await failure(large)).toMatchObject({ code: '396' })
})

test('settings, databases and SET end with their query', async () => {
  const setting = "select getSetting('max_threads') as n, currentDatabase() as d"
  const [usual] = await rows(setting)
  expect(await rows(setting, { clickhouse_settings: { max_threads: 7 } })).toMatchObject([{ n: 7 }])
  await client.command({ query: 'set max_threads = 6' })
  await failure(rows('select nope', { clickhouse_settings: { max_threads: 5 } }))
  await failure(rows('select 1', { clickhouse_settings: { no_such_setting: 1 } }))
  const elsewhere = connect({ database: 'system' })
  expect(await (await elsewhere.query({ query: setting, format: 'JSONEachRow' })).json()).toMatchObject([
    { d: 'system' },
  ])
  await elsewhere.close()
  expect(await Promise.all(Array.from({ length: 12 }, () => rows(setting)))).toEqual(Array(12).fill([usual]))
})

test('every query has a time and a memory limit unless it sets its own', async () => {
  const limits = "select getSetting('max_execution_time') as t, getSetting('max_memory_usage') > 0 as m"
  expect(await rows(limits)).toEqual([{ t: 120, m: 1 }])
  expect(await rows(`${limits} settings max_execution_time = 5`)).toEqual([{ t: 5, m: 1 }])
  const hungry = 'select length(groupArray(toString(number))) from numbers(10000000)'
  expect(
    await failure(rows(hungry, { clickhouse_settings: { max_memory_usage: '50000000' } })),
  ).toMatchObject({ code: '241', type: 'MEMORY_LIMIT_EXCEEDED' })
})

test('a small query does not wait for heavy ones, and aborting cancels them in the engine', async () => {
  const abort = new AbortController()
  let over = 0
  const heavy = [1, 2, 3].map(() =>
    failure(rows(HEAVY, { abort_signal: abort.signal })).finally(() => {
      over += 1
    }),
  )
  await eventually(async () => expect(await running()).toHaveLength(3))
  expect(await rows('select 1 as one')).toEqual([{ one: 1 }])
  expect(over).toBe(0)
  abort.abort()
  await Promise.all(heavy)
  await eventually(async () => expect(await running()).toHaveLength(0))
})

test('more queries than sessions wait in order; one that is aborted while it waits never runs', async () => {
  const abort = new AbortController()
  const heavy = [1, 2, 3, 4].map(() => failure(rows(HEAVY, { abort_signal: abort.signal })))
  const late = new AbortController()
  const waiting = failure(client.command({ query: 'drop table kept sync', abort_signal: late.signal }))
  setTimeout(() => late.abort(), 200)
  await waiting
  abort.abort()
  await Promise.all(heavy)
  await Promise.all(Array.from({ length: 30 }, (_, i) => rows(`select ${i} as n`)))
  expect(await rows('select count() as n from kept')).toEqual([{ n: 0 }])
})

test('after kill -9 of the engine new requests wait for it, and acknowledged rows are there', async () => {
  await client.insert({ table: 'kept', values: [[1, 'a']], format: 'JSONCompactEachRow' })
  const before = engine.pid()
  process.kill(before, 'SIGKILL')
  await eventually(async () => expect(await rows('select * from kept')).toEqual([{ n: 1, s: 'a' }]))
  expect(engine.pid()).not.toBe(before)
})

test('Ctrl-C and termination of everything leave the engine to its owner', async () => {
  const before = engine.pid()
  process.kill(before, 'SIGINT')
  process.kill(before, 'SIGTERM')
  expect(await rows('select 1 as one')).toEqual([{ one: 1 }])
  expect(engine.pid()).toBe(before)
})

test('stop waits for what runs, and the rows are there at the next start', async () => {
  await client.insert({ table: 'kept', values: [[9, 'z']], format: 'JSONCompactEachRow' })
  const slow = rows('select sleep(1) as s')
  await eventually(async () =>
    expect(await rows("select 1 from system.processes where query like 'select sleep%'")).toHaveLength(1),
  )
  await engine.stop()
  expect(await slow).toEqual([{ s: 0 }])
  await client.close()
  engine = await startClickHouse({ dataDir: folder.dir, log: quiet })
  client = connect()
  expect(await rows('select * from kept')).toEqual([{ n: 9, s: 'z' }])
})
