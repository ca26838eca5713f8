import type { Job } from '@waybill/sdk'
import type { JSX } from 'preact'
import { useId, useState } from 'preact/hooks'
import { may, saveFile } from '../api/session.ts'
import { Icon } from '../ui/icon.tsx'
import { refuse } from '../ui/notices.tsx'

const formats = [
  { text: 'CSV', path: 'results.csv', ending: 'csv' },
  { text: 'NDJSON', path: 'results', ending: 'ndjson' },
] as const

/** Saves the results of the items of a job that have ended; as CSV, those of a job that has. */
export function SaveResults({ job: { id, counts, done } }: { readonly job: Job }): JSX.Element | null {
  const popover = useId()
  const [busy, setBusy] = useState(false)
  if (!may('items:read') || counts.succeeded + counts.failed + counts.cancelled === 0) return null
  const save = async ({ path, ending }: (typeof formats)[number]): Promise<void> => {
    setBusy(true)
    await saveFile(`/v1/jobs/${id}/${path}`, `${id}.${ending}`).catch(refuse)
    setBusy(false)
  }
  return (
    <>
      <button type="button" popovertarget={popover}>
        <Icon name="down" />
        Results
      </button>
      <div id={popover} popover="auto" class="popover" role="dialog" aria-label="Save the results">
        <div class="acts">
          {formats
            .filter(({ ending }) => done || ending !== 'csv')
            .map((format) => (
              <button key={format.ending} type="button" disabled={busy} onClick={() => void save(format)}>
                {format.text}
              </button>
            ))}
        </div>
      </div>
    </>
  )
}
