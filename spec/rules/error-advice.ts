import type { ItemError } from '../generated/index.ts'

const BY_CODE: Readonly<Record<string, string>> = {
  timeout:
    'Check how long the target system takes: give the channel a longer timeoutMs or smaller batches, then try the item again',
  connection_failed: 'Check that the target system runs and that this server may reach it, then try the item again',
  token_request_failed:
    "Check that the channel's tokenUrl, client id and client secret are right and that its token endpoint answers, then try the item again",
  no_credentials:
    'Give the channel credentials for this subscription, or ones under `*` that all share, or let the module send its request without `authorize`. Then try the item again',
  invalid_answer: 'Let the connector answer with a result for every item it was given, then try the item again',
  permanent: 'Correct the item as the module says and submit it again: the same would fail again',
  retry_later: 'Try the item again when the target system is less busy, or raise maxAttempts',
  thrown:
    'Correct the module, or the item that it cannot handle; the log of the server has more. Then try the item again',
  worker_crashed:
    'Deliver this item alone in a test of the module: it ends the thread (process.exit, out of memory, a loop without end). Correct one of the two before it is tried again',
  request_not_made:
    'Correct what `detail` names, in the item or in the `request` of the channel, then submit the item again or retry it',
  item_schema_mismatch:
    'Correct the data where `errors` say, or the `itemSchema` of the channel, then submit the item again or retry it',
  payload_not_found:
    "Check that the object exists where the channel's `payload.resolveUrl` leads, and that its credentials may see it; then retry the item, or submit it with `data`",
  payload_unavailable:
    "Check that the system behind the channel's `payload.resolveUrl` runs, accepts its headers and credentials and answers in time; then try the item again",
  payload_invalid:
    "Correct what `detail` names: the object's data where the channel's `payload.resolveUrl` leads, or the item's id. Then retry the item, or submit it with `data`",
  invalid_item: 'Correct the item where `pointer` says and submit it again: the same would be refused again',
  outcome_not_stored:
    'Check in the target system whether it was delivered, then try the item again; the log of the server says why its outcome was refused',
  deadline_passed: 'Submit the item again, with a later deadlineAt or none',
}

const BY_STATUS: Readonly<Record<number, string>> = {
  401: "Renew the channel's credentials: the target system does not accept them. Then try the item again",
  402: 'Check the account with the target system, then try the item again',
  403: "Give the channel's credentials the right to do this in the target system, then try the item again",
  404: 'Check that the URL of the channel is right and that the object exists in the target system, then try the item again',
  405: 'Check that the URL of the channel is right: it does not accept POST',
  408: 'The target system gave up waiting: try the item again, with smaller batches if it happens often',
  409: 'The object was changed in the target system, or exists already: compare the two, then try the item again',
  410: 'The object, or the URL of the channel, is permanently gone from the target system',
  413: "Make the item smaller, or the channel's batchSize: the target system does not accept this much at once",
  415: 'Check that the URL of the channel is right: it does not accept JSON',
  429: "Lower the channel's rateLimit to what the target system allows, then try the item again",
}

/** Returns advice about an item's error, in words. */
export function errorAdvice(error: Pick<ItemError, 'code' | 'status' | 'retryable'>): string {
  const byCode = BY_CODE[error.code] ?? (error.status === null ? undefined : BY_STATUS[error.status])
  if (byCode !== undefined) return byCode
  if ((error.status ?? 0) >= 500)
    return 'The target system had an internal error: try the item again when it is repaired'
  return error.retryable
    ? 'Try the item again: the connector says that it may succeed'
    : 'Correct the item as the connector says and submit it again: the same would fail again'
}
