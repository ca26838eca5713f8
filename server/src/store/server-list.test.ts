import { expect, it } from 'vitest'
import { FakeClock } from '../runtime/testing/fake-clock.ts'
import { ServerList } from './server-list.ts'
import type { ServerEntry } from './server-store.ts'

it('reads the servers once a second at most, and again at once after a failure', async () => {
  const clock = new FakeClock()
  const answers: (readonly ServerEntry[] | Error)[] = []
  let reads = 0
  const listServers = (): Promise<readonly ServerEntry[]> => {
    const answer = answers[reads++]!
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer)
  }
  const list = new ServerList({ store: { listServers }, clock })
  const one = [{ id: 1 } as ServerEntry]
  const two = [...one, { id: 2 } as ServerEntry]
  answers.push(one, new Error('away'), two)
  expect(await Promise.all([list.read(), list.read()])).toEqual([one, one])
  clock.advance(999)
  expect([await list.read(), reads]).toEqual([one, 1])
  clock.advance(1)
  await expect(list.read()).rejects.toThrow('away')
  expect(list.known).toBe(one)
  expect([await list.read(), reads, list.known]).toEqual([two, 3, two])
})
