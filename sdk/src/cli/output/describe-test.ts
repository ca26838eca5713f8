import type { ChannelTest, TestedHeader, TestedResult } from '@waybill/spec'
import { formatJson } from './format-json.ts'
import { formatCount, toPrintable } from './printable.ts'

/** The test of a channel as people read it: the request, the answer, and in the last line how the item would have ended. */
export function describeTest({ sent, request, answer, result }: ChannelTest): string[] {
  const requested =
    request === null ? [] : [toPrintable(`${request.method} ${request.url}`), ...describeHeaders(request.headers)]
  const answered =
    answer === null ? [] : [`HTTP ${answer.status} in ${answer.durationMs} ms`, ...describeHeaders(answer.headers)]
  const blocks = [
    requested,
    request === null ? [] : describeBody(request),
    answered,
    answer === null ? [] : describeBody(answer),
    // What the answer shows is not shown twice.
    answer === null && result?.result != null ? toLines(formatJson(JSON.stringify(result.result))) : [],
    describeResult(result, sent),
  ]
  return blocks.filter((block) => block.length > 0).flatMap((block, n) => (n === 0 ? block : ['', ...block]))
}

function describeHeaders(headers: readonly TestedHeader[]): string[] {
  return headers.map(({ name, value }) => toPrintable(`${name}: ${value}`))
}

function describeBody(
  shown: Pick<NonNullable<ChannelTest['request']>, 'body' | 'bodyBytes' | 'bodyTruncated'>,
): string[] {
  const { body, bodyBytes, bodyTruncated } = shown
  if (body === null) return []
  const more = bodyTruncated ? [`... (the beginning of ${formatCount(bodyBytes)} bytes)`] : []
  return [...toLines(formatJson(body)), ...more]
}

function toLines(text: string): string[] {
  return text.split(/\r?\n/).map(toPrintable)
}

function describeResult(result: TestedResult | null, sent: boolean): string[] {
  if (result === null) return sent ? [] : ['not sent']
  const warnings = result.warnings.map(({ code, detail, pointer }) =>
    toPrintable(`warning: ${[code, pointer].filter(Boolean).join(' at ')}: ${detail}`),
  )
  return [...warnings, toPrintable(describeOutcome(result))]
}

function describeOutcome({ error, verdict, retryAt }: TestedResult): string {
  if (error === null) return verdict
  const { code, status, detail, title, pointer } = error
  const name = status === null || code === `http_${status}` ? code : `${code} (${status})`
  return `failed: ${name}${pointer === null ? '' : ` at ${pointer}`}: ${detail ?? title} (${describeNext(verdict, retryAt)})`
}

/** The next event of an item of a job. */
function describeNext(verdict: TestedResult['verdict'], retryAt: string | null): string {
  if (verdict === 'parked') return 'an item of a job would wait for a decision'
  if (retryAt === null) return 'an item of a job would not be tried again'
  const counted = verdict === 'throttled' ? ', which does not count as an attempt' : ''
  return `an item of a job would be tried again by ${retryAt}${counted}`
}
