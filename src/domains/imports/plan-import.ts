import type { Ctx } from '../../platform/context.ts'
import { notFound } from '../../platform/errors.ts'
import { savePlan } from './actions.ts'
import type { ImportType } from './import-type.ts'
import { typeOf, uploadPath } from './jobs/load.ts'
import { applyTemplate, changePlan, proposePlan } from './model/plan.ts'
import { fittingTemplates, getImport } from './reads.ts'
import type { Inspection, Plan, PlanInput } from './schema.ts'
import { inspectUpload } from './upload.ts'

async function basePlan(
  ctx: Ctx,
  types: readonly ImportType[],
  plan: Plan,
  inspection: Inspection,
  input: PlanInput,
): Promise<Plan> {
  if (input.templateId) {
    const fitting = await fittingTemplates(ctx, inspection.dialect.columns)
    const template = fitting.find((candidate) => candidate.id === input.templateId)
    if (!template) throw notFound('template')
    return applyTemplate(template, inspection.columns)
  }
  const kind = input.kind ?? plan.kind
  const sameColumns = inspection.columns.every((column) => column.name in plan.columns)
  if (kind === plan.kind && sameColumns && !input.reading) return plan
  return proposePlan(typeOf(types, kind), inspection.columns, plan.answers)
}

/** Changes how a file is read and what its columns mean: another kind or another way of reading is guessed anew. */
export async function planImport(
  ctx: Ctx,
  types: readonly ImportType[],
  id: string,
  input: PlanInput,
): Promise<void> {
  const stored = await getImport(ctx, types, id)
  const inspection = input.reading
    ? await inspectUpload(uploadPath(ctx, id), types, stored.fileName, input.reading)
    : stored.inspection
  const base = await basePlan(ctx, types, stored.plan, inspection, input)
  const plan = changePlan(typeOf(types, base.kind), base, inspection.columns, input)
  await savePlan(ctx, { id, plan, inspection, saveAs: input.saveAs })
}
