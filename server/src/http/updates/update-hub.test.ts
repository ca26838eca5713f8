import type { JobsUpdate, UpdateEvent } from '@waybill/spec'
import { beforeEach, describe, expect, it } from 'vitest'
import type { JobId } from '../../model/ids.ts'
import type { JobRecord } from '../../model/job.ts'
import type { Scope } from '../../model/caller.ts'
import type { EventConnection } from '../answer/event-connection.ts'
import { FakePorts, fakeSnapshot } from '../testing/fake-ports.ts'
import { UpdateHub } from './update-hub.ts'
import { UpdateStream } from './update-stream.ts'

let ports: FakePorts
let hub: UpdateHub

beforeEach(() => {
  ports = new FakePorts()
  hub = new UpdateHub(ports)
})

/** A stream whose client takes everything, until it is blocked. */
function open({ subscription = 'default', scopes = ['jobs:read'], lastEventId = null }: OpenOptions = {}) {
  const connection = { canSend: true, onDrain: () => {}, send: (event: Buffer) => void texts.push(event.toString()) }
  const texts: string[] = []
  const caller = { subscription, scopes: new Set(scopes), actor: 'token', token: null } as const
  const stream = new UpdateStream(connection as unknown as EventConnection, hub.feedOf(caller).lastId)
  const leave = hub.join(stream, caller, lastEventId)
  return { connection, leave, events: () => texts.join('').trim().split('\n\n').filter(Boolean).map(eventOf) }
}

interface OpenOptions {
  readonly subscription?: string
  readonly scopes?: readonly Scope[]
  readonly lastEventId?: string | null
}

function eventOf(text: string): UpdateEvent {
  const [, event, id, data] = /^event: (\w+)\nid: (\S+)\ndata: (.*)$/.exec(text)!
  return { event, id, data: JSON.parse(data!) as unknown } as UpdateEvent
}

const idOf = (n: number) => `job_${String(n).padStart(32, '0')}` as JobId

/** A version of job `n`, and that it changed. */
function change(n: number, version: number, { subscription = 'default', itemsPerSecond = 0, failed = 0 } = {}): void {
  const made = fakeSnapshot(version, 'running', { id: idOf(n), subscription })
  const progress = { ratio: 0, itemsPerSecond, etaSeconds: null, estimatedEndAt: null, decidedBy: null }
  const counts = { ...made.job.counts, failed }
  const createdAt = new Date(ports.clock.nowMs()).toISOString()
  ports.jobs.set(made.id, { ...made, job: { ...made.job, progress, counts, createdAt } })
  ports.changed?.({ id: made.id, subscription, envelope: { channel: 'sandbox' } } as JobRecord)
}

/** A request of subscription `default` was answered. */
function ended(operation: string, statusClass: '2xx' | '4xx'): void {
  ports.telemetry.emit('request.ended', {
    ...{ operation, statusClass, status: statusClass === '2xx' ? 200 : 400, subscription: 'default' },
    ...{ requestId: 'r', route: 'r', made: [], trace: null, durationMs: 1 },
  })
}

/** The next tick, and all that it makes. */
async function tick(times = 1): Promise<void> {
  for (let n = 0; n < times; n++) {
    ports.clock.advance(1000)
    // It waits for the next tick when all of this one is made, or for none.
    for (let turn = 0; turn === 0 || (turn < 1000 && ports.clock.pending === 0); turn++)
      await new Promise((resolve) => setImmediate(resolve))
  }
}

/** As `number v version` of each job. */
const jobsOf = (event: UpdateEvent | undefined) =>
  (event as JobsUpdate).data.jobs.map(({ id, version }) => `${Number(id.slice(4))} v ${version}`)

describe('updates', () => {
  it('report each job that changed once a second, as it is then, to all streams of its subscription', async () => {
    const [first, second, other] = [open(), open(), open({ subscription: 'b' })]
    change(1, 1)
    change(2, 2)
    change(1, 3)
    change(3, 4, { subscription: 'b' })
    await tick()
    expect(first.events().map(jobsOf)).toEqual([['1 v 3', '2 v 2']])
    expect(second.events()).toEqual(first.events())
    expect(other.events().map(jobsOf)).toEqual([['3 v 4']])
    await tick()
    expect(first.events()).toHaveLength(1)
  })

  it('report at most 200 jobs an event, those that changed longest ago first', async () => {
    const stream = open()
    for (let n = 0; n < 250; n++) change(n, n)
    await tick(2)
    expect(stream.events().map((event) => jobsOf(event).length)).toEqual([200, 50])
    expect(jobsOf(stream.events()[1])[0]).toBe('200 v 200')
  })

  it('report the jobs that were deleted, and never one of them as changed after that', async () => {
    const [first, other] = [open(), open({ subscription: 'b' })]
    change(1, 1)
    change(2, 2)
    ports.telemetry.emit('job.deleted', { id: idOf(1), subscription: 'default' })
    change(1, 3)
    await tick()
    expect(first.events().map((event) => event.data)).toMatchObject([
      { jobs: [{ id: idOf(2) }], deleted: [idOf(1)] },
      { lists: ['dead_letters', 'executions'] },
    ])
    expect(other.events()).toEqual([])
    for (let n = 10; n < 260; n++) ports.telemetry.emit('job.deleted', { id: idOf(n), subscription: 'default' })
    await tick(2)
    const [, ...later] = first.events().filter((event): event is JobsUpdate => event.event === 'jobs')
    expect(later.map(({ data }) => [data.jobs.length, data.deleted?.length])).toEqual([
      [0, 200],
      [0, 50],
    ])
  })

  it('look at a job that moved once more, and report it when it is shown otherwise', async () => {
    const stream = open()
    change(1, 1, { itemsPerSecond: 5 })
    await tick(4)
    expect(stream.events()).toHaveLength(1)
    ports.jobs.set(idOf(1), fakeSnapshot(2, 'running', { id: idOf(1) }))
    await tick(4)
    expect(stream.events().map(jobsOf)).toEqual([['1 v 1'], ['1 v 2']])
  })

  it('name the lists in which something changed, once a second and to its subscription alone', async () => {
    const [stream, other] = [open(), open({ subscription: 'b' })]
    change(1, 1, { failed: 1 })
    await tick(2)
    const { record } = (
      await ports.webhooks.endpoints.create(
        'b',
        { url: 'https://b.example/', description: '', eventTypes: [], channels: [], where: null, ordering: 'job' },
        { state: 'enabled' },
      )
    ).endpoint
    ports.changed?.({ subscription: '~webhooks', envelope: { channel: `~${record.id}` } } as JobRecord)
    ports.changed?.({ subscription: '~webhooks', envelope: { channel: '~whe_unknown' } } as JobRecord)
    await tick(2)
    const lists = (all: UpdateEvent[]) => all.flatMap((event) => (event.event === 'lists' ? event.data.lists : []))
    expect([stream, other].map((one) => lists(one.events()))).toEqual([['dead_letters'], ['webhooks']])
    ended('updateWebhookEndpoint', '2xx')
    ended('updateWebhookEndpoint', '4xx')
    ended('listWebhookEndpoints', '2xx')
    await tick()
    expect(lists(stream.events())).toEqual(['dead_letters', 'webhooks'])
    expect(lists(other.events())).toEqual(['webhooks'])
    const again = open({ lastEventId: stream.events()[0]!.id })
    expect(lists(again.events())).toEqual(['dead_letters', 'webhooks'])
  })

  it('ask to read again when too much changed, at most every 5 s', async () => {
    const stream = open()
    const flood = () => {
      for (let n = 0; n <= 1000; n++) change(n, n)
    }
    flood()
    await tick()
    expect(stream.events()).toMatchObject([{ event: 'resync', data: { reason: 'too_many_changes' } }])
    flood()
    await tick(4)
    expect(stream.events()).toHaveLength(1)
    await tick()
    change(1, 5)
    await tick()
    expect(stream.events().map(({ event }) => event)).toEqual(['resync', 'resync', 'jobs'])
  })

  it('continue after the last event seen, also when no stream was open meanwhile', async () => {
    const stream = open()
    change(1, 1)
    await tick()
    stream.leave()
    const { id } = stream.events()[0]!
    change(2, 2)
    await tick(9)
    const again = open({ lastEventId: id })
    await tick()
    expect(again.events().map(jobsOf)).toEqual([['2 v 2']])
    const third = open({ lastEventId: id })
    expect(third.events()).toEqual(again.events())
  })

  it('ask to read again after an event that is not known', async () => {
    open()
    const { id } = { id: `${hub.feedOf({ subscription: 'default' }).lastId()}` }
    for (const lastEventId of ['x', '', id.replace(/-\d+$/, '-7'), `0-${id}`, id.replace(/-\d+-/, '-9-')])
      expect(open({ lastEventId }).events()).toMatchObject([{ event: 'resync', data: { reason: 'unknown_id' } }])
    expect(open({ lastEventId: id }).events()).toEqual([])
  })

  it('leave out what a client does not read, and tell it so', async () => {
    const stream = open()
    stream.connection.canSend = false
    change(1, 1)
    await tick()
    change(1, 2)
    await tick()
    expect(stream.events()).toEqual([])
    stream.connection.canSend = true
    stream.connection.onDrain()
    stream.connection.onDrain()
    expect(stream.events()).toMatchObject([{ event: 'resync', data: { reason: 'slow_reader' } }])
    change(1, 3)
    await tick()
    expect(jobsOf(stream.events()[1])).toEqual(['1 v 3'])
  })

  it('show all channels at first, then those that changed, to callers who may read them', async () => {
    const [stream, without] = [open({ scopes: ['jobs:read', 'channels:read'] }), open()]
    await tick(3)
    const names = (event: UpdateEvent) => event.event === 'channels' && event.data.channels.map(({ name }) => name)
    expect(stream.events().map(names)).toEqual([['from-file', 'sandbox']])
    ports.channels.pause('sandbox')
    await tick(3)
    expect(stream.events().slice(1)).toMatchObject([
      { data: { channels: [{ name: 'sandbox', state: { paused: true, runningCalls: null } }] } },
    ])
    expect(without.events()).toEqual([])
  })

  it('cost nothing when there is no stream', async () => {
    expect([ports.clock.pending, ports.changed]).toEqual([0, null])
    const stream = open()
    await tick()
    stream.leave()
    await tick(9)
    expect(ports.changed).not.toBeNull()
    await tick(2)
    expect([ports.clock.pending, ports.changed]).toEqual([0, null])
  })
})
