import { z } from 'zod'
import type { RateLimit } from '../../platform/auth/rate-limit.ts'
import { closeSession, sessionCookie, sessionDays } from '../../platform/auth/session.ts'
import { notFound } from '../../platform/errors.ts'
import { publicRoute, route, type Http, type Route } from '../../platform/http/route.ts'
import * as actions from './actions.ts'
import * as reads from './reads.ts'
import {
  AcceptInput,
  ApiKey,
  ApiKeyInput,
  AuditPage,
  Invitation,
  InvitationInput,
  InvitationLink,
  InvitationPreview,
  Member,
  NewApiKey,
  NewWorkspace,
  PasswordChange,
  Role,
  Session,
  SetupInput,
  SetupState,
  SignInInput,
  Workspace,
  WorkspaceChange,
} from './schema.ts'

const tag = 'Team'
const id = z.object({ id: z.uuid() })

const clientOf = (http: Http) => ({ ip: http.ip, userAgent: http.request.headers.get('user-agent') })

/** Sign-in, members, invitations, API keys and the audit log. */
export function teamRoutes(limits: { address: RateLimit; account: RateLimit }): Route[] {
  return [
    publicRoute({
      method: 'get',
      path: '/setup',
      summary: 'Whether an owner must still be created',
      tag,
      response: SetupState,
      handle: async (services) => ({ needed: await reads.setupNeeded(services) }),
    }),
    publicRoute({
      method: 'post',
      path: '/setup',
      summary: 'Create the owner with the one-time token',
      tag,
      body: SetupInput,
      async handle(services, { body }, http) {
        await limits.address.spend(http.ip)
        http.setCookie(sessionCookie, await actions.createOwner(services, body, clientOf(http)), sessionDays)
      },
    }),
    publicRoute({
      method: 'post',
      path: '/session',
      summary: 'Sign in',
      tag,
      body: SignInInput,
      async handle(services, { body }, http) {
        await limits.address.spend(http.ip)
        await limits.account.spend(body.email)
        const token = await actions.signIn(services, body, clientOf(http))
        await limits.account.forgive(body.email)
        http.setCookie(sessionCookie, token, sessionDays)
      },
    }),
    publicRoute({
      method: 'delete',
      path: '/session',
      summary: 'Sign out',
      tag,
      async handle(services, _input, http) {
        const token = http.cookie(sessionCookie)
        if (token) await closeSession(services.pg, token)
        http.clearCookie(sessionCookie)
      },
    }),
    route({
      method: 'get',
      path: '/session',
      summary: 'Who is signed in, where',
      tag,
      access: 'viewer',
      response: Session,
      handle: (ctx) => reads.currentSession(ctx),
    }),
    route({
      method: 'put',
      path: '/session/workspace',
      summary: 'Switch to another of your workspaces',
      tag,
      access: 'viewer',
      body: z.object({ workspaceId: z.uuid() }),
      handle: (ctx, { body }, http) =>
        actions.switchWorkspace(ctx, { ...body, token: http.cookie(sessionCookie) ?? '' }),
    }),
    route({
      method: 'put',
      path: '/session/password',
      summary: 'Change your password',
      tag,
      access: 'viewer',
      body: PasswordChange,
      async handle(ctx, { body }, http) {
        await limits.account.spend(ctx.actor.kind === 'user' ? ctx.actor.id : 'key')
        await actions.changePassword(ctx, { ...body, token: http.cookie(sessionCookie) ?? '' })
      },
    }),
    route({
      method: 'get',
      path: '/workspace',
      summary: 'The workspace and its settings',
      tag,
      access: 'viewer',
      response: Workspace,
      handle: (ctx) => reads.workspaceOf(ctx),
    }),
    route({
      method: 'patch',
      path: '/workspace',
      summary: 'Change settings of the workspace',
      tag,
      access: 'admin',
      body: WorkspaceChange,
      handle: (ctx, { body }) => actions.updateWorkspace(ctx, body),
    }),
    route({
      method: 'post',
      path: '/workspaces',
      summary: 'Create another workspace',
      tag,
      access: 'owner',
      body: NewWorkspace,
      response: z.object({ id: z.uuid() }),
      status: 201,
      handle: (ctx, { body }) => actions.createWorkspace(ctx, body),
    }),
    route({
      method: 'get',
      path: '/members',
      summary: 'Who is in the team',
      tag,
      access: 'viewer',
      response: z.array(Member),
      handle: (ctx) => reads.listMembers(ctx),
    }),
    route({
      method: 'patch',
      path: '/members/{id}',
      summary: 'Change the role of a member',
      tag,
      access: 'admin',
      params: id,
      body: z.object({ role: Role }),
      handle: (ctx, { params, body }) => actions.changeMember(ctx, { userId: params.id, role: body.role }),
    }),
    route({
      method: 'delete',
      path: '/members/{id}',
      summary: 'Take a member out of the team',
      tag,
      access: 'viewer',
      params: id,
      handle: (ctx, { params }) => actions.changeMember(ctx, { userId: params.id, role: null }),
    }),
    route({
      method: 'get',
      path: '/invitations',
      summary: 'Invitations, newest first',
      tag,
      access: 'admin',
      response: z.array(Invitation),
      handle: (ctx) => reads.listInvitations(ctx),
    }),
    route({
      method: 'post',
      path: '/invitations',
      summary: 'Invite somebody; the link is shown once',
      tag,
      access: 'admin',
      body: InvitationInput,
      response: InvitationLink,
      status: 201,
      async handle(ctx, { body }, http) {
        const { token, ...invitation } = await actions.invite(ctx, body)
        return { ...invitation, url: `${http.origin}/invitation#${token}` }
      },
    }),
    route({
      method: 'delete',
      path: '/invitations/{id}',
      summary: 'Revoke an invitation',
      tag,
      access: 'admin',
      params: id,
      handle: (ctx, { params }) => actions.revokeInvitation(ctx, params),
    }),
    publicRoute({
      method: 'post',
      path: '/invitation/preview',
      summary: 'What an invitation is about',
      tag,
      body: z.object({ token: z.string().min(1) }),
      response: InvitationPreview,
      async handle(services, { body }, http) {
        await limits.address.spend(http.ip)
        const preview = await reads.previewInvitation(services, body.token)
        if (!preview) throw notFound('invitation')
        return preview
      },
    }),
    publicRoute({
      method: 'post',
      path: '/invitation/accept',
      summary: 'Accept an invitation',
      tag,
      body: AcceptInput,
      async handle(services, { body }, http) {
        await limits.address.spend(http.ip)
        http.setCookie(
          sessionCookie,
          await actions.acceptInvitation(services, body, clientOf(http)),
          sessionDays,
        )
      },
    }),
    route({
      method: 'get',
      path: '/api-keys',
      summary: 'API keys',
      tag,
      access: 'admin',
      response: z.array(ApiKey),
      handle: (ctx) => reads.listApiKeys(ctx),
    }),
    route({
      method: 'post',
      path: '/api-keys',
      summary: 'Create an API key; it is shown once',
      tag,
      access: 'admin',
      body: ApiKeyInput,
      response: NewApiKey,
      status: 201,
      handle: (ctx, { body }) => actions.createApiKey(ctx, body),
    }),
    route({
      method: 'delete',
      path: '/api-keys/{id}',
      summary: 'Revoke an API key',
      tag,
      access: 'admin',
      params: id,
      handle: (ctx, { params }) => actions.revokeApiKey(ctx, params),
    }),
    route({
      method: 'get',
      path: '/audit',
      summary: 'Who did what, newest first',
      tag,
      access: 'admin',
      query: z.object({
        before: z.coerce.number().int().optional(),
        limit: z.coerce.number().int().min(1).max(500).default(100),
        subjectId: z.uuid().optional(),
      }),
      response: AuditPage,
      handle: (ctx, { query }) => reads.listAudit(ctx, query),
    }),
  ]
}
