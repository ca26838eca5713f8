import type { JobRecord } from '../model/job.ts'
import type { Telemetry } from '../runtime/telemetry.ts'
import type { ItemIntake } from './chunks/item-intake.ts'

/** Reports a job that is durable, and its items. One that has ended at ingest is reported so. */
export function reportJob(record: JobRecord, intake: ItemIntake, telemetry: Telemetry): void {
  telemetry.emit('job.created', record)
  reportItems(record, intake, telemetry)
  if (record.phase === 'ended') telemetry.emit('job.ended', record)
}

/** Reports items of a job that are durable: all those that the intake took. */
export function reportItems(record: JobRecord, intake: ItemIntake, telemetry: Telemetry): void {
  const { subscription, envelope } = record
  const { channel } = envelope
  if (telemetry.listens('items.accepted')) {
    for (const [action, count] of Object.entries(intake.itemsByAction))
      if (count > 0) telemetry.emit('items.accepted', { channel, subscription, action, count })
  }
  if (intake.failed > 0)
    telemetry.emit('items.rejected', { channel, subscription, code: 'invalid_item', count: intake.failed })
}
