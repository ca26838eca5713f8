import { setTimeout as sleep } from 'node:timers/promises'
import { type Operation, operations } from '@waybill/spec'
import { FullWorld } from '../support/full-world.ts'
import { usedBy } from '../support/hostile-world.ts'
import { RawConnection } from '../support/raw-connection.ts'
import { percentile } from './figures.ts'
import { Prober } from './prober.ts'
import type { Row } from './report.ts'

const CONNECTIONS = 100
const REQUESTS = 2000
const ALONE_MS = 1500
const ATTACK_MS = 2000
const PROBE_EVERY_MS = 10
const SAMPLE_EVERY_MS = 20
/** For how long the server carries out both requests, one after another, before its memory is looked at: code that is used, and caches. */
const WARM_UP_MS = 1000

interface Times {
  readonly alone: readonly number[]
  readonly attacked: readonly number[]
  readonly moreMb: number
}

/**
 * The time of another caller's requests while 100 connections each ask 2,000 times for the same operation and read no answer, and the memory that it costs:
 * every GET of the spec, on a server with much to answer that was just started. One round.
 */
export async function measureUnread(): Promise<Row[]> {
  const full = await FullWorld.start()
  const rows: Row[] = []
  try {
    const [attacker, other] = [await full.caller(), await full.caller()]
    for (const operation of Object.values<Operation>(operations)) {
      if (operation.method !== 'GET') continue
      await full.world.server.stop()
      await full.world.server.start()
      rows.push(...rowsOf(operation, await attack(full, { operation, attacker, other })))
    }
  } finally {
    await full.remove()
  }
  return rows
}

interface Attack {
  readonly operation: Operation
  readonly attacker: { readonly authorization: string }
  readonly other: { readonly authorization: string }
}

async function attack(full: FullWorld, { operation, attacker, other }: Attack): Promise<Times> {
  const { world } = full
  const { server } = world
  const path = full.pathOf(operation)
  const requests: (readonly [path: string, caller: Attack['other']])[] = [
    ['/v1/jobs?pageSize=5', other],
    // Streams do not end.
    ...(operation.operationId.startsWith('stream') ? [] : ([[path, attacker]] as const)),
  ]
  for (const endMs = performance.now() + WARM_UP_MS; performance.now() < endMs;)
    for (const [asked, caller] of requests) await world.fetch(asked, { headers: { ...caller } }).then((it) => it.text())
  const prober = await Prober.start(server.url, PROBE_EVERY_MS)
  const probe = (name: string): void =>
    prober.send([{ name, method: 'GET', path: '/v1/jobs?pageSize=5', headers: { ...other } }])
  let connections: readonly RawConnection[] = []
  try {
    probe('alone')
    await sleep(ALONE_MS)
    const idleMb = usedBy(server.pid).memoryMiB
    probe('attacked')
    connections = await Promise.all(Array.from({ length: CONNECTIONS }, () => RawConnection.open(server.url)))
    const request = `GET ${path} HTTP/1.1\r\nhost: localhost\r\nauthorization: ${attacker.authorization}\r\n\r\n`
    for (const connection of connections) {
      connection.socket.pause()
      void connection.send(request.repeat(REQUESTS))
    }
    let mostMb = idleMb
    for (const endMs = performance.now() + ATTACK_MS; performance.now() < endMs; await sleep(SAMPLE_EVERY_MS))
      mostMb = Math.max(mostMb, usedBy(server.pid).memoryMiB)
    const { alone = [], attacked = [] } = await prober.stop()
    return { alone, attacked, moreMb: mostMb - idleMb }
  } finally {
    prober.kill()
    for (const connection of connections) connection.break()
  }
}

function rowsOf({ operationId }: Operation, { alone, attacked, moreMb }: Times): Row[] {
  const id = `unread/${operationId}`
  const work = `${operationId}, asked for by ${CONNECTIONS} that do not read`
  const others = (what: string, share: number, target?: string): Row => ({
    ...{ id: `${id}-${what}`, work: `${work}: GET /jobs of another, ${what}`, unit: 'ms' },
    rounds: [percentile(attacked, share)],
    reference: { work: 'before', rounds: [percentile(alone, share)] },
    ...(target !== undefined && { target }),
  })
  return [
    others('p50', 0.5),
    others('p99', 0.99, '< 50'),
    { id: `${id}-memory`, work: `${work}: memory over idle`, unit: 'MB', rounds: [moreMb], target: '< 100' },
  ]
}
