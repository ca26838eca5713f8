import type { Job } from '@waybill/sdk'
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { toFault } from '../api/fault.ts'
import { may, waybill } from '../api/session.ts'
import { go } from '../live/location.ts'
import { ActButton } from '../ui/acts.tsx'
import { confirm } from '../ui/confirm.tsx'
import { Icon } from '../ui/icon.tsx'
import { announce, refuse } from '../ui/notices.tsx'
import { formatItems } from '../words/numbers.ts'
import { jobHref } from '../words/route.ts'

/** What can be done with a job in the status that it has. */
export function JobActs({ job, onDone }: { readonly job: Job; readonly onDone: () => void }): JSX.Element {
  const handle = waybill.jobs.attach(job.id)
  const scope = 'jobs:write'
  if (job.done) return job.counts.failed > 0 && may(scope) ? <RetryFailed job={job} /> : <></>
  return (
    <>
      {job.status === 'blocked' && (
        <ActButton
          {...{ icon: 'play', text: 'Release', scope, done: 'The job waits for no other', onDone }}
          question={{
            title: 'Release this job?',
            body: 'It no longer waits for the jobs that it depends on, whatever becomes of them.',
          }}
          action={() => handle.release()}
        />
      )}
      {job.status === 'paused' ? (
        <ActButton
          {...{ icon: 'play', text: 'Resume', scope, done: 'The job continues', onDone }}
          action={() => handle.resume()}
        />
      ) : (
        job.status !== 'cancelling' && (
          <ActButton
            {...{ icon: 'pause', text: 'Pause', scope, done: 'The job is paused', onDone }}
            action={() => handle.pause()}
          />
        )
      )}
      {job.status !== 'cancelling' && (
        <ActButton
          {...{ icon: 'ban', text: 'Cancel', scope, done: 'The job is cancelled', danger: true, onDone }}
          question={{
            title: 'Cancel this job?',
            body: `Running calls may finish. ${formatItems(job.counts.pending + job.counts.waiting)} will not be delivered.`,
          }}
          action={() => handle.cancel()}
        />
      )}
    </>
  )
}

/** Tries failed items again. Where newer ones of the same id were submitted since, it says so and asks once more. */
function RetryFailed({ job }: { readonly job: Job }): JSX.Element {
  const [busy, setBusy] = useState(false)
  const handle = waybill.jobs.attach(job.id)
  const run = async (): Promise<void> => {
    const yes = await confirm({
      title: `Retry ${formatItems(job.counts.failed, 'failed item')}?`,
      body: 'A new job delivers them again, with the data that was submitted. Items that are tried again already are left out.',
      act: 'Retry',
    })
    if (!yes) return
    setBusy(true)
    await retry(false)
    setBusy(false)
  }
  const retry = async (allowStale: boolean): Promise<void> => {
    try {
      const made = await handle.retryFailed({ allowStale })
      announce('A new job retries them', jobHref(made.id))
      go(jobHref(made.id))
    } catch (error) {
      const { code, problem } = toFault(error)
      const stale = problem?.stale ?? []
      if (code !== 'stale' || allowStale) return refuse(error)
      const yes = await confirm({
        title: 'Newer data was submitted since',
        body: `Of ${formatItems(stale.length)} a later job has newer data. A retry delivers the old data after the new.`,
        act: 'Deliver the old data',
        danger: true,
      })
      if (yes) await retry(true)
    }
  }
  return (
    <button type="button" disabled={busy} onClick={() => void run()}>
      <Icon name="reload" />
      Retry failed
    </button>
  )
}
