import { ProblemError } from '../../model/errors.ts'
import type { IngestOptions, SubmitRequest } from '../ingest-ports.ts'
import { type EnvelopeContext, envelopeProblem, type ParsedEnvelope } from './parse-envelope.ts'

/**
 * Ensures that the caller may give a job a webhook, and that its URL may be called.
 * @throws ProblemError `forbidden`: the scope is missing; `bad_request`: the URL
 */
export async function checkWebhook(
  { webhook }: ParsedEnvelope,
  context: EnvelopeContext,
  {
    request: { mayAddWebhook = false },
    deps,
  }: { readonly request: Pick<SubmitRequest, 'mayAddWebhook'>; readonly deps: Pick<IngestOptions, 'jobWebhooks'> },
): Promise<void> {
  if (webhook === undefined) return
  if (!mayAddWebhook) {
    const detail = `Cannot ${context.action} with a webhook as the token must have the scope webhooks:write: it does not`
    throw new ProblemError({ code: 'forbidden', detail })
  }
  const fault = await deps.jobWebhooks.faultOf(webhook.url)
  if (fault !== null) throw envelopeProblem([{ pointer: '/webhook/url', detail: fault, unknown: false }], context)
}
