/*
 * The worker's half of a channel's test: makes the connector of the channel and one call of it, as a lane would, and reports what it sent,
 * received and decided. The gate's token is taken right before the call (RAT-1), and never for an item that is refused or has no payload; the
 * gate closes by a `Retry-After` of an answer (RAT-2). Started by channel-tests.ts, on threads of its own.
 */
import { createTraceparent } from '../connectors/traceparent.ts'
import { forEachItem } from '../connectors/answer.ts'
import type { Call, CallItem, CallJob, Connector, ItemAnswer } from '../connectors/connector.ts'
import { createConnector, createResolver } from '../connectors/create-connector.ts'
import { credentialsOf } from '../connectors/credentials.ts'
import { ExchangeRecord } from '../connectors/exchange-record.ts'
import { describeThrown } from '../connectors/module-answer.ts'
import type { PayloadResolver } from '../connectors/payload/payload-resolver.ts'
import { type ResolvedItem, resolvePayloads } from '../connectors/payload/resolve-payloads.ts'
import { Gate } from '../limits/gate.ts'
import { timeLeftMs } from '../connectors/time-left.ts'
import type { Credentials } from '../model/channel.ts'
import { monotonicUs } from '../runtime/clock.ts'
import { Lease } from '../runtime/lease.ts'
import type { ChannelTestReport, ChannelTestTask, FromChannelTest } from './messages-channel-test.ts'
import { takeToken } from './worker-gate-wait.ts'
import { connectorBroke, timeoutAnswer } from './worker-answers.ts'
import { LaneLog } from './worker-log.ts'
import { yieldPriority } from './worker-priority.ts'

/** How long a test competes with the calls of deliveries for a unit of the rate limit. */
const MAX_GATE_WAIT_US = 1_000_000

let log: LaneLog | null = null
let guarding = false

/** An operator's code may throw where nobody awaits it, also after its test. */
function guardAgainstStrays(): void {
  if (guarding) return
  guarding = true
  const logStray = (thrown: unknown): void => {
    log?.error({ reason: log.masked(describeThrown(thrown)) }, 'uncaught error in the test of a channel')
  }
  process.on('uncaughtException', logStray)
  process.on('unhandledRejection', logStray)
}

/** Makes one call, or with no gate only its request. Never rejects. */
export async function testChannel(task: ChannelTestTask): Promise<ChannelTestReport> {
  const { channel, config, port, epoch, allowPrivateAddresses, egress, job } = task
  yieldPriority()
  guardAgainstStrays()
  log = new LaneLog(port, config)
  const gate = task.gate === null ? null : Gate.attach(task.gate)
  const credentials = credentialsOf(config.credentials, job.subscription)
  const record = new ExchangeRecord(config.connector, { credentials, isDryRun: gate === null })
  const throttle = (untilMs: number): void => gate?.blockUntil(monotonicUs() + (untilMs - Date.now()) * 1000)
  try {
    let connector: Connector
    let resolver: PayloadResolver | null
    try {
      const lease = Lease.attach(task.lease)
      const setup = { channel, config, allowPrivateAddresses, egress, logger: log, throttle, observer: record, lease }
      connector = await createConnector(setup)
      resolver = await createResolver(setup)
    } catch (error) {
      return { kind: 'unavailable', reason: log.masked(describeThrown(error)) }
    }
    try {
      const resolved = resolver === null ? { line: task.line } : await resolveItem(resolver, task)
      if ('failure' in resolved) return reportOf(record, resolved.failure)
      const call = new TestCall(job, resolved.line, { epoch, credentials, timeoutMs: config.connector.timeoutMs })
      call.refusals = connector.refusals?.(call)
      const refusal = call.refusals?.[0] ?? null
      if (refusal !== null) return reportOf(record, refusal)
      if (gate !== null && !(await takesUnit(gate))) return { kind: 'held' }
      new Uint8Array(task.started)[0] = 1
      port.postMessage({ kind: 'calling' } satisfies FromChannelTest)
      const outcome = await callOnce(connector, call, config.connector.timeoutMs)
      return reportOf(record, outcome)
    } finally {
      await Promise.all([connector.close(), resolver?.close()])
    }
  } finally {
    port.close()
  }
}

/** The item with its payload, which is asked for without a call, too: without it there is no request to show. */
async function resolveItem(resolver: PayloadResolver, { job, line }: ChannelTestTask): Promise<ResolvedItem> {
  const bytes = Buffer.from(line.buffer, line.byteOffset, line.byteLength)
  // It ends at a time of its own.
  const { signal } = new AbortController()
  const [resolved] = await resolvePayloads([{ bytes, start: 0, end: bytes.length }], { resolver, job, signal })
  return resolved!
}

/** Takes a unit of the channel's rate limit, and waits a moment for it. */
async function takesUnit(gate: Gate): Promise<boolean> {
  const endUs = monotonicUs() + MAX_GATE_WAIT_US
  for (;;) {
    const { waitUs, nowUs } = takeToken(gate, 1)
    if (waitUs <= 0) return true
    if (nowUs + waitUs > endUs) return false
    await new Promise((resolve) => setTimeout(resolve, Math.ceil(waitUs / 1000)))
  }
}

/** As a lane does: a call that comes through after its time has delivered all the same. */
async function callOnce(connector: Connector, call: TestCall, timeoutMs: number): Promise<ItemAnswer> {
  call.startedAtMs = Date.now()
  const timer = setTimeout(() => {
    call.abort()
  }, timeoutMs)
  let answers: readonly ItemAnswer[]
  try {
    answers = await connector.deliver(call)
  } catch (error) {
    answers = forEachItem(call, connectorBroke(error))
  } finally {
    clearTimeout(timer)
  }
  const answer = answers[0]!
  return call.timedOut && !answer.succeeded && answer.uncalled !== true && answer.withheld !== true
    ? timeoutAnswer(timeoutMs)
    : answer
}

function reportOf(record: ExchangeRecord, answer: ItemAnswer): ChannelTestReport {
  const { isDryRun, request } = record
  const sent = !isDryRun && answer.uncalled !== true && answer.withheld !== true
  // Nobody was called: what succeeded is only that it could have been.
  if (isDryRun && answer.succeeded) return { kind: 'ended', sent, request, answer: null, outcome: null }
  const detail = answer.detail === null ? null : record.hideSent(answer.detail)
  return { kind: 'ended', sent, request, answer: record.answer, outcome: { ...answer, detail } }
}

/** The call of one item in a job of its own. */
class TestCall implements Call {
  readonly job: CallJob
  readonly items: readonly CallItem[]
  readonly epoch: number
  readonly credentials: Credentials | null
  readonly traceparent = createTraceparent()
  readonly tracestate = null
  timedOut = false
  onTimedOut: ((reason: Error) => void) | null = null
  refusals: Call['refusals'] = undefined
  startedAtMs = Date.now()
  readonly #timeoutMs: number
  readonly #controller = new AbortController()

  constructor(
    job: CallJob,
    line: Uint8Array,
    {
      epoch,
      credentials,
      timeoutMs,
    }: { readonly epoch: number; readonly credentials: Credentials | null; readonly timeoutMs: number },
  ) {
    const bytes = Buffer.from(line.buffer, line.byteOffset, line.byteLength)
    this.job = job
    this.items = [{ index: 0, attempt: 1, line: bytes.toString('utf8'), bytes, start: 0, end: bytes.length }]
    this.epoch = epoch
    this.credentials = credentials
    this.#timeoutMs = timeoutMs
  }

  get timeLeftMs(): number {
    const { startedAtMs } = this
    return timeLeftMs({ timeoutMs: this.#timeoutMs, startedAtMs, deadlineAtMs: null }, Date.now())
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  abort(): void {
    this.timedOut = true
    const reason = new DOMException("The call's time is up", 'TimeoutError')
    this.#controller.abort(reason)
    this.onTimedOut?.(reason)
  }
}
