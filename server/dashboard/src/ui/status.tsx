import type { Item, Job } from '@waybill/sdk'
import type { JSX } from 'preact'
import { Icon, type IconName } from './icon.tsx'

export type Tone = 'good' | 'busy' | 'wait' | 'bad' | 'quiet'

/** A status as icon, word and colour: each alone says it. */
export function Status({
  tone,
  icon,
  word,
}: {
  readonly tone: Tone
  readonly icon: IconName
  readonly word: string
}): JSX.Element {
  return (
    <span class={`status ${tone}`}>
      <Icon name={icon} />
      {word}
    </span>
  )
}

type Shown = readonly [Tone, IconName, string]

const jobStatuses: Record<Exclude<Job['status'], 'ended'>, Shown> = {
  open: ['wait', 'circle', 'Open'],
  scheduled: ['wait', 'clock', 'Scheduled'],
  blocked: ['wait', 'link', 'Blocked'],
  pending: ['quiet', 'circle', 'Pending'],
  running: ['busy', 'play', 'Running'],
  paused: ['wait', 'pause', 'Paused'],
  cancelling: ['quiet', 'ban', 'Cancelling'],
}

const outcomes: Record<NonNullable<Job['outcome']>, Shown> = {
  succeeded: ['good', 'check', 'Succeeded'],
  partial: ['wait', 'part', 'Partial'],
  failed: ['bad', 'cross', 'Failed'],
  cancelled: ['quiet', 'ban', 'Cancelled'],
  expired: ['bad', 'clock', 'Expired'],
}

const itemStatuses: Record<Item['status'], Shown> = {
  pending: ['quiet', 'circle', 'Pending'],
  waiting: ['wait', 'clock', 'Waiting'],
  running: ['busy', 'play', 'Running'],
  succeeded: ['good', 'check', 'Succeeded'],
  failed: ['bad', 'cross', 'Failed'],
  cancelled: ['quiet', 'ban', 'Cancelled'],
}

export function JobStatus({
  job,
}: {
  readonly job: { readonly status: string; readonly outcome: Job['outcome'] }
}): JSX.Element {
  const known =
    job.status === 'ended' ? outcomes[job.outcome ?? 'succeeded'] : (jobStatuses as Record<string, Shown>)[job.status]
  const [tone, icon, word] = known ?? (['quiet', 'circle', job.status] as const)
  return <Status tone={tone} icon={icon} word={word} />
}

export function ItemStatus({ item }: { readonly item: Pick<Item, 'status' | 'waiting'> }): JSX.Element {
  const [tone, icon, word] =
    item.waiting?.reason === 'parked' ? (['wait', 'decisions', 'Parked'] as const) : itemStatuses[item.status]
  return <Status tone={tone} icon={icon} word={word} />
}
