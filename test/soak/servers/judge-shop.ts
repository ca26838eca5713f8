import { checkBooks, type EndedJob } from '../../support/check-books.ts'
import {
  checkBlocked,
  checkEachDelivered,
  checkEndedBeforeNext,
  checkNoOverlap,
  checkOrder,
  checkProgress,
  checkRate,
  checkRepeats,
  checkRepeatsPerStart,
  checkStages,
} from '../../support/check-record.ts'
import { checkTakenInTerm, checkTerms } from '../../support/check-terms.ts'
import type { JobOwners } from '../../support/job-owners.ts'
import type { RecordedCall } from '../../support/record.ts'
import type { ServersClient } from '../../support/servers-client.ts'
import { resultLines } from '../../support/submit.ts'
import type { Producer } from '../producer.ts'
import type { Shop } from '../shops.ts'
import type { Unwritten } from './servers-monkey.ts'
import { TIMEOUT_MS } from './servers-shops.ts'

/**
 * A process that freezes between its last check of the lease and the write of the call is the one case that a lease does not prevent. It is a
 * matter of microseconds: many of them are none.
 */
const MAX_LATE_CALLS = 2
/** A call may be this late between its token and the shop, where several servers share two cores, besides what this process is late. */
const CALL_SLACK_MS = 500

export interface JudgedShop {
  readonly shop: Shop
  /** One for each tenant, with its client. */
  readonly producers: readonly { readonly client: ServersClient; readonly producer: Producer }[]
  readonly owners: JobOwners
  readonly unwritten: readonly Unwritten[]
  readonly longestStallMs: number
}

/** Judges what one shop saw of all servers, with what all clients saw of its jobs. */
export async function judgeShop(judged: JudgedShop): Promise<string[]> {
  const { shop, producers, owners, unwritten, longestStallMs } = judged
  const { callStartsMs, blocks, lateCalls } = shop.connector
  const jobs = producers.flatMap(({ producer }) => producer.jobs)
  const accepted = producers.flatMap(({ producer }) => producer.accepted)
  const stopped = new Set(jobs.filter((job) => job.stopped).map((job) => job.id))
  const areCounted = !shop.refusesEarlierTerms && lateCalls > 0 && lateCalls <= MAX_LATE_CALLS
  // A key is one of a tenant.
  const calls = shop.connector.calls
    .filter((call) => !(areCounted && call.isLate === true))
    .map((call): RecordedCall => ({ ...call, key: `${owners.of(call.jobId) ?? 'nobody'} ${call.key}` }))
  const books: EndedJob[] = []
  const unread: string[] = []
  for (const { client, producer } of producers) {
    const read = await booksOf(client, producer)
    books.push(...read.books)
    unread.push(...read.faults)
  }
  const slackMs = CALL_SLACK_MS + longestStallMs
  const faults = [
    ...producers.flatMap(({ producer }) => producer.faults),
    ...shop.cut,
    ...unread,
    ...strangers(calls, owners),
    ...(lateCalls > MAX_LATE_CALLS ? [`ORD-1 ${lateCalls} calls of earlier terms came after those of later ones`] : []),
    ...checkTerms(calls),
    ...checkNoOverlap(calls),
    ...checkOrder(calls, accepted),
    ...checkEndedBeforeNext(calls, stopped),
    ...producers.flatMap(({ producer }) => checkStages(calls, producer.stages)),
    ...checkRepeats(calls),
    ...checkRepeatsPerStart(calls),
    ...checkTakenInTerm(calls, TIMEOUT_MS - longestStallMs),
    ...checkEachDelivered(
      calls,
      accepted.filter((job) => !stopped.has(job.jobId)),
      { mayRepeat: true },
    ),
    ...checkBooks(calls, books),
    ...jobs.flatMap((job) => checkProgress(job.seen)),
    ...(shop.highestRate === null ? [] : checkRate(callStartsMs, shop.highestRate, slackMs)),
    ...checkBlocked(callStartsMs, known(blocks, unwritten), slackMs),
  ]
  return faults.map((fault) => `${shop.name}: ${fault}`)
}

async function booksOf(
  client: ServersClient,
  { jobs }: Producer,
): Promise<{ readonly books: EndedJob[]; readonly faults: string[] }> {
  const books: EndedJob[] = []
  const faults: string[] = []
  for (const { id, keys, ended, deleted } of jobs) {
    if (deleted || !ended) continue
    const { status, body } = await client.call('GET', `/v1/jobs/${id}/results`)
    try {
      books.push({ jobId: id, total: keys.length, lines: resultLines(body as string) })
    } catch (error) {
      faults.push(`REC-1 the results of ${id}, which has ended, were answered ${status}: ${(error as Error).message}`)
    }
  }
  return { books, faults: faults.slice(0, 10) }
}

/** Nothing is delivered that nobody submitted. */
function strangers(calls: readonly RecordedCall[], owners: JobOwners): string[] {
  const ids = new Set(calls.map(({ jobId }) => jobId).filter((id) => owners.of(id) === undefined))
  return [...ids].slice(0, 3).map((id) => `REC-1 ${id} was called, and nobody was answered that it was accepted`)
}

/** The blocks as the next owner can know them: one that was read when it could not become durable may be lost with its owner. */
function known<Block extends { readonly fromMs: number }>(
  blocks: readonly Block[],
  unwritten: readonly Unwritten[],
): Block[] {
  return blocks.filter(
    (block) => !unwritten.some(({ fromMs, untilMs }) => block.fromMs >= fromMs && block.fromMs <= untilMs),
  )
}
