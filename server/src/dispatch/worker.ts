/*
 * The worker's half of dispatch: a piscina task is one lane, a channel's place on this thread. Lots come in over its port, outcomes go out as
 * calls end, and the task ends when the lane does. Keeps RAT-1, RAT-2 and RAT-4 (the gate's token is taken here, right before
 * each call) and RTY-4. Started by dispatcher.ts.
 */
import type { MessagePort } from 'node:worker_threads'
import type { Connector, ConnectorSetup } from '../connectors/connector.ts'
import type { PayloadResolver } from '../connectors/payload/payload-resolver.ts'
import { createConnector, createResolver } from '../connectors/create-connector.ts'
import { describeThrown } from '../connectors/module-answer.ts'
import { Gate } from '../limits/gate.ts'
import type { ChannelConfig } from '../model/channel.ts'
import { monotonicUs } from '../runtime/clock.ts'
import { Lease } from '../runtime/lease.ts'
import { type Logger, silentLogger } from '../runtime/logger.ts'
import { type FromLane, type LaneTask, Pulse, type ToLane } from './messages.ts'
import { WorkerLane } from './worker-lane.ts'
import { LaneLog } from './worker-log.ts'
import { OutcomeBuffer } from './worker-outcome-buffer.ts'
import { yieldPriority } from './worker-priority.ts'

/** How often a thread that may hang shows that it does not. */
const BEAT_MS = 200

const outcomeBuffers = new Set<OutcomeBuffer>()
const logs = new Set<LaneLog>()

// A connector that ends its thread takes no outcome with it that is known already.
process.on('exit', () => {
  for (const outcomeBuffer of outcomeBuffers) outcomeBuffer.flush()
})

let guarding = false

/** An operator's code may throw where nobody awaits it: that shall not cost its neighbours their thread. */
function guardAgainstStrays(): void {
  if (guarding) return
  guarding = true
  process.on('uncaughtException', (error) => {
    logStray(error, 'uncaught exception on a worker thread')
  })
  process.on('unhandledRejection', (reason) => {
    logStray(reason, 'unhandled rejection on a worker thread')
  })
}

/** Nobody knows which lane's code threw: each of them logs it, and the secrets of all are hidden. */
function logStray(thrown: unknown, message: string): void {
  const reason = [...logs].reduce((text, log) => log.masked(text), describeThrown(thrown))
  for (const log of logs) log.error({ reason }, message)
}

/** Runs a lane until the dispatcher's half asks it to finish; resolves when nothing of it is left. */
export async function runLane(task: LaneTask): Promise<void> {
  const { port } = task
  const early: ToLane[] = []
  port.on('message', (message: ToLane) => early.push(message))
  const pulse = new Pulse(task.pulse)
  pulse.beat(monotonicUs())
  const beat = task.mayHang
    ? setInterval(() => {
        pulse.beat(monotonicUs())
      }, BEAT_MS)
    : null
  if (task.mayHang) {
    yieldPriority()
    guardAgainstStrays()
  }
  const outcomeBuffer = new OutcomeBuffer(port)
  const logger = new LaneLog(port, task.config)
  outcomeBuffers.add(outcomeBuffer)
  logs.add(logger)
  try {
    await serve(task, { outcomeBuffer, logger, early })
  } finally {
    if (beat !== null) clearInterval(beat)
    outcomeBuffers.delete(outcomeBuffer)
    logs.delete(logger)
    port.close()
  }
}

async function serve(
  task: LaneTask,
  deps: { outcomeBuffer: OutcomeBuffer; logger: LaneLog; early: ToLane[] },
): Promise<void> {
  const { port } = task
  const gate = Gate.attach(task.gate)
  const lease = Lease.attach(task.lease)
  const connect = (config: ChannelConfig): Promise<Outlet> =>
    createOutlet(setupOf(task, { config, gate, lease, logger: deps.logger }))
  let outlet: Outlet
  try {
    outlet = await connect(task.config)
  } catch (error) {
    post(port, { kind: 'unavailable', reason: deps.logger.masked(describeThrown(error)) })
    // A module that failed to load is kept by the thread as it is: the other side ends the thread, or closes the port.
    await new Promise((resolve) => port.once('close', resolve))
    return
  }
  const finished = Promise.withResolvers<void>()
  const lane = new WorkerLane(task, {
    ...outlet,
    ...{ gate, lease },
    outcomeBuffer: deps.outcomeBuffer,
    onFinished: finished.resolve,
  })
  // One after another: a lot that follows a new configuration is delivered by it.
  let inOrder = Promise.resolve()
  let configuring = 0
  const receive = (message: ToLane): void => {
    if (message.kind === 'configure') {
      configuring++
      inOrder = inOrder.then(async () => {
        let next: Outlet
        try {
          next = await connect(message.config)
        } catch (error) {
          post(port, { kind: 'unavailable', reason: deps.logger.masked(describeThrown(error)) })
          return
        } finally {
          configuring--
        }
        deps.logger.configure(message.config)
        lane.configure(message.config, next)
        const old = outlet
        outlet = next
        // Its last calls may still run.
        setTimeout(() => void closeOutlet(old), message.config.connector.timeoutMs).unref()
      })
    } else if (configuring > 0) {
      inOrder = inOrder.then(() => {
        lane.receive(message)
      })
    } else {
      lane.receive(message)
    }
  }
  post(port, { kind: 'ready' })
  port.removeAllListeners('message')
  port.on('message', receive)
  port.on('close', finished.resolve)
  deps.early.forEach(receive)
  await finished.promise
  lane.close()
  post(port, { kind: 'finished' })
  await closeOutlet(outlet)
}

/** Where a lane's items go, and where their payloads come from. */
interface Outlet {
  readonly connector: Connector
  readonly resolver: PayloadResolver | null
}

async function createOutlet(setup: ConnectorSetup): Promise<Outlet> {
  const connector = await createConnector(setup)
  return { connector, resolver: await createResolver(setup) }
}

async function closeOutlet({ connector, resolver }: Outlet): Promise<void> {
  await Promise.all([connector.close(), resolver?.close()])
}

/** Loads a channel's connector and lets it go again. Resolves with the reason why it cannot be loaded, or null. */
export async function tryConnector({ channel, config }: Pick<LaneTask, 'channel' | 'config'>): Promise<string | null> {
  try {
    const setup = { channel, config, allowPrivateAddresses: false, logger: silentLogger, throttle() {} }
    await closeOutlet(await createOutlet(setup))
    return null
  } catch (error) {
    return describeThrown(error)
  }
}

function setupOf(
  task: LaneTask,
  deps: { config: ChannelConfig; gate: Gate; lease: Lease; logger: Logger },
): ConnectorSetup {
  return {
    channel: task.channel,
    config: deps.config,
    allowPrivateAddresses: task.allowPrivateAddresses,
    egress: task.egress,
    logger: deps.logger,
    lease: deps.lease,
    throttle: (untilMs) => {
      deps.gate.blockUntil(monotonicUs() + (untilMs - Date.now()) * 1000)
    },
  }
}

function post(port: MessagePort, message: FromLane): void {
  port.postMessage(message)
}
