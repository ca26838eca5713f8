import { parentPort, workerData } from 'node:worker_threads'
import { monotonicUs } from '../../runtime/clock.ts'
import { Gate } from '../gate.ts'

// Takes from a gate as fast as it can for a while, then posts when it got something.
const { shared, forMs } = workerData as { shared: SharedArrayBuffer; forMs: number }
const gate = Gate.attach(shared)
const times: number[] = []
const endUs = monotonicUs() + forMs * 1000
for (let nowUs = monotonicUs(); nowUs < endUs; nowUs = monotonicUs()) {
  if (gate.tryTake(1, nowUs) === 0) times.push(nowUs)
}
parentPort!.postMessage(new Float64Array(times))
