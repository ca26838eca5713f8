import { checkFolder } from '../support/check-folder.ts'
import { RecordingConnector } from '../support/recording-connector.ts'
import { type Failpoint, ServerProcess } from '../support/server-process.ts'
import { PersistentClient } from '../support/persistent-client.ts'
import { answerOf, parkingRules, ScriptedLoad } from './scripted-load.ts'

/** Rounds of the load within which a failpoint must be reached. */
const MAX_ROUNDS = 2

/**
 * One server that is ended at each of the failpoints in turn, while a client gives it the same kind of work again and again: jobs with
 * shared keys, retries, parked items, uploads in parts, stages, pauses, cancels, deletions, channels made and paused. Then everything that was seen is judged.
 * @returns what is wrong, as sentences
 */
export async function runFailpoints(points: readonly Failpoint[]): Promise<string[]> {
  const connector = new RecordingConnector({
    answer: () => ({ kind: 'items', delayMs: 2, answer: answerOf }),
  })
  await connector.start()
  const channel = {
    connector: { type: 'http', url: connector.url, batchSize: 5 },
    concurrency: 8,
    // So slow that its TAT is written ahead, and nobody waits for it.
    rateLimit: { limit: 200_000, periodMs: 20_000, burst: 200_000, unit: 'items' },
    retry: { maxAttempts: 100, backoff: { initialMs: 5, factor: 1, maxMs: 5 }, rules: parkingRules },
  }
  const server = await ServerProcess.create({
    fromSource: true,
    args: ['--threads', '1'],
    config: { channels: { shop: channel } },
  })
  const client = new PersistentClient(server, points)
  const load = new ScriptedLoad(client, channel)
  try {
    for (let rounds = 0; client.left > 0;) {
      const { armed } = client
      await load.round()
      rounds = armed !== null && client.armed === armed ? rounds + 1 : 0
      if (rounds >= MAX_ROUNDS) await client.giveUp()
    }
    await load.round()
    await load.end()
    const faults = await load.judge(connector.calls)
    await client.stop()
    return [
      ...client.missed.map(({ name, hit }) => `failpoint ${name} was not reached ${hit} times`),
      ...faults,
      ...checkFolder(`${server.folder}/data`),
    ]
  } finally {
    await server.remove()
    await connector.stop()
  }
}
