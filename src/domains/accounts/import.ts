import {
  error,
  field,
  textOf,
  warning,
  type Draft,
  type Fault,
  type ImportType,
} from '../imports/import-type.ts'
import { isTimeZone } from '../team/model.ts'
import { stages } from './schema.ts'

/** Accounts, one row each; columns that fit no field become custom fields. */
export const accountImport: ImportType = {
  kind: 'accounts',
  label: 'Accounts',
  says: 'One row a customer: name, segment, plan, owner and whatever else you keep about it.',
  target: 'records',
  custom: true,
  asks: [],
  fields: [
    {
      ...field('id', 'Account id', 'text', 'account id', 'customer id', 'id', 'company id', 'org id'),
      required: true,
    },
    field(
      'name',
      'Name',
      'text',
      'account name',
      'customer name',
      'company',
      'company name',
      'name',
      'organisation',
    ),
    field('domain', 'Domain', 'text', 'domain', 'website', 'web site'),
    field('parent', 'Parent account id', 'text', 'parent id', 'parent account', 'parent account id'),
    field('segment', 'Segment', 'text', 'segment', 'industry', 'vertical', 'tier', 'size'),
    field('region', 'Region', 'text', 'region', 'country', 'territory'),
    field('plan', 'Plan', 'text', 'plan', 'plan tier', 'plan name', 'product', 'edition'),
    field('seats', 'Seats', 'integer', 'seats', 'licences', 'licenses', 'users'),
    field('stage', 'Lifecycle stage', 'text', 'stage', 'lifecycle stage', 'lifecycle'),
    field(
      'owner',
      'Owner (e-mail of a team member)',
      'text',
      'owner',
      'csm',
      'account manager',
      'owner email',
    ),
    field('time_zone', 'Time zone', 'text', 'time zone', 'timezone'),
    field(
      'started_on',
      'Customer since',
      'day',
      'signup date',
      'sign up date',
      'start date',
      'customer since',
      'created',
    ),
    field('renews_on', 'Renews on', 'day', 'renewal date', 'renews on', 'contract end', 'next renewal'),
    field('churn_flag', 'Has left (yes or no)', 'boolean', 'churn flag', 'churn', 'churned', 'is churned'),
  ],
  map(row) {
    const { cells } = row
    const faults: Fault[] = []
    const stage = cells.stage === null || cells.stage === undefined ? null : String(cells.stage).toLowerCase()
    if (stage && !(stages as readonly string[]).includes(stage))
      faults.push(error('unknown_stage', 'stage', { value: cells.stage, known: stages }))
    const timeZone = textOf(cells.time_zone)
    if (timeZone !== null && !isTimeZone(timeZone))
      faults.push(warning('unknown_time_zone', 'time_zone', { value: timeZone }))
    const draft: Draft = {
      entity: 'account',
      externalId: String(cells.id),
      values: {
        name: cells.name ?? String(cells.id),
        domain: cells.domain ?? null,
        segment: cells.segment ?? null,
        region: cells.region ?? null,
        plan: cells.plan ?? null,
        seats: cells.seats ?? null,
        ...(stage ? { stage } : {}),
        time_zone: timeZone !== null && isTimeZone(timeZone) ? timeZone : null,
        started_on: cells.started_on ?? null,
        renews_on: cells.renews_on ?? null,
        churn_flag: cells.churn_flag ?? null,
        custom: row.others,
      },
      refs: {
        ...(cells.parent
          ? { parent_id: { entity: 'account' as const, externalId: String(cells.parent), optional: true } }
          : {}),
        ...(cells.owner
          ? { owner_id: { entity: 'user' as const, externalId: String(cells.owner), optional: true } }
          : {}),
      },
    }
    return { drafts: faults.some(({ severity }) => severity === 'error') ? [] : [draft], faults }
  },
}
