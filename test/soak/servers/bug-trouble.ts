import { setTimeout as sleep } from 'node:timers/promises'
import type { Shop } from '../shops.ts'
import type { HeldShop } from './servers-shops.ts'
import { BEATS } from './servers-monkey.ts'
import type { SoakServer, SoakServers } from './soak-servers.ts'
import type { Trouble } from './seeded-bugs.ts'

/** A condition that does not come true within it never does. */
const WAIT_MS = 60_000
const LOOK_EVERY_MS = 50
/** Time for calls of a server of which the lease has ended. */
const AFTERMATH_MS = 2000
/** A freeze may hit a server that has just nothing to call. */
const MAX_ROUNDS = 8
const ENOUGH_LATE_CALLS = 5

export interface TroubleWorld {
  readonly cluster: SoakServers
  readonly shops: readonly Shop[]
  /** Null: no call lasts. */
  readonly held: HeldShop | null
}

/** Brings servers into the situation in which a seeded bug shows. @throws Error it did not come about within a minute */
export async function makeTrouble(trouble: Trouble, world: TroubleWorld): Promise<void> {
  switch (trouble) {
    case 'freeze':
    case 'mute_beats':
      return await pushAside(trouble, world)
    case 'kill_taker':
      return await killTaker(world)
  }
}

async function pushAside(trouble: 'freeze' | 'mute_beats', world: TroubleWorld): Promise<void> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const { process, network } = await callingServer(world)
    const term = latestTerm(world)
    if (trouble === 'freeze') process.freeze('SIGSTOP')
    else network.fallSilent(BEATS)
    try {
      await until('the next owner calls', () => latestTerm(world) > term)
      const { held } = world
      if (held !== null) await until('a key whose call lasts is called', () => held.overtaking > 0)
    } finally {
      process.freeze('SIGCONT')
      network.heal()
      world.held?.release()
    }
    await sleep(AFTERMATH_MS)
    if (world.held !== null) return
    if (world.shops.some(({ connector }) => connector.lateCalls >= ENOUGH_LATE_CALLS)) return
  }
}

async function killTaker(world: TroubleWorld): Promise<void> {
  const { cluster, held } = world
  const frozen = await callingServer(world)
  const term = latestTerm(world)
  frozen.process.freeze('SIGSTOP')
  try {
    let taker: SoakServer | null = null
    await until('another server has the database', async () => {
      taker = await cluster.active()
      return taker !== null && taker !== frozen
    })
    await taker!.process.kill()
    await until('the one after it calls', () => latestTerm(world) > term)
    if (held !== null) await until('a key whose call lasts is called', () => held.overtaking > 0)
  } finally {
    held?.release()
    frozen.process.freeze('SIGCONT')
  }
}

/** The active server, when it has called something and has time to call more. */
async function callingServer(world: TroubleWorld): Promise<SoakServer> {
  const { held } = world
  if (held !== null) await until('calls are held', () => held.holding > 0)
  let found: SoakServer | null = null
  await until('a server calls', async () => {
    const calls = world.shops.map(({ connector }) => connector.callStartsMs.length)
    await sleep(LOOK_EVERY_MS)
    found = await world.cluster.active()
    return found !== null && world.shops.some(({ connector }, n) => connector.callStartsMs.length > calls[n]!)
  })
  return found!
}

function latestTerm({ shops }: TroubleWorld): number {
  return Math.max(0, ...shops.map(({ connector }) => connector.latestTerm))
}

async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (const endsAtMs = performance.now() + WAIT_MS; performance.now() < endsAtMs;) {
    if (await isSo()) return
    await sleep(LOOK_EVERY_MS)
  }
  throw new Error(`Cannot wait longer than ${WAIT_MS} ms until ${what}`)
}
