/** A status, a range of them as `[from, to]` (both included), or a class. */
export type StatusMatch = number | readonly [number, number] | `${1 | 2 | 3 | 4 | 5}xx`

/** A rule with its ranges read. It matches a failed call by HTTP status or by error code; with both, either is enough. */
export interface RetryRule {
  readonly status?: readonly StatusMatch[]
  readonly code?: readonly string[]
  readonly then: 'retry' | 'fail' | 'park'
}

/** A rule as a request or the config file has it: ranges and classes of statuses are texts such as `500-599` and `5xx`. */
export interface WrittenRule {
  readonly status?: readonly (number | string)[] | undefined
  readonly code?: readonly string[] | undefined
  readonly then: RetryRule['then']
}

/** A fault of a rule that its schema does not find: where (JSON Pointer into the list), and what is required there. */
export interface RuleFault {
  readonly pointer: string
  readonly detail: string
}

/** Reads the ranges of rules. @param rules valid by their schema */
export function readRules(rules: readonly WrittenRule[]): RetryRule[] {
  return rules.map(({ status, code, then }) => ({
    ...(status !== undefined && { status: status.map(readStatus) }),
    ...(code !== undefined && { code }),
    then,
  }))
}

/** Writes rules as a request has them, for an answer. */
export function writeRules(
  rules: readonly RetryRule[],
): { status?: (number | string)[]; code?: string[]; then: RetryRule['then'] }[] {
  return rules.map(({ status, code, then }) => ({
    ...(status !== undefined && { status: status.map((one) => (isRange(one) ? one.join('-') : one)) }),
    ...(code !== undefined && { code: [...code] }),
    then,
  }))
}

/** Finds ranges that match nothing. */
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
