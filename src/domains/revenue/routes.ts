import { z } from 'zod'
import { route, type Route } from '../../platform/http/route.ts'
import { UponVersion, Versioned } from '../accounts/schema.ts'
import * as actions from './actions.ts'
import { getAccountRevenue } from './reads/account.ts'
import { churnReasons } from './reads/churn.ts'
import { churnDisagreements } from './reads/disagreements.ts'
import { exchangeRates } from './reads/exchange-rates.ts'
import { revenueByMonth } from './reads/months.ts'
import { retention } from './reads/retention.ts'
import { today } from './reads/today.ts'
import { revenueTotals } from './reads/totals.ts'
import {
  AccountRevenue,
  ChurnDisagreements,
  ChurnReason,
  ExchangeRate,
  NewChurnEvent,
  NewSubscription,
  Retention,
  RevenueMonth,
  RevenueTotals,
  SubscriptionChange,
  SubscriptionEnd,
} from './schema.ts'

const tag = 'Revenue'
const id = z.object({ id: z.uuid() })
const Day = z.iso.date()
const Month = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'Use YYYY-MM.')
const days = z.object({ from: Day, to: Day })
const onDay = z.object({ day: Day.optional() })

export const revenueRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/accounts/{id}/revenue',
    summary: 'Recurring revenue, renewal and churn of an account, with what they rest on',
    tag,
    access: 'viewer',
    params: id,
    query: onDay,
    response: AccountRevenue,
    handle: (ctx, { params, query }) => getAccountRevenue(ctx, params.id, query.day),
  }),
  route({
    method: 'post',
    path: '/accounts/{id}/subscriptions',
    summary: 'Add a subscription',
    tag,
    access: 'csm',
    params: id,
    body: NewSubscription,
    response: id,
    status: 201,
    handle: (ctx, { params, body }) => actions.addSubscription(ctx, { ...body, accountId: params.id }),
  }),
  route({
    method: 'patch',
    path: '/subscriptions/{id}',
    summary: 'Change a subscription; with the version that was read, only if nobody changed it since',
    tag,
    access: 'csm',
    params: id,
    body: SubscriptionChange.extend(UponVersion.shape),
    response: Versioned,
    handle: (ctx, { params, body }) => actions.changeSubscription(ctx, { ...body, id: params.id }),
  }),
  route({
    method: 'post',
    path: '/subscriptions/{id}/end',
    summary: 'End a subscription on a day',
    tag,
    access: 'csm',
    params: id,
    body: SubscriptionEnd,
    response: Versioned,
    handle: (ctx, { params, body }) => actions.endSubscription(ctx, { ...body, id: params.id }),
  }),
  route({
    method: 'post',
    path: '/accounts/{id}/churn',
    summary: 'Record that a customer left, and why',
    tag,
    access: 'csm',
    params: id,
    body: NewChurnEvent,
    response: id,
    status: 201,
    handle: (ctx, { params, body }) => actions.recordChurn(ctx, { ...body, accountId: params.id }),
  }),
  route({
    method: 'delete',
    path: '/churn-events/{id}',
    summary: 'Take back a churn event that was recorded by mistake',
    tag,
    access: 'csm',
    params: id,
    handle: (ctx, { params }) => actions.takeBackChurn(ctx, params),
  }),
  route({
    method: 'get',
    path: '/revenue/totals',
    summary: 'Recurring revenue of the workspace on a day',
    tag,
    access: 'viewer',
    query: onDay,
    response: RevenueTotals,
    handle: async (ctx, { query }) => revenueTotals(ctx, query.day ?? (await today(ctx))),
  }),
  route({
    method: 'get',
    path: '/revenue/months',
    summary:
      'Revenue movements by month, by payments whatever the rule for who has left; both months included',
    tag,
    access: 'viewer',
    query: z
      .object({ from: Month, to: Month })
      .refine(({ from, to }) => from <= to && Number(to.slice(0, 4)) - Number(from.slice(0, 4)) <= 50, {
        message: 'Choose a span that begins before it ends, of 50 years at most.',
      }),
    response: z.array(RevenueMonth),
    handle: (ctx, { query }) => revenueByMonth(ctx, query.from, query.to),
  }),
  route({
    method: 'get',
    path: '/revenue/retention',
    summary:
      'Net and gross revenue retention and customers kept, by payments whatever the rule for who has left, between the ends of two days',
    tag,
    access: 'viewer',
    query: days,
    response: Retention,
    handle: (ctx, { query }) => retention(ctx, query.from, query.to),
  }),
  route({
    method: 'get',
    path: '/churn/reasons',
    summary: 'Churn events by reason, from a day to before another',
    tag,
    access: 'viewer',
    query: days,
    response: z.array(ChurnReason),
    handle: (ctx, { query }) => churnReasons(ctx, query.from, query.to),
  }),
  route({
    method: 'get',
    path: '/churn/disagreements',
    summary: 'Where the sources disagree about who has left, and what the rule decides',
    tag,
    access: 'viewer',
    query: onDay.extend({
      after: z.uuid().optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
    response: ChurnDisagreements,
    handle: async (ctx, { query: { day, ...page } }) =>
      churnDisagreements(ctx, day ?? (await today(ctx)), page),
  }),
  route({
    method: 'get',
    path: '/exchange-rates',
    summary: 'Exchange rates into the currency of the workspace',
    tag,
    access: 'viewer',
    response: z.array(ExchangeRate),
    handle: (ctx) => exchangeRates(ctx),
  }),
  route({
    method: 'put',
    path: '/exchange-rates',
    summary: 'Set exchange rates, each from a day on',
    tag,
    access: 'admin',
    body: z.object({ rates: z.array(ExchangeRate).min(1).max(1_000) }),
    handle: (ctx, { body }) => actions.setExchangeRates(ctx, body),
  }),
]
