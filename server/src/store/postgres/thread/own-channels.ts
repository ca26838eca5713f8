import type { OutcomeMaps } from '../../outcomes/outcome-maps.ts'
import { readBatch } from '../../../model/outcome-batch.ts'
import type { ClaimedChannel } from '../../owner-store.ts'
import type { StoreError } from '../../store-error.ts'
import type { ControlCalls } from '../../thread/messages.ts'
import { type ClaimedRows, claimChannels, handOver, requireTerms } from '../write/channel-owners.ts'
import type { WriteDeps } from '../write/write-deps.ts'
import { chunksOf } from '../write/write-outcomes.ts'
import type { FoldedNumber } from './fold.ts'
import type { Plan } from './plan.ts'
import type { Found } from './transaction.ts'

/** A row of `waybill.segments`. */
export interface SegmentRow {
  readonly channel: string
  readonly seq: number
  readonly records: Uint8Array
  readonly details: Uint8Array | null
}

export interface OwnChannelsDeps extends Pick<
  WriteDeps,
  'counters' | 'maps' | 'rows' | 'removals' | 'ask' | 'serverId' | 'readMaps'
> {
  /** Runs a transaction. @returns why it failed, or null */
  run(plan: Plan<null>): Promise<StoreError | null>
  /** Writes all that stands in segments to the tables. */
  foldAll(): Promise<StoreError | null>
}

/**
 * The channels of a server that has its database beside others. Its memory has outcomes of no other channel; what it folds of them is fenced by their terms, as
 * the next owner begins with what the tables and the segments say.
 */
export class OwnChannels {
  readonly #deps: OwnChannelsDeps
  readonly #terms = new Map<string, number>()

  constructor(deps: OwnChannelsDeps) {
    this.#deps = deps
  }

  /** Says with each transaction of folding up to which number, and by which terms. */
  readonly numbered: FoldedNumber = (transaction, seq) => {
    const { rows, serverId } = this.#deps
    const channels = [...rows.segmentChannels].sort()
    const terms = channels.map((channel) => ({ channel, term: this.#terms.get(channel) ?? 0 }))
    requireTerms({ serverId }, transaction, terms)
    if (seq !== null)
      transaction.run('UPDATE waybill.owners SET folded_seq = $2 WHERE channel = ANY ($1::text[])', channels, seq)
  }

  /** As of `SharedOwnerStore`. @throws StoreError */
  async claim({ names }: ControlCalls['claimChannels']['args']): Promise<ClaimedChannel[]> {
    // What is in memory of an earlier term may be older than what the owner in between has written.
    await this.forget(names)
    const { channels, lastSeq } = await this.#claim(names)
    if (channels.length === 0) return []
    const { counters } = this.#deps
    counters.segmentSeq = Math.max(counters.segmentSeq, lastSeq)
    for (const { channel, term } of channels) this.#terms.set(channel, term)
    const claimed = channels.map(({ channel }) => channel)
    await this.#takeSegments(claimed)
    await this.#giveUpBegun(claimed)
    return [...channels]
  }

  /** As of `SharedOwnerStore`. @throws StoreError */
  async handOver(args: ControlCalls['handOver']['args']): Promise<null> {
    const { channel } = args.release
    await this.#run((transaction) => {
      handOver(this.#deps, transaction, args)
      return { result: () => null }
    })
    await this.forget([channel])
    return null
  }

  /** Other servers own these channels: nothing of them stays in memory. */
  readonly forget = async (channels: readonly string[]): Promise<void> => {
    const { maps, rows, ask } = this.#deps
    const { refs } = maps
    const kept = refs.length === 0 ? [] : await ask<{ ref: number }>(OF_OTHERS, refs, channels)
    // Not before it is known what to drop: until then, what is folded of them is fenced.
    for (const channel of channels) {
      this.#terms.delete(channel)
      rows.segmentChannels.delete(channel)
    }
    const isKept = new Set(kept.map(({ ref }) => ref))
    for (const ref of refs) {
      // Nor of jobs that were deleted meanwhile.
      if (isKept.has(ref)) continue
      maps.forgetJob(ref)
      rows.forgetJob(ref)
    }
  }

  async #claim(names: readonly string[]): Promise<ClaimedRows> {
    const { ask } = this.#deps
    let found: readonly Found[] | null = null
    let claim: ReturnType<typeof claimChannels>
    await this.#run((transaction) => {
      claim = claimChannels(this.#deps, transaction, names)
      return { result: () => null, committed: (all) => void (found = all) }
    })
    return found === null ? await claim!.again(ask) : claim!.of(found)
  }

  /** Brings what the owners before have committed to the tables. */
  async #takeSegments(channels: readonly string[]): Promise<void> {
    const { maps, ask } = this.#deps
    const segments = await ask<SegmentRow>(SEGMENTS_OF, channels)
    if (segments.length === 0) return
    await replaySegments(this.#deps, segments)
    const failure = await this.#deps.foldAll()
    if (failure !== null) throw failure
    maps.trim()
  }

  /** Begun extensions of open jobs are given up, as those of the owner before. */
  async #giveUpBegun(channels: readonly string[]): Promise<void> {
    const { removals, ask } = this.#deps
    const begun = await ask<{ ref: number }>(BEGUN_OF, channels)
    if (begun.length === 0) return
    const refs = begun.map(({ ref }) => ref)
    const terms = channels.map((channel) => ({ channel, term: this.#terms.get(channel) ?? 0 }))
    await this.#run((transaction) => {
      requireTerms(this.#deps, transaction, terms)
      transaction.run('UPDATE waybill.part_drafts SET abandoned = true WHERE ref = ANY ($1::bigint[])', refs)
      return { result: () => null }
    })
    for (const ref of refs) removals.addPart(ref)
  }

  async #run(plan: Plan<null>): Promise<void> {
    const failure = await this.#deps.run(plan)
    if (failure !== null) throw failure
  }
}

/** Brings outcomes that stand in segments only into memory. */
export async function replaySegments(
  {
    counters,
    maps,
    rows,
    readMaps,
  }: Pick<WriteDeps, 'counters' | 'rows' | 'readMaps'> & { readonly maps: OutcomeMaps },
  segments: readonly SegmentRow[],
): Promise<void> {
  const batches = segments.map(({ records, details }) => readBatch(records, details))
  await readMaps({ chunks: chunksOf(batches), maps })
  for (const [n, { seq, channel }] of segments.entries()) {
    maps.replay(seq, batches[n]!)
    rows.segmentChannels.add(channel)
    counters.segmentSeq = Math.max(counters.segmentSeq, seq)
  }
  maps.keepLoaded()
  rows.forgetRows()
}

const SEGMENTS_OF =
  'SELECT channel, seq, records, details FROM waybill.segments WHERE channel = ANY ($1::text[]) ORDER BY seq'

const OF_OTHERS = 'SELECT ref FROM waybill.jobs WHERE ref = ANY ($1::bigint[]) AND channel <> ALL ($2::text[])'

const BEGUN_OF = `SELECT p.ref FROM waybill.part_drafts p JOIN waybill.jobs j ON j.ref = p.ref
  WHERE j.channel = ANY ($1::text[]) AND NOT p.abandoned`
