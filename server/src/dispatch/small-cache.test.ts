import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Verdict } from '../model/outcome-batch.ts'
import { channelOf, FakeWorld, moduleConnector } from './testing/fake-world.ts'

it('delivers every item once and whole from a cache that holds almost nothing, on several channels, batches and threads', async () => {
  const world = new FakeWorld({ cacheBytes: 50_000, chunkItems: 3, threads: 3 })
  world.dispatcher.start()
  const channels = [1, 100, 1000].map((batchSize) =>
    channelOf(moduleConnector('sizes', { batchSize }), { concurrency: 16 }, `batches-${batchSize}`),
  )
  const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 200_000 })), {
    ...{ minLength: 1, maxLength: 150, size: 'max' as const },
  })
  const jobs = fc.array(fc.record({ channel: fc.nat({ max: channels.length - 1 }), sizes }), {
    ...{ minLength: 1, maxLength: 5, size: 'max' as const },
  })
  try {
    await fc.assert(
      fc.asyncProperty(jobs, async (list) => {
        world.outcomes.length = 0
        const submitted = list.map(({ channel, sizes }) => {
          const items = sizes.map((bytes, index) => ({ id: `${index}`, data: { text: 'x'.repeat(bytes) } }))
          return { ref: world.submit(channels[channel]!, items).record.ref, sizes }
        })
        const count = submitted.reduce((sum, { sizes }) => sum + sizes.length, 0)
        await world.outcomesOf(count)
        expect(world.outcomes).toHaveLength(count)
        for (const { ref, sizes } of submitted) {
          const ofJob = world.outcomes.filter(({ jobRef }) => jobRef === ref).sort((a, b) => a.index - b.index)
          expect(ofJob.map(({ index, verdict, said }) => [index, verdict, said.result])).toEqual(
            sizes.map((bytes, index) => [index, Verdict.succeeded, bytes]),
          )
        }
      }),
      { numRuns: 8 },
    )
  } finally {
    await world.dispatcher.stop({ graceMs: 0 })
  }
  // Two seconds a run on two quiet cores.
}, 120_000)
