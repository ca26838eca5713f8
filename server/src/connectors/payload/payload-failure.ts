import { FLAG_UNRESOLVED } from '../../model/outcome-batch.ts'
import { failed, type Failure } from '../answer.ts'
import type { ItemAnswer } from '../connector.ts'

type Reason = Pick<Failure, 'httpStatus' | 'hint' | 'retryAtMs' | 'pointer'>

/** There is no data of the id. No later request can mend it. */
export function payloadNotFound(detail: string, reason: Reason = {}): ItemAnswer {
  return unresolved('payload_not_found', 'The item has no payload', {
    detail,
    retryable: false,
    hint: false,
    ...reason,
  })
}

/** No answer that counts. */
export function payloadUnavailable(detail: string, reason: Reason = {}): ItemAnswer {
  return unresolved('payload_unavailable', 'The payload could not be resolved', { detail, retryable: true, ...reason })
}

/** The data that was found cannot be delivered, or the id cannot be asked for. No later request can mend it. */
export function payloadInvalid(detail: string, reason: Reason = {}): ItemAnswer {
  return unresolved('payload_invalid', 'The payload cannot be delivered', {
    ...{ detail, retryable: false, hint: false },
    ...reason,
  })
}

function unresolved(code: string, title: string, failure: Omit<Failure, 'code' | 'title' | 'origin'>): ItemAnswer {
  const answer = failed({ code, title, origin: 'engine', ...failure })
  return { ...answer, flags: answer.flags | FLAG_UNRESOLVED, uncalled: true }
}
