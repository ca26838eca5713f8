// Sends the events of webhooks by the real `fetch`: whatever listens at an endpoint's url gets them, an MSW handler of a test included.

import { signWebhook } from '../../webhooks/sign-webhook.ts'
import type { MockClock } from './mock-clock.ts'
import { isEnded, type MockDelivery, type MockEndpoint, type MockEvent } from './mock-webhook.ts'
import { randomHex } from './random.ts'
import type { MockEndpoints } from './webhook-endpoints.ts'

export interface MockDeliveries {
  /** Newest first. */
  all(): MockDelivery[]
  add(event: MockEvent, endpoint: MockEndpoint): void
  /** The endpoint was enabled: what waits is sent, in its order. */
  resume(endpoint: MockEndpoint): void
  /** Ends what waits for the endpoint. */
  cancel(endpoint: MockEndpoint): void
  /** Forgets the endpoint's deliveries. */
  remove(endpoint: MockEndpoint): void
  /** Whether nothing that has not ended is before it. */
  isFirst(delivery: MockDelivery): boolean
  /** Resolves when no request is under way, as far as time goes without `advance`. */
  idle(): Promise<void>
}

export interface MockDeliveriesOptions {
  readonly clock: MockClock
  readonly random: () => number
  readonly endpoints: Pick<MockEndpoints, 'validSecrets'>
  /** Ends every request. */
  readonly ending: AbortSignal
  /** An endpoint has failed for half of the time after which it is disabled, or was disabled. */
  readonly onTrouble: (endpoint: MockEndpoint, type: 'webhook_endpoint.failing' | 'webhook_endpoint.disabled') => void
}

/** Delays before the attempts, as the standard advises; the last one is the bound. A mock adds no jitter. */
const DELAYS_MS = [0, 5_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 36_000_000]
const TIMEOUT_MS = 15_000
const DISABLE_AFTER_MS = 5 * 86_400_000
const MAX_ANSWER_CHARACTERS = 1024
const MAX_RETRY_AFTER_MS = 3_000_000
/** Calls answered 429 or 503 with `Retry-After` that do not count as attempts. */
const MAX_UNCOUNTED = 20
const GONE = 410

interface Answer {
  readonly status: number | null
  readonly code: string | null
  readonly text: string | null
  readonly retryAfterMs: number
}

export function createMockDeliveries(options: MockDeliveriesOptions): MockDeliveries {
  const { clock, random, endpoints, ending, onTrouble } = options
  let deliveries: MockDelivery[] = []
  /** Deliveries that have not ended, by what is delivered one after another. */
  const lines = new Map<string, MockDelivery[]>()
  const running = new Set<Promise<void>>()

  /** Starts the first of a line, if it may run. */
  function look(name: string): void {
    const line = lines.get(name) ?? []
    while (line[0] !== undefined && isEnded(line[0])) line.shift()
    const [head] = line
    if (head === undefined) lines.delete(name)
    else if (head.status === 'pending' && head.endpoint.state === 'enabled') start(head)
  }

  function start(delivery: MockDelivery): void {
    delivery.status = 'running'
    const sent = send(delivery).finally(() => running.delete(sent))
    running.add(sent)
  }

  async function send(delivery: MockDelivery): Promise<void> {
    const startedAtMs = clock.nowMs()
    const isGone = delivery.endpoint.ofJob?.isGone === true
    const answer = isGone ? ANSWERED_GONE : await call(delivery, startedAtMs)
    if (ending.aborted) return
    const { status, code, text } = answer
    const verdict = verdictOf(delivery, answer)
    const nextDelayMs = DELAYS_MS[delivery.log.length + 1 - delivery.uncounted]
    const times = {
      startedAt: new Date(startedAtMs).toISOString(),
      durationMs: Math.max(0, clock.nowMs() - startedAtMs),
    }
    delivery.log.push({ attempt: delivery.log.length + 1, ...times, status, verdict, code, answer: text })
    if (verdict === 'throttled') {
      delivery.uncounted++
      wait(delivery, answer.retryAfterMs)
    } else if (verdict === 'retry') wait(delivery, Math.max(nextDelayMs ?? 0, answer.retryAfterMs))
    else {
      delivery.status = verdict
      delivery.code = code
    }
    if (!isGone) judge(delivery.endpoint, answer)
    look(delivery.line)
  }

  async function call({ endpoint, event }: MockDelivery, nowMs: number): Promise<Answer> {
    const timestamp = Math.floor(nowMs / 1000)
    const content = { id: event.id, timestamp, body: event.body }
    const signatures = await Promise.all(endpoints.validSecrets(endpoint).map(({ text }) => signWebhook(text, content)))
    const timeout = AbortSignal.timeout(TIMEOUT_MS)
    try {
      // Looked up at each call, so that what a test puts in its place gets it.
      const response = await fetch(endpoint.url, {
        method: 'POST',
        redirect: 'manual',
        signal: AbortSignal.any([ending, timeout]),
        headers: {
          'content-type': 'application/json',
          'webhook-id': event.id,
          'webhook-timestamp': String(timestamp),
          'webhook-signature': signatures.join(' '),
        },
        body: event.body,
      })
      const text = (await response.text()).slice(0, MAX_ANSWER_CHARACTERS)
      const { status, ok, headers } = response
      // A browser shows nothing of a redirect that it does not follow.
      const code = ok ? null : `http_${status === 0 ? 302 : status}`
      return { status: status === 0 ? 302 : status, code, text, retryAfterMs: retryAfterMs(headers.get('retry-after')) }
    } catch {
      const code = timeout.aborted ? 'timeout' : 'connection_failed'
      return { status: null, code, text: null, retryAfterMs: 0 }
    }
  }

  function wait(delivery: MockDelivery, delayMs: number): void {
    delivery.status = 'waiting'
    delivery.nextAttemptAtMs = clock.nowMs() + delayMs
    delivery.cancelTimer = clock.after(delayMs, () => {
      release(delivery)
      delivery.status = 'pending'
      look(delivery.line)
    })
  }

  function release(delivery: MockDelivery): void {
    delivery.cancelTimer?.()
    delivery.cancelTimer = null
    delivery.nextAttemptAtMs = null
  }

  /** Disables an endpoint that is gone, or of which everything has failed for too long. */
  function judge(endpoint: MockEndpoint, { status, code }: Answer): void {
    if (endpoint.ofJob !== null) {
      endpoint.ofJob.isGone ||= status === GONE
      return
    }
    const nowMs = clock.nowMs()
    if (code === null) {
      Object.assign(endpoint, { lastSuccessAtMs: nowMs, failingSinceMs: null, isReported: false })
      return
    }
    endpoint.failingSinceMs ??= nowMs
    const failingMs = nowMs - endpoint.failingSinceMs
    if (endpoint.state === 'disabled') return
    if (status === GONE || failingMs >= DISABLE_AFTER_MS) {
      Object.assign(endpoint, { state: 'disabled', stateReason: status === GONE ? 'gone' : 'failures' })
      onTrouble(endpoint, 'webhook_endpoint.disabled')
    } else if (failingMs >= DISABLE_AFTER_MS / 2 && !endpoint.isReported) {
      endpoint.isReported = true
      onTrouble(endpoint, 'webhook_endpoint.failing')
    }
  }

  return {
    all: () => [...deliveries].reverse(),
    add(event, endpoint) {
      const id = `whd_${randomHex(random, 32)}`
      const name = `${endpoint.id} ${lineOf(id, { endpoint, event })}`
      const delivery: MockDelivery = {
        ...{ id, endpoint, event, line: name, status: 'pending', nextAttemptAtMs: null, code: null },
        ...{ log: [], uncounted: 0, cancelTimer: null },
      }
      deliveries.push(delivery)
      const line = lines.get(name) ?? []
      line.push(delivery)
      lines.set(name, line)
      look(name)
    },
    resume(endpoint) {
      for (const [name, [head]] of lines) if (head?.endpoint === endpoint) look(name)
    },
    cancel(endpoint) {
      for (const delivery of deliveries) {
        if (delivery.endpoint !== endpoint || isEnded(delivery) || delivery.status === 'running') continue
        release(delivery)
        delivery.status = 'cancelled'
      }
      for (const [name, [head]] of lines) if (head?.endpoint === endpoint) look(name)
    },
    remove(endpoint) {
      for (const delivery of deliveries) if (delivery.endpoint === endpoint) release(delivery)
      deliveries = deliveries.filter((delivery) => delivery.endpoint !== endpoint)
      for (const [name, [head]] of lines) if (head?.endpoint === endpoint) lines.delete(name)
    },
    isFirst: (delivery) => lines.get(delivery.line)?.[0] === delivery,
    async idle() {
      while (running.size > 0) await Promise.all(running)
    },
  }
}

function lineOf(id: string, { endpoint, event }: Pick<MockDelivery, 'endpoint' | 'event'>): string {
  if (endpoint.ordering === 'endpoint') return 'endpoint'
  return endpoint.ordering === 'none' ? id : (event.jobId ?? event.channel ?? 'endpoint')
}

/** Of the webhook of a job that was answered with 410 before: no call is made. */
const ANSWERED_GONE: Answer = { status: null, code: `http_${GONE}`, text: null, retryAfterMs: 0 }

function verdictOf(
  { endpoint, log, uncounted }: MockDelivery,
  { status, code, retryAfterMs }: Answer,
): 'succeeded' | 'failed' | 'retry' | 'throttled' {
  if (code === null) return 'succeeded'
  if (isRedirect(status) || (endpoint.ofJob !== null && code === ANSWERED_GONE.code)) return 'failed'
  if ((status === 429 || status === 503) && retryAfterMs > 0 && uncounted < MAX_UNCOUNTED) return 'throttled'
  return DELAYS_MS[log.length + 1 - uncounted] === undefined ? 'failed' : 'retry'
}

/** A redirect is not tried again. */
function isRedirect(status: number | null): boolean {
  return status !== null && status >= 300 && status < 400
}

function retryAfterMs(header: string | null): number {
  return header !== null && /^\d{1,9}$/.test(header) ? Math.min(Number(header) * 1000, MAX_RETRY_AFTER_MS) : 0
}
