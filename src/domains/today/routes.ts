import { z } from 'zod'
import { userIdOf, type Ctx } from '../../platform/context.ts'
import { invalid } from '../../platform/errors.ts'
import { route, type Route } from '../../platform/http/route.ts'
import * as decisions from './actions/decisions.ts'
import * as rules from './actions/rules.ts'
import * as trials from './actions/trials.ts'
import * as outcomeReads from './reads/outcomes.ts'
import * as ruleReads from './reads/rules.ts'
import * as reads from './reads/today.ts'
import * as trialReads from './reads/trials.ts'
import {
  DecisionInput,
  HeldCode,
  HeldList,
  ManyDecisionInput,
  ManyList,
  NewRule,
  Outcomes,
  RuleChange,
  RuleDefinition,
  RuleChoices,
  RuleWithFeedback,
  TodayList,
  TodaySettings,
  TodaySettingsShown,
  Trial,
  Whose,
} from './schema.ts'

const tag = 'Today'
const rulesTag = 'Rules of Today'
const ByCode = z.object({ code: z.string().max(60) })
const ById = z.object({ id: z.uuid() })

/** Whose list is asked for: a person's id, or null for the team. */
function personOf(ctx: Ctx, whose: z.output<typeof Whose>): string | null {
  if (whose === 'team') return null
  const userId = userIdOf(ctx)
  if (!userId) throw invalid('An API key has no list of its own. Ask for whose=team.')
  return userId
}

const listRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/today',
    summary: 'What is worth doing now, ranked by what acting keeps per minute',
    tag,
    access: 'viewer',
    query: z.object({ whose: Whose }),
    response: TodayList,
    handle: (ctx, { query }) => reads.today(ctx, personOf(ctx, query.whose)),
  }),
  route({
    method: 'get',
    path: '/today/held-back',
    summary: 'What was found and is held back: what, why, by whom and until when',
    tag,
    access: 'viewer',
    query: z.object({ whose: Whose, code: HeldCode.optional() }),
    response: HeldList,
    handle: (ctx, { query }) => reads.heldBack(ctx, personOf(ctx, query.whose), query.code),
  }),
  route({
    method: 'get',
    path: '/today/many/{code}',
    summary: 'The small customers of an item of many, those with most at stake first',
    tag,
    access: 'viewer',
    params: ByCode,
    query: z.object({ whose: Whose }),
    response: ManyList,
    handle: (ctx, { params, query }) => reads.manyOf(ctx, personOf(ctx, query.whose), params.code),
  }),
  route({
    method: 'post',
    path: '/today/many/{code}/decisions',
    summary: 'Decide about all small customers of an item of many, or about those that are named',
    tag,
    access: 'csm',
    params: ByCode,
    body: ManyDecisionInput,
    response: z.object({ id: z.uuid(), customers: z.int() }),
    status: 201,
    handle: (ctx, { params, body }) => decisions.decideMany(ctx, { ...body, ruleCode: params.code }),
  }),
  route({
    method: 'post',
    path: '/today/decisions',
    summary: 'Say that an item is done, snoozed, reassigned or not useful',
    tag,
    access: 'csm',
    body: DecisionInput,
    response: ById,
    status: 201,
    handle: (ctx, { body }) => decisions.decide(ctx, body),
  }),
  route({
    method: 'delete',
    path: '/today/decisions/{id}',
    summary: 'Undo a decision, or one on many with all of it',
    tag,
    access: 'csm',
    params: ById,
    handle: (ctx, { params }) => decisions.undoDecision(ctx, params),
  }),
  route({
    method: 'get',
    path: '/today/settings',
    summary: 'Below how much a year a customer is small',
    tag,
    access: 'viewer',
    response: TodaySettingsShown,
    handle: (ctx) => ruleReads.shownSettings(ctx),
  }),
  route({
    method: 'put',
    path: '/today/settings',
    summary: 'Say below how much a year a customer is small; null for the median customer',
    tag,
    access: 'leader',
    body: TodaySettings,
    handle: (ctx, { body }) => rules.changeSettings(ctx, body),
  }),
]

const ruleRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/today/rules',
    summary: 'The rules that bring accounts to Today, with what the team said of their items',
    tag: rulesTag,
    access: 'viewer',
    response: z.array(RuleWithFeedback),
    handle: (ctx) => ruleReads.rulesWithFeedback(ctx),
  }),
  route({
    method: 'get',
    path: '/today/rules/choices',
    summary: 'What rules can be made of here: readings with their parts, segments, stages and owners',
    tag: rulesTag,
    access: 'viewer',
    response: RuleChoices,
    handle: (ctx) => ruleReads.ruleChoices(ctx),
  }),
  route({
    method: 'post',
    path: '/today/rules',
    summary: 'Add a rule; off unless told, so that it can be tried on the past first',
    tag: rulesTag,
    access: 'leader',
    body: NewRule,
    response: z.object({ code: z.string() }),
    status: 201,
    handle: (ctx, { body }) => rules.addRule(ctx, body),
  }),
  route({
    method: 'put',
    path: '/today/rules/{code}',
    summary: 'Change a rule; each change is a new version, and one of a removed rule brings it back',
    tag: rulesTag,
    access: 'leader',
    params: ByCode,
    body: RuleChange,
    handle: (ctx, { params, body }) => rules.changeRule(ctx, { ...body, code: params.code }),
  }),
  route({
    method: 'delete',
    path: '/today/rules/{code}',
    summary: 'Remove a rule of your own',
    tag: rulesTag,
    access: 'leader',
    params: ByCode,
    handle: (ctx, { params }) => rules.removeRule(ctx, params),
  }),
  route({
    method: 'post',
    path: '/today/trials',
    summary: 'Try a rule on the past before it is switched on',
    tag: rulesTag,
    access: 'leader',
    body: z.object({ definition: RuleDefinition }),
    response: ById,
    status: 201,
    handle: (ctx, { body }) => trials.startTrial(ctx, body),
  }),
  route({
    method: 'get',
    path: '/today/trials/{id}',
    summary: 'How far a trial is, and what it found',
    tag: rulesTag,
    access: 'viewer',
    params: ById,
    response: Trial,
    handle: (ctx, { params }) => trialReads.getTrial(ctx, params.id),
  }),
  route({
    method: 'get',
    path: '/today/outcomes',
    summary: 'What acting achieved: cases kept with it and without it, 30, 60 and 90 days after',
    tag: rulesTag,
    access: 'viewer',
    response: Outcomes,
    handle: (ctx) => outcomeReads.outcomes(ctx),
  }),
]

export const todayRoutes: readonly Route[] = [...listRoutes, ...ruleRoutes]
