import { route, type Route } from '../platform/http/route.ts'
import * as actions from './actions.ts'
import { sampleState } from './reads.ts'
import { SampleInput, SampleState } from './schema.ts'

const tag = 'Sample company'

export const sampleRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/sample',
    summary: 'Whether the sample company is here, and how far loading or removing it is',
    tag,
    access: 'viewer',
    response: SampleState,
    handle: (ctx) => sampleState(ctx),
  }),
  route({
    method: 'post',
    path: '/sample',
    summary: 'Load the sample company, or go on loading it',
    tag,
    access: 'admin',
    body: SampleInput,
    response: SampleState,
    status: 202,
    async handle(ctx, { body }) {
      await actions.requestLoad(ctx, body)
      return sampleState(ctx)
    },
  }),
  route({
    method: 'delete',
    path: '/sample',
    summary: 'Take the sample company out again, and nothing else',
    tag,
    access: 'admin',
    response: SampleState,
    status: 202,
    async handle(ctx) {
      await actions.requestRemove(ctx, {})
      return sampleState(ctx)
    },
  }),
]
