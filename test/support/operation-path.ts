import type { Operation } from '@waybill/spec'

/** The path of an operation with ids that name nothing, or these. */
export function operationPath({ operationId, path }: Operation, ids: Readonly<Record<string, string>> = {}): string {
  const given: Record<string, string> = {
    jobId: `job_${'0'.repeat(32)}`,
    tokenId: `tok_${'0'.repeat(32)}`,
    endpointId: `whe_${'0'.repeat(32)}`,
    executionId: 'no-such-execution',
    channel: 'no-such-channel',
    subscription: 'a',
    index: '0',
    ...ids,
  }
  const filled = path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(given[name]!))
  if (operationId === 'search') return `${filled}?q=sku-1001`
  return operationId === 'appendItems' ? `${filled}?fromIndex=0` : filled
}
