import type { ChannelTest, TestedResult } from '@waybill/spec'
import type { TestedCall } from '../../dispatch/channel-tests.ts'
import type { TestedOutcome } from '../../dispatch/judge-test.ts'
import type { ItemError } from '../../model/item.ts'

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
