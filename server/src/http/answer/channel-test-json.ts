import type { ChannelTest, TestedResult } from '@waybill/spec'
import type { TestedCall } from '../../dispatch/channel-tests.ts'
import type { TestedOutcome } from '../../dispatch/judge-test.ts'
import type { ItemError } from '../../model/item.ts'
import { REDACTED } from '../../model/redaction.ts'

/** Without what the request and the answer say: they have data of the item, which may come from elsewhere (`payload`). */
export function redactedTest({ request, answer, outcome, ...tested }: TestedCall): TestedCall {
  const headersOf = (headers: readonly { readonly name: string }[]) =>
    headers.map(({ name }) => ({ name, value: REDACTED }))
  const textOf = (text: string | null) => (text === null ? null : REDACTED)
  return {
    ...tested,
    request: request && { ...request, url: REDACTED, headers: headersOf(request.headers), body: textOf(request.body) },
    answer: answer && { ...answer, headers: headersOf(answer.headers), body: textOf(answer.body) },
    outcome: outcome && {
      ...outcome,
      warnings: outcome.warnings.map((warning) => ({ ...warning, detail: REDACTED })),
      error: outcome.error && redactedError(outcome.error),
      result: outcome.result === null ? null : JSON.stringify(REDACTED),
    },
  }
}

function redactedError({ errors, ...error }: ItemError): ItemError {
  const faults = errors?.map((fault) => ({ ...fault, detail: REDACTED }))
  // The engine's own titles are known; those of a connector may repeat anything.
  const title = error.origin === 'engine' ? error.title : REDACTED
  return { ...error, title, detail: error.detail === null ? null : REDACTED, ...(faults && { errors: faults }) }
}

/** The public ChannelTest as JSON. The result goes in as it is kept: it may be nested too deeply to be written anew. */
export function channelTestJson({ sent, request, answer, outcome }: TestedCall): string {
  const shown: Omit<ChannelTest, 'result'> = { sent, request, answer }
  return `${JSON.stringify(shown).slice(0, -1)},"result":${outcome === null ? 'null' : resultJson(outcome)}}`
}

function resultJson({ verdict, retryAtMs, error, warnings, result }: TestedOutcome): string {
  const shown: Omit<TestedResult, 'result'> = {
    outcome: verdict === 'succeeded' ? 'succeeded' : 'failed',
    verdict,
    retryAt: retryAtMs === null ? null : new Date(retryAtMs).toISOString(),
    warnings: [...warnings],
    error: error === null ? null : errorView(error),
  }
  return `${JSON.stringify(shown).slice(0, -1)},"result":${result ?? 'null'}}`
}

function errorView({ errors, ...error }: ItemError): TestedResult['error'] {
  return { ...error, ...(errors !== undefined && { errors: [...errors] }) }
}
