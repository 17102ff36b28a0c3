import { z } from 'zod'
import { userIdOf } from '../../platform/context.ts'
import { invalid } from '../../platform/errors.ts'
import { route, type Route } from '../../platform/http/route.ts'
import * as actions from './actions.ts'
import * as reads from './reads.ts'
import { DecisionInput, Rule, RuleChange, TodayList } from './schema.ts'

const tag = 'Today'

export const todayRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/today',
    summary: 'What is worth doing now, ranked by what acting keeps per minute',
    tag,
    access: 'viewer',
    query: z.object({ whose: z.enum(['mine', 'team']).default('team') }),
    response: TodayList,
    async handle(ctx, { query }) {
      if (query.whose === 'team') return reads.today(ctx, null)
      const userId = userIdOf(ctx)
      if (!userId) throw invalid('An API key has no list of its own. Ask for whose=team.')
      return reads.today(ctx, userId)
    },
  }),
  route({
    method: 'post',
    path: '/today/decisions',
    summary: 'Say that an item is done, snoozed, reassigned or not useful',
    tag,
    access: 'csm',
    body: DecisionInput,
    response: z.object({ id: z.uuid() }),
    status: 201,
    handle: (ctx, { body }) => actions.decide(ctx, body),
  }),
  route({
    method: 'delete',
    path: '/today/decisions/{id}',
    summary: 'Undo a decision',
    tag,
    access: 'csm',
    params: z.object({ id: z.uuid() }),
    handle: (ctx, { params }) => actions.undoDecision(ctx, params),
  }),
  route({
    method: 'get',
    path: '/today/rules',
    summary: 'The rules that bring accounts to Today',
    tag,
    access: 'viewer',
    response: z.array(Rule),
    handle: (ctx) => reads.listRules(ctx),
  }),
  route({
    method: 'put',
    path: '/today/rules/{code}',
    summary: 'Change a rule; each change is a new version',
    tag,
    access: 'leader',
    params: z.object({ code: z.string().max(60) }),
    body: RuleChange,
    handle: (ctx, { params, body }) => actions.changeRule(ctx, { ...body, code: params.code }),
  }),
]
