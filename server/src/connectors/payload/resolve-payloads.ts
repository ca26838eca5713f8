import type { CallItem, CallJob, ItemAnswer } from '../connector.ts'
import { sizeFault, unresolvedId, withPayload } from './item-payload.ts'
import type { PayloadResolver } from './payload-resolver.ts'

/** An item with its payload, as if it had been submitted with it, or the answer that ends this try of it. */
export type ResolvedItem = { readonly line: Buffer } | { readonly failure: ItemAnswer }

/**
 * Resolves the payloads of items of one job apart from any lot, in their order: of those that lack data, each id once. Whole items are
 * returned as they are.
 */
export async function resolvePayloads(
  items: readonly Pick<CallItem, 'bytes' | 'start' | 'end'>[],
  options: {
    readonly resolver: PayloadResolver
    readonly job: Pick<CallJob, 'subscription' | 'objectType' | 'action'>
    readonly signal: AbortSignal
  },
): Promise<readonly ResolvedItem[]> {
  const { resolver, job, signal } = options
  const { subscription, objectType } = job
  const idOf = items.map((item) => unresolvedId(item, job.action))
  const ids = [...new Set(idOf)].filter((id) => id !== null)
  const payloads = new Map<string, Awaited<ReturnType<PayloadResolver['resolve']>>[number]>()
  for (let from = 0; from < ids.length; from += resolver.batchSize) {
    const some = ids.slice(from, from + resolver.batchSize)
    const resolved = await resolver.resolve({ subscription, objectType, ids: some, signal })
    some.forEach((id, at) => payloads.set(id, resolved[at]!))
  }
  return items.map((item, at) => {
    const id = idOf[at]!
    if (id === null) return { line: Buffer.from(item.bytes.subarray(item.start, item.end)) }
    const payload = payloads.get(id)!
    if ('failure' in payload) return payload
    const failure = sizeFault(item, payload.data)
    return failure === null ? { line: withPayload(item, payload.data) } : { failure }
  })
}
