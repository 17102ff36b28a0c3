import type { z } from 'zod'
import type { Role } from '../auth/roles.ts'
import type { Ctx, Services } from '../context.ts'

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'

/** What a handler may need of HTTP itself. */
export type Http = Readonly<{
  request: Request
  /** Address of the client, behind as many proxies as the configuration trusts. */
  ip: string
  /** Address of this server as the user sees it, without a final slash. */
  origin: string
  cookie(name: string): string | undefined
  setCookie(name: string, value: string, days: number): void
  clearCookie(name: string): void
}>

type Schemas<P, Q, B> = Readonly<{ params?: P; query?: Q; body?: B }>
type Out<S> = S extends z.ZodType ? z.output<S> : undefined
export type Input<P, Q, B> = Readonly<{ params: Out<P>; query: Out<Q>; body: Out<B> }>
export type AnyInput = Readonly<{ params: unknown; query: unknown; body: unknown }>

type Common<P, Q, B, R> = Schemas<P, Q, B> &
  Readonly<{
    method: Method
    /** Below /api/v1, with {name} for a parameter. */
    path: string
    summary: string
    tag: string
    /** JSON schema of the answer; absent means 204, and 'raw' that the handler returns a Response. */
    response?: R | 'raw'
    /** Media type of a raw answer. */
    produces?: string
    /** 201 for what creates; 200 otherwise. */
    status?: 200 | 201 | 202
    /** The body is a stream that the handler reads itself. */
    upload?: boolean
    /** It only reads, though its question comes as a body: keys need the scope `read`, as for GET. */
    reads?: boolean
  }>

type Answer<R> = R extends z.ZodType ? z.input<R> : Response | void

export type Route = Common<z.ZodType, z.ZodType, z.ZodType, z.ZodType> &
  (
    | Readonly<{
        access: 'public'
        handle(services: Services, input: AnyInput, http: Http): Promise<unknown>
      }>
    | Readonly<{ access: Role; handle(ctx: Ctx, input: AnyInput, http: Http): Promise<unknown> }>
  )

type Optional = z.ZodType | undefined

/** A route for members of a workspace who have at least the role `access`. Writes check again in their action. */
export function route<
  P extends Optional = undefined,
  Q extends Optional = undefined,
  B extends Optional = undefined,
  R extends z.ZodType | undefined = undefined,
>(
  definition: Common<P, Q, B, R> &
    Readonly<{ access: Role; handle(ctx: Ctx, input: Input<P, Q, B>, http: Http): Promise<Answer<R>> }>,
): Route {
  return definition as unknown as Route
}

/** A route that anybody may call: sign-in, first run, invitations. */
export function publicRoute<
  P extends Optional = undefined,
  Q extends Optional = undefined,
  B extends Optional = undefined,
  R extends z.ZodType | undefined = undefined,
>(
  definition: Common<P, Q, B, R> &
    Readonly<{ handle(services: Services, input: Input<P, Q, B>, http: Http): Promise<Answer<R>> }>,
): Route {
  return { ...definition, access: 'public' } as unknown as Route
}
