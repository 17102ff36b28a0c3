import { sql, type Kysely } from 'kysely'
import { json } from '../../../platform/db/pg.ts'
import type { Tables } from '../../../platform/db/tables.ts'
import type { Reference } from '../import-type.ts'

/** Names, domains and addresses -> the one record that they mean; ambiguous ones are not in the map. */
export type Names = Readonly<{
  account: ReadonlyMap<string, string>
  person: ReadonlyMap<string, string>
  survey: ReadonlyMap<string, string>
  user: ReadonlyMap<string, string>
  /** Subscription id of the source -> its account. */
  subscription: ReadonlyMap<string, string>
}>

type Hit = Readonly<{ word: string; id: string }>

/** Words that mean exactly one record. */
function unique(hits: readonly Hit[]): Map<string, string> {
  const found = new Map<string, string>()
  const ambiguous = new Set<string>()
  for (const { word, id } of hits) {
    if (found.has(word) && found.get(word) !== id) ambiguous.add(word)
    found.set(word, id)
  }
  for (const word of ambiguous) found.delete(word)
  return found
}

const words = (list: readonly string[]) =>
  sql`(select value as word from jsonb_array_elements_text(${json(list)})) w`

/** Finds records by what people call them, where their id is not known. In bulk: a few queries a batch. */
export async function findByName(
  db: Kysely<Tables>,
  workspace: string,
  source: string,
  refs: readonly Reference[],
): Promise<Names> {
  const wanted = (entity: Reference['entity']) => [
    ...new Set(refs.filter((ref) => ref.entity === entity).map((ref) => ref.externalId)),
  ]
  const find = async (list: readonly string[], query: ReturnType<typeof sql<Hit>>) =>
    list.length === 0 ? [] : (await query.execute(db)).rows
  const [accounts, people, surveys, users] = [
    wanted('account'),
    wanted('person'),
    wanted('survey'),
    wanted('user'),
  ]
  const subscriptions = [...new Set([...accounts, ...wanted('subscription')])]
  const subscription = await find(
    subscriptions,
    sql<Hit>`
      select distinct w.word, s.account_id as id from ${words(subscriptions)}
      join source_record r on r.workspace_id = ${workspace} and r.source = ${source}
        and r.entity = 'subscription' and r.external_id = w.word
      join subscription s on s.id = r.record_id`,
  )
  const named = await find(
    accounts,
    sql<Hit>`
      select w.word, a.id from ${words(accounts)}
      join account a on a.workspace_id = ${workspace} and a.merged_into is null and lower(a.name) = lower(w.word)`,
  )
  const domains = accounts.filter((word) => word.includes('.'))
  const hosted = await find(
    domains,
    sql<Hit>`
      select w.word, a.id from ${words(domains)}
      join account a on a.workspace_id = ${workspace} and a.merged_into is null and lower(a.domain) = lower(w.word)`,
  )
  const mailed = await find(
    people,
    sql<Hit>`
      select w.word, p.id from ${words(people)}
      join person p on p.workspace_id = ${workspace} and p.merged_into is null and lower(p.email) = lower(w.word)`,
  )
  const surveyed = await find(
    surveys,
    sql<Hit>`
      select w.word, s.id from ${words(surveys)}
      join survey s on s.workspace_id = ${workspace} and s.name = w.word`,
  )
  const members = await find(
    users,
    sql<Hit>`
      select w.word, u.id from ${words(users)}
      join app_user u on u.email = lower(w.word)
      join membership m on m.user_id = u.id and m.workspace_id = ${workspace}`,
  )
  return {
    account: unique([...named, ...hosted]),
    person: unique(mailed),
    survey: unique(surveyed),
    user: unique(members),
    subscription: unique(subscription),
  }
}
