import type { ChannelConfig, Server, SubscriptionConfig } from '@waybill/spec'
import { type AuditLog, createAuditLog } from './audit-log.ts'
import { type Channels, completeConfig, createChannel, sandboxChannel } from './channels.ts'
import { createFaults, type MockFaults } from './faults.ts'
import { createIdempotencyKeys, type IdempotencyKeys } from './idempotency.ts'
import { createJobBook, type JobBook } from './job-book.ts'
import type { Quota } from './limits.ts'
import { createLifeCycle, type LifeCycle } from './life-cycle.ts'
import type { MockClock } from './mock-clock.ts'
import { createRandom } from './random.ts'
import { type ScenarioName, scenarios } from './scenarios.ts'
import { createMockTokens, type MockTokens } from './access-tokens.ts'
import { createMockSubscriptions, type MockSubscriptions } from './subscriptions.ts'
import { createMockWebhooks, type MockWebhooks } from './mock-webhooks.ts'
import { type CalledItem, createScriptedCalls, type ScriptedCalls } from './scripted-calls.ts'

/** Everything that a mock knows; a new one begins empty. */
export interface MockWorld {
  readonly clock: MockClock
  /** When it began, in milliseconds since 1970. */
  readonly startedAtMs: number
  readonly random: () => number
  readonly channels: Channels
  readonly book: JobBook
  readonly lifeCycle: LifeCycle
  readonly keys: IdempotencyKeys
  readonly tokens: MockTokens
  readonly audit: AuditLog
  readonly webhooks: MockWebhooks
  readonly faults: MockFaults
  readonly calls: ScriptedCalls
  readonly subscriptions: MockSubscriptions
  readonly quota: Quota
  /** The servers that are listed, as far as they differ from a standby of this version. */
  readonly servers: readonly Partial<Server>[]
  /** Factor of every `Retry-After` of a refusal: 0 where the client must not wait in real time. */
  readonly delayFactor: number
  /** Told when the world ends: streams and waits end with it. */
  readonly ending: AbortController
}

export interface WorldOptions {
  readonly clock: MockClock
  /** Whether the clock moves by `advance` alone. */
  readonly isVirtual: boolean
  readonly scenario: ScenarioName
  readonly itemMs: number | undefined
  readonly channels: Readonly<Record<string, Partial<ChannelConfig>>>
  readonly resultOf: (item: CalledItem) => unknown
  readonly seed: number
  /** Limits of subscriptions that stand in the configuration file. */
  readonly subscriptions: Readonly<Record<string, SubscriptionConfig>>
  readonly servers: readonly Partial<Server>[]
}

/** As the sandbox of the reference server. */
const DEFAULT_ITEM_MS = 5

export function createMockWorld(options: WorldOptions): MockWorld {
  const { clock } = options
  const scenario = scenarios[options.scenario]
  const random = createRandom(options.seed)
  const channels = createChannels(options.channels, scenario.concurrency)
  // The client waits in real time: what moves only virtually must not ask it to.
  const delayFactor = options.isVirtual ? 0 : 1
  const faults = createFaults(clock, delayFactor)
  const calls = createScriptedCalls({
    itemMs: options.itemMs ?? scenario.itemMs ?? DEFAULT_ITEM_MS,
    resultOf: options.resultOf,
    isSandbox: (name) => channels.get(name)?.config.connector.type === 'sandbox',
  })
  const ending = new AbortController()
  const audit = createAuditLog(clock)
  const webhooks = createMockWebhooks({ clock, random, audit, ending: ending.signal, show: (job) => book.show(job) })
  const runningAs = scenario.runningAs ?? null
  const book = createJobBook({ clock, random, channels, runningAs, onChanged: webhooks.events.see })
  const lifeCycle = createLifeCycle({
    clock,
    random,
    channels,
    book,
    answerCall: (item) => calls.answer(item),
    isStuck: scenario.isStuck ?? false,
    onParked: webhooks.events.park,
    onExpired: (action, { id, envelope: { channel } }) => audit.addOwn(action, { job: id, channel }),
  })
  scenario.begin?.({ ...faults, failItem: (match, failure) => calls.failItem(match, failure) })
  const tokens = createMockTokens({ clock, random })
  const keys = createIdempotencyKeys(clock, (id) => book.find(id) !== null || tokens.find(id) !== null)
  const subscriptions = createMockSubscriptions({ clock, file: options.subscriptions })
  return {
    ...{ clock, random, channels, book, lifeCycle, keys, tokens, subscriptions, webhooks, faults, calls, delayFactor },
    startedAtMs: clock.nowMs(),
    audit,
    servers: options.servers,
    get quota() {
      return subscriptions.limitsOf('default')
    },
    ending,
  }
}

function createChannels(
  configs: Readonly<Record<string, Partial<ChannelConfig>>>,
  concurrency: number | undefined,
): Channels {
  const channels: Channels = new Map([['sandbox', sandboxChannel()]])
  for (const [name, config] of Object.entries(configs)) {
    const connector = { type: 'http', url: `https://${name}.example/` } as const
    channels.set(name, createChannel(name, 'file', completeConfig({ connector, ...config })))
  }
  if (concurrency !== undefined) {
    for (const channel of channels.values()) channel.config = { ...channel.config, concurrency }
  }
  return channels
}
