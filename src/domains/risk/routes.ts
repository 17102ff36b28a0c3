import { z } from 'zod'
import { route, type Route } from '../../platform/http/route.ts'
import { accountRisk, riskModel } from './reads.ts'
import { AccountRisk, RiskModel } from './schema.ts'

const tag = 'Risk'

export const riskRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/accounts/{id}/risk',
    summary: 'Probability of not renewing, what it is made of, and the yearly revenue at stake',
    tag,
    access: 'viewer',
    params: z.object({ id: z.uuid() }),
    response: AccountRisk,
    handle: (ctx, { params }) => accountRisk(ctx, params.id),
  }),
  route({
    method: 'get',
    path: '/risk/model',
    summary: 'What the risk rests on: the prior, its numbers and the ladder to a fitted model',
    tag,
    access: 'viewer',
    response: RiskModel,
    handle: (ctx) => riskModel(ctx),
  }),
]
