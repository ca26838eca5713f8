import type { ChunkDraft } from '../item-store.ts'
import type { JobPublication } from '../job-store.ts'

/*
 * Bytes go between threads without a copy: their buffers are transferred. A view over a part of a buffer (a slice of Node's pool
 * above all) is copied first: sending it as it is would copy or take away the whole buffer.
 */

/** A view that owns its buffer, and so may be transferred. */
export function owned<View extends Uint8Array | Uint32Array>(view: View): View {
  const { buffer } = view
  if (buffer instanceof ArrayBuffer && buffer.byteLength === view.byteLength) return view
  return (view instanceof Uint32Array ? view.slice() : Uint8Array.from(view)) as View
}

/** A publication in buffers that may be transferred to the writer's thread; so are the chunks and batches below. */
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

/** The buffers in a message (as deep as those of an execution's jobs: call, jobs, job, chunks, chunk), each once. */
export function buffersOf(message: unknown): ArrayBuffer[] {
  const found = new Set<ArrayBuffer>()
  collect(message, found, 0)
  return [...found]
}

const MAX_DEPTH = 5

function collect(value: unknown, found: Set<ArrayBuffer>, depth: number): void {
  if (typeof value !== 'object' || value === null) return
  if (ArrayBuffer.isView(value)) {
    if (value.buffer instanceof ArrayBuffer && value.byteLength === value.buffer.byteLength && value.byteLength > 0)
      found.add(value.buffer)
  } else if (value instanceof ArrayBuffer) {
    if (value.byteLength > 0) found.add(value)
  } else if (depth < MAX_DEPTH) {
    for (const member of Array.isArray(value) ? (value as unknown[]) : Object.values(value))
      collect(member, found, depth + 1)
  }
}

/**
 * Gives the memory of buffers back at once: nobody reads them any more. Left to the garbage collector, up to 64 MB of chunks that are long
 * on disk stay in memory while the server is quiet.
 */
export function release(views: readonly Uint8Array[]): void {
  for (const { buffer, byteLength } of views)
    if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength && !buffer.detached) buffer.transfer(0)
}
