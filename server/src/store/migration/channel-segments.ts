import { byChannel } from '../outcomes/by-channel.ts'
import { mergeBatches, readBatch, recordBytes } from '../../model/outcome-batch.ts'

/** A segment of a data folder: it may have outcomes of several channels. */
export interface FolderSegment {
  readonly seq: number
  readonly records: Uint8Array
  readonly details: Uint8Array | null
}

/** A segment of a database. */
export interface ChannelSegment extends FolderSegment {
  readonly channel: string
}

/**
 * Divides a segment by channel: a database has a row for each. Outcomes of jobs that are gone are left out, as every start passes them over.
 * @param channelOf the channel of a job; null: there is no such job
 * @returns by channel
 */
export function channelSegments(
  { seq, records, details }: FolderSegment,
  channelOf: (ref: number) => string | null,
): ChannelSegment[] {
  const segments: ChannelSegment[] = []
  for (const [channel, batches] of byChannel([readBatch(records, details)], (ref) => channelOf(ref) ?? '')) {
    const batch = channel === '' ? null : mergeBatches(batches)
    if (batch !== null) segments.push({ channel, seq, records: recordBytes(batch), details: batch.details })
  }
  return segments.sort((a, b) => (a.channel < b.channel ? -1 : 1))
}
