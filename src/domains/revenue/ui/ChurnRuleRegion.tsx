import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { atLeast, type Role } from '../../../platform/auth/roles.ts'
import { api, body } from '../../../ui/api/client.ts'
import { count, dayLong } from '../../../ui/format.ts'
import { Region } from '../../../ui/layout/Region.tsx'
import { toast } from '../../../ui/overlays/Toast.tsx'
import { Loaded } from '../../../ui/states/Loaded.tsx'
import { churnSources, type ChurnSource } from '../model.ts'
import type { ChurnDisagreements } from '../schema.ts'
import css from './settings.module.css'
import { words } from './words.ts'

/** Which source decides who has left, with what each decides now and where they contradict each other. */
export function ChurnRuleRegion({ session }: { session: { role: Role } }) {
  const mayChange = atLeast(session.role, 'admin')
  const cache = useQueryClient()
  const sources = useQuery({
    queryKey: ['churn', 'disagreements'],
    queryFn: ({ signal }) =>
      body(api.GET('/api/v1/churn/disagreements', { signal, params: { query: { limit: 1 } } })),
  })
  const change = useMutation({
    mutationFn: ({ to }: { to: ChurnSource; from: ChurnSource | null }) =>
      api.PATCH('/api/v1/workspace', { body: { churnRule: to } }),
    onSuccess: async (_, { to, from }) => {
      await cache.invalidateQueries()
      toast(
        words('ruleChanged', { rule: words(to).toLowerCase() }),
        from ? () => change.mutate({ to: from, from: null }) : undefined,
      )
    },
    onError: (error) => toast(words('notChanged', { reason: error.message })),
  })
  return (
    <Region title={words('churnRule')} note={mayChange ? words('churnRuleNote') : words('onlyAdmins')}>
      <Loaded query={sources} label={words('churnRule')}>
        {(found) => (
          <>
            <fieldset className={css.choices}>
              <legend className={css.hidden}>{words('churnRule')}</legend>
              {churnSources.map((source) => (
                <label key={source} className={css.choice}>
                  <input
                    type="radio"
                    name="churn-rule"
                    checked={source === (change.isPending ? change.variables.to : found.rule)}
                    disabled={!mayChange}
                    onChange={() => change.mutate({ to: source, from: found.rule })}
                  />
                  <span>
                    <b>{words(source)}</b>
                    <span className={css.line}>{words(`${source}Text`)}</span>
                    <span className={css.fact}>{decision(found, source)}</span>
                  </span>
                </label>
              ))}
            </fieldset>
            <p className={css.note}>{words('fallback')}</p>
            <p className={css.note}>
              {found.accounts === 0
                ? words('noAccounts')
                : words('disagree', {
                    n: found.disagreeing,
                    accounts: count(found.accounts),
                    day: dayLong(found.asOf),
                  })}
            </p>
          </>
        )}
      </Loaded>
    </Region>
  )
}

function decision(
  { decided }: { decided: Partial<ChurnDisagreements['decided']> },
  source: ChurnSource,
): string | null {
  const { accounts = 0, left = 0 } = decided[source] ?? {}
  return accounts === 0 ? null : words('decides', { accounts, left: count(left) })
}
