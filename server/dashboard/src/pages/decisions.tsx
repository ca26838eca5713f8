import type { JSX } from 'preact'
import { behindText } from '../words/behind-text.ts'
import { take } from '../api/read.ts'
import { waybill } from '../api/session.ts'
import { nowMs } from '../live/now.ts'
import { useList } from '../live/use-list.ts'
import { useStableList } from '../live/use-stable-list.ts'
import { NewRows } from '../ui/new-rows.tsx'
import { Empty, Loaded, Page } from '../ui/page.tsx'
import { Status } from '../ui/status.tsx'
import { formatCount } from '../words/numbers.ts'
import { channelHref, itemHref } from '../words/route.ts'
import { formatLeft, formatTime } from '../words/times.ts'
import { Decide } from './decide.tsx'

const MOST = 200
const LEAST_MS = 3000

export function DecisionsPage(): JSX.Element {
  const load = useList('parked', {
    ...{ list: 'parked', leastMs: LEAST_MS },
    async read(signal) {
      const parked = await take(waybill.parked.list({ signal, pageSize: MOST }), MOST)
      return parked.sort((a, b) => (a.until < b.until ? -1 : 1))
    },
  })
  const isWhole = load.data !== null && load.data.length < MOST
  const list = useStableList('parked', load.data, ({ item }) => `${item.jobId} ${item.index}`, { isWhole })
  return (
    <Page title="Decisions">
      <Loaded load={load}>
        {(parked) => {
          if (list.rows.length === 0) {
            return (
              <Empty title="Nothing waits for a decision">
                <p>
                  Items whose calls failed are parked here when their job says so. Their keys wait until you decide.
                </p>
              </Empty>
            )
          }
          return (
            <>
              <p class="intro">
                {parked.length === MOST ? `The first ${formatCount(MOST)}` : formatCount(parked.length)} parked, soonest
                expiry first. What is not decided in time is skipped; until then everything behind it in its key waits.
              </p>
              <NewRows list={list} gone="decided" />
              <ul class="cards">
                {list.rows.map((row) => {
                  const { channel, until, waitingBehind, item } = row
                  return (
                    <li key={`${item.jobId} ${item.index}`} class="card">
                      <div class="card-text">
                        <a class="row-link" href={itemHref(item.jobId, item.index)} data-row>
                          <bdi>{item.id}</bdi>
                        </a>
                        <p>
                          {item.error !== null && (
                            <>
                              <code>{item.error.code}</code> <bdi>{item.error.detail ?? item.error.title}</bdi>
                            </>
                          )}
                        </p>
                        <p class="under">
                          <a href={channelHref(channel)}>{channel}</a>
                          {item.partitionKey !== null && (
                            <>
                              {' · key '}
                              <bdi>{item.partitionKey}</bdi>
                            </>
                          )}
                          {' · '}
                          <span title={formatTime(until)}>{formatLeft(until, nowMs.value)} left</span>
                          {' · '}
                          {behindText(waitingBehind)}
                        </p>
                      </div>
                      {list.isGone(row) ? (
                        <Status tone="quiet" icon="check" word="Decided" />
                      ) : (
                        <div class="acts">
                          <Decide places={[{ jobId: item.jobId, index: item.index }]} onDone={load.reload} />
                        </div>
                      )}
                    </li>
                  )
                })}
              </ul>
            </>
          )
        }}
      </Loaded>
    </Page>
  )
}
