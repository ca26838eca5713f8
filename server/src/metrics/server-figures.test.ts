import { expect, it } from 'vitest'
import { FakeClock } from '../runtime/testing/fake-clock.ts'
import type { ServerEntry } from '../store/server-store.ts'
import { serverFigures } from './server-figures.ts'

const active = { active: true, fenced: false, lastTakeover: { proof: 'lease' } } as ServerEntry
const standby = { active: false, fenced: false, lastTakeover: null } as ServerEntry
const fenced = { active: true, fenced: true, lastTakeover: null } as ServerEntry

it('counts servers by role, with what is left of the lease', async () => {
  const known = [active, standby, standby, fenced]
  const servers = { known, read: () => Promise.resolve(known) }
  const figures = (remainingMs: number) =>
    serverFigures({ servers, lease: { remainingMs: () => remainingMs } }, new FakeClock())
  expect(await figures(6500)).toEqual({
    ...{ roles: { active: 1, standby: 2, fenced: 1 }, leaseSeconds: 6.5, takeover: 'lease_ended' },
  })
  expect((await figures(0)).leaseSeconds).toBe(0)
  expect((await figures(Infinity)).leaseSeconds).toBeNull()
})

it.each(['refuses', 'does not answer'])(
  'shows no servers of a store that %s, and the takeover that was known',
  async (how) => {
    const clock = new FakeClock()
    const read = (): Promise<never> => (how === 'refuses' ? Promise.reject(new Error('away')) : new Promise(() => {}))
    const figures = serverFigures({ servers: { known: [active], read }, lease: { remainingMs: () => 0 } }, clock)
    if (how !== 'refuses') clock.advance(2000)
    expect(await figures).toEqual({ roles: null, leaseSeconds: 0, takeover: 'lease_ended' })
  },
)
