import type { Kysely } from 'kysely'
import type { Tables } from '../../../platform/db/tables.ts'
import { newId } from '../../../platform/ids.ts'
import type { RawRow } from '../../../platform/tabular/raw-row.ts'
import {
  error,
  warning,
  type Answers,
  type Draft,
  type Entity,
  type Fault,
  type Fold,
  type ImportType,
  type Reference,
  type UsageDraft,
} from '../import-type.ts'
import { contentHash, decideIdentity, hashIdentity } from '../model/identity.ts'
import type { ReadRow } from '../model/read-row.ts'
import { isSingle, owner, type Written } from './entities.ts'
import { keyText, type IdentityKey, type KnownVariant, type Ledger, type LedgerEntry } from './ledger.ts'
import { findByName, type Names } from './references.ts'

export type SourceRow = Readonly<{ raw: RawRow; read: ReadRow }>

/** A record to be written, with every reference resolved. */
export type Write = Readonly<{
  entity: Written
  id: string
  values: Readonly<Record<string, unknown>>
  /** Its row of source_record; none for what follows from a row of a log. */
  entry: Readonly<{ externalId: string; variant: number; before: KnownVariant | null }> | null
}>

export type Pending = Readonly<{ entity: Entity; recordId: string; column: string; ref: Reference }>
export type RowIssue = Fault & Readonly<{ raw: RawRow }>
export type RowResult = 'new' | 'changed' | 'same' | 'refused'

export type Decided = {
  writes: Write[]
  entries: LedgerEntry[]
  pending: Pending[]
  issues: RowIssue[]
  results: RowResult[]
  repeated: number
  accountsCreated: number
  records: Map<string, { new: number; changed: number; same: number }>
}

export type Engine = Readonly<{
  workspace: string
  importId: string
  type: ImportType
  answers: Answers
  ledger: Ledger
}>

type Prepared = Readonly<{ draft: Draft; identity: string; hash: string; hasId: boolean }>
type PreparedRow = Readonly<{ source: SourceRow; drafts: readonly Prepared[]; faults: readonly Fault[] }>

const prepare = (draft: Draft, within = ''): Prepared => {
  const hash = contentHash([draft.entity, draft.values, draft.refs ?? {}, within])
  return { draft, hash, hasId: draft.externalId !== null, identity: draft.externalId ?? hashIdentity(hash) }
}

const severe = (faults: readonly Fault[]): boolean => faults.some((fault) => fault.severity === 'error')

/** What a row becomes, before anything stored is looked at. */
function prepareRow(engine: Engine, source: SourceRow): PreparedRow {
  const { type, answers } = engine
  if (type.target !== 'records') throw new Error(`${type.kind} is not of target records`)
  if (severe(source.read.faults)) return { source, drafts: [], faults: source.read.faults }
  const mapped = type.map(source.read.row, answers)
  const faults = [...source.read.faults, ...mapped.faults]
  if (severe(mapped.faults)) return { source, drafts: [], faults }
  if (mapped.drafts.length === 0) faults.push(error('nothing_to_import'))
  // A row's account stands before whoever refers to it.
  const order = (draft: Draft) => (draft.entity === 'account' ? 0 : draft.entity === 'person' ? 1 : 2)
  const drafts = [...mapped.drafts].sort((a, b) => order(a) - order(b)).map((draft) => prepare(draft))
  return { source, drafts, faults }
}

const identityKeys = (refs: readonly Reference[]): IdentityKey[] =>
  refs
    .filter((ref) => ref.entity === 'account' || ref.entity === 'person')
    .map(({ entity, externalId }) => ({ entity, externalId }))

const uniqueKeys = (keys: readonly IdentityKey[]): IdentityKey[] => [
  ...new Map(keys.map((key) => [keyText(key.entity, key.externalId), key])).values(),
]

class Refused extends Error {
  constructor(readonly fault: Fault) {
    super(fault.code)
  }
}

/**
 * Decides a batch row by row, in the order of the file and as if each row were stored before the next: so the batch's
 * size never shows in what is stored. Reads the stores in bulk beforehand, writes nothing.
 */
class BatchDecider {
  readonly decided: Decided = {
    writes: [],
    entries: [],
    pending: [],
    issues: [],
    results: [],
    repeated: 0,
    accountsCreated: 0,
    records: new Map(),
  }
  private readonly surveys = new Map<string, string>()
  /** Names given to accounts within this batch; null where two share one. */
  private readonly newNames = new Map<string, string | null>()
  private undoRow: (() => void)[] = []

  constructor(
    private readonly engine: Engine,
    readonly known: Map<string, KnownVariant[]>,
    private readonly names: Names,
  ) {}

  /** Runs the decision of one row; when it is refused, nothing of it stays. */
  row(source: SourceRow, faults: readonly Fault[], decide: () => RowResult): void {
    const { decided } = this
    const { writes, entries, pending } = decided
    const marks = [writes.length, entries.length, pending.length] as const
    this.undoRow = []
    let result: RowResult = 'refused'
    const issues: Fault[] = [...faults]
    try {
      if (!severe(faults)) result = decide()
    } catch (thrown) {
      if (!(thrown instanceof Refused)) throw thrown
      issues.push(thrown.fault)
      writes.length = marks[0]
      entries.length = marks[1]
      pending.length = marks[2]
      for (const undo of this.undoRow.reverse()) undo()
    }
    decided.results.push(result)
    for (const fault of issues) decided.issues.push({ ...fault, raw: source.raw })
  }

  private later(undo: () => void): void {
    this.undoRow.push(undo)
  }

  private setKnown(key: string, variants: KnownVariant[]): void {
    const before = this.known.get(key)
    this.known.set(key, variants)
    this.later(() => (before ? this.known.set(key, before) : this.known.delete(key)))
  }

  private count(entity: string, what: 'new' | 'changed' | 'same'): void {
    const tally = this.decided.records.get(entity) ?? { new: 0, changed: 0, same: 0 }
    this.decided.records.set(entity, tally)
    tally[what] += 1
    this.later(() => (tally[what] -= 1))
  }

  /** Remembers that this import found the content, for the rows that follow and for the store. */
  take(entity: string, externalId: string, variant: KnownVariant, row: number, written: boolean): void {
    const key = keyText(entity, externalId)
    const others = (this.known.get(key) ?? []).filter((other) => other.variant !== variant.variant)
    const taken = { ...variant, takenByRow: row }
    this.setKnown(
      key,
      [...others, taken].sort((a, b) => a.variant - b.variant),
    )
    const { recordId, contentHash: hash } = variant
    this.decided.entries.push({
      entity,
      externalId,
      variant: variant.variant,
      recordId,
      contentHash: hash,
      row,
      written,
    })
  }

  private createAccount(externalId: string): string {
    const id = newId()
    const { importId } = this.engine
    const hash = contentHash(['placeholder', externalId])
    this.write('account', id, { name: externalId, custom: {} }, { externalId, variant: 0, before: null })
    this.take(
      'account',
      externalId,
      { variant: 0, recordId: id, contentHash: hash, importId, takenByRow: null },
      0,
      true,
    )
    // Not taken by a row: a row about this account, later in the file, describes it.
    const key = keyText('account', externalId)
    this.known.set(
      key,
      (this.known.get(key) ?? []).map((variant) => ({ ...variant, takenByRow: null })),
    )
    this.decided.accountsCreated += 1
    this.later(() => (this.decided.accountsCreated -= 1))
    this.count('account', 'new')
    return id
  }

  private survey(ref: Reference): string {
    const found = this.names.survey.get(ref.externalId) ?? this.surveys.get(ref.externalId)
    if (found) return found
    const id = newId()
    const scale = { kind: 'other', scale_min: 0, scale_max: 10, ...ref.create }
    this.write('survey', id, { name: ref.externalId, ...scale }, null)
    this.surveys.set(ref.externalId, id)
    this.later(() => this.surveys.delete(ref.externalId))
    this.count('survey', 'new')
    return id
  }

  /** Id of the record that a reference means, or null when it is not known. */
  find(ref: Reference): string | null {
    const { entity, externalId } = ref
    if (entity === 'survey') return this.survey(ref)
    if (entity === 'user') return this.names.user.get(externalId) ?? null
    if (entity === 'subscription') return this.names.subscription.get(externalId) ?? null
    const byId = this.known.get(keyText(entity, externalId))?.[0]?.recordId
    if (byId) return byId
    if (entity === 'person') return this.names.person.get(externalId) ?? null
    const named = this.names.account.get(externalId) ?? null
    const fresh = this.newNames.get(externalId.toLowerCase())
    const byName = fresh === undefined ? named : named === null ? fresh : null
    return this.names.subscription.get(externalId) ?? byName
  }

  private nameAccount(id: string, name: unknown): void {
    if (typeof name !== 'string') return
    const key = name.toLowerCase()
    const before = this.newNames.get(key)
    this.newNames.set(key, before === undefined || before === id ? id : null)
    this.later(() => (before === undefined ? this.newNames.delete(key) : this.newNames.set(key, before)))
  }

  resolve(ref: Reference): string | null {
    const found = this.find(ref)
    if (found) return found
    const { type, answers } = this.engine
    const creates = type.asks.includes('unknownAccounts') && answers.unknownAccounts === 'create'
    if (ref.entity === 'account' && creates) return this.createAccount(ref.externalId)
    if (ref.optional) return null
    throw new Refused(
      error(`unknown_${ref.entity}`, undefined, { entity: ref.entity, externalId: ref.externalId }),
    )
  }

  /** Fills the columns of references; optional ones that are not known wait for their record. */
  private values(draft: Draft, recordId: string, { raw, read }: SourceRow): Record<string, unknown> {
    const values: Record<string, unknown> = { ...draft.values }
    if (typeof values.custom === 'object' && values.custom !== null)
      values.custom = { ...values.custom, ...pick(read.custom, values.custom) }
    for (const [column, ref] of Object.entries(draft.refs ?? {})) {
      const id = this.resolve(ref)
      values[column] = id
      if (id !== null) continue
      this.decided.pending.push({ entity: draft.entity, recordId, column, ref })
      // What the file itself may still bring is known at its end.
      if (ref.entity !== draft.entity) this.warn({ ...leftOpen(ref), raw })
    }
    return values
  }

  private write(entity: Written, id: string, values: Record<string, unknown>, entry: Write['entry']): void {
    this.decided.writes.push({ entity, id, values, entry })
    if (entity === 'account') this.nameAccount(id, values.name)
  }

  private owned(draft: Draft, parents: ReadonlyMap<string, string>): Record<string, unknown> {
    const belongs = owner[draft.entity]
    if (!belongs || belongs.column in draft.values || belongs.column in (draft.refs ?? {})) return {}
    const parent = parents.get(belongs.entity)
    return parent ? { [belongs.column]: parent } : {}
  }

  /** One draft of a row: new, changed, or the same as what is known. Gives the id of its record. */
  draft(prepared: Prepared, source: SourceRow, parents: Map<string, string>): 'new' | 'changed' | 'same' {
    const { draft, identity, hash, hasId } = prepared
    const { importId } = this.engine
    const row = source.raw.row
    const known = this.known.get(keyText(draft.entity, identity)) ?? []
    const verdict = decideIdentity(known, hash, { hasId, single: isSingle(draft.entity) })
    if (verdict.what === 'refused')
      throw new Refused(
        error('repeated_id', undefined, {
          entity: draft.entity,
          externalId: identity,
          otherRow: verdict.repeats,
          kept: 'issue',
        }),
      )
    if (verdict.repeats !== null) {
      const params = { entity: draft.entity, externalId: identity, otherRow: verdict.repeats, kept: 'record' }
      this.repeat({ ...warning('repeated_id', undefined, params), raw: source.raw })
    }
    const recordId = verdict.what === 'new' ? newId() : verdict.match.recordId
    parents.set(draft.entity, recordId)
    this.count(draft.entity, verdict.what)
    if (verdict.what === 'same') {
      const match = verdict.match as KnownVariant
      this.take(draft.entity, identity, match, match.takenByRow ?? row, false)
      return 'same'
    }
    const variant = verdict.what === 'new' ? verdict.variant : verdict.match.variant
    const before = verdict.what === 'new' ? null : (verdict.match as KnownVariant)
    const values = { ...this.values(draft, recordId, source), ...this.owned(draft, parents) }
    this.write(draft.entity, recordId, values, { externalId: identity, variant, before })
    this.take(
      draft.entity,
      identity,
      { variant, recordId, contentHash: hash, importId, takenByRow: row },
      row,
      true,
    )
    return verdict.what
  }

  private warn(issue: RowIssue): void {
    const { issues } = this.decided
    issues.push(issue)
    this.later(() => issues.splice(issues.indexOf(issue), 1))
  }

  private repeat(issue: RowIssue): void {
    const { decided } = this
    this.warn(issue)
    decided.repeated += 1
    this.later(() => (decided.repeated -= 1))
  }

  /** A record that follows from a row of a log: that row is its identity. */
  follow(draft: Draft, source: SourceRow, parents: Map<string, string>): void {
    const id = newId()
    const values = { ...this.values(draft, id, source), ...this.owned(draft, parents) }
    this.write(draft.entity, id, values, null)
    this.count(draft.entity, 'new')
  }

  /** The record that the rows of a log add up to. */
  folded(draft: Draft, key: string, recordId: string, source: SourceRow): void {
    const known = this.known.get(keyText(draft.entity, key))?.find((variant) => variant.variant === 0)
    const { hash } = prepare(draft)
    const { importId } = this.engine
    const row = source.raw.row
    if (known?.contentHash === hash) return this.take(draft.entity, key, known, row, false)
    this.count(draft.entity, known ? 'changed' : 'new')
    const values = this.values(draft, recordId, source)
    this.write(draft.entity, recordId, values, { externalId: key, variant: 0, before: known ?? null })
    this.take(
      draft.entity,
      key,
      { variant: 0, recordId, contentHash: hash, importId, takenByRow: row },
      row,
      true,
    )
  }
}

const leftOpen = ({ entity, externalId }: Reference): Fault =>
  warning(`unknown_${entity}_left_open`, undefined, { entity, externalId })

const pick = (typed: Readonly<Record<string, unknown>>, chosen: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(typed).filter(([key]) => key in chosen))

const worst = (results: readonly RowResult[]): RowResult =>
  results.includes('new') ? 'new' : results.includes('changed') ? 'changed' : 'same'

async function loadFor(
  db: Kysely<Tables>,
  engine: Engine,
  keys: readonly IdentityKey[],
  refs: readonly Reference[],
) {
  const known = await engine.ledger.load(db, uniqueKeys([...keys, ...identityKeys(refs)]))
  const unresolved = refs.filter(({ entity, externalId }) => !known.has(keyText(entity, externalId)))
  const names = await findByName(db, engine.workspace, engine.answers.source, unresolved)
  return new BatchDecider(engine, known, names)
}

/** Decides rows of which each becomes records of its own. */
export async function decideRecords(
  db: Kysely<Tables>,
  engine: Engine,
  rows: readonly SourceRow[],
): Promise<Decided> {
  const prepared = rows.map((row) => prepareRow(engine, row))
  const drafts = prepared.flatMap((row) => row.drafts)
  const keys = drafts.map(({ draft, identity }) => ({ entity: draft.entity, externalId: identity }))
  const refs = drafts.flatMap(({ draft }) => Object.values(draft.refs ?? {}))
  const decider = await loadFor(db, engine, keys, refs)
  for (const { source, drafts: own, faults } of prepared)
    decider.row(source, faults, () => {
      const parents = new Map<string, string>()
      return worst(own.map((draft) => decider.draft(draft, source, parents)))
    })
  return decider.decided
}

type StoredRows = (entity: Entity, ids: readonly string[]) => Promise<Map<string, Record<string, unknown>>>

/** Decides rows of a log: each adds to the record that it is about, in the order of the file. */
export async function decideLog(
  db: Kysely<Tables>,
  engine: Engine,
  fold: Fold<unknown>,
  rows: readonly SourceRow[],
  stored: StoredRows,
): Promise<Decided> {
  const logRow = `${fold.entity}_log_row`
  const keyed = rows.map((source) => {
    const key = severe(source.read.faults) ? null : fold.key(source.read.row)
    const hash = contentHash([source.read.row.cells, source.read.row.others])
    return { source, key, hash, identity: hashIdentity(hash) }
  })
  const keys = keyed.flatMap(({ key, identity }) =>
    key === null
      ? []
      : [
          { entity: fold.entity, externalId: key },
          { entity: logRow, externalId: identity },
        ],
  )
  const known = await engine.ledger.load(db, uniqueKeys(keys))
  const recordIds = keyed.flatMap(({ key }) => {
    const found = key === null ? undefined : known.get(keyText(fold.entity, key))?.[0]
    return found ? [found.recordId] : []
  })
  const records = await stored(fold.entity, [...new Set(recordIds)])
  const states = new Map<string, { state: unknown; recordId: string; last: SourceRow | null }>()
  for (const { key } of keyed) {
    if (key === null || states.has(key)) continue
    const found = known.get(keyText(fold.entity, key))?.[0]
    const record = found ? (records.get(found.recordId) ?? null) : null
    states.set(key, { state: fold.restore(record), recordId: found?.recordId ?? newId(), last: null })
  }
  const refs = await referencesOf(fold, engine, keyed, states)
  const decider = await loadFor(db, engine, keys, refs)
  for (const { source, key, hash, identity } of keyed)
    decider.row(
      source,
      key === null && !severe(source.read.faults)
        ? [...source.read.faults, error('key_missing')]
        : source.read.faults,
      () => {
        const slot = states.get(key as string)
        if (!slot) throw new Error('a row of a log without its state')
        const verdict = decideIdentity(decider.known.get(keyText(logRow, identity)) ?? [], hash, {
          hasId: false,
          single: false,
        })
        const row = source.raw.row
        if (verdict.what === 'same') {
          decider.take(logRow, identity, verdict.match as KnownVariant, row, false)
          return 'same'
        }
        const stepped = fold.step(slot.state, source.read.row, engine.answers)
        const failed = stepped.faults.find((fault) => fault.severity === 'error')
        if (failed) throw new Refused(failed)
        for (const ref of Object.values(fold.draft(stepped.state, key as string).refs ?? {}))
          decider.resolve(ref)
        const parents = new Map([[fold.entity as string, slot.recordId]])
        for (const draft of stepped.drafts) decider.follow(draft, source, parents)
        for (const fault of stepped.faults) decider.decided.issues.push({ ...fault, raw: source.raw })
        const variant = verdict.what === 'new' ? verdict.variant : 0
        const { importId } = engine
        const entry = { variant, recordId: slot.recordId, contentHash: hash, importId, takenByRow: row }
        decider.take(logRow, identity, entry, row, true)
        slot.state = stepped.state
        slot.last = source
        return 'new'
      },
    )
  for (const [key, { state, recordId, last }] of states)
    if (last) decider.folded(fold.draft(state, key), key, recordId, last)
  return decider.decided
}

export type UsageRow = Readonly<{ source: SourceRow; draft: UsageDraft; accountId: string }>

/** Decides rows of counts: whose they are. Identity is decided where the counts are stored. */
export async function decideUsage(
  db: Kysely<Tables>,
  engine: Engine,
  rows: readonly SourceRow[],
): Promise<{ decided: Decided; usage: UsageRow[] }> {
  const { type } = engine
  if (type.target !== 'usage') throw new Error(`${type.kind} is not of target usage`)
  const mapped = rows.map((source) => {
    if (severe(source.read.faults)) return { source, draft: null, faults: source.read.faults }
    const { draft, faults } = type.map(source.read.row, engine.answers)
    const nothing = draft === null && !severe(faults) ? [error('nothing_to_import')] : []
    return { source, draft, faults: [...source.read.faults, ...faults, ...nothing] }
  })
  const refs = mapped.flatMap(({ draft }) => (draft ? [draft.account] : []))
  const decider = await loadFor(db, engine, [], refs)
  const usage: UsageRow[] = []
  for (const { source, draft, faults } of mapped)
    decider.row(source, faults, () => {
      if (!draft) return 'refused'
      const accountId = decider.resolve(draft.account)
      if (accountId === null)
        throw new Refused(
          error('unknown_account', undefined, { entity: 'account', externalId: draft.account.externalId }),
        )
      usage.push({ source, draft, accountId })
      return 'new'
    })
  return { decided: decider.decided, usage }
}

/** References that the log's records will have: a trial of the fold, so that they can be looked up in bulk. */
async function referencesOf(
  fold: Fold<unknown>,
  engine: Engine,
  keyed: readonly Readonly<{ source: SourceRow; key: string | null }>[],
  states: ReadonlyMap<string, { state: unknown }>,
): Promise<Reference[]> {
  const trial = new Map([...states].map(([key, { state }]) => [key, state]))
  const refs: Reference[] = []
  for (const { source, key } of keyed) {
    if (key === null) continue
    const stepped = fold.step(trial.get(key) ?? null, source.read.row, engine.answers)
    if (severe(stepped.faults)) continue
    trial.set(key, stepped.state)
    const drafts = [...stepped.drafts, fold.draft(stepped.state, key)]
    refs.push(...drafts.flatMap((draft) => Object.values(draft.refs ?? {})))
  }
  return refs
}
