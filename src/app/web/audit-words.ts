import type { AuditEntry } from '../../domains/team/ui/AuditRegion.tsx'
import { roleName } from '../../domains/team/ui/roles.ts'
import { roles, type Role } from '../../platform/auth/roles.ts'
import { catalogue } from '../../ui/text.ts'

const sentences = {
  'account.assign': 'gave customers to somebody',
  'account.create': 'added a customer',
  'account.merge': 'merged two customers',
  'account.unmerge': 'took a merge of customers back',
  'account.update': 'changed a customer',
  'api_key.create': 'made the API key “{name}”',
  'api_key.revoke': 'revoked an API key',
  'churn.record': 'recorded that a customer left',
  'churn.take_back': 'took back that a customer left',
  'custom_field.save': 'changed the fields of customers',
  'event_group.adopt': 'added the customer “{name}”, whom events named',
  'event_reject.settle': 'settled a rejected event: {decision}',
  'exchange_rate.set': 'set exchange rates',
  'import.check': 'checked the files of an import',
  'import.check_failed': 'could not check the files of an import',
  'import.checked': 'finished checking an import',
  'import.discard': 'put an import aside',
  'import.failed': 'could not finish an import',
  'import.finish': 'finished an import',
  'import.forget_person': 'removed a person from imported files',
  'import.plan': 'said how files are read',
  'import.run': 'ran an import',
  'import.start': 'began an import',
  'import.stop': 'stopped an import',
  'import.undo': 'asked to undo an import',
  'import.undone': 'undid an import',
  'import.upload': 'uploaded a file',
  'import_template.delete': 'removed an import template',
  'invitation.accept': 'accepted an invitation and joined the team',
  'invitation.create': 'made an invitation as {role}',
  'invitation.revoke': 'revoked an invitation',
  'member.change': 'changed a role from {from} to {to}',
  'member.change none': 'took somebody out of the team who was {from}',
  'message.log': 'logged a message',
  'note.create': 'wrote a note',
  'note.delete': 'removed a note',
  'note.edit': 'changed a note',
  'person.add_role': 'gave a person a part at a customer',
  'person.create': 'added a person',
  'person.end_role': 'ended the part of a person at a customer',
  'person.erase': 'erased a person for good',
  'person.merge': 'merged two people',
  'person.unmerge': 'took a merge of people back',
  'person.update': 'changed a person',
  'pin.add': 'pinned a customer',
  'pin.remove': 'unpinned a customer',
  'risk.prior': 'renewed what the risk of renewal rests on',
  'revenue.observed': 'noted how far the sources of revenue see',
  'sample.load': 'asked for the sample company',
  'sample.take_over': 'went on with a sample company that was half done',
  'sample.remove': 'asked to remove the sample company',
  'session.switch': 'went to another workspace',
  'subscription.add': 'added a subscription',
  'subscription.change': 'changed a subscription',
  'subscription.end': 'ended a subscription',
  'survey.answer': 'recorded an answer to a survey',
  'survey.create': 'made a survey',
  'survey.update': 'changed a survey',
  'task.create': 'added a task',
  'task.done': 'finished a task',
  'task.reopen': 'opened a task again',
  'task.update': 'changed a task',
  'ticket.change': 'changed a ticket',
  'ticket.create': 'added a ticket',
  'ticket.reopen': 'opened a ticket again',
  'today.decide': 'decided about an item of Today: {decision}',
  'today.decide_many': 'decided about {customers} small customers of Today: {decision}',
  'today.measure': 'counted what acting on items of Today achieves',
  'today.record': 'recorded what the rules of Today raised',
  'today.settings': 'said which customers are small',
  'today.trial': 'tried a rule of Today on the past',
  'today.undo': 'took a decision of Today back',
  'today_rule.change': 'changed the rule of Today “{code}”',
  'today_rule.create': 'added the rule of Today “{name}”',
  'today_rule.remove': 'removed the rule of Today “{name}”',
  'usage.coverage': 'measured which days and features usage covers',
  'usage.power': 'measured who uses the product most',
  'use_case.change': 'changed which features matter',
  'use_case.create': 'said which features matter for “{name}”',
  'use_case.remove': 'removed the use case “{name}”',
  'user.change_password': 'changed their password',
  'view.create': 'saved a view',
  'view.delete': 'removed a view',
  'view.order': 'put views in another order',
  'view.update': 'changed a view',
  'write_key.change': 'changed the write key “{name}”',
  'write_key.create': 'made the write key “{name}”',
  'write_key.revoke': 'revoked a write key',
  'workspace.create': 'created a workspace',
  'workspace.update': 'changed the workspace: {fields}',
} as const

const words = catalogue('audit', {
  ...sentences,
  other: 'did “{action}”',
  done: 'done',
  snoozed: 'snoozed',
  reassigned: 'reassigned',
  not_useful: 'not useful',
  replayed: 'tried again',
  dismissed: 'put aside',
  name: 'name',
  currency: 'currency',
  timeZone: 'time zone',
  churnRule: 'who has left',
})

type Word = Parameters<typeof words>[0]
export const knownActions: ReadonlySet<string> = new Set(Object.keys(sentences))

/** What somebody did, in words that follow their name. */
export function auditSentence({ action, changes }: Pick<AuditEntry, 'action' | 'changes'>): string {
  if (!knownActions.has(action)) return words('other', { action })
  const { from, to } = roleChange(changes)
  if (action === 'member.change' && to === '') return words('member.change none', { from })
  return words(action as Word, {
    from,
    to,
    role: roleWord(changes?.role),
    name: text(changes?.name),
    code: text(changes?.code),
    decision: known(changes?.decision),
    fields: Object.keys(changes ?? {})
      .map(known)
      .join(', '),
  })
}

function roleChange(changes: AuditEntry['changes']): { from: string; to: string } {
  const change = changes?.role as { from?: unknown; to?: unknown } | string | undefined
  return typeof change === 'object' && change !== null
    ? { from: roleWord(change.from), to: roleWord(change.to) }
    : { from: '', to: '' }
}

const roleWord = (role: unknown): string =>
  roles.includes(role as Role) ? roleName(role as Role).toLowerCase() : ''
const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const known = (value: unknown): string => words(text(value) as Word)
