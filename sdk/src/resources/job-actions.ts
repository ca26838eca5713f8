import type { JobAction, JobStatus } from '@waybill/spec'
import type { ChannelName } from '../ids.ts'
import type { Calls } from '../client.ts'
import type { CallOptions } from '../job-handle.ts'
import { toList } from '../transport/pages.ts'
import { toJobFilters } from './list-jobs.ts'

/** Which jobs that have not ended. A filter with several values matches any of them; without filters all of the caller's. */
export interface JobActionFilter {
  status?: JobStatus | readonly JobStatus[]
  channel?: ChannelName | readonly ChannelName[]
  executionId?: string
  source?: string | readonly string[]
  /** Made at or after this time. */
  createdAfter?: Date | string
  /** Made before this time. */
  createdBefore?: Date | string
}

/** An action on jobs before it is carried out. */
export interface JobActionPreview {
  readonly action: JobAction
  /** How many jobs it would change. */
  readonly count: number
  /** Until when it can be carried out. */
  readonly expiresAt: string
  /** Channels that no server runs at present and that have jobs that may match: these are not counted, and not changed. By name, at most 100. */
  readonly unavailableChannels: readonly string[]
  /**
   * Carries it out on the jobs that there were at the preview, and resolves with how many were changed when all changes are durable. Sends requests until none is left.
   * @throws {ConflictError} `selection_expired`: preview again; jobs that were changed are not counted again
   */
  apply(options?: ApplyOptions): Promise<number>
}

export interface ApplyOptions extends CallOptions {
  /** Called once, before `apply` resolves, if there are channels that no server runs at present and that have jobs that may match: these were not changed. */
  onUnavailable?(channels: readonly string[]): void
}

/** Actions on all jobs that match a filter. */
export interface JobActions {
  /**
   * Counts the jobs that an action would change, and changes nothing: `apply()` of the preview carries it out.
   * @example
   * ```ts
   * const preview = await waybill.jobs.previewAction('pause', { channel: 'shop-eu' })
   * if (preview.count < 100) await preview.apply()
   * ```
   */
  previewAction(action: JobAction, filter?: JobActionFilter, options?: CallOptions): Promise<JobActionPreview>
}

export function createJobActions({ raw, read }: Calls): JobActions {
  return {
    async previewAction(action, { status, executionId, ...rest } = {}, { signal } = {}) {
      const { channel, source, createdAfter, createdBefore } = toJobFilters(rest)
      const lists = { statuses: toList(status), channels: channel, sources: source }
      const filter = { ...lists, executionId, createdAfter, createdBefore }
      const what = `${action} jobs`
      const call = raw.POST('/v1/jobs/actions', { body: { action, filter, dryRun: true }, signal })
      const { selection, ...preview } = (await read(`preview how to ${what}`, call)).data
      const { count, expiresAt, unavailableChannels = [] } = preview
      return {
        ...{ action, count, expiresAt, unavailableChannels },
        async apply({ signal, onUnavailable } = {}) {
          const body = { action, filter, selection }
          for (let changed = 0; ;) {
            const { data } = await read(what, raw.POST('/v1/jobs/actions', { body, signal }))
            changed += data.count
            if (data.remaining > 0 && data.count > 0) continue
            if (data.unavailableChannels !== undefined) onUnavailable?.(data.unavailableChannels)
            return changed
          }
        },
      }
    },
  }
}
