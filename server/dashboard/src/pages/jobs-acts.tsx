import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { may, waybill } from '../api/session.ts'
import { confirm } from '../ui/confirm.tsx'
import { Icon, type IconName } from '../ui/icon.tsx'
import { announce, refuse } from '../ui/notices.tsx'
import { formatItems } from '../words/numbers.ts'

type Filter = NonNullable<Parameters<typeof waybill.jobs.previewAction>[1]>
type Action = Parameters<typeof waybill.jobs.previewAction>[0]

const acts: readonly {
  readonly action: Action
  readonly icon: IconName
  readonly word: string
  readonly done: string
}[] = [
  { action: 'pause', icon: 'pause', word: 'Pause', done: 'paused' },
  { action: 'resume', icon: 'play', word: 'Resume', done: 'resumed' },
  { action: 'cancel', icon: 'ban', word: 'Cancel', done: 'cancelled' },
]

/** Acts on all jobs that match the filters, also those that are not shown: counts them first, and asks. */
export function JobsActs({
  filter,
  onDone,
}: {
  readonly filter: Filter
  readonly onDone: () => void
}): JSX.Element | null {
  const [busy, setBusy] = useState(false)
  if (!may('jobs:write')) return null
  const run = async ({ action, word, done }: (typeof acts)[number]): Promise<void> => {
    setBusy(true)
    try {
      const preview = await waybill.jobs.previewAction(action, filter)
      const jobs = formatItems(preview.count, 'job')
      if (preview.count === 0) return announce(`No job that matches can be ${done}`)
      const yes = await confirm({
        title: `${word} ${jobs}?`,
        body: 'All that match these filters, also those that this page does not show. Jobs that are made from now on are not among them.',
        act: word,
        danger: action === 'cancel',
      })
      if (!yes) return
      announce(`${formatItems(await preview.apply(), 'job')} ${done}`)
      onDone()
    } catch (error) {
      refuse(error)
    } finally {
      setBusy(false)
    }
  }
  return (
    <div class="acts" role="group" aria-label="All jobs that match">
      {acts.map((one) => (
        <button key={one.action} type="button" disabled={busy} onClick={() => void run(one)}>
          <Icon name={one.icon} />
          {one.word} all
        </button>
      ))}
    </div>
  )
}
