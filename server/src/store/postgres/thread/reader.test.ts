import { setImmediate } from 'node:timers/promises'
import { expect, it } from 'vitest'
import type { CallMessage } from '../../thread/messages.ts'
import type { Connection } from '../connection.ts'
import { Reader } from './reader.ts'

it('long reads leave connections to short ones, and are answered one after another', async () => {
  const asked: { readonly text: string; readonly answer: () => void }[] = []
  const connection = {
    query: ({ text }: { text: string }) =>
      new Promise((resolve) => asked.push({ text, answer: () => resolve({ rows: [], rowCount: 0 }) })),
    end: () => Promise.resolve(),
    onLost() {},
  } as unknown as Connection
  const reader = new Reader(() => Promise.resolve(connection))
  const call = (name: string, args: object) => reader.answer({ id: 1, name, args } as unknown as CallMessage)
  const webhookEvents = { subscription: 'default', limit: 10 }
  const long = Array.from({ length: 6 }, () => call('listWebhookEvents', webhookEvents))
  await setImmediate()
  expect(asked).toHaveLength(2)
  const short = call('findJob', { id: 'job_1' })
  await setImmediate()
  expect(asked.map(({ text }) => text.includes('webhook_events'))).toEqual([true, true, false])
  asked[2]!.answer()
  expect(await short).toBe(null)
  for (let answered = 0; answered < asked.length; answered++) {
    asked[answered]!.answer()
    await setImmediate()
  }
  await Promise.all(long)
  expect(asked).toHaveLength(7)
  await reader.close()
})

it('a long read does not wait for all that another caller has asked for', async () => {
  const asked: { readonly caller: string; readonly answer: () => void }[] = []
  const connection = {
    query: ({ values }: { values: readonly unknown[] }) =>
      new Promise((resolve) =>
        asked.push({ caller: String(values[0]), answer: () => resolve({ rows: [], rowCount: 0 }) }),
      ),
    end: () => Promise.resolve(),
    onLost() {},
  } as unknown as Connection
  const reader = new Reader(() => Promise.resolve(connection))
  const call = (subscription: string) =>
    reader.answer({ id: 1, name: 'listWebhookEvents', args: { subscription, limit: 10 } } as unknown as CallMessage)
  const greedy = Array.from({ length: 6 }, () => call('greedy'))
  await setImmediate()
  const other = call('other')
  await setImmediate()
  asked[0]!.answer()
  await setImmediate()
  expect(asked.map(({ caller }) => caller)).toEqual(['greedy', 'greedy', 'other'])
  for (let answered = 1; answered < asked.length; answered++) {
    asked[answered]!.answer()
    await setImmediate()
  }
  await Promise.all([...greedy, other])
  await reader.close()
})
