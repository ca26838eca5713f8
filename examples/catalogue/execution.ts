// The catalogue as one execution: a stage for each kind of object, a job for each storefront. The jobs are made open, then filled
// and sealed; a stage starts when all jobs of the stage before have ended.

import type { JobHandle, Waybill } from '@waybill/sdk'
import type { CatalogueItem } from './catalogue.ts'

export interface CatalogueStage {
  readonly objectType: string
  readonly items: readonly CatalogueItem[]
}

/** The jobs of a stage that was handed over, one for each channel. */
export interface RunningStage extends CatalogueStage {
  readonly jobs: readonly { readonly channel: string; readonly handle: JobHandle }[]
}

/** Items in one part; the server takes up to 10,000. */
const PART_ITEMS = 5000

/** Hands over everything; resolves when it is durable, while the first stage is already being delivered. */
export async function submitExecution(
  waybill: Waybill,
  stages: readonly CatalogueStage[],
  channels: readonly string[],
): Promise<{ id: string; stages: RunningStage[] }> {
  const { data: execution, error } = await waybill.raw.POST('/v1/executions', {
    params: { header: { 'Idempotency-Key': crypto.randomUUID() } },
    body: {
      stages: stages.map(({ objectType }) => ({
        name: objectType,
        jobs: channels.map((channel) => ({
          channel,
          objectType,
          action: 'update' as const,
          source: 'demo',
          open: true,
        })),
      })),
    },
  })
  if (execution === undefined) throw new Error(`Cannot create execution: ${error.detail}`)
  const running: RunningStage[] = []
  for (const [n, stage] of stages.entries()) {
    const jobs = execution.stages[n]!.jobs.map((job) => ({ channel: job.channel, handle: waybill.jobs.attach(job) }))
    for (const { handle } of jobs) await fill(waybill, handle.id, stage.items)
    running.push({ ...stage, jobs })
  }
  return { id: execution.id, stages: running }
}

/** Appends the items in parts, each of them durable before the next, and seals the job. */
async function fill(waybill: Waybill, jobId: string, items: readonly CatalogueItem[]): Promise<void> {
  for (let fromIndex = 0; fromIndex < items.length; fromIndex += PART_ITEMS) {
    const part = items.slice(fromIndex, fromIndex + PART_ITEMS)
    const { error } = await waybill.raw.POST('/v1/jobs/{jobId}/items', {
      params: { path: { jobId }, query: { fromIndex } },
      headers: { 'Content-Type': 'application/x-ndjson' },
      body: part.map((item) => `${JSON.stringify(item)}\n`).join('') as unknown as CatalogueItem[],
    })
    if (error !== undefined) throw new Error(`Cannot append items: ${error.detail}`)
  }
  const { error } = await waybill.raw.POST('/v1/jobs/{jobId}/seal', {
    params: { path: { jobId } },
    body: { itemCount: items.length },
  })
  if (error !== undefined) throw new Error(`Cannot seal job: ${error.detail}`)
}
