import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { body, createApi, onSignedOut } from './client.ts'
import { ProblemError } from './problem.ts'

let close = () => {}
afterEach(() => close())

async function serve(listener: RequestListener) {
  const server = createServer(listener)
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  close = () => server.close()
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return () => body(createApi({ baseUrl }).GET('/api/v1/session'))
}

test('every request says that it comes from this client, and the body comes back', async () => {
  const read = await serve((request, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ from: request.headers['x-requested-with'] }))
  })
  expect(await read()).toEqual({ from: 'mainstay' })
})

test('a problem arrives with its code and the errors of its fields', async () => {
  const read = await serve((_, response) => {
    response.writeHead(422, { 'content-type': 'application/problem+json' })
    const errors = [{ path: 'due', message: 'That day does not exist. Try 28 Feb.' }, 'noise']
    response.end(
      JSON.stringify({ title: 'Invalid', status: 422, detail: 'Check the day.', code: 'invalid', errors }),
    )
  })
  const problem = await read().catch((error: unknown) => error)
  expect(problem).toBeInstanceOf(ProblemError)
  expect(problem).toMatchObject({ status: 422, code: 'invalid', message: 'Check the day.' })
  expect((problem as ProblemError).fieldError('due')).toBe('That day does not exist. Try 28 Feb.')
})

test('401 leads to sign-in, and a body that is no problem still becomes one', async () => {
  let asked = 0
  onSignedOut(() => asked++)
  const read = await serve((_, response) => response.writeHead(401).end('<html>'))
  await expect(read()).rejects.toMatchObject({ status: 401, code: 'unknown' })
  expect(asked).toBe(1)
})

test('no answer at all is told in plain words, and a call that was called off stays what it is', async () => {
  const read = await serve((request) => request.socket.destroy())
  await expect(read()).rejects.toThrow('Mainstay does not answer. Is it running?')
  close()
  await expect(read()).rejects.toThrow('Mainstay does not answer. Is it running?')
  const off = body(
    createApi({ baseUrl: 'http://127.0.0.1:9' }).GET('/api/v1/session', { signal: AbortSignal.abort() }),
  )
  await expect(off).rejects.toMatchObject({ name: 'AbortError' })
})
