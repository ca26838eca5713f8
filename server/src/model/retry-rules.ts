import type { RetryRule } from './channel.ts'

/** A rule as it is written down, in a request or the config file: a range of statuses is a text such as `500-599`. */
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
    ...(status !== undefined && { status: status.map((one) => (typeof one === 'number' ? one : readRange(one))) }),
    ...(code !== undefined && { code }),
    then,
  }))
}

/** The same rules as they are written, for an answer. */
export function writeRules(
  rules: readonly RetryRule[],
): { status?: (number | string)[]; code?: string[]; then: RetryRule['then'] }[] {
  return rules.map(({ status, code, then }) => ({
    ...(status !== undefined && { status: status.map((one) => (typeof one === 'number' ? one : one.join('-'))) }),
    ...(code !== undefined && { code: [...code] }),
    then,
  }))
}

/** A range that can match nothing was meant otherwise. */
export function ruleFaults(rules: readonly RetryRule[]): RuleFault[] {
  return rules.flatMap(({ status = [] }, rule) =>
    status.flatMap((one, at) =>
      typeof one === 'number' || one[0] <= one[1]
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

function readRange(text: string): readonly [number, number] {
  const [from = '', to = ''] = text.split('-')
  return [Number(from), Number(to)]
}
