import type { Job } from '@waybill/sdk'
import type { JSX } from 'preact'
import { read } from '../api/read.ts'
import { waybill } from '../api/session.ts'
import { useLoad } from '../api/use-load.ts'
import { Loaded } from '../ui/page.tsx'
import { groupFailures } from '../words/groups.ts'
import { formatCount } from '../words/numbers.ts'
import { listHref } from '../words/route.ts'

const SAMPLE = 1000

/** The failed items of a job by what they have in common. */
export function JobFailures({ job }: { readonly job: Job }): JSX.Element {
  // A count that grows asks again; at a thousand the picture no longer changes with every one.
  const key = `${job.id} ${Math.min(job.counts.failed, SAMPLE)}`
  const load = useLoad(
    key,
    (signal) => {
      const query = { jobId: [job.id], pageSize: SAMPLE }
      return read(waybill.raw.GET('/v1/dead-letters', { params: { query }, signal }))
    },
    { everyMs: null },
  )
  return (
    <section class="panel" aria-labelledby="failures">
      <h2 id="failures">Failures</h2>
      <Loaded load={load} rows={2}>
        {({ deadLetters }) => (
          <>
            <ul class="groups">
              {groupFailures(deadLetters).map(({ code, line, advice, count }) => (
                <li key={`${code} ${line}`}>
                  <a class="row-link" href={listHref('failures', { job: job.id, code })} data-row>
                    <span class="group-count">{formatCount(count)}</span>
                    <span>
                      <code>{code}</code> <bdi>{line}</bdi>
                      <span class="under">{advice}</span>
                    </span>
                  </a>
                </li>
              ))}
            </ul>
            {job.counts.failed > deadLetters.length && (
              <p class="fine">Of the newest {formatCount(deadLetters.length)} of them.</p>
            )}
          </>
        )}
      </Loaded>
    </section>
  )
}
