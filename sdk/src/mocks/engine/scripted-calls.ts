import type { ChannelName, JobId } from '../../ids.ts'
import type { MockItem } from './mock-job.ts'
import type { CallAnswer } from './verdict.ts'

/** An item that is called, as `failItem` looks at it. */
export interface CalledItem {
  readonly jobId: JobId
  readonly index: number
  readonly id: string
  readonly partitionKey: string | null
  readonly channel: ChannelName
  readonly objectType: string
  readonly data: unknown
}

/** Which items: those of an id, or those that a function picks. */
export type MatchItem = string | ((item: CalledItem) => boolean)

/** How the call of an item is answered. */
export interface ItemFailure {
  /** The status with which the target system responds: 5xx, 408, 425 and 429 are retried, other 4xx fail permanently. @default 422 */
  readonly status?: number
  /** The error's code. @default `http_<status>` */
  readonly code?: string
  /** For people. @default none */
  readonly detail?: string
  /** Whether the target system says that a later call may succeed. @default what the status says */
  readonly retryable?: boolean
  /** With 429 and 503: the whole channel waits this long, and the call does not count as an attempt. @default none */
  readonly retryAfterSeconds?: number
  /** Only the first calls of each item fail, later ones succeed. @default every call */
  readonly times?: number
}

/** Decides what calls are answered with. */
export interface ScriptedCalls {
  failItem(match: MatchItem, failure?: ItemFailure): void
  answer(item: MockItem): CallAnswer
}

export interface ScriptedCallsOptions {
  /** Returns the duration of a call. */
  readonly itemMs: number
  /** The result of an item that succeeds. */
  readonly resultOf: (item: CalledItem) => unknown
  /** Whether `data.sandbox` of the items of this channel says how it is answered. */
  readonly isSandbox: (channel: string) => boolean
}

export function createScriptedCalls({ itemMs, resultOf, isSandbox }: ScriptedCallsOptions): ScriptedCalls {
  const rules: { matches: (item: CalledItem) => boolean; failure: ItemFailure }[] = []

  return {
    failItem(match, failure = {}) {
      const matches = typeof match === 'string' ? ({ id }: CalledItem) => id === match : match
      // The last word counts.
      rules.unshift({ matches, failure })
    },
    answer(item) {
      const called = calledItem(item)
      const rule = rules.find(({ matches, failure }) => isDue(failure, item) && matches(called))
      if (rule !== undefined) return failed(rule.failure, itemMs)
      const script = isSandbox(called.channel) ? readScript(called.data) : null
      const durationMs = script?.delayMs ?? itemMs
      if (script !== null && script.status >= 300 && isDue(script, item)) {
        return failed({ ...script, detail: 'As data.sandbox of the item requested' }, durationMs)
      }
      return {
        status: 200,
        code: null,
        detail: null,
        retryable: null,
        retryAfterSeconds: 0,
        result: resultOf(called),
        durationMs,
      }
    },
  }
}

function calledItem({ job, index, id, partitionKey, input }: MockItem): CalledItem {
  const { channel, objectType } = job.envelope
  return { jobId: job.id, index, id, partitionKey, channel, objectType, data: input?.data ?? null }
}

function isDue({ times = Infinity }: ItemFailure, { attempts }: MockItem): boolean {
  return attempts <= times
}

function failed(failure: ItemFailure, durationMs: number): CallAnswer {
  const { status = 422, code = `http_${status}`, detail = null, retryable = null, retryAfterSeconds = 0 } = failure
  return { status, code, detail, retryable, retryAfterSeconds, result: null, durationMs }
}

interface SandboxScript extends ItemFailure {
  readonly status: number
  readonly delayMs?: number
}

/** Reads `data.sandbox` of an item, as the server's sandbox channel does. */
function readScript(data: unknown): SandboxScript | null {
  const script = (data as { sandbox?: unknown } | null | undefined)?.sandbox
  if (typeof script !== 'object' || script === null) return null
  const numberAt = (name: string): number | undefined => {
    const value = (script as Record<string, unknown>)[name]
    return typeof value === 'number' && value >= 0 ? value : undefined
  }
  const [delayMs, times] = [numberAt('delayMs'), numberAt('times')]
  return {
    status: Math.trunc(numberAt('status') ?? 200),
    retryAfterSeconds: numberAt('retryAfterSeconds') ?? 0,
    ...(delayMs !== undefined && { delayMs }),
    ...(times !== undefined && { times }),
  }
}
