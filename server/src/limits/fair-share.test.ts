import { describe, expect, it } from 'vitest'
import { FakeClock } from '../runtime/testing/fake-clock.ts'
import { FairShare, type Holder, type Lease } from './fair-share.ts'

const clock = (): FakeClock => new FakeClock()

describe('FairShare', () => {
  it('gives one caller a quarter, and others theirs', async () => {
    const share = new FairShare({ clock: clock(), total: 16 })
    expect(share.perCaller).toBe(4)
    const greedy = Array.from({ length: 10 }, () => share.tryTake('greedy'))
    expect(greedy.filter((lease) => lease !== null)).toHaveLength(4)
    for (const other of ['a', 'b', 'c']) expect(await share.take(other, { amount: 4 })).not.toBeNull()
    expect(share.tryTake('d')).toBeNull()
    greedy[0]!.release()
    greedy[0]!.release()
    expect(share.held).toBe(15)
    expect(share.tryTake('d')).not.toBeNull()
  })

  it('takes a correction of what was estimated', async () => {
    const share = new FairShare({ clock: clock(), total: 40 })
    const lease = (await share.take('a', { amount: 10 }))!
    const waits = share.take('a', { amount: 5 })
    lease.resize(2)
    expect(await waits).not.toBeNull()
    expect(share.held).toBe(7)
    lease.release()
    lease.resize(9)
    expect(share.held).toBe(5)
  })

  it('grows at once or not at all, up to a quarter of what there is', () => {
    const share = new FairShare({ clock: clock(), total: 40 })
    const [lease, other] = [share.tryTake('a', 0)!, share.tryTake('a', 3)!]
    expect([lease.tryGrow(8), lease.tryGrow(7), lease.tryGrow(1)]).toEqual([false, true, false])
    expect(share.held).toBe(10)
    other.release()
    expect([lease.tryGrow(3), share.held]).toEqual([true, 10])
    lease.release()
    expect([lease.tryGrow(1), share.held]).toEqual([false, 0])
  })

  it('lets a request wait, a bounded time', async () => {
    const time = clock()
    const share = new FairShare({ clock: time, total: 4, maxWaitMs: 10_000 })
    const lease = share.tryTake('a')!
    const [first, second] = [share.take('a'), share.take('a')]
    expect(share.tryTake('b')).not.toBeNull()
    lease.release()
    expect(await first).not.toBeNull()
    time.advance(10_000)
    expect(await second).toBeNull()
    expect(share.held).toBe(2)
  })

  it('gives what is free to the waiting caller that holds least', async () => {
    const share = new FairShare({ clock: clock(), total: 8 })
    const own = share.tryTake('a')!
    const leases = ['b', 'b', 'c', 'c', 'd', 'd', 'a'].map((caller) => share.tryTake(caller)!)
    const order: string[] = []
    const waiting = ['a', 'b', 'e'].map(async (caller) => {
      const lease = await share.take(caller)
      order.push(caller)
      return lease
    })
    leases[2]!.release()
    leases[3]!.release()
    own.release()
    leases[0]!.release()
    await Promise.all(waiting)
    expect(order).toEqual(['e', 'a', 'b'])
  })

  it('keeps most of a share for requests that cannot wait, and gives it to them first', async () => {
    const share = new FairShare({ clock: clock(), total: 16 })
    // A patient request finds an eighth of the four, at least one.
    const patient = (await share.take('a', { patient: true, amount: 4 }))!
    expect(share.held).toBe(1)
    const order: string[] = []
    const waits = async (name: string, isPatient: boolean): Promise<void> => {
      await share.take('a', { patient: isPatient })
      order.push(name)
    }
    const waiting = waits('patient', true)
    const rest = (await share.take('a', { amount: 3 }))!
    const first = waits('first', false)
    patient.release()
    await first
    expect(order).toEqual(['first'])
    rest.release()
    expect(share.held).toBe(1)
    void waiting
  })

  it('gives what is free to the smallest wish of a caller, so that it does not wait behind large ones', async () => {
    const share = new FairShare({ clock: clock(), total: 32 })
    const whole = (await share.take('a', { amount: 8 }))!
    const large = share.take('a', { amount: 8 })
    const small = share.take('a', { amount: 1 })
    whole.release()
    expect(await small).not.toBeNull()
    expect(await share.take('a', { amount: 1 })).not.toBeNull()
    expect(share.held).toBe(2)
    void large
  })

  it('takes what is more than a quarter for a quarter', async () => {
    const share = new FairShare({ clock: clock(), total: 8 })
    expect(await share.take('a', { amount: 100 })).not.toBeNull()
    expect(share.held).toBe(2)
  })

  it('lets no more wait than it can keep', async () => {
    const time = clock()
    const share = new FairShare({ clock: time, total: 4 })
    share.tryTake('a')
    const waiting = Array.from({ length: 100 }, () => share.take('a'))
    expect(await share.take('a')).toBeNull()
    time.advance(10_000)
    expect(new Set(await Promise.all(waiting))).toEqual(new Set([null]))
  })

  it('forgets who went away', async () => {
    const share = new FairShare({ clock: clock(), total: 4 })
    const lease = share.tryTake('a')!
    const left = new AbortController()
    const waits = share.take('a', { signal: left.signal })
    left.abort()
    expect(await waits).toBeNull()
    expect(await share.take('a', { signal: left.signal })).toBeNull()
    lease.release()
    expect(share.held).toBe(0)
  })

  it('asks a stalled holder to give up when somebody waits for its share, and no other one', async () => {
    const time = clock()
    const share = new FairShare({ clock: time, total: 8 })
    const asked: string[] = []
    const hold = async (caller: string, name: string, stalledMs: number): Promise<void> => {
      const holder: Holder = {
        stalledMs: () => stalledMs,
        giveUp: () => {
          asked.push(name)
          leases.get(name)!.release()
        },
      }
      leases.set(name, (await share.take(caller, { holder }))!)
    }
    const leases = new Map<string, Lease>()
    await hold('a', 'long', 60_000)
    await hold('a', 'moving', 0)
    await hold('b', 'of another caller', 90_000)
    time.advance(60_000)
    expect(asked).toEqual([])
    const waits = share.take('a')
    time.advance(500)
    expect(await waits).not.toBeNull()
    expect(asked).toEqual(['long'])
  })
})
