import {
  error,
  field,
  textOf,
  warning,
  type Draft,
  type Fault,
  type ImportRow,
  type ImportType,
} from '../imports/import-type.ts'
import { readRoles } from './model.ts'

/** What a source without ids calls a person: the address, else the name at that account. */
function identify(row: ImportRow, name: string | null): string | null {
  const email = textOf(row.cells.email)
  return textOf(row.cells.id) ?? email ?? (name && `${textOf(row.cells.account) ?? ''}/${name}`)
}

/** People, one row a person and account; several roles in one cell become several roles. */
export const personImport: ImportType = {
  kind: 'people',
  label: 'People',
  says: 'One row a contact: who, at which account, in which role, since when.',
  target: 'records',
  asks: ['unknownAccounts'],
  fields: [
    field(
      'id',
      'Person id',
      'text',
      'person id',
      'contact id',
      'user id',
      'id',
      'lead id',
      'people id',
      'member id',
    ),
    {
      ...field(
        'account',
        'Account id',
        'text',
        'account id',
        'customer id',
        'company id',
        'account',
        'customer',
        'company',
        'org id',
      ),
      required: true,
    },
    field('name', 'Name', 'text', 'name', 'full name', 'contact name', 'contact', 'person', 'display name'),
    field('first_name', 'First name', 'text', 'first name', 'firstname', 'given name', 'forename'),
    field('last_name', 'Last name', 'text', 'last name', 'lastname', 'surname', 'family name'),
    field('email', 'E-mail', 'email', 'email', 'e mail', 'email address', 'mail', 'contact email'),
    field('title', 'Title', 'text', 'title', 'job title', 'position', 'job'),
    field('role', 'Role', 'text', 'role', 'roles', 'contact role', 'buying role', 'persona'),
    field(
      'since',
      'Since',
      'day',
      'since',
      'from',
      'start date',
      'created',
      'created at',
      'added on',
      'joined',
    ),
    field('left_on', 'Left on', 'day', 'left on', 'left', 'end date', 'until', 'departed', 'deactivated at'),
  ],
  map(row) {
    const faults: Fault[] = []
    const joined = [textOf(row.cells.first_name), textOf(row.cells.last_name)]
      .filter((part) => part !== null)
      .join(' ')
    const name = textOf(row.cells.name) ?? (joined || null)
    const externalId = identify(row, name)
    if (externalId === null) faults.push(error('nobody_named', 'name'))
    const [since, leftOn] = [textOf(row.cells.since), textOf(row.cells.left_on)]
    if (since && leftOn && leftOn < since)
      faults.push(error('left_before_since', 'left_on', { since, leftOn }))
    const { roles, unknown } = readRoles(textOf(row.cells.role) ?? '')
    if (unknown.length > 0) faults.push(warning('unknown_role', 'role', { values: unknown }))
    if (externalId === null || faults.some((fault) => fault.severity === 'error'))
      return { drafts: [], faults }
    const account = textOf(row.cells.account) ?? ''
    const person: Draft = {
      entity: 'person',
      externalId,
      values: { name, email: textOf(row.cells.email)?.toLowerCase() ?? null, title: textOf(row.cells.title) },
    }
    const parts: Draft[] = (roles.length > 0 ? roles : [null]).map((role) => ({
      entity: 'person_role',
      externalId: [externalId, account, role ?? ''].join('|'),
      values: { role, from_on: since, to_on: leftOn },
      refs: {
        person_id: { entity: 'person', externalId },
        account_id: { entity: 'account', externalId: account },
      },
    }))
    return { drafts: [person, ...parts], faults }
  },
}
