// The catalogue as one execution: a stage for each kind of object, a job for each storefront. The jobs are made open, then filled
// and sealed; a stage starts when all jobs of the stage before have ended.

import type { JobHandle, Waybill } from '@waybill/sdk'
import type { CatalogueItem } from './catalogue.ts'

export interface CatalogueStage {
  readonly objectType: string
  readonly items: readonly CatalogueItem[]
}

/** The jobs of a submitted stage, one for each channel. */
export interface RunningStage extends CatalogueStage {
  readonly jobs: readonly { readonly channel: string; readonly handle: JobHandle }[]
}

/** Submits everything; resolves when it is durable, while the first stage is already being delivered. */
export async function submitExecution(
  waybill: Waybill,
  stages: readonly CatalogueStage[],
  channels: readonly string[],
): Promise<{ id: string; stages: RunningStage[] }> {
  const execution = await waybill.executions.create({
    stages: stages.map(({ objectType }) => ({
      name: objectType,
      jobs: channels.map((channel) => ({ channel, objectType, action: 'update', source: 'demo', open: true })),
    })),
  })
  const running: RunningStage[] = []
  for (const [n, stage] of stages.entries()) {
    const jobs = execution.stages[n]!.jobs.map((job) => ({ channel: job.channel, handle: waybill.jobs.attach(job) }))
    for (const { handle } of jobs) await handle.upload(stage.items)
    running.push({ ...stage, jobs })
  }
  return { id: execution.id, stages: running }
}
