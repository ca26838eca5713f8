import { actions, type Action, jobOutcomes, type JobOutcome } from '../model/job.ts'
import type { Telemetry, TelemetryEvents } from '../runtime/telemetry.ts'
import { ROWS, type ChannelRows } from './channel-rows.ts'
import { CodeCounter } from './code-counter.ts'
import {
  CALL_SECONDS,
  callResults,
  COMMIT_ITEMS,
  COMMIT_SECONDS,
  ERROR_RATIOS,
  itemOutcomes,
  dropCauses,
  lossCauses,
  REQUEST_SECONDS,
  RESOLUTION_SECONDS,
  statusClasses,
  threadPools,
  WAIT_SECONDS,
} from './metric-table.ts'
import { observeCalls } from './observe-calls.ts'
import { RowCounter } from './row-counter.ts'
import { RowHistogram } from './row-histogram.ts'
import { SubscriptionCounter, SubscriptionRows } from './subscription-rows.ts'

type ItemOutcome = (typeof itemOutcomes)[number]

/** Operation of requests whose path is none. */
const NO_OPERATION = 'none'

/** Everything that is counted from events of the stages, since the start: arrays that grow with nothing but the operations of the contract. */
export class EventCounts {
  readonly accepted = new RowCounter<Action>(ROWS, actions)
  readonly ended = new RowCounter(ROWS, itemOutcomes)
  readonly deadLetters = new CodeCounter(ROWS)
  readonly calls = new RowCounter(ROWS, callResults)
  readonly wait = new RowHistogram(ROWS, WAIT_SECONDS)
  readonly delivery = new RowHistogram(ROWS, WAIT_SECONDS)
  readonly duration = new RowHistogram(ROWS, CALL_SECONDS)
  readonly resolution = new RowHistogram(ROWS, RESOLUTION_SECONDS)
  readonly jobsEnded = new RowCounter<JobOutcome>(ROWS, jobOutcomes)
  readonly etaError = new RowHistogram(1, ERROR_RATIOS)
  readonly commitSeconds = new RowHistogram(1, COMMIT_SECONDS)
  readonly commitItems = new RowHistogram(1, COMMIT_ITEMS)
  readonly droppedSpans = new RowCounter(1, dropCauses)
  readonly threadLosses = new RowCounter(threadPools.length, lossCauses)
  /** Of each operation that was asked for. */
  readonly requests = new Map<string, { readonly classes: RowCounter<string>; readonly seconds: RowHistogram }>()
  countImbalances = 0
  overloaded = 0
  uploads = 0
  eventStreams = 0
  /** Both counts of items by subscription, too; null: not asked for. */
  readonly bySubscription: {
    readonly accepted: SubscriptionCounter<Action>
    readonly ended: SubscriptionCounter<ItemOutcome>
  } | null
  readonly #rows: ChannelRows

  /** @param options.bySubscription whether items are counted by subscription, too */
  constructor(rows: ChannelRows, { bySubscription }: { readonly bySubscription: boolean }) {
    this.#rows = rows
    const places = new SubscriptionRows()
    this.bySubscription = bySubscription
      ? { accepted: new SubscriptionCounter(places, actions), ended: new SubscriptionCounter(places, itemOutcomes) }
      : null
    const byChannel = [this.accepted, this.ended, this.deadLetters, this.calls, this.jobsEnded]
    const times = [this.wait, this.delivery, this.duration, this.resolution]
    rows.onFreed((row) => {
      for (const table of [...byChannel, ...times]) table.clear(row)
      this.bySubscription?.accepted.clear(row)
      this.bySubscription?.ended.clear(row)
    })
  }

  /** Counts every event from now on. Returns how to stop. */
  listen(telemetry: Telemetry): () => void {
    const rows = this.#rows
    const stops = [
      telemetry.on('items.accepted', ({ channel, subscription, action, count }) => {
        const row = rows.rowOf(channel, count)
        this.accepted.add(row, action as Action, count)
        this.bySubscription?.accepted.add(row, subscription, { value: action as Action, count })
      }),
      telemetry.on('items.rejected', ({ channel, subscription, code, count }) => {
        const row = rows.rowOf(channel)
        this.ended.add(row, 'failed', count)
        this.bySubscription?.ended.add(row, subscription, { value: 'failed', count })
        this.deadLetters.add(row, code, count)
      }),
      telemetry.on('dead_letters.retried', ({ channel, counts }) => {
        const row = rows.rowOf(channel)
        for (const [ageMs, count] of counts) this.resolution.observeMs(row, ageMs, count)
      }),
      telemetry.on('outcomes.committed', (event) => {
        this.#committed(event)
      }),
      telemetry.on('job.ended', ({ envelope: { channel }, end }) => {
        if (end !== null) this.jobsEnded.add(rows.rowOf(channel), end.outcome, 1)
      }),
      telemetry.on('job.estimate_checked', ({ estimatedMs, actualMs, jobMs }) => {
        this.etaError.observe(0, Math.abs(estimatedMs - actualMs) / Math.max(1, jobMs))
      }),
      telemetry.on('thread.lost', ({ pool, cause }) => {
        this.threadLosses.add(threadPools.indexOf(pool), cause, 1)
      }),
      telemetry.on('spans.dropped', ({ cause, count }) => {
        this.droppedSpans.add(0, cause, count)
      }),
      telemetry.on('request.overloaded', () => {
        this.overloaded++
      }),
      telemetry.on('request.ended', (event) => {
        this.#requested(event)
      }),
      telemetry.on('upload.started', () => {
        this.uploads++
      }),
      telemetry.on('upload.ended', () => {
        this.uploads--
      }),
      telemetry.on('event_stream.opened', ({ open }) => {
        this.eventStreams = open
      }),
      telemetry.on('event_stream.closed', ({ open }) => {
        this.eventStreams = open
      }),
    ]
    return () => {
      for (const stop of stops) stop()
    }
  }

  #committed(event: TelemetryEvents['outcomes.committed']): void {
    const rows = this.#rows
    for (const { durationMs, items } of event.commits) {
      this.commitSeconds.observe(0, durationMs / 1000)
      this.commitItems.observe(0, items)
    }
    this.countImbalances += event.imbalances
    for (const { channel, subscription, outcome, count } of event.ended) {
      const row = rows.rowOf(channel, count)
      this.ended.add(row, outcome, count)
      this.bySubscription?.ended.add(row, subscription, { value: outcome, count })
    }
    for (const { channel, code, count } of event.deadLetters) this.deadLetters.add(rows.rowOf(channel), code, count)
    for (const { channel, result, count } of event.calls) this.calls.add(rows.rowOf(channel), result, count)
    for (const called of event.called)
      observeCalls(called, event.eligibleAtMs, { row: rows.rowOf(called.channel), histograms: this })
  }

  #requested({ operation, statusClass, durationMs }: TelemetryEvents['request.ended']): void {
    const name = operation ?? NO_OPERATION
    let counts = this.requests.get(name)
    if (counts === undefined) {
      const seconds = new RowHistogram(1, REQUEST_SECONDS)
      this.requests.set(name, (counts = { classes: new RowCounter(1, statusClasses), seconds }))
    }
    counts.classes.add(0, statusClass, 1)
    counts.seconds.observe(0, durationMs / 1000)
  }
}
