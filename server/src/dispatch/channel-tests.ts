import { fileURLToPath } from 'node:url'
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads'
import { Piscina } from 'piscina'
import { failed } from '../connectors/answer.ts'
import type { ItemAnswer } from '../connectors/connector.ts'
import type { Channel } from '../limits/channel-registry.ts'
import { type ChannelHold, holdOf, rateHoldOf } from '../limits/held-channel.ts'
import { FairShare } from '../limits/fair-share.ts'
import type { RateReservation } from '../limits/rate-reservation.ts'
import type { TermOf } from '../model/channel-term.ts'
import type { Egress } from '../model/egress.ts'
import { ProblemError, stoppingProblem } from '../model/errors.ts'
import { newJobId } from '../model/ids.ts'
import type { Action, PartitionBy } from '../model/job.ts'
import { longestCallMs } from '../model/longest-call.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Lease } from '../runtime/lease.ts'
import type { Logger } from '../runtime/logger.ts'
import type { Service } from '../runtime/service.ts'
import { threadFile } from '../runtime/thread-file.ts'
import { endedWithThread } from './engine-outcomes.ts'
import { judgeTest, type TestedOutcome } from './judge-test.ts'
import type { ChannelTestReport, ChannelTestTask, EndedCall, FromChannelTest } from './messages-channel-test.ts'

/** Tests that run at once, each on a thread; a quarter of them, so one, of a caller. */
const MAX_TESTS = 4
/** Wait before a test is tried again that found no thread. */
const BUSY_RETRY_SECONDS = 5
/** As long as a connector may take to load at the start. */
const LOAD_MS = 30_000
/** Until the report of a call that has ended is here. */
const REPORT_MS = 1000
/** How long a durable TAT is waited for, and how often it is looked at. */
const DURABLE_MS = 1000
const LOOK_MS = 20

export interface ChannelTestsOptions {
  readonly clock: Clock
  readonly tats: RateReservation
  readonly termOf: TermOf
  /** Whether calls may start. @default they always may */
  readonly lease?: Pick<Lease, 'shared'>
  /** Why no call of any channel may start; null: calls may. @default they may */
  readonly heldBy?: () => ChannelHold | null
  /** Makes this process the owner of a channel, unless it is already. */
  readonly adoptChannel: (name: string) => Promise<void>
  /** `--dev`: any address may be called. */
  readonly allowPrivateAddresses: boolean
  readonly egress?: Egress | undefined
  /** Memory of a thread's heap. @default 512 */
  readonly heapMb?: number
  readonly logger: Logger
}

/** One item to test a channel with. */
export interface ChannelTest {
  readonly subscription: string
  /** Divides the threads: a token or an address. */
  readonly caller: string
  readonly objectType: string
  /** Unless the item has its own. */
  readonly action: Action
  readonly partitionBy: PartitionBy
  /** The item's line, valid. */
  readonly line: Uint8Array
  /** Make the call; else only its request. */
  readonly send: boolean
}

/** The exchange of a test, and its verdict. */
export interface TestedCall extends Omit<EndedCall, 'kind' | 'outcome'> {
  /** Null: a call that could have been made, and was not. */
  readonly outcome: TestedOutcome | null
}

/** Why a test was ended. */
type Ending = 'left' | 'late' | 'stopping'

/**
 * Tests of channels: one call of an item that belongs to no job, on a thread that no delivery uses. Threads start with the first test, and end
 * when none was made for half a minute. A test takes its unit of the channel's rate limit (RAT-1) and changes nothing else: no job, no count,
 * no circuit. Called by HTTP.
 */
export class ChannelTests implements Service {
  readonly #options: ChannelTestsOptions
  readonly #share: FairShare
  readonly #running = new Set<(why: Ending) => void>()
  #threads: Piscina | null = null
  #stopped = false

  constructor(options: ChannelTestsOptions) {
    this.#options = options
    this.#share = new FairShare({ clock: options.clock, total: MAX_TESTS })
  }

  /**
   * @param signal ends the test, and its call with it
   * @param begin is called when a thread is free for it, and returns what is called at its end; what it throws ends the test
   * @throws ProblemError `channel_held`, `connector_unavailable`, `overloaded`, `stopping`
   */
  async run(
    channel: Channel,
    test: ChannelTest,
    signal: AbortSignal,
    begin: () => () => void = () => () => {},
  ): Promise<TestedCall> {
    if (test.send) this.#refuseHeld(channel)
    const lease = await this.#share.take(test.caller, { signal })
    if (lease === null) throw busy(this.#share.perCaller)
    let end: (() => void) | null = null
    try {
      if (this.#stopped) throw stoppingProblem()
      end = begin()
      await this.#options.adoptChannel(channel.name)
      if (test.send) await this.#waitForDurable(channel, signal)
      return await this.#runOnThread(channel, test, signal)
    } finally {
      end?.()
      lease.release()
    }
  }

  /** Ends the tests that run. A second call does nothing. */
  async stop(): Promise<void> {
    this.#stopped = true
    for (const end of [...this.#running]) end('stopping')
    await this.#threads?.destroy()
    this.#threads = null
  }

  /** @throws ProblemError `channel_held` */
  #refuseHeld(channel: Channel): void {
    const hold = this.#options.heldBy?.() ?? holdOf(channel, this.#options.clock.monotonicUs())
    if (hold !== null) throw this.#held(channel, hold)
  }

  #held({ name }: Channel, { reason, untilUs }: ChannelHold): ProblemError {
    const waitUs = untilUs === null ? null : untilUs - this.#options.clock.monotonicUs()
    return new ProblemError({
      code: 'channel_held',
      detail: `Cannot call channel ${name} as it must let a call start: ${reason}`,
      ...(waitUs !== null && { retryAfterSeconds: Math.max(1, Math.ceil(waitUs / 1e6)) }),
    })
  }

  /** Of a slow channel no call starts beyond its durable TAT: what is missing is being written. */
  async #waitForDurable(channel: Channel, signal: AbortSignal): Promise<void> {
    const { clock, tats } = this.#options
    const endUs = clock.monotonicUs() + DURABLE_MS * 1000
    const isLate = (): boolean => signal.aborted || this.#stopped || clock.monotonicUs() >= endUs
    while (tats.durableUnits(channel, 1) < 1 && !isLate()) {
      await new Promise<void>((resolve) => clock.after(LOOK_MS, resolve))
    }
  }

  async #runOnThread(channel: Channel, test: ChannelTest, signal: AbortSignal): Promise<TestedCall> {
    const { clock, logger } = this.#options
    const { config } = channel
    const { port1, port2 } = new MessageChannel()
    const ending = new AbortController()
    let endedBy: Ending | null = null
    const end = (why: Ending): void => {
      endedBy ??= why
      ending.abort()
    }
    const leave = (): void => {
      end('left')
    }
    const started = new SharedArrayBuffer(1)
    const endAfter = (ms: number): (() => void) =>
      clock.after(ms, () => {
        end('late')
      })
    let cancelTimer = endAfter(LOAD_MS + (config.payload?.timeoutMs ?? 0))
    const receive = (message: FromChannelTest): void => {
      if (message.kind === 'log') {
        logger[message.level]({ channel: channel.name, test: true, ...message.fields }, message.message)
        return
      }
      cancelTimer()
      cancelTimer = endAfter(longestCallMs(config) + REPORT_MS)
    }
    port1.on('message', receive)
    signal.addEventListener('abort', leave)
    if (signal.aborted) leave()
    this.#running.add(end)
    let report: ChannelTestReport
    try {
      const task = this.#task(channel, test, { port: port2, started })
      // The abort of a running task ends its thread.
      report = (await this.#pool().run(task, { transferList: [port2], signal: ending.signal })) as ChannelTestReport
    } catch (error) {
      const isCalling = new Uint8Array(started)[0] === 1
      report = this.#lost(channel, { endedBy, isCalling, error, send: test.send })
    } finally {
      // The report may be here before what was logged.
      for (let last = receiveMessageOnPort(port1); last !== undefined; last = receiveMessageOnPort(port1)) {
        receive(last.message as FromChannelTest)
      }
      cancelTimer()
      signal.removeEventListener('abort', leave)
      this.#running.delete(end)
      port1.close()
    }
    return this.#tested(channel, report)
  }

  /** @throws ProblemError */
  #tested(channel: Channel, report: ChannelTestReport): TestedCall {
    const { clock } = this.#options
    if (report.kind === 'held') throw this.#held(channel, rateHoldOf(channel, clock.monotonicUs()))
    if (report.kind === 'unavailable') {
      throw new ProblemError({
        code: 'connector_unavailable',
        detail: `Cannot test channel ${channel.name} as its connector must load: ${report.reason}`,
      })
    }
    const { sent, request, answer, outcome } = report
    const judged = outcome === null ? null : judgeTest(outcome, channel.config, clock.nowMs())
    return { sent, request, answer, outcome: judged }
  }

  /** The report that a thread cannot give any more. @throws ProblemError `stopping`; the error itself when the client has left */
  #lost(
    { name, config }: Channel,
    lost: { endedBy: Ending | null; isCalling: boolean; error: unknown; send: boolean },
  ): ChannelTestReport {
    const { endedBy, isCalling, error, send } = lost
    if (endedBy === 'stopping' || this.#stopped) throw stoppingProblem()
    if (endedBy === 'left') throw error
    this.#options.logger.warn({ channel: name, test: true, cause: endedBy ?? 'ended' }, 'worker thread lost')
    if (!isCalling) {
      const reason =
        endedBy === 'late' ? `loading did not end within ${LOAD_MS / 1000} s` : 'loading it ended its thread'
      return { kind: 'unavailable', reason }
    }
    const outcome = endedBy === 'late' ? endedWithThread(config.connector.timeoutMs) : threadEnded
    return { kind: 'ended', sent: send, request: null, answer: null, outcome }
  }

  #task(channel: Channel, test: ChannelTest, shared: Pick<ChannelTestTask, 'port' | 'started'>): ChannelTestTask {
    const { clock, termOf, allowPrivateAddresses, egress } = this.#options
    const { subscription, objectType, action, partitionBy, line, send } = test
    const { name, config, gate } = channel
    const jobId = newJobId(clock.nowMs())
    return {
      channel: name,
      config,
      gate: send ? gate.shared : null,
      lease: this.#options.lease?.shared ?? null,
      ...shared,
      epoch: termOf(name),
      allowPrivateAddresses,
      egress,
      job: { jobId, subscription, channel: name, objectType, action, partitionBy },
      line,
    }
  }

  #pool(): Piscina {
    if (this.#threads !== null) return this.#threads
    const threads = new Piscina({
      filename: fileURLToPath(threadFile('./worker-channel-test', import.meta.url)),
      name: 'testChannel',
      minThreads: 0,
      maxThreads: MAX_TESTS,
      concurrentTasksPerWorker: 1,
      idleTimeout: 30_000,
      atomics: 'disabled',
      recordTiming: false,
      resourceLimits: { maxOldGenerationSizeMb: this.#options.heapMb ?? 512 },
    })
    // Its task has the same error, and reports it.
    threads.on('error', () => {})
    return (this.#threads = threads)
  }
}

const threadEnded: ItemAnswer = failed({
  code: 'worker_crashed',
  origin: 'engine',
  title: 'The item ended its thread',
  detail: 'The connector ended its thread while it delivered this item',
  retryable: false,
  hint: false,
})

function busy(perCaller: number): ProblemError {
  return new ProblemError({
    code: 'overloaded',
    detail: `Cannot test the channel as at most ${MAX_TESTS} tests may run at once, and ${perCaller} of one caller: no thread became free in time`,
    retryAfterSeconds: BUSY_RETRY_SECONDS,
  })
}
