import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { auditSentence, knownActions } from './audit-words.ts'

test('every action of every domain has its sentence', () => {
  const sources = readdirSync('src/domains', { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.includes('.test.'))
    .map((path) => readFileSync(join('src/domains', path), 'utf8'))
  const actions = sources.flatMap((source) =>
    [...source.matchAll(/\baction\(\{\s+name: '([^']+)'/g)].map((match) => match[1] as string),
  )
  expect(actions.length).toBeGreaterThan(30)
  expect(actions.filter((name) => !knownActions.has(name))).toEqual([])
})

test('a change of role says both roles, and none means out of the team', () => {
  const change = (to: string | null) =>
    auditSentence({ action: 'member.change', changes: { role: { from: 'csm', to } } })
  expect(change('leader')).toBe('changed a role from customer success manager to leader')
  expect(change(null)).toBe('took somebody out of the team who was customer success manager')
})

test('what was changed in the workspace is named, and an unknown action is not hidden', () => {
  const changes = { timeZone: 'Europe/Berlin', currency: 'EUR' }
  expect(auditSentence({ action: 'workspace.update', changes })).toBe(
    'changed the workspace: time zone, currency',
  )
  expect(auditSentence({ action: 'rocket.launch', changes: null })).toBe('did “rocket.launch”')
})
