import { ProblemError, type ProblemPlace } from '../model/errors.ts'
import { MAX_ENVELOPE_BYTES, MAX_ITEM_BYTES, MAX_ITEMS_PER_JSON_REQUEST, MAX_JSON_BODY_BYTES } from '../model/limits.ts'
import { addItemFaults, type RefusedBody } from './check/add-item-faults.ts'
import { checkDependencies } from './check/check-dependencies.ts'
import { checkWebhook } from './check/check-webhook.ts'
import type { IngestOptions, SubmittedJob } from './ingest-ports.ts'
import { JobDraft, type JobDraftOptions, type SubmitUpload } from './publish.ts'
import { JsonBodyScanner } from './body/json-body-scanner.ts'
import { type EnvelopeContext, parseEnvelope, type ParsedEnvelope } from './check/parse-envelope.ts'
import { readBody } from './body/read-body.ts'

/** Stands for the items, which are checked one by one, where the schema of the whole body requires them. */
const SOME_ITEM = { id: 'item' }

/** `POST /v1/jobs` with a JSON body: fields of the envelope may follow the items, so the items' bytes are held until all is known. */
export async function ingestJson(upload: SubmitUpload, deps: IngestOptions): Promise<SubmittedJob> {
  const action = 'submit job'
  const limit = { name: 'maxItemsPerJsonRequest', items: MAX_ITEMS_PER_JSON_REQUEST }
  const scanner = new JsonBodyScanner({ array: 'items' }, scannerLimits(limit))
  await scanBody(scanner, upload)
  const envelope = { ...scanner.envelope(), ...(scanner.sawItems && { items: [] }) }
  const context = { schema: 'JobSubmission', action, subscription: upload.request.subscription } as const
  const place = (at: { item: number; pointer: string }): Omit<ProblemPlace, 'detail'> => ({
    pointer: `/items/${at.item}${at.pointer}`,
  })
  const body = { scanner, upload, intake: { place, limit, action } }
  const parsed = await checkedEnvelope(envelope, context, { body, deps })
  const draft = { parsed, place, limit, action, linesBefore: 0, brokenJson: 'body' } as const
  return publishItems(scanner, new JobDraft(draft, deps, upload))
}

/** `POST /v1/items`: a job of the one item in the body. */
export async function ingestItem(upload: SubmitUpload, deps: IngestOptions): Promise<SubmittedJob> {
  const action = 'deliver item'
  const limit = { name: 'maxItemsPerJsonRequest', items: 1 }
  const scanner = new JsonBodyScanner({ single: 'item' }, scannerLimits(limit))
  await scanBody(scanner, upload)
  const envelope = { ...scanner.envelope(), ...(scanner.sawItems && { item: SOME_ITEM }) }
  const context = { schema: 'ItemDelivery', action, subscription: upload.request.subscription } as const
  const place: JobDraftOptions['place'] = ({ pointer }) => ({ pointer: `/item${pointer}` })
  const body = { scanner, upload, intake: { place, limit, action } }
  const parsed = await checkedEnvelope(envelope, context, { body, deps })
  const draft = { parsed, place, limit, action, linesBefore: 0, brokenJson: 'body', continuesTrace: true } as const
  return publishItems(scanner, new JobDraft(draft, deps, upload))
}

/** @throws ProblemError with all faults of the envelope, and those of the items that can be judged without it */
async function checkedEnvelope(
  envelope: unknown,
  context: EnvelopeContext & { readonly subscription: string },
  { body, deps }: { readonly body: RefusedBody; readonly deps: IngestOptions },
): Promise<ParsedEnvelope> {
  try {
    const parsed = parseEnvelope(envelope, context, deps)
    await checkWebhook(parsed, context, { request: body.upload.request, deps })
    await checkDependencies(parsed, context, deps)
    return parsed
  } catch (error) {
    throw error instanceof ProblemError ? await addItemFaults(error, body) : error
  }
}

function scannerLimits(limit: { name: string; items: number }): ConstructorParameters<typeof JsonBodyScanner>[1] {
  return {
    maxItems: limit.items,
    maxItemsName: limit.name,
    maxItemBytes: MAX_ITEM_BYTES,
    maxEnvelopeBytes: MAX_ENVELOPE_BYTES,
  }
}

async function scanBody(scanner: JsonBodyScanner, { request, place, first }: SubmitUpload): Promise<void> {
  const limit = { name: 'maxJsonBodyBytes', bytes: MAX_JSON_BODY_BYTES }
  const { slice } = place
  for await (const bytes of readBody(request.body, { limit, slice, fingerprint: first?.fingerprint ?? null })) {
    place.hold(bytes.length)
    slice.run(() => scanner.push(bytes))
  }
  scanner.end()
}

async function publishItems(scanner: JsonBodyScanner, draft: JobDraft): Promise<SubmittedJob> {
  try {
    const blocks = scanner.takeBlocks().reverse()
    for (let block = blocks.pop(); block !== undefined; block = blocks.pop()) await draft.take(block)
    return await draft.publish(scanner.sawItems)
  } catch (error) {
    await draft.discard()
    throw error
  }
}
