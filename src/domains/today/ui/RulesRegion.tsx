import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { atLeast, type Role } from '../../../platform/auth/roles.ts'
import { api, body } from '../../../ui/api/client.ts'
import { Button } from '../../../ui/controls/Button.tsx'
import { Switch } from '../../../ui/controls/Switch.tsx'
import { Tag } from '../../../ui/controls/Tag.tsx'
import { duration, percent } from '../../../ui/format.ts'
import { dayOfInstant } from '../../../ui/instant.ts'
import { Region } from '../../../ui/layout/Region.tsx'
import { toast } from '../../../ui/overlays/Toast.tsx'
import { Empty } from '../../../ui/states/Empty.tsx'
import { Loaded } from '../../../ui/states/Loaded.tsx'
import type { Condition, Rule, RuleDefinition } from '../schema.ts'
import { RuleForm } from './RuleForm.tsx'
import css from './rules.module.css'
import { readingName, words } from './rules-words.ts'

const rulesKey = ['today', 'rules']

/** The rules that bring customers to Today; leaders and above change them in place. */
export function RulesRegion({ session }: { session: { role: Role; workspace: { timeZone: string } } }) {
  const rules = useQuery({
    queryKey: rulesKey,
    queryFn: ({ signal }) => body(api.GET('/api/v1/today/rules', { signal })),
  })
  const mayChange = atLeast(session.role, 'leader')
  return (
    <Region title={words('title')} note={words('note')} line={false}>
      <p className={css.intro}>{words('assumption')}</p>
      {!mayChange && <p className={css.intro}>{words('readOnly')}</p>}
      <Loaded query={rules} label={words('title')}>
        {(rows) =>
          rows.length === 0 ? (
            <Empty title={words('none')} text={words('noneText')} />
          ) : (
            <ul aria-label={words('title')} className={css.rules}>
              {rows.map((rule) => (
                <RuleRow
                  key={rule.code}
                  rule={rule}
                  mayChange={mayChange}
                  timeZone={session.workspace.timeZone}
                />
              ))}
            </ul>
          )
        }
      </Loaded>
    </Region>
  )
}

function RuleRow({ rule, mayChange, timeZone }: { rule: Rule; mayChange: boolean; timeZone: string }) {
  const { definition, enabled } = rule
  const [editing, setEditing] = useState(false)
  const edit = useRef<HTMLButtonElement>(null)
  const change = useRuleChange(rule)
  const close = () => {
    setEditing(false)
    edit.current?.focus()
  }
  return (
    <li className={css.rule}>
      <div className={css.head}>
        <h3 className={css.name}>{definition.name}</h3>
        {!mayChange && !enabled && <Tag tone="unknown">{words('off')}</Tag>}
        <span className={css.version}>{versionText(rule, timeZone)}</span>
        {mayChange && (
          <span className={css.controls}>
            <Switch
              label={words('enabled', { name: definition.name })}
              hideLabel
              checked={enabled}
              onChange={(next) =>
                change.mutate(
                  { enabled: next },
                  {
                    onSuccess: () =>
                      toast(words(next ? 'turnedOn' : 'turnedOff', { name: definition.name }), () =>
                        change.mutate({ enabled }),
                      ),
                    onError: (error) => toast(words('notChanged', { reason: error.message })),
                  },
                )
              }
            />
            <Button
              ref={edit}
              size="row"
              aria-label={words('editName', { name: definition.name })}
              aria-expanded={editing}
              onClick={() => setEditing(!editing)}
            >
              {words('edit')}
            </Button>
          </span>
        )}
      </div>
      <p className={css.text}>
        {words('when')} {conditionText(definition)}: {lowerFirst(definition.action)}.
      </p>
      <p className={css.facts}>
        {words('minutesShown', { n: duration(definition.minutes).replace(/ m$/, '') })},{' '}
        {definition.effect.share > 0
          ? words('shareShown', { share: percent(definition.effect.share) })
          : words('noShare')}
      </p>
      {editing && (
        <RuleForm
          definition={definition}
          busy={change.isPending}
          error={change.error}
          onCancel={close}
          onSave={(next) =>
            change.mutate(
              { definition: next },
              {
                onSuccess: () => {
                  close()
                  toast(words('saved', { name: next.name }), () => change.mutate({ definition }))
                },
              },
            )
          }
        />
      )}
    </li>
  )
}

function useRuleChange({ code }: Rule) {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (change: { enabled?: boolean; definition?: RuleDefinition }) =>
      api.PUT('/api/v1/today/rules/{code}', { params: { path: { code } }, body: change }),
    onSuccess: () => cache.invalidateQueries({ queryKey: ['today'] }),
  })
}

function versionText({ version, changedBy, changedAt }: Rule, timeZone: string): string {
  if (changedAt === null) return words('shipped')
  const who = changedBy ?? words('someone')
  return words('changed', { version, who, day: dayOfInstant(changedAt, timeZone) })
}

function conditionText({ source }: RuleDefinition): string {
  if (source.kind === 'tasks') return words('dueWithin', { n: source.dueWithinDays })
  const parts = source.all.flatMap((condition, i) => {
    const other = source.all.find((one) => isRange(condition, one))
    if (!other) return [oneCondition(condition)]
    // A range is said once, at its first limit.
    return source.all.indexOf(other) < i ? [] : [rangeText(condition, other)]
  })
  return parts.join(` ${words('and')} `)
}

/** Whether two conditions limit the same thing from both sides. */
function isRange(a: Condition, b: Condition): boolean {
  const sides = [a.op, b.op].sort().join()
  return a.reading === b.reading && a.part === b.part && sides === 'at_least,at_most'
}

function rangeText(a: Condition, b: Condition): string {
  const [low, high] = a.op === 'at_least' ? [a, b] : [b, a]
  const what = readingName(a.reading, a.part)
  return words('between', { what, low: String(low.value), high: String(high.value) })
}

function oneCondition({ reading, part, op, value }: Condition): string {
  const what = readingName(reading, part)
  if (op === 'at_least') return words('atLeast', { what, value: String(value) })
  if (op === 'at_most') return words('atMost', { what, value: String(value) })
  if (typeof value === 'boolean') return value ? what : words('isNot', { what })
  return words('is', { what, value: String(value) })
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
