import fc from 'fast-check'
import type { Service } from '../service.ts'
import type { FakeClock } from './fake-clock.ts'

/** Longer than any service waits between two looks. */
const LONG_MS = 120_000

/**
 * Starts and stops a service in every order, also while a call before has not ended and while time passes: after the last stop no call
 * is left, and no timer.
 * @param make makes the service anew
 */
export async function stressService(
  make: () => { readonly service: Service; readonly clock: FakeClock },
): Promise<void> {
  const step = fc.record({ call: fc.constantFrom('start', 'stop', 'time'), waits: fc.boolean() })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 10 }), async (steps) => {
      const { service, clock } = make()
      const calls: Promise<void>[] = []
      for (const { call, waits } of steps) {
        if (call === 'time') clock.advance(LONG_MS)
        else calls.push(Promise.resolve(call === 'start' ? service.start?.() : service.stop()))
        if (waits) await calls.at(-1)
      }
      calls.push(Promise.resolve(service.stop()), Promise.resolve(service.stop()))
      await Promise.all(calls)
      clock.advance(LONG_MS)
      await new Promise((resolve) => setImmediate(resolve))
      if (clock.pending > 0)
        throw new Error(`Cannot accept service as no timer may be left when it has stopped: ${clock.pending} are left`)
    }),
  )
}
