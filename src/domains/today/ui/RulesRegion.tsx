import { useRef, useState } from 'react'
import { atLeast, type Role } from '../../../platform/auth/roles.ts'
import { Button } from '../../../ui/controls/Button.tsx'
import { Switch } from '../../../ui/controls/Switch.tsx'
import { Tag } from '../../../ui/controls/Tag.tsx'
import { duration, percent, percentChosen } from '../../../ui/format.ts'
import { Region } from '../../../ui/layout/Region.tsx'
import { toast } from '../../../ui/overlays/Toast.tsx'
import { Empty } from '../../../ui/states/Empty.tsx'
import { Loaded } from '../../../ui/states/Loaded.tsx'
import type { Effect, RuleChoices, RuleDefinition } from '../schema.ts'
import { OutcomesRegion } from './OutcomesRegion.tsx'
import { shareForMany } from '../model/share-for-many.ts'
import { emptyRule } from './rule-draft.ts'
import { conditionText, feedbackText, suggestionText, versionText } from './rule-text.ts'
import { RuleForm } from './RuleForm.tsx'
import css from './rules.module.css'
import { words } from './rules-words.ts'
import { SmallRegion } from './SmallRegion.tsx'
import { useChoices, useNewRule, useOutcomes, useRuleChange, useRuleRemoval, useRules } from './use-rules.ts'

type Rule = NonNullable<ReturnType<typeof useRules>['data']>[number]

/** The rules that bring customers to Today, what acting on them achieved, and who is small; leaders change them. */
export function RulesRegion({ session }: { session: { role: Role; workspace: { timeZone: string } } }) {
  const mayChange = atLeast(session.role, 'leader')
  return (
    <>
      <Rules mayChange={mayChange} timeZone={session.workspace.timeZone} />
      <OutcomesRegion />
      <SmallRegion mayChange={mayChange} />
    </>
  )
}

function Rules({ mayChange, timeZone }: { mayChange: boolean; timeZone: string }) {
  const rules = useRules()
  const choices = useChoices()
  const effects = useOutcomes()
  /** A rule that is being made, from nothing or from another. */
  const [making, setMaking] = useState<RuleDefinition | null>(null)
  const add = useRef<HTMLButtonElement>(null)
  const close = () => {
    setMaking(null)
    add.current?.focus()
  }
  return (
    <Region
      title={words('title')}
      note={words('note')}
      line={false}
      actions={
        mayChange &&
        choices.data && (
          <Button ref={add} size="row" aria-expanded={making !== null} onClick={() => setMaking(emptyRule)}>
            {words('add')}
          </Button>
        )
      }
    >
      <p className={css.intro}>{words('assumption')}</p>
      {!mayChange && <p className={css.intro}>{words('readOnly')}</p>}
      {making && choices.data && <NewRule from={making} choices={choices.data} onClose={close} />}
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
                  effect={effects.data?.rules.find(({ code }) => code === rule.code)?.effect}
                  choices={choices.data}
                  mayChange={mayChange}
                  timeZone={timeZone}
                  onCopy={(definition) =>
                    setMaking({ ...definition, name: words('copyOf', { name: definition.name }) })
                  }
                />
              ))}
            </ul>
          )
        }
      </Loaded>
    </Region>
  )
}

function NewRule({
  from,
  choices,
  onClose,
}: {
  from: RuleDefinition
  choices: RuleChoices
  onClose: () => void
}) {
  const create = useNewRule()
  return (
    <section aria-label={words('newTitle')} className={css.rule}>
      <h3 className={css.name}>{words('newTitle')}</h3>
      <RuleForm
        key={from.name}
        definition={from}
        choices={choices}
        isNew
        busy={create.isPending}
        error={create.error}
        onCancel={onClose}
        onSave={(definition, enabled) =>
          create.mutate(
            { enabled, definition },
            {
              onSuccess: () => {
                onClose()
                toast(words(enabled ? 'saved' : 'savedOff', { name: definition.name }))
              },
            },
          )
        }
      />
    </section>
  )
}

interface RowProps {
  rule: Rule
  effect: Effect | undefined
  choices: RuleChoices | undefined
  mayChange: boolean
  timeZone: string
  onCopy: (definition: RuleDefinition) => void
}

function RuleRow({ rule, effect, choices, mayChange, timeZone, onCopy }: RowProps) {
  const { definition, enabled, feedback } = rule
  const [editing, setEditing] = useState(false)
  const edit = useRef<HTMLButtonElement>(null)
  const change = useRuleChange(rule.code)
  const close = () => {
    change.reset()
    setEditing(false)
    edit.current?.focus()
  }
  const said = feedbackText(feedback)
  return (
    <li className={css.rule}>
      <div className={css.head}>
        <h3 className={css.name}>{definition.name}</h3>
        {!mayChange && !enabled && <Tag tone="unknown">{words('off')}</Tag>}
        <span className={css.version}>{versionText(rule, timeZone)}</span>
        {mayChange && (
          <Controls
            rule={rule}
            editRef={edit}
            editing={editing}
            onEdit={() => setEditing(!editing)}
            onCopy={() => onCopy(definition)}
          />
        )}
      </div>
      <p className={css.text}>
        {words('when')} {conditionText(definition, choices)}: {lowerFirst(definition.action)}.
      </p>
      <p className={css.facts}>{factsText(definition, effect)}</p>
      {said && (
        <p className={css.text}>
          {said} {suggestionText(feedback)}
        </p>
      )}
      {feedback.comments.length > 0 && (
        <ul className={css.comments}>
          {feedback.comments.map((comment, i) => (
            <li key={i}>{`\u201c${comment}\u201d`}</li>
          ))}
        </ul>
      )}
      {editing && choices && (
        <RuleForm
          definition={definition}
          choices={choices}
          isNew={false}
          busy={change.isPending}
          error={change.error}
          onCancel={close}
          onSave={(next) =>
            change.mutate(
              { version: rule.version, definition: next },
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

function Controls({
  rule: { code, version, enabled, own, definition },
  editRef,
  editing,
  onEdit,
  onCopy,
}: {
  rule: Rule
  editRef: React.Ref<HTMLButtonElement>
  editing: boolean
  onEdit: () => void
  onCopy: () => void
}) {
  const { name, source } = definition
  const change = useRuleChange(code)
  const removal = useRuleRemoval(code)
  const refused = (error: Error) => toast(words('notChanged', { reason: error.message }))
  return (
    <span className={css.controls}>
      <Switch
        label={words('enabled', { name })}
        hideLabel
        checked={enabled}
        onChange={(next) =>
          change.mutate(
            { version, enabled: next },
            {
              onSuccess: () =>
                toast(words(next ? 'turnedOn' : 'turnedOff', { name }), () => change.mutate({ enabled })),
              onError: refused,
            },
          )
        }
      />
      <Button
        ref={editRef}
        size="row"
        aria-label={words('editName', { name })}
        aria-expanded={editing}
        onClick={onEdit}
      >
        {words('edit')}
      </Button>
      {source.kind === 'readings' && (
        <Button size="row" variant="quiet" aria-label={words('copyName', { name })} onClick={onCopy}>
          {words('copy')}
        </Button>
      )}
      {own && (
        <Button
          size="row"
          variant="quiet"
          aria-label={words('removeName', { name })}
          onClick={() =>
            // The row is gone by then, and with it what mutate() would have called.
            removal
              .mutateAsync()
              .then(
                () => toast(words('removed', { name }), () => change.mutate({ enabled, definition })),
                refused,
              )
          }
        >
          {words('remove')}
        </Button>
      )}
    </span>
  )
}

/** `30 m of work, keeps 10%, an assumption; 60 m for many small customers at once, which keeps 2.5%`. */
function factsText(definition: RuleDefinition, now?: Effect): string {
  const { minutes, minutesForMany, effect, holdOut, floor } = definition
  return [
    words('minutesShown', { time: duration(minutes) }),
    effectText(now ?? { share: effect.share, low: null, high: null, basis: 'assumption', n: null }),
    minutesForMany !== null &&
      !floor &&
      words('manyShown', {
        time: duration(minutesForMany),
        share: percentChosen(shareForMany(definition)),
      }),
    holdOut > 0 && words('heldOutShown', { share: percentChosen(holdOut) }),
  ]
    .filter(Boolean)
    .join(', ')
}

function effectText({ share, low, high, basis, n }: Effect): string {
  if (basis === 'assumption')
    return share > 0 ? words('shareShown', { share: percentChosen(share) }) : words('noShare')
  return words(basis === 'holdout' ? 'shareMeasured' : 'shareCases', {
    share: percent(share),
    low: percent(low ?? share),
    high: percent(high ?? share),
    n: n ?? 0,
  })
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
