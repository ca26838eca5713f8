// Generated from openapi.yaml by generate.ts: do not edit.

export type ProblemCode =
  | 'bad_request'
  | 'unknown_field'
  | 'invalid_item'
  | 'items_missing'
  | 'item_count_mismatch'
  | 'unknown_channel'
  | 'dependency_not_found'
  | 'unauthenticated'
  | 'forbidden'
  | 'module_not_settable'
  | 'channel_not_settable'
  | 'not_found'
  | 'job_not_found'
  | 'item_not_found'
  | 'channel_not_found'
  | 'execution_not_found'
  | 'token_not_found'
  | 'webhook_endpoint_not_found'
  | 'credentials_not_found'
  | 'subscription_not_found'
  | 'method_not_allowed'
  | 'request_timeout'
  | 'upload_gap'
  | 'item_conflict'
  | 'append_in_progress'
  | 'job_sealed'
  | 'job_ended'
  | 'job_not_ended'
  | 'selection_invalid'
  | 'selection_expired'
  | 'channel_in_use'
  | 'channel_held'
  | 'connector_unavailable'
  | 'stale'
  | 'nothing_to_retry'
  | 'replaced_too_often'
  | 'execution_exists'
  | 'execution_ended'
  | 'dependency_unmet'
  | 'token_limit_reached'
  | 'webhook_endpoint_limit_reached'
  | 'credentials_limit_reached'
  | 'subscription_not_settable'
  | 'idempotency_in_progress'
  | 'job_purged'
  | 'token_revoked'
  | 'body_too_large'
  | 'line_too_large'
  | 'too_many_items'
  | 'unsupported_media_type'
  | 'idempotency_mismatch'
  | 'quota_exceeded'
  | 'rate_limited'
  | 'internal_error'
  | 'overloaded'
  | 'disk_full'
  | 'store_damaged'
  | 'store_unavailable'
  | 'owner_unavailable'
  | 'stopping'

export interface ProblemText {
  /** The HTTP status that goes with the code. */
  readonly status: number
  readonly title: string
  /** When it is answered. */
  readonly description: string
  /** The advice to the caller. */
  readonly action: string
}

/** Every problem code, by HTTP status. */
export const problemCodes: Readonly<Record<ProblemCode, ProblemText>> = {
  "bad_request": {
    "status": 400,
    "title": "Bad request",
    "description": "The body is no JSON or a value has the wrong type, form or range; `errors` names the places.",
    "action": "Correct the request. Repeating it as it is cannot succeed."
  },
  "unknown_field": {
    "status": 400,
    "title": "Unknown field",
    "description": "A field or query parameter does not exist, often a typing error. Nothing is ignored silently.",
    "action": "Remove or rename the field that `errors` names."
  },
  "invalid_item": {
    "status": 400,
    "title": "Invalid item",
    "description": "At least one item is not valid, and the job's `onInvalidItem` is `reject`. There is no job, or the part was not taken.",
    "action": "Correct the items that `errors` names, or submit with `onInvalidItem` of `fail` to have the others delivered."
  },
  "items_missing": {
    "status": 400,
    "title": "Items missing",
    "description": "The submission has neither items nor `open`.",
    "action": "Send `items`, or `open` of true to append them later. For an empty NDJSON job send `itemCount` of 0."
  },
  "item_count_mismatch": {
    "status": 400,
    "title": "Item count mismatch",
    "description": "`itemCount` is not the number of items that arrived. A part of the data may be lost on its way.",
    "action": "Compare with what was sent, then send what is missing or correct the number."
  },
  "unknown_channel": {
    "status": 400,
    "title": "Unknown channel",
    "description": "The envelope names a channel that does not exist; `channels` lists those that do.",
    "action": "Use one of these channels, or set the channel up first."
  },
  "dependency_not_found": {
    "status": 400,
    "title": "Dependency not found",
    "description": "`dependsOn` names a job that the caller never had; `dependencies` lists those.",
    "action": "Check the ids. A job can only depend on jobs that were submitted before it."
  },
  "unauthenticated": {
    "status": 401,
    "title": "Not authenticated",
    "description": "The bearer token is missing or not valid; an access token may have expired or been revoked.",
    "action": "Send a valid token in the Authorization header."
  },
  "forbidden": {
    "status": 403,
    "title": "Forbidden",
    "description": "The caller's token lacks a scope that the operation requires, or asks for a token with more than it has itself; or a server started with --dev was asked with a Host or Origin that is not loopback.",
    "action": "Use a token with the scope that `detail` names (`getSelf` shows those of a token); with --dev ask through localhost."
  },
  "module_not_settable": {
    "status": 403,
    "title": "Module not settable",
    "description": "A connector of type `module` is code that runs in the server, and is never set over HTTP.",
    "action": "Put the channel into the server's configuration file."
  },
  "channel_not_settable": {
    "status": 403,
    "title": "Channel not settable",
    "description": "The channel is built in or stands in the configuration file.",
    "action": "Change the configuration file, or use another name."
  },
  "not_found": {
    "status": 404,
    "title": "Not found",
    "description": "There is no operation with this path.",
    "action": "Compare the path with /openapi.json."
  },
  "job_not_found": {
    "status": 404,
    "title": "Job not found",
    "description": "There is no such job, or it was deleted, or it is another subscription's.",
    "action": "Check the id and the token."
  },
  "item_not_found": {
    "status": 404,
    "title": "Item not found",
    "description": "The job has no item of this index.",
    "action": "Use an index from 0 up to, not including, the job's counts.total."
  },
  "channel_not_found": {
    "status": 404,
    "title": "Channel not found",
    "description": "There is no channel of this name.",
    "action": "Check the name with `listChannels`."
  },
  "execution_not_found": {
    "status": 404,
    "title": "Execution not found",
    "description": "There is no such execution, or its jobs were all removed, or it is another subscription's.",
    "action": "Check the id and the token."
  },
  "token_not_found": {
    "status": 404,
    "title": "Access token not found",
    "description": "There is no such access token, or it was revoked, or it is another subscription's.",
    "action": "Check the id with `listTokens`."
  },
  "webhook_endpoint_not_found": {
    "status": 404,
    "title": "Webhook endpoint not found",
    "description": "There is no such webhook endpoint, or it was deleted, or it is another subscription's.",
    "action": "Check the id with `listWebhookEndpoints`."
  },
  "credentials_not_found": {
    "status": 404,
    "title": "Credentials not found",
    "description": "The channel has no credentials of this subscription and target that were set over the API.",
    "action": "Check both with `listCredentials`. Those of the configuration file are changed there."
  },
  "subscription_not_found": {
    "status": 404,
    "title": "Subscription not found",
    "description": "The subscription has no limits of its own, it has the defaults.",
    "action": "Set limits with `putSubscription`, or read the defaults in the description of its body."
  },
  "method_not_allowed": {
    "status": 405,
    "title": "Method not allowed",
    "description": "The path exists, but has no operation with this method; `Allow` lists those that it has.",
    "action": "Use one of the methods of `Allow`."
  },
  "request_timeout": {
    "status": 408,
    "title": "Request timeout",
    "description": "The body stopped arriving. There is no job, or the part was not taken.",
    "action": "Send the request again, with the same Idempotency-Key."
  },
  "upload_gap": {
    "status": 409,
    "title": "Upload gap",
    "description": "`fromIndex` is above the job's `nextIndex`, so items would be missing between.",
    "action": "Go on at the `nextIndex` of the problem."
  },
  "item_conflict": {
    "status": 409,
    "title": "Item conflict",
    "description": "The part repeats indexes that are stored with other content; `index` is the first one.",
    "action": "Find out which of the two is right. A stored item cannot be replaced; cancel the job to start over."
  },
  "append_in_progress": {
    "status": 409,
    "title": "Append in progress",
    "description": "Another part of this job is being received.",
    "action": "Send parts one after another; try again after `Retry-After`."
  },
  "job_sealed": {
    "status": 409,
    "title": "Job sealed",
    "description": "The job has all its items and takes no more, or was sealed with another `itemCount`.",
    "action": "Submit a further job for further items."
  },
  "job_ended": {
    "status": 409,
    "title": "Job ended",
    "description": "The job has ended, or was cancelled or expired while open.",
    "action": "Submit a new job."
  },
  "job_not_ended": {
    "status": 409,
    "title": "Job not ended",
    "description": "This is only possible when the job has ended.",
    "action": "Wait until the job is done, or cancel it."
  },
  "selection_invalid": {
    "status": 409,
    "title": "Selection invalid",
    "description": "The selection was not made for this action and filter by this caller.",
    "action": "Preview the action again (`dryRun`), with the same token, action and filter."
  },
  "selection_expired": {
    "status": 409,
    "title": "Selection expired",
    "description": "The selection is older than 10 minutes, or the server has started again since.",
    "action": "Preview the action again (`dryRun`); jobs that were changed already are not counted again."
  },
  "channel_in_use": {
    "status": 409,
    "title": "Channel in use",
    "description": "Jobs that have not ended need the channel.",
    "action": "Wait for these jobs or cancel them."
  },
  "channel_held": {
    "status": 409,
    "title": "Channel held",
    "description": "The channel lets no call start now: it is paused, a `Retry-After` has not passed, its circuit is not closed, its rate limit is used up, or the subscription has as many calls running as `maxRunningCalls` allows.",
    "action": "Try again after `Retry-After`, if there is one. Resume or unblock the channel where that is the reason."
  },
  "connector_unavailable": {
    "status": 409,
    "title": "Connector unavailable",
    "description": "The connector of the channel cannot be loaded; `detail` says why.",
    "action": "Correct the connector, or the configuration of the channel."
  },
  "stale": {
    "status": 409,
    "title": "Stale",
    "description": "Newer items of the same object were submitted since: trying these again could overwrite them. `stale` lists them.",
    "action": "Leave it, or repeat with `allowStale` if the old ones are to win."
  },
  "nothing_to_retry": {
    "status": 409,
    "title": "Nothing to retry",
    "description": "No matching item has ended, or all of them were already retried.",
    "action": "See `retriedAs` of the items."
  },
  "replaced_too_often": {
    "status": 409,
    "title": "Replaced too often",
    "description": "The item's log keeps all data that was replaced, and cannot hold more; `limit` names what is reached.",
    "action": "Skip the item, and submit it with its new data as an item of a new job."
  },
  "execution_exists": {
    "status": 409,
    "title": "Execution exists",
    "description": "There is an execution of this id.",
    "action": "Use another id. To repeat a request safely send an Idempotency-Key."
  },
  "execution_ended": {
    "status": 409,
    "title": "Execution ended",
    "description": "All jobs of the execution have ended.",
    "action": "Nothing; its results stay."
  },
  "dependency_unmet": {
    "status": 409,
    "title": "Dependency unmet",
    "description": "Stands in the `error` of a job that is blocked: a job in `dependencies` has ended otherwise than is required of it.",
    "action": "Release the job, or cancel it."
  },
  "token_limit_reached": {
    "status": 409,
    "title": "Too many access tokens",
    "description": "The server, or the subscription, has as many access tokens as it may have; `limit` names which.",
    "action": "Revoke tokens that are no longer used. Give short-lived ones an `expiresAt`."
  },
  "webhook_endpoint_limit_reached": {
    "status": 409,
    "title": "Too many webhook endpoints",
    "description": "The subscription has as many webhook endpoints as it may have; `limit` says how many.",
    "action": "Delete endpoints that are no longer used, or send more types of events to one."
  },
  "credentials_limit_reached": {
    "status": 409,
    "title": "Too many credentials",
    "description": "The channel has as many credentials as it may have; `limit` says how many.",
    "action": "Delete credentials that are no longer used, or set ones under `*` that subscriptions share."
  },
  "subscription_not_settable": {
    "status": 409,
    "title": "Subscription not settable",
    "description": "The limits of the subscription stand in the configuration file.",
    "action": "Change the configuration file and start the server again."
  },
  "idempotency_in_progress": {
    "status": 409,
    "title": "Idempotency key in progress",
    "description": "The first request with this Idempotency-Key is still being received.",
    "action": "Try again after `Retry-After`, with the same key and body."
  },
  "job_purged": {
    "status": 410,
    "title": "Job purged",
    "description": "The job that was made with this Idempotency-Key has been deleted.",
    "action": "Use a new key to submit the work again."
  },
  "token_revoked": {
    "status": 410,
    "title": "Access token revoked",
    "description": "The access token that was made with this Idempotency-Key has been revoked.",
    "action": "Use a new key to create another token."
  },
  "body_too_large": {
    "status": 413,
    "title": "Body too large",
    "description": "The decoded body is over the limit that `limit` names.",
    "action": "Send less at once, or a large job as NDJSON or in parts."
  },
  "line_too_large": {
    "status": 413,
    "title": "Line or item too large",
    "description": "The envelope, a line of NDJSON or an item is over the limit that `limit` names.",
    "action": "Make the item smaller, for instance by sending a reference."
  },
  "too_many_items": {
    "status": 413,
    "title": "Too many items",
    "description": "The request has more items than the limit that `limit` names.",
    "action": "Send them as NDJSON, or in parts (open, append, seal)."
  },
  "unsupported_media_type": {
    "status": 415,
    "title": "Unsupported media type",
    "description": "The Content-Type or Content-Encoding is not taken by this operation.",
    "action": "Use one of the media types of the operation, packed by gzip or not at all."
  },
  "idempotency_mismatch": {
    "status": 422,
    "title": "Idempotency key mismatch",
    "description": "The Idempotency-Key was used before with another body.",
    "action": "Use a new key for new work. If the body was meant to be the same, find out why it differs."
  },
  "quota_exceeded": {
    "status": 429,
    "title": "Quota exceeded",
    "description": "The caller's subscription has as many items pending, or jobs open, as it may have; `limit` names which.",
    "action": "Try again after `Retry-After`, with the same Idempotency-Key. Of open jobs, seal or cancel those that are complete or given up."
  },
  "rate_limited": {
    "status": 429,
    "title": "Too many requests",
    "description": "The caller's subscription has made as many requests as its `requestRate` allows, or its address too many without a valid token. Nothing was done.",
    "action": "Try again after `Retry-After`. `RateLimit` says on every answer how many requests are left."
  },
  "internal_error": {
    "status": 500,
    "title": "Internal error",
    "description": "A fault of the server, noted in its log under the request's id.",
    "action": "Try again with the same Idempotency-Key. If it stays, report the request's id."
  },
  "overloaded": {
    "status": 503,
    "title": "Overloaded",
    "description": "The server has as much work pending as it may hold.",
    "action": "Try again after `Retry-After`, with the same Idempotency-Key."
  },
  "disk_full": {
    "status": 503,
    "title": "Disk full",
    "description": "The server cannot make anything durable. What it accepted is safe.",
    "action": "Free space on the server's disk. Try again after `Retry-After`, with the same Idempotency-Key."
  },
  "store_damaged": {
    "status": 503,
    "title": "Store damaged",
    "description": "A part of the server's data folder is damaged. The server accepts no new work and starts no further call.",
    "action": "Report it to the operator of the server. The operator stops the server, runs `waybill-server verify`, and restores a backup."
  },
  "store_unavailable": {
    "status": 503,
    "title": "Store unavailable",
    "description": "The server cannot reach its store at the moment. What it accepted is safe.",
    "action": "Try again after `Retry-After`, with the same Idempotency-Key."
  },
  "owner_unavailable": {
    "status": 503,
    "title": "Owner unavailable",
    "description": "No server runs the channel of the job at the moment, as another one takes it over, or a standby reaches no active server. What was accepted is safe.",
    "action": "Try again after `Retry-After`, with the same Idempotency-Key. If it stays so, the operator looks at the servers (`waybill servers`, the log of each), and starts one on the same store if there is none."
  },
  "stopping": {
    "status": 503,
    "title": "Stopping",
    "description": "The server is shutting down. What it accepted continues after its next start.",
    "action": "Try again after `Retry-After`, with the same Idempotency-Key."
  }
}
