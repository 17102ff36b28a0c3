import type { z } from 'zod'
import { createApp } from '../../src/app/server.ts'
import { openSession, sessionCookie } from '../../src/platform/auth/session.ts'
import type { Ctx } from '../../src/platform/context.ts'
import { openTestWorld, type TestWorld } from './stores.ts'

export type Answer = { status: number; headers: Headers; body: unknown; text: string }
export type Send = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<Answer>

export type TestApp = TestWorld & {
  /** Sends without any credentials. */
  send: Send
  /** Sends as a person who is signed in, with what our own page sends along. */
  as(ctx: Ctx & { userId: string }): Promise<Send>
}

/** The real application on the real stores, without a port. Call it once at the top of a *.store.test.ts. */
export async function openTestApp(): Promise<TestApp> {
  const world = await openTestWorld()
  const app = createApp(world, world.pool, {
    publicUrl: 'http://localhost',
    trustProxy: 0,
    uploadMaxBytes: 50_000_000,
    metricsToken: undefined,
    webDir: undefined,
  })
  const sendWith =
    (always: Record<string, string>): Send =>
    async (method, path, body, headers = {}) => {
      const binary = body instanceof Uint8Array || typeof body === 'string'
      const response = await app.request(`http://localhost${path}`, {
        method,
        headers: {
          ...(body === undefined || binary ? {} : { 'content-type': 'application/json' }),
          ...always,
          ...headers,
        },
        ...(body === undefined ? {} : { body: binary ? (body as BodyInit) : JSON.stringify(body) }),
      })
      const text = await response.text()
      const isJson = /json/.test(response.headers.get('content-type') ?? '')
      return {
        status: response.status,
        headers: response.headers,
        body: isJson && text ? JSON.parse(text) : undefined,
        text,
      }
    }
  return {
    ...world,
    send: sendWith({}),
    async as(ctx) {
      const token = await openSession(world.pg, world.clock(), {
        userId: ctx.userId,
        workspaceId: ctx.workspace,
        ip: null,
        userAgent: null,
      })
      return sendWith({ cookie: `${sessionCookie}=${token}`, 'x-requested-with': 'mainstay' })
    },
  }
}

/** The answer's body, checked against the schema that the route promises. */
export const bodyOf = <S extends z.ZodType>(schema: S, answer: Answer): z.output<S> =>
  schema.parse(answer.body)
