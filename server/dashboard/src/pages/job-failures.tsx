import type { Job } from '@waybill/sdk'
import type { JSX } from 'preact'
import { waybill } from '../api/session.ts'
import { useLoad } from '../api/use-load.ts'
import { Loaded } from '../ui/page.tsx'
import { formatCount } from '../words/numbers.ts'
import { listHref } from '../words/route.ts'

/** Beyond it the picture no longer changes with every failure. */
const CLOSELY_WATCHED = 1000

/** The failed items of a job by what they have in common. */
export function JobFailures({ job }: { readonly job: Job }): JSX.Element {
  // A count that grows asks again.
  const load = useLoad(
    `${job.id} ${job.done ? 'done' : Math.min(job.counts.failed, CLOSELY_WATCHED)}`,
    (signal) => waybill.deadLetters.groups({ signal, jobId: job.id, maxRequests: 1 }),
    { everyMs: null },
  )
  return (
    <section class="panel" aria-labelledby="failures">
      <h2 id="failures">Failures</h2>
      <Loaded load={load} rows={2}>
        {({ groups, complete }) => (
          <>
            <ul class="groups">
              {groups.map(({ id, code, detail, advice, count }) => (
                <li key={id}>
                  <a class="row-link" href={listHref('failures', { job: job.id, group: id, code })} data-row>
                    <span class="group-count">{formatCount(count)}</span>
                    <span>
                      <code>{code}</code> <bdi>{detail}</bdi>
                      <span class="under">{advice}</span>
                    </span>
                  </a>
                </li>
              ))}
            </ul>
            {!complete && <p class="fine">The newest of them.</p>}
          </>
        )}
      </Loaded>
    </section>
  )
}
