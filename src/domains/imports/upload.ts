import { createHash } from 'node:crypto'

import { mkdir, open, rename, rm } from 'node:fs/promises'

import { demand } from '../../platform/action.ts'
import type { Ctx } from '../../platform/context.ts'
import { Problem } from '../../platform/errors.ts'
import { newId } from '../../platform/ids.ts'
import { openSource } from '../../platform/tabular/source.ts'
import { inspectTable, type TableChoices } from '../../platform/tabular/table.ts'
import { TabularError } from '../../platform/tabular/tabular-error.ts'
import { createImport } from './actions.ts'
import type { ImportType } from './import-type.ts'
import { uploadPath, uploadsDir } from './jobs/load.ts'
import { guessKinds } from './model/guess.ts'
import { applyTemplate, proposePlan } from './model/plan.ts'
import { storable } from './model/text.ts'
import { fittingTemplates, latestSource } from './reads.ts'
import { Inspection, type Plan } from './schema.ts'

const sampleRows = 5_000
const shownRows = 50
const shownChars = 1_000

/** A file that cannot be taken in: what it is, and what to do. */
export const asProblem = (thrown: unknown): unknown =>
  thrown instanceof TabularError ? new Problem(422, thrown.code, thrown.message) : thrown

export type UploadLimits = Readonly<{ uploadMaxBytes: number }>

const tooLarge = (limit: number): Problem =>
  new Problem(
    413,
    'file_too_large',
    `The file is over ${limit.toLocaleString('en')} bytes. Split it, or raise MAINSTAY_UPLOAD_MAX_BYTES.`,
  )

/** Writes a stream to a file and to disk; gives size and SHA-256. Whoever calls removes the file on failure. */
async function store(stream: AsyncIterable<Uint8Array>, path: string, limit: number) {
  const hash = createHash('sha256')
  let bytes = 0
  const file = await open(path, 'wx', 0o600)
  try {
    for await (const chunk of stream) {
      bytes += chunk.byteLength
      if (bytes > limit) throw tooLarge(limit)
      hash.update(chunk)
      await file.writeFile(chunk)
    }
    await file.sync()
  } finally {
    await file.close()
  }
  return { fileBytes: bytes, fileSha256: hash.digest('hex') }
}

/** The last part of a path, without control characters: for people to read, never to open. */
const shownName = (name: string): string => {
  const base = name.split(/[\\/]/).at(-1) ?? ''
  return (
    storable(base.replace(/\p{Control}/gu, ''))
      .trim()
      .slice(0, 255) || 'file'
  )
}

/** Finds out how a stored file reads and what it could be. */
export async function inspectUpload(
  path: string,
  types: readonly ImportType[],
  fileName: string,
  choices: TableChoices = {},
): Promise<Inspection> {
  try {
    const source = await openSource(path)
    const guess = await inspectTable(source, { choices, sampleRows })
    const kinds = guessKinds(types, guess.columns, fileName)
    return Inspection.parse(
      JSON.parse(
        JSON.stringify({
          format: source.format,
          dialect: guess.dialect,
          header: guess.header,
          encoding: guess.encoding,
          sheets: guess.sheets,
          columns: guess.columns,
          sample: guess.sample.slice(0, shownRows).map(({ row, line, fields }) => ({
            row,
            line,
            fields: fields.map((field) => field.slice(0, shownChars)),
          })),
          kinds: kinds.map(({ kind, confidence, named }) => ({ kind, confidence, named })),
        }),
        (_key, value: unknown) => (typeof value === 'string' ? storable(value) : value),
      ),
    )
  } catch (thrown) {
    throw asProblem(thrown)
  }
}

/** What is asked of every file, as far as it can be known beforehand. */
async function firstAnswers(ctx: Ctx): Promise<Plan['answers']> {
  const workspace = await ctx.pg
    .selectFrom('workspace')
    .select(['currency', 'timeZone'])
    .where('id', '=', ctx.workspace)
    .executeTakeFirstOrThrow()
  const source = (await latestSource(ctx)) ?? 'files'
  return {
    source,
    asOf: null,
    unknownAccounts: 'refuse',
    currency: workspace.currency,
    timeZone: workspace.timeZone,
  }
}

async function firstPlan(ctx: Ctx, types: readonly ImportType[], inspection: Inspection): Promise<Plan> {
  const [template] = await fittingTemplates(ctx, inspection.dialect.columns)
  if (template && types.some((type) => type.kind === template.kind))
    return applyTemplate(template, inspection.columns)
  const answers = await firstAnswers(ctx)
  const type = types.find((candidate) => candidate.kind === inspection.kinds[0]?.kind) ?? types[0]
  if (!type) throw new Problem(503, 'no_kinds', 'This Mainstay knows no kind of file.')
  return proposePlan(type, inspection.columns, answers)
}

/**
 * Takes a file in: streams it to the data folder under an id of ours, looks what it is and proposes a plan. A file that
 * is too large, breaks off or cannot be read leaves nothing behind.
 */
export async function receiveUpload(
  ctx: Ctx,
  types: readonly ImportType[],
  stream: AsyncIterable<Uint8Array>,
  fileName: string,
  { uploadMaxBytes }: UploadLimits,
): Promise<{ id: string }> {
  demand(ctx, 'csm', 'import')
  const id = newId()
  const path = uploadPath(ctx, id)
  const part = `${path}.part`
  await mkdir(uploadsDir(ctx), { recursive: true })
  try {
    const file = await store(stream, part, uploadMaxBytes)
    const name = shownName(fileName)
    const inspection = await inspectUpload(part, types, name)
    const plan = await firstPlan(ctx, types, inspection)
    await rename(part, path)
    const folder = await open(uploadsDir(ctx), 'r')
    await folder.sync().finally(() => folder.close())
    return await createImport(ctx, { id, fileName: name, ...file, inspection, plan })
  } catch (thrown) {
    await rm(part, { force: true })
    await rm(path, { force: true })
    throw thrown
  }
}
