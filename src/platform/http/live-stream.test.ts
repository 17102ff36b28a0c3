import { expect, it } from 'vitest'
import { createLiveStream, type LiveStream } from './live-stream.ts'

const read = async (stream: LiveStream): Promise<string> => {
  const reader = stream.body.getReader()
  const { value } = await reader.read()
  reader.releaseLock()
  return new TextDecoder().decode(value)
}
const said = (accounts: readonly string[] | null) => `data: ${JSON.stringify({ live: true, accounts })}\n\n`

it('says the first change at once, and what came meanwhile as one', async () => {
  const stream = createLiveStream(20, () => undefined)
  stream.say(true, new Set(['a']))
  stream.say(true, new Set(['b', 'c']))
  stream.say(true, new Set(['c', 'd']))
  expect(await read(stream)).toBe(said(['a']))
  expect(await read(stream)).toBe(said(['b', 'c', 'd']))
  stream.end()
})

it('says everything once to a reader who waits for it', async () => {
  const stream = createLiveStream(0, () => undefined)
  const reader = stream.body.getReader()
  const [first, second] = [reader.read(), reader.read()]
  stream.say(true, new Set(['a']))
  stream.say(true, new Set(['b']))
  const texts = (await Promise.all([first, second])).map(({ value }) => new TextDecoder().decode(value))
  expect(texts).toEqual([said(['a']), said(['b'])])
  stream.end()
})

it('holds names for a slow reader only up to many', async () => {
  const stream = createLiveStream(0, () => undefined)
  for (let account = 0; account < 10_000; account += 1) stream.say(true, new Set([String(account)]))
  expect(await read(stream)).toBe(said(['0']))
  expect(await read(stream)).toBe(said(null))
  stream.end()
})

it('drops a reader who takes nothing, once', () => {
  let dropped = 0
  const stream = createLiveStream(0, () => (dropped += 1))
  stream.beat()
  expect(dropped).toBe(0)
  stream.beat()
  stream.beat()
  expect(dropped).toBe(1)
})

it('is over when its reader leaves, and takes what is said afterwards calmly', async () => {
  let over = 0
  const stream = createLiveStream(0, () => (over += 1))
  await stream.body.cancel()
  stream.say(true, null)
  stream.beat()
  stream.end('signed_out')
  expect(over).toBe(1)
})

it('says why it ends', async () => {
  const stream = createLiveStream(0, () => undefined)
  stream.end('elsewhere')
  expect(await read(stream)).toBe('event: end\ndata: {"reason":"elsewhere"}\n\n')
})
