import { once } from 'node:events'
import { MessageChannel } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import { completeChannel } from '../model/complete-channel.ts'
import type { FromLane } from './messages.ts'
import { LaneLog } from './worker-log.ts'

const config = (token: string) =>
  completeChannel({
    connector: { type: 'module', path: '/own.mjs' },
    credentials: { acme: { type: 'bearer', token } },
  })

describe('LaneLog', () => {
  it('posts what a connector logs without the secrets of its channel, those of calls that still run included', async () => {
    const { port1, port2 } = new MessageChannel()
    try {
      const log = new LaneLog(port1, config('f1rst-token'))
      log.configure(config('s3cond-token'))
      const { error } = log
      error({ headers: { authorization: 'Bearer f1rst-token' }, n: 1n }, 'a BigInt is no JSON')
      error({ headers: { authorization: 'Bearer f1rst-token' } }, 'sent s3cond-token')
      const lines: FromLane[] = []
      port2.on('message', (line: FromLane) => lines.push(line))
      while (lines.length < 2) await once(port2, 'message')
      expect(lines).toEqual([
        { kind: 'log', level: 'error', fields: {}, message: 'a BigInt is no JSON' },
        { kind: 'log', level: 'error', fields: { headers: { authorization: 'Bearer ***' } }, message: 'sent ***' },
      ])
    } finally {
      port1.close()
    }
  })
})
