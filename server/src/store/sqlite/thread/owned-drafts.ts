import type { ChunkDraft } from '../../item-store.ts'
import type { JobPublication } from '../../job-store.ts'
import { owned } from './transfer.ts'

/*
 * Copies data into buffers that may be transferred to the writer's thread.
 */

export function ownedPublication(publication: JobPublication): JobPublication {
  const { chunks, outcomes, retries = [] } = publication
  return {
    ...publication,
    chunks: chunks.map(ownedChunk),
    outcomes: outcomes.map(ownedBatch),
    retries: retries.map(({ ref, indexes }) => ({ ref, indexes: owned(indexes) })),
  }
}

export function ownedChunk(draft: ChunkDraft): ChunkDraft {
  return { ...draft, body: owned(draft.body), keys: owned(draft.keys), ids: owned(draft.ids) }
}

export function ownedBatch<Batch extends { readonly details: Uint8Array | null }>(batch: Batch): Batch {
  return { ...batch, details: batch.details === null ? null : owned(batch.details) }
}
