import { createClient } from '@waybill/sdk'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { BenchOptions } from './bench-options.ts'
import type { Row } from './report.ts'

const SERVER = fileURLToPath(new URL('./fixtures/fixed-answer.mjs', import.meta.url))
const JOB = fileURLToPath(new URL('../../spec/examples/answers/getJob.200.json', import.meta.url))
const JOB_ID = 'job_0198c2f04b7e7c3fa1d2b3c4d5e6f708'
/** Short, and many of each: what else the machine does meets all kinds alike. */
const CALLS_PER_TURN = 200
const TURNS_PER_ROUND = 10

interface Cost {
  readonly wallMicroseconds: number[]
  readonly cpuMicroseconds: number[]
}

/** Measures a call of the SDK beside a bare fetch of the same JSON, over loopback, in turns. */
export async function measureClientCall({ rounds }: BenchOptions): Promise<Row[]> {
  const server = fork(SERVER, [JOB])
  try {
    const failed = once(server, 'exit').then(([code]) => {
      throw new Error(`Cannot measure calls as the server must answer them: it ended with ${code}`)
    })
    const [port] = (await Promise.race([once(server, 'message'), failed])) as [number]
    failed.catch(() => undefined)
    const baseUrl = `http://127.0.0.1:${port}`
    const job = createClient({ baseUrl }).jobs.attach(JOB_ID)
    const calls = {
      'bare fetch': async () => (await fetch(`${baseUrl}/v1/jobs/${JOB_ID}`)).json(),
      'the SDK, job.get()': () => job.get(),
    }
    const costs = new Map<string, Cost>()
    // The first round warms up.
    for (let turn = -TURNS_PER_ROUND; turn < rounds * TURNS_PER_ROUND; turn++) {
      for (const [name, call] of Object.entries(calls)) {
        const cost = costs.get(name) ?? { wallMicroseconds: [], cpuMicroseconds: [] }
        costs.set(name, cost)
        const startMs = performance.now()
        const startCpu = process.cpuUsage()
        for (let n = 0; n < CALLS_PER_TURN; n++) await call()
        const cpu = process.cpuUsage(startCpu)
        if (turn < 0) continue
        cost.wallMicroseconds.push(((performance.now() - startMs) * 1000) / CALLS_PER_TURN)
        cost.cpuMicroseconds.push((cpu.user + cpu.system) / CALLS_PER_TURN)
      }
    }
    return rowsOf(costs)
  } finally {
    server.kill()
  }
}

function rowsOf(costs: ReadonlyMap<string, Cost>): Row[] {
  const [bare, sdk] = [...costs.values()] as [Cost, Cost]
  const work = 'one call of the SDK, job.get()'
  const reference = 'bare fetch'
  return [
    {
      ...{ id: 'sdk-call/time', work, unit: 'µs', rounds: sdk.wallMicroseconds },
      reference: { work: reference, rounds: bare.wallMicroseconds },
    },
    {
      ...{ id: 'sdk-call/cpu', work: `${work}: CPU of the client`, unit: 'µs', rounds: sdk.cpuMicroseconds },
      reference: { work: reference, rounds: bare.cpuMicroseconds },
    },
    {
      ...{ id: 'sdk-call/cpu-over-fetch', work: `${work}: CPU over bare fetch`, unit: 'µs', target: '<= 60' },
      rounds: sdk.cpuMicroseconds.map((cpu, turn) => cpu - bare.cpuMicroseconds[turn]!),
    },
  ]
}
