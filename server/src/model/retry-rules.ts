import type { RetryRule, StatusMatch } from './channel.ts'

/** A rule as it is written down, in a request or the config file: ranges and classes of statuses are texts such as `500-599` and `5xx`. */
export interface WrittenRule {
  readonly status?: readonly (number | string)[] | undefined
  readonly code?: readonly string[] | undefined
  readonly then: RetryRule['then']
}

/** What is wrong with rules beyond what their schema says: where (JSON Pointer into the list), and what is wanted. */
export interface RuleFault {
  readonly pointer: string
  readonly detail: string
}

/** Rules as they are worked with. @param rules valid by their schema */
export function readRules(rules: readonly WrittenRule[]): RetryRule[] {
  return rules.map(({ status, code, then }) => ({
    ...(status !== undefined && { status: status.map(readStatus) }),
    ...(code !== undefined && { code }),
    then,
  }))
}

/** The same rules as they are written, for an answer. */
export function writeRules(
  rules: readonly RetryRule[],
): { status?: (number | string)[]; code?: string[]; then: RetryRule['then'] }[] {
  return rules.map(({ status, code, then }) => ({
    ...(status !== undefined && { status: status.map((one) => (isRange(one) ? one.join('-') : one)) }),
    ...(code !== undefined && { code: [...code] }),
    then,
  }))
}

/** A range that can match nothing was meant otherwise. */
export function ruleFaults(rules: readonly RetryRule[]): RuleFault[] {
  return rules.flatMap(({ status = [] }, rule) =>
    status.flatMap((one, at) =>
      !isRange(one) || one[0] <= one[1]
        ? []
        : [
            {
              pointer: `/${rule}/status/${at}`,
              detail: `must begin with the lower status: current value is ${one.join('-')}`,
            },
          ],
    ),
  )
}

function readStatus(written: number | string): StatusMatch {
  if (typeof written === 'number') return written
  if (written.endsWith('xx')) return written as StatusMatch
  const [from = '', to = ''] = written.split('-')
  return [Number(from), Number(to)]
}

function isRange(status: StatusMatch): status is readonly [number, number] {
  return typeof status === 'object'
}
