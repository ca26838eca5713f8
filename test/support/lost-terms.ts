import { setTimeout as sleep } from 'node:timers/promises'
import type { Job, JobActionReceipt } from '@waybill/spec'
import { ChannelSwitch, CHANNELS_PRELOAD } from './channel-switch.ts'
import {
  checkEachDelivered,
  checkEndedBeforeNext,
  checkNoOverlap,
  checkOrder,
  checkProgress,
  checkRepeats,
  checkRepeatsPerStart,
} from './check-record.ts'
import { RecordingConnector } from './recording-connector.ts'
import { ServerProcess, type ServerProcessOptions } from './server-process.ts'
import { type FollowedJob, PersistentCaller } from './switched-load.ts'

const NAMES = ['one', 'two', 'three', 'four', 'five', 'six']
/** At the same moment, between two commits. */
const TAKEN = ['two', 'five']
const ITEMS = 1500
const PATIENCE_MS = 60_000

const itemsOf = (channel: string, count: number) =>
  Array.from({ length: count }, (_, n) => ({ id: `${channel}-${n}`, partitionKey: `${channel}-${n % 97}` }))

/**
 * Has another server take channels over while all of them are busy, and later gives them back.
 * @returns the faults that were found
 */
export async function loseTerms(options: Pick<ServerProcessOptions, 'store' | 'env'>): Promise<string[]> {
  const connector = new RecordingConnector({
    answer: ({ items }) => ({
      kind: 'items',
      delayMs: items[0]!.index % 5,
      answer: ({ index, attempt }) => ({ kind: index % 53 === 0 && attempt === 1 ? 'retry' : 'succeeded' }),
    }),
  })
  await connector.start()
  const channel = () => ({
    connector: { type: 'http', url: connector.url, batchSize: 4 },
    concurrency: 4,
    retry: { maxAttempts: 5, backoff: { initialMs: 50, factor: 1, maxMs: 50 } },
  })
  const config = { channels: Object.fromEntries(NAMES.map((name) => [name, channel()])) as object }
  const server = await ServerProcess.create({ ...options, fromSource: true, preload: CHANNELS_PRELOAD, config })
  try {
    await server.start()
    return await loseSome(server, connector)
  } finally {
    await server.remove()
    await connector.stop()
  }
}

async function loseSome(server: ServerProcess, connector: RecordingConnector): Promise<string[]> {
  const faults: string[] = []
  const require = (holds: boolean, fault: string): void => {
    if (!holds) faults.push(fault)
  }
  const channels = new ChannelSwitch(server)
  const caller = new PersistentCaller(server)
  const jobs = new Map<string, FollowedJob>()
  for (const name of NAMES) jobs.set(name, await caller.submit({ channel: name }, itemsOf(name, ITEMS)))
  const callsOf = (name: string): number => connector.calls.filter((call) => call.channel === name).length
  await until(() => NAMES.every((name) => callsOf(name) > 100), 'every channel is busy')
  const lost = TAKEN.map((name) => jobs.get(name)!)
  const kept = NAMES.filter((name) => !TAKEN.includes(name)).map((name) => jobs.get(name)!)
  const events = await server.fetch(`/v1/jobs/${lost[0]!.jobId}/events`, { headers: { accept: 'text/event-stream' } })
  await channels.take(TAKEN)
  const stream = await events.text()
  require(!stream.includes('event: end'), `A stream of a lost channel reported an end: ${stream.slice(-300)}`)

  // Whoever asks for what is live of a lost channel is refused, and nobody else is.
  for (const { jobId } of lost) {
    await until(async () => (await server.fetch(`/v1/jobs/${jobId}`)).status === 503, `job ${jobId} is refused`)
    for (const [path, method] of [
      [`/v1/jobs/${jobId}`, 'GET'],
      [`/v1/jobs/${jobId}/cancel`, 'POST'],
    ] as const) {
      const answer = await server.fetch(path, { method })
      const { code } = (await answer.json()) as { code: string }
      const isRefused = code === 'owner_unavailable' && answer.headers.get('retry-after') !== null
      require(isRefused, `${method} ${path} was answered ${answer.status} ${code}`)
    }
  }
  for (const { jobId } of kept)
    require((await server.fetch(`/v1/jobs/${jobId}`)).status === 200, `job ${jobId} of another channel is refused`)
  const list = await caller.json<{ jobs: Job[] }>('/v1/jobs')
  require(list.jobs.length === NAMES.length, `A list shows ${list.jobs.length} jobs`)
  const parked = await caller.json<{ parked: unknown[] }>('/v1/parked')
  require(parked.parked.length === 0, 'Items are parked')
  const preview = await caller.post<JobActionReceipt>('/v1/jobs/actions', {
    action: 'cancel',
    filter: {},
    dryRun: true,
  })
  const named = JSON.stringify(preview.unavailableChannels)
  require(named === JSON.stringify(TAKEN.toSorted()), `An action names ${named} as unavailable`)

  // Its running calls end; then it calls nobody, and all others end as if nothing had happened.
  for (const name of TAKEN) await channels.release(name)
  const calledBy = TAKEN.map(callsOf)
  for (const job of kept) {
    const ended = await caller.untilDone(job)
    require(ended.outcome ===
      'succeeded', `A job of another channel ended ${ended.outcome}: ${JSON.stringify(ended.counts)}`)
  }
  require(JSON.stringify(TAKEN.map(callsOf)) === JSON.stringify(calledBy), 'A lost channel was called')
  const late = await caller.submit({ channel: TAKEN[0]! }, itemsOf(TAKEN[0]!, 10))
  require(server.running, `The server has ended: ${server.output.slice(-500)}`)
  for (const name of TAKEN) {
    const said = server.output.split('\n').filter((line) => line.includes('given up') && line.includes(`"${name}"`))
    require(said.length === 1, `The log says ${said.length} times that channel ${name} was lost`)
  }

  // Whoever owns them next finds everything that was durable.
  for (const name of TAKEN) await channels.adopt(name)
  for (const job of [...lost, late]) {
    const ended = await caller.untilDone(job)
    require(ended.outcome === 'succeeded', `A lost job ended ${ended.outcome}: ${JSON.stringify(ended.counts)}`)
    const indexes = (await caller.results(job)).map(({ index }) => index)
    require(indexes.length === job.keys.length, `The results of a lost job are ${indexes.length} items`)
  }
  const exit = await server.stop()
  require(exit === 0, `The server ended with ${exit}`)
  const { calls } = connector
  return [
    ...faults,
    ...checkNoOverlap(calls),
    ...checkOrder(calls, [...jobs.values(), late]),
    ...checkEndedBeforeNext(calls),
    ...checkRepeats(calls),
    ...checkRepeatsPerStart(calls),
    ...checkEachDelivered(calls, [...jobs.values(), late]),
    ...[...jobs.values(), late].flatMap(({ seen }) => checkProgress(seen)),
  ]
}

async function until(holds: () => boolean | Promise<boolean>, wanted: string): Promise<void> {
  const untilMs = performance.now() + PATIENCE_MS
  while (!(await holds())) {
    if (performance.now() > untilMs) throw new Error(`Cannot go on as it must be that ${wanted}: it is not`)
    await sleep(20)
  }
}
