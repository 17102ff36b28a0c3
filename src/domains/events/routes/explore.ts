import { z } from 'zod'
import { route, type Route } from '../../../platform/http/route.ts'
import { exploredEvents } from '../reads/explore.ts'
import { eventNames, eventProperties } from '../reads/names.ts'
import { eventVolume, keyActivity } from '../reads/volume.ts'
import { rejectReasons, waitingEvents } from '../reads/waiting.ts'
import {
  EventNames,
  EventProperties,
  EventVolume,
  ExploredPage,
  ExploreQuery,
  KeyActivity,
  NamesQuery,
  PropertiesQuery,
  RejectReason,
  VolumeQuery,
  WaitingEvents,
} from '../schema/explore.ts'

const tag = 'Events'

/** What the event explorer reads. */
export const exploreRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/events/explore',
    summary: 'Events newest first, with who sent them and where they count',
    tag,
    access: 'viewer',
    query: ExploreQuery,
    response: ExploredPage,
    handle: (ctx, { query }) => exploredEvents(ctx, query),
  }),
  route({
    method: 'get',
    path: '/events/volume',
    summary: 'How much came and was rejected, by source and hour or day',
    tag,
    access: 'viewer',
    query: VolumeQuery,
    response: EventVolume,
    handle: (ctx, { query }) => eventVolume(ctx, query.by),
  }),
  route({
    method: 'get',
    path: '/events/names',
    summary: 'Events by name: how many, from how many users, for how many customers',
    tag,
    access: 'viewer',
    query: NamesQuery,
    response: EventNames,
    handle: (ctx, { query }) => eventNames(ctx, query.days),
  }),
  route({
    method: 'get',
    path: '/events/properties',
    summary: 'Properties that the newest events of a name carry',
    tag,
    access: 'viewer',
    query: PropertiesQuery,
    response: EventProperties,
    handle: (ctx, { query }) => eventProperties(ctx, query),
  }),
  route({
    method: 'get',
    path: '/events/waiting',
    summary: 'Events that count for nobody yet, and on what they wait',
    tag,
    access: 'viewer',
    response: WaitingEvents,
    handle: (ctx) => waitingEvents(ctx),
  }),
  route({
    method: 'get',
    path: '/events/rejected/reasons',
    summary: 'Reasons of rejected events that are open',
    tag,
    access: 'admin',
    response: z.array(RejectReason),
    handle: (ctx) => rejectReasons(ctx),
  }),
  route({
    method: 'get',
    path: '/write-keys/activity',
    summary: 'What each write key brought lately',
    tag,
    access: 'admin',
    response: z.array(KeyActivity),
    handle: (ctx) => keyActivity(ctx),
  }),
]
