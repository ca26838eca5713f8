import type { JobActionFilter } from '@waybill/spec'
import type { JobAction } from '../../jobs/job-actions.ts'
import type { Caller } from '../../model/caller.ts'
import { ProblemError } from '../../model/errors.ts'
import type { HttpPorts } from '../http-ports.ts'
import type { PageTokens } from './page-token.ts'

/** How long a selection is valid. */
export const SELECTION_SECONDS = 600

/** The jobs of a preview: those that had entered memory. */
export interface JobSelection {
  /** The start of the server whose entries are counted. */
  readonly epoch: number
  readonly untilEntry: number
  readonly expiresAtMs: number
}

/** The request that a selection is valid for. */
export interface SelectionScope {
  readonly caller: Caller
  readonly action: JobAction
  readonly filter: JobActionFilter
}

/** Returns the text of a selection, signed as page tokens are. */
export function selectionOf(
  { epoch, untilEntry, expiresAtMs }: JobSelection,
  scope: SelectionScope,
  pageTokens: PageTokens,
): string {
  return pageTokens.tokenOf(`${epoch}.${untilEntry}.${expiresAtMs}`, signedScope(scope))
}

/**
 * Reads a selection.
 * @throws ProblemError `selection_invalid`: it was made for another caller, action or filter, or not by `selectionOf`; `selection_expired`
 */
export function readSelection(
  text: string,
  scope: SelectionScope,
  { pageTokens, clock, epoch }: Pick<HttpPorts, 'pageTokens' | 'clock' | 'epoch'>,
): JobSelection {
  const { action } = scope
  const [madeIn, untilEntry, expiresAtMs] = signedNumbers(text, scope, pageTokens)
  if (madeIn !== epoch) {
    const detail = 'must be of a preview since the start of the server: it is older'
    throw new ProblemError({ code: 'selection_expired', detail: `Cannot ${action} jobs as selection ${detail}` })
  }
  if (expiresAtMs! <= clock.nowMs()) {
    const at = new Date(expiresAtMs!).toISOString()
    const detail = `must be at most ${SELECTION_SECONDS} s old: it expired at ${at}`
    throw new ProblemError({ code: 'selection_expired', detail: `Cannot ${action} jobs as selection ${detail}` })
  }
  return { epoch, untilEntry: untilEntry!, expiresAtMs: expiresAtMs! }
}

function signedNumbers(text: string, scope: SelectionScope, pageTokens: PageTokens): number[] {
  try {
    return pageTokens.cursorOf(text, signedScope(scope))!.split('.').map(Number)
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    const detail = 'must be made by a preview (dryRun) with the same token, action and filter: it was not'
    throw new ProblemError({
      code: 'selection_invalid',
      detail: `Cannot ${scope.action} jobs as selection ${detail}`,
    })
  }
}

/** Members in their order: the same filter is written in any. */
function signedScope({ caller, action, filter }: SelectionScope): readonly unknown[] {
  const { statuses, channels, executionId, sources, createdAfter, createdBefore } = filter
  const values = [statuses, channels, executionId, sources, createdAfter, createdBefore]
  return ['actOnJobs', caller.subscription, caller.token?.id ?? caller.actor, action, ...values]
}
