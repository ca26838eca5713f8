import type { Calls } from '../client.ts'
import type { Live } from './live.ts'

/** Loaded when the first of its methods is called. */
export function liveCalls(calls: Calls): Live {
  const { raw, read } = calls
  return {
    async *follow(options) {
      const { followUpdates } = await import('../follow/updates.ts')
      yield* followUpdates(calls, options)
    },
    async jobMap(jobId, { signal, buckets } = {}) {
      const params = { path: { jobId }, query: { buckets } }
      return (await read(`map job ${jobId}`, raw.GET('/v1/jobs/{jobId}/map', { params, signal }))).data
    },
    async stats({ signal, channel, ...options } = {}) {
      const query = { ...options, channel: channel === undefined ? undefined : [channel].flat() }
      return (await read('get stats', raw.GET('/v1/stats', { params: { query }, signal }))).data
    },
  }
}
