// Generated from openapi.yaml by generate.ts: do not edit.

export interface paths {
    "/v1/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List jobs
         * @description The caller's jobs, newest first. Filters may be combined; a filter that is repeated matches any of its values. A page ends at `pageSize` jobs or 4 MiB,
         *     whichever comes first; continue with `nextPageToken` until it is missing.
         */
        get: operations["listJobs"];
        put?: never;
        /**
         * Submit a job
         * @description Submits an envelope and its items, and answers as soon as they are durable.
         *
         *     * `application/json`: the envelope with `items`, at most 10,000 items and 16 MiB.
         *     * `application/x-ndjson`: the first line is the envelope (`JobEnvelope`), every further line an item (`ItemInput`), at most 1,000,000 items. The body is
         *       streamed: neither side has to hold it in memory. A line is at most 1 MiB (the envelope 64 KiB); empty lines are skipped.
         *
         *     Both may be sent with `Content-Encoding: gzip`; limits count decoded bytes. `items: []`, or an NDJSON body without item lines and `itemCount: 0`, is a
         *     job that has ended, `succeeded`. With `open: true` and no items the answer is 201 and a job of status `open` that takes its items in parts (`appendItems`)
         *     and starts when it is sealed (`sealJob`). Neither items nor `open` is `items_missing`, both is `bad_request`. `itemCount`, if given, must be the number of items.
         *
         *     A body that is refused, aborted or broken leaves no job. Send an `Idempotency-Key` to be able to repeat the request safely.
         *
         *     `errors` names the faults of the envelope and, of a JSON body, those of its items that do not depend on it. An NDJSON body with an invalid envelope is refused at its first line,
         *     before its items are read; invalid items are named together when the envelope is valid.
         */
        post: operations["submitJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/actions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pause, resume or cancel jobs by a filter
         * @description Acts on the caller's jobs that have not ended and match the filter, in two requests. With `dryRun: true` nothing changes: the answer is 200 with `count`, how many jobs the action would change, and
         *     a `selection`. The same `action` and `filter` with this `selection` carries it out, and answers 202 with `count`, how many jobs it changed. Jobs that were made after the preview are not touched.
         *
         *     Each job is changed as by `pauseJob`, `resumeJob` and `cancelJob`, durably and with an entry of its own in the audit. A request changes at most 10,000 jobs, a few hundred at a time: `remaining`
         *     says how many are left, and the same request again continues with them. Should the server stop in between, the jobs that were changed stay so and the others are untouched; preview again for these.
         *
         *     Jobs of a channel that no server runs at present cannot be changed: `unavailableChannels` names these channels, and the others' jobs are changed. Preview again when a server runs them.
         *
         *     A `selection` is valid for 10 minutes, for the caller, action and filter that it was made for, and until the server starts again.
         */
        post: operations["actOnJobs"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{jobId}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The job's id.
                 * @example job_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                jobId: components["parameters"]["JobIdPath"];
            };
            cookie?: never;
        };
        /**
         * Get a job
         * @description The job as it is now. Stop asking when `done` is true, whatever `status` says.
         *
         *     With `Prefer: wait=N` (at most 30 seconds) the answer comes at once if the job is done or its status differs from `knownStatus` (default: its status now), else
         *     when that happens or N seconds have passed; it is always 200 with `Preference-Applied`, and `If-None-Match` is ignored. Without `Prefer`, `If-None-Match` with the
         *     last `ETag` answers 304 while the version is the same: a job of which nothing changes keeps its version, until an estimate is wrong by more than a tenth.
         *
         *     `Retry-After` on a job that is not done is a hint when to ask again; it is missing below one second and on answers that applied `wait`.
         */
        get: operations["getJob"];
        put?: never;
        post?: never;
        /**
         * Delete an ended job
         * @description Removes a job that has ended, with its items, results and log. A repeat of its `Idempotency-Key` then answers `job_purged`.
         */
        delete: operations["deleteJob"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{jobId}/items": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The job's id.
                 * @example job_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                jobId: components["parameters"]["JobIdPath"];
            };
            cookie?: never;
        };
        /**
         * List the items of a job
         * @description The job's items in index order, in any status. `data` and `log` are only in the answer when `include` asks for them. A page ends at `pageSize` items or 4 MiB,
         *     whichever comes first; continue with `nextPageToken` until it is missing.
         */
        get: operations["listItems"];
        put?: never;
        /**
         * Append items to an open job
         * @description Adds one part, all of it or nothing, durable before the answer. A part is at most 10,000 items and 16 MiB, as NDJSON (one `ItemInput` a line) or as a JSON array,
         *     optionally with `Content-Encoding: gzip`.
         *
         *     `fromIndex` is the index of the part's first item. Items below the job's `nextIndex` must equal what is stored (else `item_conflict`) and count as
         *     `deduplicated`, so a part may be sent again after a lost answer; a `fromIndex` above `nextIndex` is `upload_gap`. One append at a time. An open job that is
         *     untouched for 24 hours ends `expired`.
         */
        post: operations["appendItems"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{jobId}/items/{index}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The job's id.
                 * @example job_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                jobId: components["parameters"]["JobIdPath"];
                /**
                 * @description The item's place in the job, from 0.
                 * @example 0
                 */
                index: components["parameters"]["ItemIndex"];
            };
            cookie?: never;
        };
        /**
         * Get one item
         * @description One item with its data, its result or error, the log of its attempts, and, while it does not move, what it is waiting for.
         */
        get: operations["getItem"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{jobId}/seal": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The job's id.
                 * @example job_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                jobId: components["parameters"]["JobIdPath"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Seal an open job
         * @description Says that the job has all its items, and lets it start. `itemCount` must be the number of items appended. The same call again answers 202 again, also when the job
         *     has ended since; another `itemCount` on a sealed job is `job_sealed`. `job_ended` is for a job that was cancelled, or expired, while open.
         */
        post: operations["sealJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{jobId}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The job's id.
                 * @example job_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                jobId: components["parameters"]["JobIdPath"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel a job
         * @description Marks the job as cancelled, durably, before the answer. Calls that run may still finish (at most their time-out) and keep their outcome; every other item becomes
         *     `cancelled`. Valid in every status and idempotent: on a job that has ended it changes nothing and answers 202.
         */
        post: operations["cancelJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{jobId}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The job's id.
                 * @example job_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                jobId: components["parameters"]["JobIdPath"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pause a job
         * @description Starts no further item of this job until it is resumed, durably, before the answer. Calls that run finish and keep their outcome. Its items keep their places: later items of
         *     the same keys, of other jobs too, wait behind them. A pause does not move `deadlineAt`. Idempotent.
         */
        post: operations["pauseJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{jobId}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The job's id.
                 * @example job_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                jobId: components["parameters"]["JobIdPath"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resume a job
         * @description Resumes a paused job, from the places that its items kept. Idempotent, also on a job that is not paused.
         */
        post: operations["resumeJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{jobId}/release": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The job's id.
                 * @example job_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                jobId: components["parameters"]["JobIdPath"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Release a blocked job
         * @description Drops the dependencies of a job that are not met, durably: it takes its place as soon as its `runAt` has come. What a dependency that can never be met any more leaves behind is either
         *     released or cancelled. Idempotent, also on a job that waits for none.
         */
        post: operations["releaseJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{jobId}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The job's id.
                 * @example job_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                jobId: components["parameters"]["JobIdPath"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Try items of a job again
         * @description Makes a new job of those items of this job, from the server's copy of what was submitted, with `retryOf` set. Its envelope is the old one's without `runAt`, `deadlineAt`
         *     and `dependsOn`. The old items keep their outcome and get `retriedAs`; items that are tried again already are left out. Items that have not ended are not touched.
         *
         *     If newer items of the same `objectType` and `id` were submitted to the channel since, trying the old ones again could overwrite what is newer: `stale` names them, and
         *     `allowStale` does it nevertheless.
         *
         *     With an `Idempotency-Key` a repeat answers with the same job, whatever became of it; `idempotency_mismatch` is also the same key for another job.
         */
        post: operations["retryJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{jobId}/results": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The job's id.
                 * @example job_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                jobId: components["parameters"]["JobIdPath"];
            };
            cookie?: never;
        };
        /**
         * Stream the results as NDJSON
         * @description The ended items in index order, one `ResultLine` a line, and as the last line a `ResultEnd`. An answer without that last line was cut off: read on from the index after
         *     the last line received. On a job that is not done, `complete` is false and `nextIndex` is the first index that has not ended: reading on from there later may repeat items
         *     but never skips one. `sha256` is over the decoded bytes of this answer before the last line.
         */
        get: operations["getResults"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{jobId}/results.csv": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The job's id.
                 * @example job_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                jobId: components["parameters"]["JobIdPath"];
            };
            cookie?: never;
        };
        /**
         * Download the results as CSV
         * @description All items of a job that has ended, for people and spreadsheets: RFC 4180 with CRLF and a header line, in index order. The columns are `index, id, partitionKey, action, status,
         *     attempts, startedAt, endedAt, errorCode, errorTitle, errorStatus, errorDetail, result` (`result` is JSON text). A cell that begins with `=`, `+`, `-`, `@`
         *     (also full-width: `＝`, `＋`, `－`, `＠`), `;`, tab, CR or LF (numbers apart) is prefixed with `'`, so that no spreadsheet runs it as a formula. The same
         *     sign is put before one that follows a `;`, tab, CR or LF inside a cell, where a spreadsheet with another delimiter begins a new cell.
         */
        get: operations["getResultsCsv"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{jobId}/events": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The job's id.
                 * @example job_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                jobId: components["parameters"]["JobIdPath"];
            };
            cookie?: never;
        };
        /**
         * Follow a job by server-sent events
         * @description A stream of `job` events (the first at once, then at most two a second, whenever the job's version changed) and one `end` event when the job is done, after which the stream
         *     closes. Each event carries the whole `Job` as its data and the job's `version` as its id. Send the last id as `Last-Event-ID` to resume after a break. A comment every 15 s
         *     keeps the connection open. A job that is done and whose last version was seen answers 204. A stream that closes without `end` is to be opened again; a server holds 1,000 of them, further ones are `overloaded`.
         */
        get: operations["streamEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{jobId}/map": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The job's id.
                 * @example job_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                jobId: components["parameters"]["JobIdPath"];
            };
            cookie?: never;
        };
        /**
         * Count the items of a job by status and place
         * @description Cuts the indexes of a job into at most `buckets` stretches of equal length, and counts the items of each by status. Each item is counted once, in one status, so that the counts of a bucket add up to its
         *     length; while the job runs, buckets may be of moments up to a second apart. An answer may be a second old.
         */
        get: operations["getJobMap"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/items": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Deliver one item
         * @description A job of one item, answered when it ended or when `Prefer: wait=N` has passed (default 1 second, at most 30): 200 if the item has ended, also if it failed (see `item.status`),
         *     else 202. It stands in the same order as every other item of its key. A repeat with the same `Idempotency-Key` and body joins the same job and waits again.
         */
        post: operations["deliverItem"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/executions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List executions
         * @description The caller's executions, newest first by their creation, each with its jobs. Filters may be combined; a filter that is repeated matches any of its values. A page may be short, even
         *     empty, and still be followed by another: continue with `nextPageToken` until it is missing. A page ends at `pageSize` executions or 4 MiB, whichever comes first.
         */
        get: operations["listExecutions"];
        put?: never;
        /**
         * Create an execution
         * @description Makes all jobs of a workflow in one transaction, in stages: each job of a stage depends on all jobs of the stage before. By default (`require: finished`) no stage starts after one with a
         *     cancelled or expired job: its jobs stay `blocked`, with the error `dependency_unmet`, until they are released or cancelled. A job with `items` is sealed at once; one without is made
         *     open, to be filled by `appendItems` and sealed by `sealJob`. At most 500 jobs, 16 MiB and 10,000 items in all. A body that is refused leaves no job.
         *
         *     Jobs that are submitted one by one with an `executionId` belong to an execution of that id too, but to none of its stages.
         */
        post: operations["createExecution"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/executions/{executionId}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The execution's id.
                 * @example nightly-2026-01-15
                 */
                executionId: components["parameters"]["ExecutionIdPath"];
            };
            cookie?: never;
        };
        /**
         * Get an execution
         * @description The execution as it is now: its stages with their jobs, and its counts over all jobs. Stop asking when `done` is true. `Retry-After` on one that is not done is a hint when to
         *     ask again.
         */
        get: operations["getExecution"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/executions/{executionId}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The execution's id.
                 * @example nightly-2026-01-15
                 */
                executionId: components["parameters"]["ExecutionIdPath"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel an execution
         * @description Cancels all jobs of the execution that have not ended, in one durable write: running calls may finish, everything else becomes `cancelled`, and no further stage starts. Idempotent; of an
         *     execution that has ended nothing changes.
         */
        post: operations["cancelExecution"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/executions/{executionId}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The execution's id.
                 * @example nightly-2026-01-15
                 */
                executionId: components["parameters"]["ExecutionIdPath"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pause an execution
         * @description Pauses all jobs of the execution that have not ended, in one durable write, including jobs of stages that have not started: no further item starts until the execution, or the job, is
         *     resumed. Idempotent; a repeat also pauses jobs that were added since.
         */
        post: operations["pauseExecution"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/executions/{executionId}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The execution's id.
                 * @example nightly-2026-01-15
                 */
                executionId: components["parameters"]["ExecutionIdPath"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resume an execution
         * @description Resumes all paused jobs of the execution, in one durable write. Idempotent.
         */
        post: operations["resumeExecution"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List failed items across jobs
         * @description Items that failed for good, of all the caller's jobs that are kept, newest first, each with the log of its attempts and what to do. Filters may be combined; one that is repeated matches any
         *     of its values. A page ends at `pageSize` entries or 4 MiB, whichever comes first; continue with `nextPageToken` until it is missing.
         */
        get: operations["listDeadLetters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dead-letters/groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Group failed items
         * @description Failed items by channel, code and first line of the error's detail, the groups with most items first. Lines that differ in their digits alone are one group. The filters are those of `listDeadLetters`.
         *
         *     A request counts up to 100,000 failed items, the newest first, in at most 200 groups. Where there are more, `complete` is false, and `nextPageToken` continues with the older items: a group that
         *     comes again there counts those, so add its counts. `group` lists the items of a group (`listDeadLetters`) or tries them again (`retryDeadLetters`).
         */
        get: operations["listDeadLetterGroups"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dead-letters/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Try failed items again
         * @description Makes new jobs of failed items, one for each job that they come from, as `retryJob` does. The filters are those of `listDeadLetters`; without any, all failed items of the caller that are
         *     not tried again already. Nothing is done when one of them is `stale`, unless `allowStale`: all new jobs are made in one transaction. With an `Idempotency-Key` a repeat answers
         *     with the same jobs; failed items that came since are left to a request with another key.
         */
        post: operations["retryDeadLetters"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/parked": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List parked items
         * @description Items that wait for a decision and hold their key, the oldest job first, in index order. Continue with `nextPageToken` until it is missing.
         */
        get: operations["listParked"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/parked/resolve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Decide on parked items
         * @description * `retry`: the item is tried again, with as many attempts as at first; its key keeps waiting behind it.
         *     * `skip`: it ends `failed` with the error it has, and the next item of its key continues.
         *     * `skip_key`: as `skip`, and every item that stands behind it in its key, of whichever of the caller's jobs, ends `cancelled`.
         *     * `replace`: as `retry`, with new `data`. One request replaces the data of one item. The item keeps its id, its action, its partition key and its place in it, and its idempotency key; its next
         *       attempt delivers the new data, and every read shows it. The data that it replaces stays in the item's `log` (`replaced`), with when and by whom. Where `partitionBy` points into `data`, the
         *       new data must lead to the same partition key.
         *
         *     Each item is decided on its own. Those that are not parked, or no longer, are named in `notParked`, also when that is all of them: a repeat is no error.
         */
        post: operations["resolveParked"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/channels": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List channels
         * @description Every channel with its configuration and live state, by name. Always one page.
         */
        get: operations["listChannels"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/channels/{channel}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The channel's name.
                 * @example shop-eu
                 */
                channel: components["parameters"]["ChannelNamePath"];
            };
            cookie?: never;
        };
        /**
         * Get a channel
         * @description One channel with its configuration and live state.
         */
        get: operations["getChannel"];
        /**
         * Make or replace a channel
         * @description Sets the whole configuration of a channel; fields left out get their defaults. It holds from the next call on; a channel that was paused stays paused, and what was
         *     delivered under the old rate limit still counts. Only connectors of type `http` can be set here: a `module` is code of the operator's and stands in the configuration file
         *     (`module_not_settable`). The `sandbox` channel and channels of the configuration file cannot be replaced (`channel_not_settable`).
         *
         *     Stored secrets belong to the origin (scheme, host and port) of the `url` that they were set for. `***` as the value of a header or of a query parameter, or as a segment of the path, keeps the
         *     stored value while the origin stays the same, and is `bad_request` otherwise; credentials that were set with `putCredentials` are removed when the origin changes, and must be set again. The same
         *     holds for `payload` and its `resolveUrl`.
         */
        put: operations["putChannel"];
        post?: never;
        /**
         * Delete a channel
         * @description Removes a channel that was made by `putChannel` and has no job that is not ended.
         */
        delete: operations["deleteChannel"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/channels/{channel}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The channel's name.
                 * @example shop-eu
                 */
                channel: components["parameters"]["ChannelNamePath"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pause a channel
         * @description Starts no further call on this channel until it is resumed; calls that run finish. Jobs are still accepted, and wait as `paused`. Idempotent, and kept over a restart.
         */
        post: operations["pauseChannel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/channels/{channel}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The channel's name.
                 * @example shop-eu
                 */
                channel: components["parameters"]["ChannelNamePath"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resume a channel
         * @description Resumes a paused channel. Idempotent.
         */
        post: operations["resumeChannel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/channels/{channel}/unblock": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The channel's name.
                 * @example shop-eu
                 */
                channel: components["parameters"]["ChannelNamePath"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Lift a Retry-After
         * @description Ends the wait that a `Retry-After` imposed on this channel, for example when a target system sent a wrong value. Calls may start again at once, and items that wait for a retry are due
         *     now; they keep their attempts. A later `Retry-After` blocks the channel again. A pause, the rate limit and the circuit stay as they are. Idempotent, and kept over a restart.
         */
        post: operations["unblockChannel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/channels/{channel}/test": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The channel's name.
                 * @example shop-eu
                 */
                channel: components["parameters"]["ChannelNamePath"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Test a channel with one item
         * @description Shows the request that the channel would send for an item, and with `send` makes one real call and shows what came back and how it was judged. The request is made by the code that delivers items, with
         *     the credentials of the caller's subscription. No job is made: nothing is stored, counted or retried, and the circuit learns nothing of the call. Where the channel redacts values (`redact`), a caller without the scope `admin` sees
         *     `[redacted]` in place of the URL, the values of headers, bodies, details and the result.
         *
         *     An item of which no request can be made is no refusal: the answer is 200 with `request_not_made` in `result.error`. So it is with an item that the channel's `itemSchema` does not allow
         *     (`item_schema_mismatch`), whatever the type of the connector. Nothing is sent, and no unit of the rate limit is taken.
         *
         *     Where the channel has a `payload`, the data of an item without `data` is resolved first, also without `send`: without it there is no request to show. When it cannot be resolved, `result.error` says why
         *     (`payload_not_found`, `payload_invalid`, `payload_unavailable`) and nothing is sent; no unit is taken, either. With `send`, a `Retry-After` of that answer holds the channel as well.
         *
         *     A call takes a unit of the channel's rate limit, and a `Retry-After` in its answer holds the channel as that of any call. While the channel lets no call start (it is paused, waits for the end of a
         *     `Retry-After`, its circuit is not closed, or no unit of its rate limit becomes free within a second) nothing is sent: `channel_held`, with `Retry-After` where the time is known. The call is one of the
         *     `maxRunningCalls` of the caller's subscription: when all of them are running, it is `channel_held`, too. It comes beside the `concurrency` of the channel, and beside the order of its keys: do not send an object that is being delivered.
         *
         *     It is answered when the call has ended, at the latest when the `timeoutMs` of the `payload` and of the connector, and the grace of a module, have passed. A request whose client leaves ends its call. Secrets read `***`, in the
         *     request and where the answer repeats them. Without `send`, no access token is fetched, but that of the `payload`.
         */
        post: operations["testChannel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/channels/{channel}/credentials": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The channel's name.
                 * @example shop-eu
                 */
                channel: components["parameters"]["ChannelNamePath"];
            };
            cookie?: never;
        };
        /**
         * List the credentials of a channel
         * @description Which subscriptions have credentials for this channel, those of the configuration file included, by subscription. Secrets are never shown. Always one page.
         */
        get: operations["listCredentials"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/channels/{channel}/credentials/{subscription}": {
        parameters: {
            query?: {
                /**
                 * @description The calls that they are for: those that deliver items, or those of `payload` that resolve their data.
                 * @example connector
                 */
                target?: components["parameters"]["CredentialsTarget"];
            };
            header?: never;
            path: {
                /**
                 * @description The channel's name.
                 * @example shop-eu
                 */
                channel: components["parameters"]["ChannelNamePath"];
                /**
                 * @description The subscription whose credentials they are, or `*`: those of every subscription that has none of its own.
                 * @example acme
                 */
                subscription: components["parameters"]["CredentialsSubscriptionPath"];
            };
            cookie?: never;
        };
        get?: never;
        /**
         * Set credentials of a channel
         * @description Sets the credentials with which a channel is called for the jobs of one subscription, in place of those it had. They hold from the next call on; calls that run keep theirs. A subscription uses its own
         *     credentials, else those of the subscription `*`, which all share, else none: never those of another one. Channels of any origin can have them, and they count before those of the configuration file.
         *
         *     They are stored encrypted, and no operation shows them again. They belong to the origin (scheme, host and port) that the channel leads to now, and are sent nowhere else: `putChannel` with another origin
         *     removes them; while a channel of the configuration file leads to another origin they are not used (`inUse`), and a subscription whose own are not used has none: it does not fall back to those of `*`. The `tokenUrl` of `oauth2_client_credentials` may be elsewhere.
         */
        put: operations["putCredentials"];
        post?: never;
        /**
         * Delete credentials of a channel
         * @description Removes credentials that were set by `putCredentials`, without a trace; those of the configuration file count again, if there are any. Calls that run keep theirs.
         */
        delete: operations["deleteCredentials"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List access tokens
         * @description The access tokens of the caller's subscription, newest first; with the scope `admin` those of all subscriptions. Neither texts nor hashes are shown. Expired tokens are shown for
         *     24 hours, revoked ones are not. The admin token is not in the list. A page ends at `pageSize` tokens or 4 MiB, whichever comes first; continue with `nextPageToken` until it is missing.
         */
        get: operations["listTokens"];
        put?: never;
        /**
         * Create an access token
         * @description Makes an access token and answers with its text, which is shown once: the server stores only a hash. A token has at most what the caller has: scopes of its own, its subscription and an
         *     expiry that is not after its own, else the answer is 403 `forbidden`. A caller with the scope `admin` may bind a token to any subscription.
         *
         *     A token with `jobs` reads those jobs with their items, results and events, lists only them, and may do nothing else: other jobs are 404 `job_not_found`, other operations 403 `forbidden`.
         *
         *     A repeat with the same `Idempotency-Key` answers with the same token and `token: null`. If the first answer got lost, revoke that token and create another one with a new key.
         */
        post: operations["createToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tokens/{tokenId}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The access token's id.
                 * @example tok_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                tokenId: components["parameters"]["TokenIdPath"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke an access token
         * @description Revokes a token of the caller's subscription, with the scope `admin` of any subscription; a token may revoke itself. When the answer arrives the revocation is durable, requests with the
         *     token are refused, and those that run, such as streams of events, waits, downloads and uploads, are cut off. A token with the scope `admin` is revoked only by a caller that has
         *     it. Tokens that the token has created stay valid.
         */
        delete: operations["revokeToken"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhook-endpoints": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List webhook endpoints
         * @description The webhook endpoints of the caller's subscription, newest first. Secrets are not shown. Always one page.
         */
        get: operations["listWebhookEndpoints"];
        put?: never;
        /**
         * Create a webhook endpoint
         * @description Registers a URL that is called with the events of the caller's subscription, as the standard of [Standard Webhooks](https://www.standardwebhooks.com) says: `webhooks` of this document lists the events with their
         *     bodies. The answer shows the endpoint's signing secret once; the server stores it encrypted.
         *
         *     Deliveries are at least once, and each event keeps its id (`webhook-id`) over all of its attempts and replays: ignore an id that was processed before. A 2xx within 15 seconds is success. A
         *     redirect fails the event, 410 disables the endpoint, and everything else is tried again after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h and 10 h, with jitter and not before a `Retry-After`. Events are kept for 7 days.
         *
         *     An endpoint of which every delivery has failed for 5 days is disabled. With `state` of `disabled` an endpoint starts so: its events are recorded and wait.
         */
        post: operations["createWebhookEndpoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhook-endpoints/{endpointId}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The webhook endpoint's id.
                 * @example whe_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                endpointId: components["parameters"]["WebhookEndpointIdPath"];
            };
            cookie?: never;
        };
        /**
         * Get a webhook endpoint
         * @description One endpoint with its state.
         */
        get: operations["getWebhookEndpoint"];
        put?: never;
        post?: never;
        /**
         * Delete a webhook endpoint
         * @description Removes an endpoint and its secrets. Events that wait for it are cancelled, and the log of its deliveries is removed; a call that runs may finish.
         */
        delete: operations["deleteWebhookEndpoint"];
        options?: never;
        head?: never;
        /**
         * Change a webhook endpoint
         * @description Changes the fields that the body has, and leaves the others as they are. It holds for events from now on: events that were recorded before, and wait, are delivered to the new `url`, in the order in which they are. `***` in
         *     the `url` keeps what is stored there while its origin (scheme, host and port) stays the same, and is `bad_request` otherwise. The state is changed by `enableWebhookEndpoint` and `disableWebhookEndpoint`.
         */
        patch: operations["updateWebhookEndpoint"];
        trace?: never;
    };
    "/v1/webhook-endpoints/{endpointId}/rotate-secret": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The webhook endpoint's id.
                 * @example whe_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                endpointId: components["parameters"]["WebhookEndpointIdPath"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Rotate the secret of a webhook endpoint
         * @description Makes a new signing secret, and answers with it: it is shown once. For `graceSeconds` the previous secret holds as well, and `webhook-signature` has a signature of each, so that receivers can change over without a gap. At most two secrets
         *     hold at a time: a secret that was still valid from an earlier rotation is removed at once.
         */
        post: operations["rotateWebhookSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhook-endpoints/{endpointId}/revoke-previous-secret": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The webhook endpoint's id.
                 * @example whe_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                endpointId: components["parameters"]["WebhookEndpointIdPath"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Revoke the previous secret of a webhook endpoint
         * @description Removes the secret that `rotateWebhookSecret` left valid, before its time is up. No call that starts after the answer is signed with it. Idempotent.
         */
        post: operations["revokePreviousWebhookSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhook-endpoints/{endpointId}/enable": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The webhook endpoint's id.
                 * @example whe_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                endpointId: components["parameters"]["WebhookEndpointIdPath"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Enable a webhook endpoint
         * @description Starts the deliveries of a disabled endpoint. With `replayMissed` (the default) the events that were recorded meanwhile are delivered, in their order; without, they are cancelled. Idempotent: of an enabled endpoint nothing is
         *     changed, whatever `replayMissed` says.
         */
        post: operations["enableWebhookEndpoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhook-endpoints/{endpointId}/disable": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The webhook endpoint's id.
                 * @example whe_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                endpointId: components["parameters"]["WebhookEndpointIdPath"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Disable a webhook endpoint
         * @description Starts no further delivery to this endpoint; calls that run finish. Its events are recorded and wait, for at most 7 days each. Idempotent, and kept over a restart.
         */
        post: operations["disableWebhookEndpoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhook-endpoints/{endpointId}/test": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The webhook endpoint's id.
                 * @example whe_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                endpointId: components["parameters"]["WebhookEndpointIdPath"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a test event
         * @description Sends an event of type `webhook_endpoint.test` to this endpoint alone, whatever its filters. It is signed, delivered, tried again and listed as any event is; for a disabled endpoint it waits.
         */
        post: operations["testWebhookEndpoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhook-endpoints/{endpointId}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The webhook endpoint's id.
                 * @example whe_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                endpointId: components["parameters"]["WebhookEndpointIdPath"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replay events of a webhook endpoint
         * @description Delivers again events that were recorded for this endpoint, oldest first, each with its id and body as they were. An event is taken by its `timestamp`, from `since` up to, not including, `until`; `status` looks at its latest delivery to this
         *     endpoint, and one that has not ended is not taken. A replay has at most 10,000 events: when more match, `continueAt` is the `since` of the next one. With no event that matches, `events` is 0 and `id` null.
         */
        post: operations["replayWebhookEvents"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/job-webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the settings of jobs' webhooks
         * @description What holds for the `webhook` of each job of the caller's subscription (see `JobWebhook`): whether they are called, and which secrets sign their events. Secrets are not shown.
         */
        get: operations["getJobWebhooks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change the settings of jobs' webhooks
         * @description While the state is `disabled` no webhook of a job is called: events are recorded and wait, in order, for at most 7 days. A server that was started with `--paused` has disabled them.
         */
        patch: operations["updateJobWebhooks"];
        trace?: never;
    };
    "/v1/job-webhooks/rotate-secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Rotate the secret of jobs' webhooks
         * @description Makes a new secret that signs the events of all webhooks of the subscription's jobs, and answers with it: it is shown once. For `graceSeconds` the previous secret signs as well. The first job with a `webhook` makes a secret if there is none;
         *     rotate it before, so that your receiver knows it.
         */
        post: operations["rotateJobWebhookSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhook-deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List webhook deliveries
         * @description Deliveries to the endpoints of the caller's subscription in the last 7 days, newest first, each with the log of its attempts. Deliveries to endpoints that were deleted are not listed. Filters may be combined; one that is repeated matches any of its values. A page ends at `pageSize` deliveries or
         *     4 MiB, whichever comes first; continue with `nextPageToken` until it is missing.
         */
        get: operations["listWebhookDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{jobId}/webhook-deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The job's id.
                 * @example job_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                jobId: components["parameters"]["JobIdPath"];
            };
            cookie?: never;
        };
        /**
         * List the webhook deliveries of a job
         * @description Deliveries of the events of one job in the last 7 days, to all endpoints of its subscription, newest first, each with the log of its attempts. Deliveries to endpoints that were deleted are not listed. Filters may be combined; one that is repeated matches any of its values. A page ends at `pageSize` deliveries or
         *     4 MiB, whichever comes first; continue with `nextPageToken` until it is missing.
         */
        get: operations["listJobWebhookDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the audit
         * @description Who did what, newest first: of callers of the caller's subscription, with the scope `admin` of all. Filters may be combined.
         *
         *     A request that changed something has an entry for each job that it made or changed, stored in the same transaction as the change. Other requests are counted, and stored within a second:
         *     reads of items, results, dead letters, parked items, tokens and the audit by caller, operation and hour; changes that were refused by caller, operation, code and hour; answers 401, 403 and
         *     429 by caller, network address, code and minute. An entry that counts several requests shows what they have in common; after a restart within the period there is another one. Reads
         *     of the status of jobs, executions and channels have no entry.
         *
         *     What the server does by itself has the actor `server`, stored with the change: `expireJob` (the `deadlineAt` of a job has come), `expireOpenJob` (nobody has appended to an open job for too long),
         *     `disableWebhookEndpoint` (all its calls failed for 5 days, or it answered 410) and `reportFailingWebhookEndpoint`. `purgeJob` (`retainForSeconds` of a job have passed) is counted by subscription and hour.
         *     What becomes of single items is not in it: their results show it.
         *
         *     Of one subscription at most 1,000 counts are kept apart at once, of all 10,000. Beyond that one entry for each status counts the requests of all its callers: its actor is `anonymous`.
         *
         *     Entries are kept for 90 days, unless the configuration says otherwise.
         *
         *     A page ends at `pageSize` entries or 4 MiB, whichever comes first. With filters it may be shorter, even empty, and still be followed by another: continue with `nextPageToken` until it is
         *     missing.
         */
        get: operations["listAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/subscriptions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List subscriptions
         * @description The subscriptions that have limits of their own, by name. All others have the defaults and are not listed, also those that have jobs and tokens. A page ends at `pageSize` subscriptions or 4 MiB, whichever
         *     comes first; continue with `nextPageToken` until it is missing.
         */
        get: operations["listSubscriptions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/subscriptions/{subscription}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The subscription's name.
                 * @example acme
                 */
                subscription: components["parameters"]["SubscriptionPath"];
            };
            cookie?: never;
        };
        /**
         * Get a subscription
         * @description The limits of one subscription. One that has the defaults is `subscription_not_found`.
         */
        get: operations["getSubscription"];
        /**
         * Set the limits of a subscription
         * @description Sets all limits of a subscription; fields left out get their defaults. When the answer arrives they are durable and hold: the weight from the next turn on, the others for what comes next. What is beyond a
         *     lowered limit stays: items that are pending, jobs that are open, calls that run. Those of the configuration file cannot be set here (`subscription_not_settable`).
         */
        put: operations["putSubscription"];
        post?: never;
        /**
         * Return a subscription to the defaults
         * @description Removes the limits that were set by `putSubscription`: the subscription has the defaults from then on. Its jobs, items and access tokens stay as they are. Those of the configuration
         *     file cannot be removed here (`subscription_not_settable`).
         */
        delete: operations["deleteSubscription"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Find by an id or a value
         * @description Everything of the caller's subscription that has this id or value: a job or execution of this id (or whose id begins with it, from 8 characters on), items of this id, items that ran under this
         *     partition key, jobs with this value in their `metadata`, and channels with items that failed with this error code. Item ids, keys, codes and values are compared whole, byte by byte.
         *
         *     Of jobs and executions whose id begins with it, and of channels with a code, there are the first 10.
         *
         *     `searched` says which kinds were looked for: items and keys are left out without the scope `items:read`, codes without `dead-letters:read`. Jobs, executions and
         *     codes come first, then what is in jobs, the newest job first, at most 50 a page; of each job at most 10 items of the id, and the first of the key. A request looks through the newest jobs until it has
         *     looked at 10,000 jobs or about 5,000,000 items: then `complete` is false, and `nextPageToken` continues with older ones. A page may be empty and still not the last.
         */
        get: operations["search"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get figures of channels over time
         * @description Calls, items that ended and items that wait, by channel, in steps of equal length over the last hour at most. They are kept in memory, counted since the start of the server (`since`), and lost when it
         *     stops; figures that outlive it come from `/metrics`. Figures are of the caller's subscription; those of all subscriptions require `admin`. Only complete steps are shown. The 200 busiest channels are
         *     counted, in all and of all subscriptions together; when others were left out, `complete` is false.
         */
        get: operations["getStats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow all jobs by server-sent events
         * @description A stream of what changes in the jobs and channels of the caller's subscription. `jobs`: jobs that changed, at most 200 an event and one event a second, each as it is then; versions in between are
         *     skipped. `channels`: the state of channels, 200 an event, all of them at first, then at most once a second those that changed; only for callers with `channels:read`. `lists`: the names of lists in which something changed, of parked items, dead letters, executions or webhooks, at most once a second; nothing of what changed. `resync`: changes are missing, so read again what is
         *     shown; after an `id` in `Last-Event-ID` that is no longer known, when the client read too slowly, or when too much changed. Open the stream first and read the jobs then: nothing between the two is
         *     lost. The ids of jobs that were deleted, by a caller or when their time was over, come in `deleted` of a `jobs` event. A comment every 15 s keeps the connection open; a client that reads nothing for 60 s is disconnected. The stream ends when the token ends or the
         *     server stops. A server holds 1,000 streams, those of single jobs included; further ones are `overloaded`.
         */
        get: operations["streamUpdates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/self": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the caller
         * @description Who the caller is for the server, which subscription it acts for with which limits, and what it may do until when. Any valid token is enough.
         */
        get: operations["getSelf"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/limits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the limits
         * @description Every limit and default of this server as data, so that a client need not hard-code them.
         */
        get: operations["getLimits"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/servers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the servers
         * @description The servers that share this store, the active one first, then by start. Servers on one PostgreSQL: one is `active` and does the work, those on `standby` forward requests to it and take its
         *     place when it ends. A store on disk or in memory has one server. A `fenced` server has lost the store to another one and ends; it is listed until it is removed. It is about the
         *     operation of the whole server: give the scope `metrics` to operators only. `address` is null for callers without `admin`. Always one page, of 200 servers at most.
         */
        get: operations["listServers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Is the process alive
         * @description Answers 200 as long as the process serves requests, also while it stops.
         */
        get: operations["getLiveness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Is the server ready for work
         * @description Answers 200 when new work is accepted, else 503 with the reason. The answer, and every problem of the store, says of each component how it is (`components`). Channels are counted, never named: `state.degraded` of
         *     `getChannel` says which, to callers with `admin`.
         *     A standby of a cluster answers what the active server answers, with `role: standby`: a load balancer may send requests to every server that is ready. It answers 503
         *     `owner_unavailable` while it reaches no active server.
         */
        get: operations["getReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get this document
         * @description The OpenAPI description of this server, with all examples.
         */
        get: operations["getOpenapi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the metrics
         * @description Counts, gauges and histograms of the whole server for Prometheus: items, calls, jobs, commits, requests. They are of all subscriptions: give the scope `metrics` to operators only. At most 200
         *     channels have a label of their own, the others are `other`; no label is a job, an item, a key or an execution. The answer is the Prometheus text format, or OpenMetrics where `Accept` prefers that;
         *     it is at most a second old. A server that was started with `--no-metrics` answers 404 `not_found`.
         */
        get: operations["getMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs/errors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read about the problem codes
         * @description A page for people with one section for each problem code; the `type` of a problem links into it.
         */
        get: operations["getErrorDocs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export interface webhooks {
    deliverItems: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What a connector of type `http` gets
         * @description The server sends this to the channel's `connector.url`: items of one job and one action, at most `batchSize` of them, and never two of the same partition key. A call of one
         *     item also carries `Idempotency-Key` and `Waybill-Attempt`. Deliveries are at least once: an item whose outcome got lost is sent again with the same `idempotencyKey`.
         *
         *     * 2xx with a `DeliveryAnswer` judges each item. An item it does not mention failed with `invalid_answer`.
         *     * 2xx with any other body is success for a call of one item (JSON below 64 KiB is its `result`), and `invalid_answer` for every item of a call of many.
         *     * 408, 425, 429 and 5xx are tried again, other statuses fail the items, unless the channel's rules say otherwise. `Retry-After` on 429 and 503 holds the
         *       whole channel and does not count as an attempt.
         */
        post: operations["deliverItems"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    resolvePayload: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How the data of one item is resolved
         * @description The server sends this to `payload.resolveUrl` of a channel whose `payload.batchSize` is 1, for an item without `data`. The body of a 200 is the item's data: any JSON, with which the item is at most 1 MiB and 64 levels deep.
         *
         *     * 404 and 410 fail the item with `payload_not_found`.
         *     * Every other status, a redirect, and a 200 that is no JSON are `payload_unavailable`. 408, 425, 429, 5xx and what is no JSON are tried again, unless the channel's rules say otherwise.
         *     * `Retry-After` on 429 and 503 holds the whole channel: no item is resolved or delivered before it has passed.
         */
        get: operations["resolvePayload"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    resolvePayloads: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * How the data of many items is resolved
         * @description The server sends this to `payload.resolveUrl` of a channel whose `payload.batchSize` is above 1: ids of one subscription and one `objectType`, each once. The answer has at most 16 MiB; when it is longer, the ids are
         *     asked for in two halves.
         *
         *     * 200 with a `PayloadAnswer`: an id without an entry fails its items with `payload_not_found`. Entries of other ids are ignored.
         *     * Every other status, and a 200 with another body, is an answer for each of the ids, as of `resolvePayload`; but a 404 here is `payload_unavailable` and not tried again, as it says nothing of a single id.
         */
        post: operations["resolvePayloads"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "job.accepted": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A job was accepted
         * @description A job and all its items are durable. Of an open job it is sent when the job is sealed.
         */
        post: operations["onJobAccepted"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "job.started": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A job started
         * @description The first call with an item of the job has started.
         */
        post: operations["onJobStarted"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "job.ended": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A job ended
         * @description All items of the job have ended, or it was cancelled or expired. Sent once for each job; a job that ends at once has no `job.started`.
         */
        post: operations["onJobEnded"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "job.blocked": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A job is blocked
         * @description A job was accepted that waits for other jobs, or its dependency can no longer be met; `waiting` says why.
         */
        post: operations["onJobBlocked"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "job.progress": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A job made progress
         * @description How far a running job is: at most one in 30 seconds for a job, and none when nothing changed.
         */
        post: operations["onJobProgressed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "job.deadline_at_risk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A job may miss its deadline
         * @description The estimated end of a job has come after its `deadlineAt`. Sent once for each job.
         */
        post: operations["onJobDeadlineAtRisk"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "item.parked": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Items wait for a decision
         * @description Items of a channel were parked: a digest, at most one a minute for a channel.
         */
        post: operations["onItemsParked"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "channel.circuit_opened": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The circuit of a channel opened
         * @description Too many calls of a channel failed: only single probes are made. Sent to subscriptions with work that has not ended on the channel.
         */
        post: operations["onCircuitOpened"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "channel.circuit_closed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The circuit of a channel closed
         * @description Calls of a channel succeed again. Sent to subscriptions with work that has not ended on the channel.
         */
        post: operations["onCircuitClosed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "webhook_endpoint.failing": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A webhook endpoint is failing
         * @description All deliveries to an endpoint have failed for half of the time after which it is disabled. Sent to the other endpoints of the subscription.
         */
        post: operations["onWebhookEndpointFailing"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "webhook_endpoint.disabled": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A webhook endpoint was disabled
         * @description An endpoint was disabled by the server. Sent to the other endpoints of the subscription.
         */
        post: operations["onWebhookEndpointDisabled"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "webhook_endpoint.test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A test event
         * @description Sent by `testWebhookEndpoint`, to that endpoint alone.
         */
        post: operations["onWebhookEndpointTested"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export interface components {
    schemas: {
        /**
         * @description `job_` and a UUIDv7 without dashes; ids sort by the time they were made.
         * @example job_0198c2f04b7e7c3fa1d2b3c4d5e6f708
         */
        JobId: string;
        /**
         * @description A channel's name, lower-case letters, digits, `.`, `_` and `-`.
         * @example shop-eu
         */
        ChannelName: string;
        /**
         * @description A workflow's id, any text of 1 to 128 characters.
         * @example nightly-2026-01-15
         */
        ExecutionId: string;
        /**
         * @description `tok_` and a UUIDv7 without dashes; ids sort by the time they were made.
         * @example tok_0198c2f04b7e7c3fa1d2b3c4d5e6f708
         */
        AccessTokenId: string;
        /**
         * @description `whe_` and a UUIDv7 without dashes; ids sort by the time they were made.
         * @example whe_0198c2f04b7e7c3fa1d2b3c4d5e6f708
         */
        WebhookEndpointId: string;
        /**
         * @description `evt_` and a UUIDv7 without dashes, made with the event: the same in every attempt and replay. Equal to the header `webhook-id`.
         * @example evt_0198c2f04b7e7c3fa1d2b3c4d5e6f708
         */
        WebhookEventId: string;
        /**
         * @description What happened. `webhooks` of this document describes each type with its body; types may be added. `webhook_endpoint.test` is sent by `testWebhookEndpoint` alone, to its endpoint, whatever
         *     the filters of that.
         * @example job.ended
         * @enum {string}
         */
        WebhookEventType: "job.accepted" | "job.started" | "job.ended" | "job.blocked" | "job.progress" | "job.deadline_at_risk" | "item.parked" | "channel.circuit_opened" | "channel.circuit_closed" | "webhook_endpoint.failing" | "webhook_endpoint.disabled" | "webhook_endpoint.test";
        /**
         * @description A type of event that the webhook of a job receives; see `WebhookEventType`.
         * @example job.ended
         * @enum {string}
         */
        JobWebhookEventType: "job.accepted" | "job.started" | "job.ended" | "job.blocked" | "job.progress" | "job.deadline_at_risk" | "item.parked";
        /**
         * @description What is delivered in order. `job`: the events of one job, those without a job by channel or endpoint; `endpoint`: all events of the endpoint, so that one that is tried again holds all others; `none`: nothing.
         *     A change holds for events that are not on their way yet; those that are keep the order in which they were taken, and hold back none of the later ones.
         * @default job
         * @example job
         * @enum {string}
         */
        WebhookOrdering: "job" | "endpoint" | "none";
        /**
         * @description Whether events are delivered. Of a `disabled` endpoint they are recorded and wait.
         * @default enabled
         * @example enabled
         * @enum {string}
         */
        WebhookEndpointState: "enabled" | "disabled";
        /**
         * @description Why an endpoint is disabled. `caller`: it was made so, or by `disableWebhookEndpoint`; `failures`: every delivery has failed for 5 days; `gone`: it answered 410.
         * @example failures
         * @enum {string}
         */
        WebhookStateReason: "caller" | "failures" | "gone";
        /**
         * @description The name of a subscription, or `*` for all that have no credentials of their own.
         * @example acme
         */
        CredentialsSubscription: string;
        /**
         * @description The subscription that jobs belong to; any text of 1 to 128 characters without control characters, but `*`, that does not begin with `~`.
         * @example default
         */
        SubscriptionName: string;
        /**
         * @description A permission of an access token; each operation names those that it requires in its `security`. `jobs:read`, `jobs:write`: jobs and executions; `items:read`: items with their data and results,
         *     parked items; `channels:read`: channels; `dead-letters:read`, `dead-letters:write`: failed items across jobs; `webhooks:write`: webhook endpoints, whose events describe
         *     jobs and channels, and their deliveries; `tokens:write`: access tokens; `admin`: everything, also changing, pausing and unblocking channels. `audit:read`: the audit.
         *     `metrics` reads `/metrics`. No operation requires `pipelines:write` yet.
         * @example jobs:read
         * @enum {string}
         */
        Scope: "jobs:read" | "jobs:write" | "items:read" | "channels:read" | "dead-letters:read" | "dead-letters:write" | "webhooks:write" | "pipelines:write" | "tokens:write" | "audit:read" | "metrics" | "admin";
        /**
         * @description What the channel is to do with the object.
         * @example update
         * @enum {string}
         */
        Action: "create" | "update" | "delete";
        /**
         * @description Where the job is. `open` takes its items in parts; `scheduled` waits for its `runAt`; `blocked` waits for jobs that it depends on; `pending` has its places and nothing has started;
         *     `running` has started; `paused` starts nothing until it is resumed; `cancelling` is marked as cancelled or expired and waits for running calls; `ended` changes no more. Statuses may
         *     be added: stop on `done`, not on a status.
         * @example running
         * @enum {string}
         */
        JobStatus: "open" | "scheduled" | "blocked" | "pending" | "running" | "paused" | "cancelling" | "ended";
        /**
         * @description How the job ended. `succeeded`: all items succeeded; `partial`: some did; `failed`: none did; `cancelled`: a cancel mark cancelled at least one item, or the job was cancelled while
         *     open; `expired`: its `deadlineAt` cancelled at least one item, or it was open and untouched for 24 hours.
         * @example partial
         * @enum {string}
         */
        JobOutcome: "succeeded" | "partial" | "failed" | "cancelled" | "expired";
        /**
         * @description Where the item is. `pending` neither runs nor is held for a reason of its own; `waiting` is held, until its retry is due or, parked, until somebody decides; `running` is being called; the last three are
         *     final. An item that will be tried again is `waiting`, never `failed`.
         * @example succeeded
         * @enum {string}
         */
        ItemStatus: "pending" | "waiting" | "running" | "succeeded" | "failed" | "cancelled";
        /**
         * @description The final ones of `ItemStatus`.
         * @example failed
         * @enum {string}
         */
        EndedItemStatus: "succeeded" | "failed" | "cancelled";
        /**
         * @description Why something is not progressing. `schedule`: the `runAt` of its job is in the future; `dependency`: its job depends on another job; `retry`: its next attempt is not due; `parked`: it waits
         *     for a decision (`resolveParked`); `paused`: its job or its channel is paused; `disk_full`: the store has no space for outcomes, so no call starts until there is; `store_unavailable`: the store takes
         *     no outcomes, so no call starts until it does; `handover`: another server has taken the place of one that ended without giving it back, and starts no call until those of that server have certainly ended; `connector_unavailable`: the connector module of the channel cannot be loaded and is loaded again later; `circuit_open`:
         *     too many calls of the channel failed, only single probes are made; `retry_after`: the target system asked the channel to wait by a `Retry-After` (`unblockChannel` lifts it); `rate_limit`: the rate limit
         *     of the channel is used up; `concurrency`: as many calls run as the channel allows; `partition`: an earlier item of the same key has not ended; `backlog`: other items are before it.
         * @example rate_limit
         * @enum {string}
         */
        WaitingReason: "schedule" | "dependency" | "retry" | "parked" | "paused" | "disk_full" | "store_unavailable" | "handover" | "connector_unavailable" | "circuit_open" | "retry_after" | "rate_limit" | "concurrency" | "partition" | "backlog";
        /**
         * @description What orders the items: `item` (the item's `partitionKey`, else its `id`), `job` (all items of the job one after another), `none` (no order), or a JSON Pointer into
         *     the item such as `/data/storefront`. A pointer to a number or boolean takes its JSON text; to nothing, `null`, an object, an array or an empty string makes the item invalid.
         * @default item
         * @example item
         */
        PartitionBy: string;
        /**
         * @description What an invalid item does. `reject`: the whole request is refused and there is no job; `fail`: the job is accepted and that item is `failed` with `invalid_item`.
         *     In NDJSON a line that is not JSON is an invalid item. A JSON body that is not JSON is refused as a whole (`bad_request`) in both cases, as its items cannot be distinguished.
         * @default reject
         * @example reject
         * @enum {string}
         */
        OnInvalidItem: "reject" | "fail";
        /**
         * @description What follows the last attempt of an item. `fail`: it fails and the next item of its key continues; `park`: it is parked, keeps its place and holds its key until somebody decides.
         * @default fail
         * @example fail
         * @enum {string}
         */
        OnExhausted: "fail" | "park";
        /**
         * @description The condition on a job that another one depends on. `finished`: it has ended, and was neither cancelled nor expired; `ended`: it has ended, with any outcome; `succeeded`: its
         *     outcome is `succeeded`. A job whose dependency can no longer be met stays `blocked`, with the error `dependency_unmet`, until it is released (`releaseJob`) or cancelled.
         * @default finished
         * @example finished
         * @enum {string}
         */
        Requirement: "finished" | "ended" | "succeeded";
        /**
         * @description Up to 16 pairs of the caller's own, given back with the job. Keys of 1 to 64 characters, values of up to 512.
         * @example {
         *       "run": "nightly-42"
         *     }
         */
        Metadata: {
            [key: string]: string;
        };
        /**
         * @description Why an item failed, or why an attempt did. A connector may answer codes of its own (`origin: connector`); those of the server's (`origin: engine`) are
         *
         *     * `http_<status>`, such as `http_422`: the connector answered with this HTTP status, or a module threw an `HttpStatusError` for a response that had it;
         *     * `timeout`: it did not answer in time;
         *     * `connection_failed`: it could not be reached, or the connection broke;
         *     * `token_request_failed`: its token endpoint gave no access token, so the call was not made; `detail` says which endpoint, and what was received;
         *     * `no_credentials`: a module's request should carry credentials, and the channel has none for the job's subscription;
         *     * `invalid_answer`: its answer does not judge the item;
         *     * `permanent`, `retry_later`, `thrown`: the module's code threw a `PermanentError`, a `RetryLater`, or another error without a `code` of its own;
         *     * `worker_crashed`: the item ended its worker thread twice;
         *     * `request_not_made`: the channel's `request` makes no request of this item, so nothing was called; `detail` says which expression, and why;
         *     * `item_schema_mismatch`: the item's data is not valid by the channel's `itemSchema`, so nothing was called; `errors` has the faults;
         *     * `payload_not_found`: the channel's `payload` has no data of the item's id, so nothing was called; never tried again;
         *     * `payload_unavailable`: the data of the item's id could not be resolved, so nothing was called: no answer in time, no connection, another status than 200 (`status` has it), or an answer that is no valid one. It
         *       does not count as an attempt, up to the `maxAttempts` of the channel's `payload.retry`;
         *     * `payload_invalid`: the data of the item's id cannot be delivered, as it exceeds the limits of an item, or it cannot be asked for, as the id would be a dot segment of the URL; never tried again;
         *     * `invalid_item`: the item is not valid and the job's `onInvalidItem` is `fail`;
         *     * `outcome_not_stored`: the item was called, and the store refused the outcome: it may have been delivered;
         *     * `deadline_passed`: the job's `deadlineAt` came before its end.
         * @example http_422
         */
        ItemErrorCode: string;
        /**
         * @description An envelope with its items, or with `open`. Exactly one of `items` and `open` is required.
         * @example {
         *       "channel": "shop-eu",
         *       "objectType": "product",
         *       "action": "update",
         *       "source": "pim",
         *       "items": [
         *         {
         *           "id": "sku-1001",
         *           "data": {
         *             "price": 1990
         *           }
         *         }
         *       ]
         *     }
         */
        JobSubmission: {
            channel: components["schemas"]["ChannelName"];
            /**
             * @description What kind of object the items are.
             * @example product
             */
            objectType: string;
            action: components["schemas"]["Action"];
            /**
             * @description Where the work came from.
             * @example pim
             */
            source?: string;
            executionId?: components["schemas"]["ExecutionId"];
            partitionBy?: components["schemas"]["PartitionBy"];
            onInvalidItem?: components["schemas"]["OnInvalidItem"];
            /**
             * Format: date-time
             * @description Until then no item starts. A time that has passed is now.
             * @example 2026-01-16T02:00:00Z
             */
            runAt?: string;
            /**
             * Format: date-time
             * @description A time in the future, after `runAt`. From then on no call starts; items that have not ended are cancelled, and the outcome is `expired`; results are kept.
             * @example 2026-01-16T06:00:00Z
             */
            deadlineAt?: string;
            /**
             * @description Jobs of the caller that must have ended, or succeeded, before this one takes its place in the order.
             * @default []
             * @example [
             *       {
             *         "job": "job_0198c2f04b7e7c3fa1d2b3c4d5e6f708",
             *         "require": "succeeded"
             *       }
             *     ]
             */
            dependsOn?: components["schemas"]["JobDependency"][];
            onExhausted?: components["schemas"]["OnExhausted"];
            retry?: components["schemas"]["JobRetry"];
            /**
             * @description How long the job is kept after its end.
             * @default 604800
             * @example 604800
             */
            retainForSeconds?: number;
            metadata?: components["schemas"]["Metadata"];
            webhook?: components["schemas"]["JobWebhook"];
            /**
             * @description True makes a job without items, to be filled by `appendItems` and started by `sealJob`.
             * @default false
             * @example false
             */
            open?: boolean;
            /**
             * @description How many items there are, as a check; not together with `open`.
             * @example 1
             */
            itemCount?: number;
            /**
             * @description The items, in the order in which they are to be delivered.
             * @example [
             *       {
             *         "id": "sku-1001",
             *         "data": {
             *           "price": 1990
             *         }
             *       }
             *     ]
             */
            items?: components["schemas"]["ItemInput"][];
        };
        /**
         * @description The first line of an NDJSON submission, the envelope alone.
         * @example {
         *       "channel": "shop-eu",
         *       "objectType": "product",
         *       "action": "update",
         *       "source": "pim",
         *       "itemCount": 20000
         *     }
         */
        JobEnvelope: {
            channel: components["schemas"]["ChannelName"];
            /**
             * @description What kind of object the items are.
             * @example product
             */
            objectType: string;
            action: components["schemas"]["Action"];
            /**
             * @description Where the work came from.
             * @example pim
             */
            source?: string;
            executionId?: components["schemas"]["ExecutionId"];
            partitionBy?: components["schemas"]["PartitionBy"];
            onInvalidItem?: components["schemas"]["OnInvalidItem"];
            /**
             * Format: date-time
             * @description Until then no item starts. A time that has passed is now.
             * @example 2026-01-16T02:00:00Z
             */
            runAt?: string;
            /**
             * Format: date-time
             * @description A time in the future, after `runAt`. From then on no call starts; items that have not ended are cancelled, and the outcome is `expired`; results are kept.
             * @example 2026-01-16T06:00:00Z
             */
            deadlineAt?: string;
            /**
             * @description Jobs of the caller that must have ended, or succeeded, before this one takes its place in the order.
             * @default []
             * @example [
             *       {
             *         "job": "job_0198c2f04b7e7c3fa1d2b3c4d5e6f708",
             *         "require": "succeeded"
             *       }
             *     ]
             */
            dependsOn?: components["schemas"]["JobDependency"][];
            onExhausted?: components["schemas"]["OnExhausted"];
            retry?: components["schemas"]["JobRetry"];
            /**
             * @description How long the job is kept after its end.
             * @default 604800
             * @example 604800
             */
            retainForSeconds?: number;
            metadata?: components["schemas"]["Metadata"];
            webhook?: components["schemas"]["JobWebhook"];
            /**
             * @description True makes a job without items, to be filled by `appendItems` and started by `sealJob`.
             * @default false
             * @example false
             */
            open?: boolean;
            /**
             * @description How many items there are, as a check; not together with `open`.
             * @example 20000
             */
            itemCount?: number;
        };
        /**
         * @description The envelope's fields and one item.
         * @example {
         *       "channel": "shop-eu",
         *       "objectType": "product",
         *       "action": "update",
         *       "item": {
         *         "id": "sku-1001",
         *         "data": {
         *           "price": 1990
         *         }
         *       }
         *     }
         */
        ItemDelivery: {
            channel: components["schemas"]["ChannelName"];
            /**
             * @description What kind of object the item is.
             * @example product
             */
            objectType: string;
            action: components["schemas"]["Action"];
            /**
             * @description Where the work came from.
             * @example shop-admin
             */
            source?: string;
            executionId?: components["schemas"]["ExecutionId"];
            partitionBy?: components["schemas"]["PartitionBy"];
            /**
             * Format: date-time
             * @description Until then no item starts. A time that has passed is now.
             * @example 2026-01-16T02:00:00Z
             */
            runAt?: string;
            /**
             * Format: date-time
             * @description A time in the future, after `runAt`. From then on no call starts; items that have not ended are cancelled, and the outcome is `expired`; results are kept.
             * @example 2026-01-16T06:00:00Z
             */
            deadlineAt?: string;
            /**
             * @description Jobs of the caller that must have ended, or succeeded, before this one takes its place in the order.
             * @default []
             * @example [
             *       {
             *         "job": "job_0198c2f04b7e7c3fa1d2b3c4d5e6f708",
             *         "require": "succeeded"
             *       }
             *     ]
             */
            dependsOn?: components["schemas"]["JobDependency"][];
            onExhausted?: components["schemas"]["OnExhausted"];
            retry?: components["schemas"]["JobRetry"];
            /**
             * @description How long the job is kept after its end.
             * @default 604800
             * @example 604800
             */
            retainForSeconds?: number;
            metadata?: components["schemas"]["Metadata"];
            item: components["schemas"]["ItemInput"];
        };
        /**
         * @description One object of a job; at most 1 MiB as JSON, and 64 levels deep. Each member appears once, in any spelling (`"id"` and `"\u0069d"` are the same name), and so does each member
         *     that `partitionBy` leads through: parsers differ in which of two they take, and the receiver must not read another id, key or data than this server did. Duplicate
         *     names elsewhere inside `data` are passed on unchanged.
         * @example {
         *       "id": "sku-1001",
         *       "data": {
         *         "price": 1990
         *       }
         *     }
         */
        ItemInput: {
            /**
             * @description The object's id at the caller, 1 to 256 bytes of UTF-8, not normalized. It need not be unique in a job.
             * @example sku-1001
             */
            id: string;
            /**
             * @description Items of one key are delivered one after another. 1 to 256 bytes of UTF-8; default: the `id`.
             * @example sku-1001
             */
            partitionKey?: string;
            /** @description Overrides the job's action for this item. */
            action?: components["schemas"]["Action"];
            /**
             * @description What is to be delivered, any JSON; default: null, or on a channel with `payload` what that resolves for the `id` right before the delivery.
             * @example {
             *       "price": 1990
             *     }
             */
            data?: unknown;
        };
        /**
         * @description A part of an open job's items.
         * @example [
         *       {
         *         "id": "sku-1001",
         *         "data": {
         *           "price": 1990
         *         }
         *       }
         *     ]
         */
        ItemInputs: components["schemas"]["ItemInput"][];
        /**
         * @description Says that the job has all its items.
         * @example {
         *       "itemCount": 20000
         *     }
         */
        SealRequest: {
            /**
             * @description The number of items appended.
             * @example 20000
             */
            itemCount: number;
        };
        /**
         * @description Another job, and what is required of it.
         * @example {
         *       "job": "job_0198c2f04b7e7c3fa1d2b3c4d5e6f708",
         *       "require": "succeeded"
         *     }
         */
        JobDependency: {
            job: components["schemas"]["JobId"];
            require?: components["schemas"]["Requirement"];
        };
        /**
         * @description What overrides the channel for a job; what it leaves out is the channel's. Its rules are looked at before the channel's.
         * @example {
         *       "maxAttempts": 3,
         *       "rules": [
         *         {
         *           "status": [
         *             409
         *           ],
         *           "then": "park"
         *         }
         *       ]
         *     }
         */
        JobRetry: {
            /**
             * @description How often an item is tried at most.
             * @example 3
             */
            maxAttempts?: number;
            backoff?: components["schemas"]["JobBackoff"];
            /**
             * @description The first rule that matches decides.
             * @example [
             *       {
             *         "status": [
             *           409
             *         ],
             *         "then": "park"
             *       }
             *     ]
             */
            rules?: components["schemas"]["RetryRule"][];
        };
        /**
         * @description As `BackoffConfig`; what is left out is the channel's.
         * @example {
         *       "initialMs": 100
         *     }
         */
        JobBackoff: {
            /**
             * @description Bound of the first delay.
             * @example 1000
             */
            initialMs?: number;
            /**
             * @description By how much each bound exceeds the one before.
             * @example 2
             */
            factor?: number;
            /**
             * @description The bound grows no further than this.
             * @example 300000
             */
            maxMs?: number;
        };
        /**
         * @description A workflow's stages, in their order.
         * @example {
         *       "id": "nightly-2026-01-15",
         *       "stages": [
         *         {
         *           "name": "products",
         *           "jobs": [
         *             {
         *               "channel": "shop-eu",
         *               "objectType": "product",
         *               "action": "update",
         *               "open": true
         *             }
         *           ]
         *         },
         *         {
         *           "name": "offers",
         *           "jobs": [
         *             {
         *               "channel": "shop-eu",
         *               "objectType": "offer",
         *               "action": "update",
         *               "open": true
         *             }
         *           ]
         *         }
         *       ]
         *     }
         */
        ExecutionSubmission: {
            /** @description The execution's id; default: one that the server makes. */
            id?: components["schemas"]["ExecutionId"];
            /**
             * @description The stages. Each job of a stage depends on all jobs of the stage before.
             * @example [
             *       {
             *         "name": "products",
             *         "jobs": [
             *           {
             *             "channel": "shop-eu",
             *             "objectType": "product",
             *             "action": "update",
             *             "open": true
             *           }
             *         ]
             *       }
             *     ]
             */
            stages: components["schemas"]["StageSubmission"][];
        };
        /**
         * @description Jobs that may run side by side.
         * @example {
         *       "name": "offers",
         *       "jobs": [
         *         {
         *           "channel": "shop-eu",
         *           "objectType": "offer",
         *           "action": "update",
         *           "open": true
         *         }
         *       ]
         *     }
         */
        StageSubmission: {
            /**
             * @description Its name, no other stage's.
             * @example offers
             */
            name: string;
            /** @description What is required of the jobs of the stage before. */
            require?: components["schemas"]["Requirement"];
            /**
             * @description The jobs.
             * @example [
             *       {
             *         "channel": "shop-eu",
             *         "objectType": "offer",
             *         "action": "update",
             *         "open": true
             *       }
             *     ]
             */
            jobs: components["schemas"]["StageJobSubmission"][];
        };
        /**
         * @description The envelope of a job, with its items or without.
         * @example {
         *       "channel": "shop-eu",
         *       "objectType": "offer",
         *       "action": "update",
         *       "open": true
         *     }
         */
        StageJobSubmission: {
            channel: components["schemas"]["ChannelName"];
            /**
             * @description What kind of object the items are.
             * @example product
             */
            objectType: string;
            action: components["schemas"]["Action"];
            /**
             * @description Where the work came from.
             * @example pim
             */
            source?: string;
            partitionBy?: components["schemas"]["PartitionBy"];
            onInvalidItem?: components["schemas"]["OnInvalidItem"];
            /**
             * Format: date-time
             * @description Until then no item starts. A time that has passed is now.
             * @example 2026-01-16T02:00:00Z
             */
            runAt?: string;
            /**
             * Format: date-time
             * @description A time in the future, after `runAt`. From then on no call starts; items that have not ended are cancelled, and the outcome is `expired`; results are kept.
             * @example 2026-01-16T06:00:00Z
             */
            deadlineAt?: string;
            /**
             * @description Further jobs of the caller that must have ended, or succeeded, beside those of the stage before.
             * @default []
             * @example [
             *       {
             *         "job": "job_0198c2f04b7e7c3fa1d2b3c4d5e6f708",
             *         "require": "succeeded"
             *       }
             *     ]
             */
            dependsOn?: components["schemas"]["JobDependency"][];
            onExhausted?: components["schemas"]["OnExhausted"];
            retry?: components["schemas"]["JobRetry"];
            /**
             * @description How long the job is kept after its end.
             * @default 604800
             * @example 604800
             */
            retainForSeconds?: number;
            metadata?: components["schemas"]["Metadata"];
            webhook?: components["schemas"]["JobWebhook"];
            /**
             * @description As the job would be without items: to be filled by `appendItems` and started by `sealJob`. Not together with `items`.
             * @default false
             * @example true
             */
            open?: boolean;
            /**
             * @description How many items there are, as a check; not together with `open`.
             * @example 1
             */
            itemCount?: number;
            /**
             * @description The items, in the order in which they are to be delivered.
             * @example [
             *       {
             *         "id": "sku-1001",
             *         "data": {
             *           "price": 1990
             *         }
             *       }
             *     ]
             */
            items?: components["schemas"]["ItemInput"][];
        };
        /**
         * @description Which items of a job to try again.
         * @example {
         *       "status": [
         *         "failed"
         *       ]
         *     }
         */
        RetryRequest: {
            /**
             * @description How they ended.
             * @default [
             *       "failed"
             *     ]
             * @example [
             *       "failed"
             *     ]
             */
            status?: ("failed" | "cancelled")[];
            /**
             * @description Whether items may be tried again of which newer ones were submitted since.
             * @default false
             * @example false
             */
            allowStale?: boolean;
        };
        /**
         * @description An action on all jobs that match a filter: its preview (`dryRun`), or the action itself (`selection`). Exactly one of the two is required.
         * @example {
         *       "action": "pause",
         *       "filter": {
         *         "channels": [
         *           "shop-eu"
         *         ]
         *       },
         *       "dryRun": true
         *     }
         */
        JobActionRequest: {
            action: components["schemas"]["JobAction"];
            filter: components["schemas"]["JobActionFilter"];
            /**
             * @description `true`: only count, and make a selection.
             * @example true
             * @constant
             */
            dryRun?: true;
            /**
             * @description Of the answer to the preview.
             * @example MS4wLjE3Njg0NjQ2MDAwMDAuMTI.dGhpcyBpcyBhIG1hYyE
             */
            selection?: string;
        };
        /**
         * @description `pause`: jobs that are not paused; `resume`: those that are; `cancel`: all that are not being cancelled.
         * @example pause
         * @enum {string}
         */
        JobAction: "pause" | "resume" | "cancel";
        /** @description Which jobs that have not ended; `{}` is all. Filters are combined; a list matches any of its values. */
        JobActionFilter: {
            /**
             * @description Only jobs of these statuses, as they are at the preview and at the action.
             * @example [
             *       "running",
             *       "pending"
             *     ]
             */
            statuses?: components["schemas"]["JobStatus"][];
            /**
             * @description Only jobs for these channels.
             * @example [
             *       "shop-eu"
             *     ]
             */
            channels?: components["schemas"]["ChannelName"][];
            executionId?: components["schemas"]["ExecutionId"];
            /**
             * @description Only jobs from these sources.
             * @example [
             *       "pim"
             *     ]
             */
            sources?: string[];
            /**
             * Format: date-time
             * @description Only jobs made at or after this time.
             * @example 2026-01-15T00:00:00Z
             */
            createdAfter?: string;
            /**
             * Format: date-time
             * @description Only jobs made before this time.
             * @example 2026-01-16T00:00:00Z
             */
            createdBefore?: string;
        };
        /**
         * @description Which failed items to try again; without filters all.
         * @example {
         *       "channels": [
         *         "shop-eu"
         *       ],
         *       "codes": [
         *         "http_503"
         *       ]
         *     }
         */
        DeadLetterRetryRequest: {
            /**
             * @description Only items for these channels.
             * @example [
             *       "shop-eu"
             *     ]
             */
            channels?: components["schemas"]["ChannelName"][];
            /**
             * @description Only items of these jobs.
             * @example [
             *       "job_0198c2f04b7e7c3fa1d2b3c4d5e6f708"
             *     ]
             */
            jobIds?: components["schemas"]["JobId"][];
            /**
             * @description Only items that failed with these error codes.
             * @example [
             *       "http_503"
             *     ]
             */
            codes?: components["schemas"]["ItemErrorCode"][];
            /**
             * @description Only items of these groups (`listDeadLetterGroups`).
             * @example [
             *       "dlg_0a1b2c3d4e5f6"
             *     ]
             */
            groups?: components["schemas"]["DeadLetterGroupId"][];
            /**
             * @description Only items that ran under this key; requires exactly one of `channels`, and the scope `admin` if that channel has `redact`.
             * @example sku-1001
             */
            partitionKey?: string;
            /**
             * @description Whether items may be tried again of which newer ones were submitted since.
             * @default false
             * @example false
             */
            allowStale?: boolean;
        };
        /**
         * @description What becomes of parked items.
         * @example {
         *       "items": [
         *         {
         *           "jobId": "job_0198c2f04b7e7c3fa1d2b3c4d5e6f708",
         *           "index": 12
         *         }
         *       ],
         *       "decision": "skip"
         *     }
         * @example {
         *       "items": [
         *         {
         *           "jobId": "job_0198c2f04b7e7c3fa1d2b3c4d5e6f708",
         *           "index": 12
         *         }
         *       ],
         *       "decision": "replace",
         *       "data": {
         *         "price": 1990
         *       }
         *     }
         */
        ParkedDecision: {
            /**
             * @description The items.
             * @example [
             *       {
             *         "jobId": "job_0198c2f04b7e7c3fa1d2b3c4d5e6f708",
             *         "index": 12
             *       }
             *     ]
             */
            items: components["schemas"]["ParkedPlace"][];
            /**
             * @description What to do with them. `replace` takes exactly one item.
             * @example skip
             * @enum {string}
             */
            decision: "retry" | "skip" | "skip_key" | "replace";
            /**
             * @description With `replace`, and required there: the item's new data, any JSON. It is bound as an item's data is: the item as a whole has at most 1 MiB and 64 levels. It is kept and delivered as it is sent; `"[redacted]"` where the channel redacts a value (`redact`) is refused with `invalid_item`.
             * @example {
             *       "price": 1990
             *     }
             */
            data?: unknown;
        };
        /** @description What a subscription may take of this server. */
        SubscriptionConfig: {
            /**
             * @description Its share of a channel that several want at once, against the weights of the others.
             * @default 1
             * @example 2
             */
            weight?: number;
            /**
             * @description Items of its own that may be accepted and not ended at once; above it new work is `quota_exceeded`. Null is without a quota of its own.
             * @default null
             * @example 100000
             */
            maxPendingItems?: number | null;
            /**
             * @description Jobs of its own that may be open, and so take items, at once; above it `submitJob` with `open` and executions with open jobs are `quota_exceeded`.
             * @default 1000
             * @example 1000
             */
            maxOpenJobs?: number;
            /**
             * @description Calls for its items that may run at once over all channels. Null is without limit.
             * @default null
             * @example 16
             */
            maxRunningCalls?: number | null;
            /**
             * @description How many requests it may make; above it they are `rate_limited`. Null is without limit.
             * @default null
             * @example {
             *       "perMinute": 600,
             *       "burst": 100
             *     }
             */
            requestRate?: components["schemas"]["RequestRateConfig"] | null;
        };
        /** @description How many requests a subscription may make. */
        RequestRateConfig: {
            /**
             * @description Requests a minute, over time.
             * @example 600
             */
            perMinute: number;
            /**
             * @description Requests at once after an idle time. Default: as many as in a minute.
             * @example 100
             */
            burst?: number;
        };
        /** @description An access token to be made. */
        AccessTokenRequest: {
            /**
             * @description What the token is for, for people. Need not be unique.
             * @example nightly import
             */
            name: string;
            /**
             * @description What it may do: at most what the caller may.
             * @example [
             *       "jobs:read",
             *       "jobs:write"
             *     ]
             */
            scopes: components["schemas"]["Scope"][];
            /**
             * @description Binds it to these jobs of its subscription: it reads them and nothing else, so that it can be given away. Its scopes are then `jobs:read`, `items:read` or both. Executions, dependencies, and the jobs that
             *     an item waits for or is retried by are not shown to it. Default: the jobs of the caller, if its token is bound; else it is not bound.
             * @example [
             *       "job_0198c2f04b7e7c3fa1d2b3c4d5e6f708"
             *     ]
             */
            jobs?: components["schemas"]["JobId"][];
            /** @description The subscription that it acts for. Default: the one of the caller. Another one requires the scope `admin`. */
            subscription?: components["schemas"]["SubscriptionName"];
            /**
             * Format: date-time
             * @description A time in the future from which on it is refused, not after the expiry of the caller. Default: the expiry of the caller, if it has one; else it does not expire.
             * @example 2026-04-15T08:00:00Z
             */
            expiresAt?: string;
        };
        /**
         * @description A webhook endpoint to be made.
         * @example {
         *       "url": "https://hooks.example/waybill",
         *       "eventTypes": [
         *         "job.ended"
         *       ]
         *     }
         */
        WebhookEndpointRequest: {
            /**
             * Format: uri
             * @description Where to POST events, http or https, without user name, password and fragment. A private address is refused unless the server allows it (`outbound.allowPrivateAddresses`, `--dev`).
             * @example https://hooks.example/waybill
             */
            url: string;
            /**
             * @description What it is for, for people.
             * @default
             * @example nightly import
             */
            description?: string;
            /**
             * @description The types of events to send; empty is all.
             * @default []
             * @example [
             *       "job.ended"
             *     ]
             */
            eventTypes?: components["schemas"]["WebhookEventType"][];
            /**
             * @description Sends only events of these channels, and those that belong to none; empty is all. A channel need not exist.
             * @default []
             * @example [
             *       "shop-eu"
             *     ]
             */
            channels?: components["schemas"]["ChannelName"][];
            /**
             * @description A condition that an event must meet: an expression in CEL over `event`, with its members `type`, `timestamp` and `data`, that gives a boolean. Checked with types when it is set, under the rules of `HttpRequests`; an event for which it fails is sent.
             * @default null
             * @example event.data.job.counts.failed > 0.0
             */
            where?: string | null;
            ordering?: components["schemas"]["WebhookOrdering"];
            state?: components["schemas"]["WebhookEndpointState"];
        };
        /**
         * @description Fields of a webhook endpoint that change; those left out stay.
         * @example {
         *       "eventTypes": [
         *         "job.ended",
         *         "job.blocked"
         *       ]
         *     }
         */
        WebhookEndpointUpdate: {
            /**
             * Format: uri
             * @description Where to POST events, http or https, without user name, password and fragment. A private address is refused unless the server allows it (`outbound.allowPrivateAddresses`, `--dev`).
             * @example https://hooks.example/waybill
             */
            url?: string;
            /**
             * @description What it is for, for people.
             * @example nightly import
             */
            description?: string;
            /**
             * @description The types of events to send; empty is all.
             * @example [
             *       "job.ended"
             *     ]
             */
            eventTypes?: components["schemas"]["WebhookEventType"][];
            /**
             * @description Sends only events of these channels, and those that belong to none; empty is all. A channel need not exist.
             * @example [
             *       "shop-eu"
             *     ]
             */
            channels?: components["schemas"]["ChannelName"][];
            /**
             * @description A condition that an event must meet: an expression in CEL over `event`, with its members `type`, `timestamp` and `data`, that gives a boolean. Checked with types when it is set, under the rules of `HttpRequests`; an event for which it fails is sent.
             * @example event.data.job.counts.failed > 0.0
             */
            where?: string | null;
            ordering?: components["schemas"]["WebhookOrdering"];
        };
        /**
         * @description How the previous secret ends.
         * @example {
         *       "graceSeconds": 86400
         *     }
         */
        WebhookSecretRotation: {
            /**
             * @description How long the previous secret holds beside the new one; 0 revokes it at once.
             * @default 86400
             * @example 86400
             */
            graceSeconds?: number;
        };
        /**
         * @description What happens to the events that were recorded while the endpoint was disabled.
         * @example {
         *       "replayMissed": true
         *     }
         */
        WebhookEnabling: {
            /**
             * @description Whether they are delivered. Otherwise they are cancelled.
             * @default true
             * @example true
             */
            replayMissed?: boolean;
        };
        /**
         * @description A URL that is called with the events of this job alone, as a webhook endpoint is: signed, in order, tried again by the same schedule. The token must have the scope `webhooks:write` as well. Events are signed
         *     with the secret of the subscription's job webhooks (`rotateJobWebhookSecret`). An answer of 410 ends the deliveries of this job. A job made by a retry has the webhook of the job whose items it tries again.
         * @example {
         *       "url": "https://pim.example/callbacks/waybill",
         *       "events": [
         *         "job.ended"
         *       ]
         *     }
         */
        JobWebhook: {
            /**
             * Format: uri
             * @description Where to POST events, http or https, without user name, password and fragment. A private address is refused unless the server allows it (`outbound.allowPrivateAddresses`, `--dev`).
             * @example https://pim.example/callbacks/waybill
             */
            url: string;
            /**
             * @description The types of events to send.
             * @default [
             *       "job.ended"
             *     ]
             * @example [
             *       "job.ended"
             *     ]
             */
            events?: components["schemas"]["JobWebhookEventType"][];
        };
        /**
         * @description Whether the webhooks of the subscription's jobs are called.
         * @example {
         *       "state": "disabled"
         *     }
         */
        JobWebhooksUpdate: {
            state: components["schemas"]["WebhookEndpointState"];
        };
        /**
         * @description Which events to deliver again.
         * @example {
         *       "since": "2026-01-15T00:00:00Z",
         *       "status": [
         *         "failed"
         *       ]
         *     }
         */
        WebhookReplayRequest: {
            /**
             * Format: date-time
             * @description Only events from this time on.
             * @example 2026-01-15T00:00:00Z
             */
            since: string;
            /**
             * Format: date-time
             * @description Only events before this time, which must be after `since`. Default: now.
             * @example 2026-01-16T00:00:00Z
             */
            until?: string;
            /**
             * @description Only events whose latest delivery ended so. An event that was dropped as too many waited counts as `cancelled`. Default: all that have ended.
             * @example [
             *       "failed"
             *     ]
             */
            status?: components["schemas"]["EndedItemStatus"][];
            /**
             * @description Only events of these types. Default: all.
             * @example [
             *       "job.ended"
             *     ]
             */
            eventTypes?: components["schemas"]["WebhookEventType"][];
        };
        /**
         * @description Names one item.
         * @example {
         *       "jobId": "job_0198c2f04b7e7c3fa1d2b3c4d5e6f708",
         *       "index": 12
         *     }
         */
        ParkedPlace: {
            jobId: components["schemas"]["JobId"];
            /**
             * @description Its place in that job.
             * @example 12
             */
            index: number;
        };
        /**
         * @description The whole configuration of a channel.
         * @example {
         *       "connector": {
         *         "type": "http",
         *         "url": "https://shop.example/deliver",
         *         "batchSize": 1,
         *         "timeoutMs": 10000
         *       },
         *       "rateLimit": {
         *         "limit": 50,
         *         "periodMs": 1000,
         *         "burst": 10,
         *         "unit": "calls"
         *       },
         *       "concurrency": 64,
         *       "retry": {
         *         "maxAttempts": 8,
         *         "backoff": {
         *           "initialMs": 1000,
         *           "factor": 2,
         *           "maxMs": 300000
         *         },
         *         "rules": [
         *           {
         *             "status": [
         *               409
         *             ],
         *             "then": "retry"
         *           },
         *           {
         *             "status": [
         *               400,
         *               422
         *             ],
         *             "then": "fail"
         *           }
         *         ]
         *       },
         *       "circuit": {
         *         "failureRatio": 0.5,
         *         "minCalls": 20,
         *         "openMs": 30000
         *       }
         *     }
         */
        ChannelConfig: {
            connector: components["schemas"]["HttpConnectorConfig"];
            /**
             * @description How fast calls may start; null is without limit.
             * @default null
             * @example {
             *       "limit": 50,
             *       "periodMs": 1000,
             *       "burst": 10,
             *       "unit": "calls"
             *     }
             */
            rateLimit?: components["schemas"]["RateLimitConfig"] | null;
            /**
             * @description How many calls may run at once.
             * @default 64
             * @example 64
             */
            concurrency?: number;
            retry?: components["schemas"]["RetryConfig"];
            /**
             * @description When the channel is taken for broken; null is never.
             * @example {
             *       "failureRatio": 0.5,
             *       "minCalls": 20,
             *       "openMs": 30000
             *     }
             */
            circuit?: components["schemas"]["CircuitConfig"] | null;
            /**
             * @description The longest wait that a `Retry-After` of the target system can impose; a longer one is shortened to it.
             * @default 3600000
             * @example 3600000
             */
            maxRetryAfterMs?: number;
            /**
             * @description How answers report the quota of the target system, so that the channel slows down before it is refused: once a fifth of the quota or less is left, the calls that are left are spread evenly until it is full again. `standard`
             *     reads `RateLimit` with `RateLimit-Policy`, `RateLimit-Remaining` and `X-RateLimit-Remaining` with their `-Limit` and `-Reset` (seconds, or a time since 1970, as GitHub has it); `shopify` reads `X-Shopify-Shop-Api-Call-Limit`; an
             *     object has an expression for each figure. Null: quotas are not read. A wait is at most `maxRetryAfterMs`.
             * @default null
             * @example standard
             */
            rateLimitHeaders?: ("standard" | "shopify") | components["schemas"]["RateLimitRules"] | null;
            /**
             * @description How long a parked item waits for a decision; then it is skipped.
             * @default 86400
             * @example 86400
             */
            parkForSeconds?: number;
            /**
             * @description The trace of the calls of jobs that are created from now on. `link`: each call is a trace of its own. `continue`: calls are part of the trace of the request that created the job, with its trace id, flag and `tracestate`. Null: `continue` for jobs of `POST /v1/items`, `link` for all others. Requests without a valid `traceparent` have no trace to continue.
             * @default null
             * @example link
             * @enum {string|null}
             */
            trace?: "link" | "continue" | null;
            /**
             * @description JSON Pointers into an item, `/data` or below it. Whoever lacks the scope `admin` sees `"[redacted]"` in place of the values there, in whatever shows data of items, also of jobs that are there already. Their results, warnings, errors
             *     and logs show `***` where the target system repeats such a value (of at least 4 characters). Texts in which values cannot be found are `"[redacted]"` as a whole: of items with more than 200 values or 64 KiB to hide, about data that
             *     `payload` resolved, of an error of a call of several items, and any that were cut (details of more than 1,020 bytes, titles of 200 and pointers of 256 characters). A `partitionKey` that is taken from a hidden value is neither shown nor
             *     found by a filter. A line that was no valid item is not shown at all. Deliveries and retries have the
             *     true data. A replacement (`resolveParked`) with `"[redacted]"` at one of them is refused. What the item's `id` says is always shown.
             * @default []
             * @example [
             *       "/data/email",
             *       "/data/address"
             *     ]
             */
            redact?: string[];
            /**
             * @description JSON Schema (2020-12) of the `data` of items. It is checked before each call: an item that is not valid ends as `item_schema_mismatch`, with the faults and their JSON Pointers in `errors`, is not retried, takes nothing of the
             *     rate limit and does not count for the circuit; others of its batch are sent. An item without data has the data null; one that deletes and has none is not checked. Null: nothing is checked.
             *
             *     The schema has at most 49,152 bytes, a depth of 48, 2,000 schemas in it, 64 patterns, and 1,000 schemas that apply to one value. References stay within it (`#/$defs/price`, `#anchor`). A `pattern` is a regular expression of
             *     ECMAScript (flag `u`) without lookaround and backreferences, which takes linear time. A `format` is checked: `date-time`, `date`, `time`, `duration`, `email`, `hostname`, `ipv4`, `ipv6`, `uri`, `uri-reference`, `uuid` or
             *     `json-pointer`. `$dynamicRef`, `$dynamicAnchor`, `$vocabulary`, `contentSchema` and keywords that JSON Schema does not have are refused, except those that begin with `x-`. A check of an item takes at most 4,194,304 steps; an item that takes more is not valid.
             * @default null
             * @example {
             *       "type": "object",
             *       "required": [
             *         "price"
             *       ],
             *       "properties": {
             *         "price": {
             *           "type": "number",
             *           "minimum": 0
             *         }
             *       }
             *     }
             */
            itemSchema?: {
                [key: string]: unknown;
            } | null;
            /**
             * @description How the data of items that have only an id is resolved; null is not at all.
             * @default null
             * @example {
             *       "resolveUrl": "https://pim.example/{objectType}/{id}",
             *       "timeoutMs": 5000
             *     }
             */
            payload?: components["schemas"]["PayloadConfig"] | null;
        };
        /**
         * @description One item, and whether to send it.
         * @example {
         *       "item": {
         *         "id": "sku-1001",
         *         "data": {
         *           "price": 1990
         *         }
         *       }
         *     }
         * @example {
         *       "item": {
         *         "id": "sku-1001",
         *         "data": {
         *           "price": 1990
         *         }
         *       },
         *       "objectType": "product",
         *       "action": "create",
         *       "send": true
         *     }
         */
        ChannelTestRequest: {
            item: components["schemas"]["ItemInput"];
            /**
             * @description Whether to make the call. Without it only the request is shown.
             * @default false
             * @example true
             */
            send?: boolean;
            /**
             * @description What kind of object the item is.
             * @default object
             * @example product
             */
            objectType?: string;
            /** @description The action of the item, unless it has its own; default: `update`. */
            action?: components["schemas"]["Action"];
            partitionBy?: components["schemas"]["PartitionBy"];
        };
        /**
         * @description Delivers by HTTP, see `deliverItems` for what it sends and takes.
         * @example {
         *       "type": "http",
         *       "url": "https://shop.example/deliver",
         *       "batchSize": 1,
         *       "timeoutMs": 10000
         *     }
         */
        HttpConnectorConfig: {
            /**
             * @description The kind of connector. A `module` stands in the configuration file and is `module_not_settable` here.
             * @example http
             * @constant
             */
            type: "http";
            /**
             * Format: uri
             * @description Where to POST, http or https, without user name and password; with `request`, what the paths of its requests are appended to. A private address is refused unless `allowPrivateAddresses` or `--dev`. Answers show `***` for each value of its query and each segment of its path that does not read as a name (words, versions, numbers of up to 4 digits); sending `***` keeps what is stored there, for the same origin.
             * @example https://shop.example/deliver
             */
            url: string;
            /**
             * @description Sent with every call. Answers show the names, with `***` for each value; sending `***` keeps the value that is stored, for the same origin. Headers that belong to the connection (`host`, `content-length`, `transfer-encoding` ...) or to the call (`waybill-epoch`, `waybill-attempt`, `idempotency-key`, `traceparent`, `tracestate`), and values with control characters or beyond ISO 8859-1, are refused.
             * @default {}
             * @example {
             *       "x-tenant": "eu"
             *     }
             */
            headers?: {
                [key: string]: string;
            };
            /**
             * @description How many items one call may carry.
             * @default 1
             * @example 1
             */
            batchSize?: number;
            /**
             * @description How long one call may take.
             * @default 10000
             * @example 10000
             */
            timeoutMs?: number;
            request?: components["schemas"]["HttpRequests"];
            response?: components["schemas"]["HttpAnswerRules"];
            /**
             * @description Whether the url may lead to a loopback or private address. Over HTTP it is refused unless the server is configured to allow it (`outbound.allowPrivateAddresses`).
             * @default false
             * @example false
             */
            allowPrivateAddresses?: boolean;
        };
        /**
         * @description Resolves the data of items that were submitted without `data`, right before each delivery: see `resolvePayload` and `resolvePayloads` for the requests. Items that have data, `data: null` included, and items of the action
         *     `delete` are delivered as they are. Templates, signatures, batches and modules get the resolved data as if it had been submitted; it is never stored, and what is read of the item stays as submitted. Each retry resolves
         *     anew. Items of the same `objectType` and id that are dispatched together are resolved once. As many requests run at once as the channel's `concurrency` allows calls, 64 at most (8 with a `batchSize` above 1), on each thread that works for it.
         *
         *     An item that is being resolved takes no unit of the rate limit and does not count for the circuit; it keeps its place, and those behind it of its partition key wait. Credentials are set with
         *     `putCredentials` and the target `payload`, or in the configuration file; those of the connector are never sent to the `resolveUrl`.
         * @example {
         *       "resolveUrl": "https://pim.example/{objectType}/{id}",
         *       "timeoutMs": 5000
         *     }
         */
        PayloadConfig: {
            /**
             * @description Where the data is, http or https, without user name, password and fragment. `{id}` stands for the item's id, once, and is left out where `batchSize` is above 1; `{objectType}` for the job's. Both may stand in path and query, and are percent-encoded. Shown and kept as the connector's `url` is: `***` for each value of its query and each segment of its path that does not read as a name.
             * @example https://pim.example/{objectType}/{id}
             */
            resolveUrl: string;
            /**
             * @description How many ids one request may carry; above 1 they are sent by `POST`. Large answers make requests smaller.
             * @default 1
             * @example 100
             */
            batchSize?: number;
            /**
             * @description How long one request may take.
             * @default 10000
             * @example 5000
             */
            timeoutMs?: number;
            /**
             * @description Sent with every request. Shown, kept and refused as the connector's `headers` are.
             * @default {}
             * @example {
             *       "x-api-key": "secret"
             *     }
             */
            headers?: {
                [key: string]: string;
            };
            retry?: components["schemas"]["PayloadRetry"];
            /**
             * @description Whether the `resolveUrl` may lead to a loopback or private address; by default as the connector's. Over HTTP it is refused unless the server is configured to allow it.
             * @example false
             */
            allowPrivateAddresses?: boolean;
        };
        /**
         * @description How often, and when, the data of an item is tried to be resolved again. Whether it is, the `rules` of the channel and the job decide, by the status of the answer or the code `payload_unavailable`: without a rule network errors,
         *     time-outs, invalid answers, 408, 425, 429 and 5xx are tried again. A 429 or 503 with `Retry-After` holds the whole channel and does not count, up to 20 times. Five requests in a row without an answer, or with a 5xx, hold it as well: for 1 s, doubled up to 30 s, until one is answered.
         * @example {
         *       "maxAttempts": 8
         *     }
         */
        PayloadRetry: {
            /**
             * @description How often it is tried at most for one item; then the item fails, or is parked if the job's `onExhausted` says so. By default as the channel's `retry`.
             * @example 8
             */
            maxAttempts?: number;
            backoff?: components["schemas"]["BackoffConfig"];
        };
        /** @description Secrets that calls carry. One of five types. */
        Credentials: components["schemas"]["BearerCredentials"] | components["schemas"]["BasicCredentials"] | components["schemas"]["HeaderCredentials"] | components["schemas"]["HmacCredentials"] | components["schemas"]["OAuthCredentials"];
        /** @description A token, sent as `Authorization` with the scheme `Bearer`. */
        BearerCredentials: {
            /**
             * @description The type of the credentials.
             * @example bearer
             * @constant
             */
            type: "bearer";
            /**
             * @description The token.
             * @example shop-token-of-acme
             */
            token: string;
        };
        /** @description A user name and a password, sent as `Authorization` with the scheme `Basic`. */
        BasicCredentials: {
            /**
             * @description The type of the credentials.
             * @example basic
             * @constant
             */
            type: "basic";
            /**
             * @description Without a colon.
             * @example acme
             */
            username: string;
            /**
             * @description The password.
             * @example password-of-acme
             */
            password: string;
        };
        /** @description A header of any name. */
        HeaderCredentials: {
            /**
             * @description The type of the credentials.
             * @example header
             * @constant
             */
            type: "header";
            /**
             * @description Its name.
             * @example x-api-key
             */
            name: string;
            /**
             * @description Its value.
             * @example key-of-acme
             */
            value: string;
        };
        /** @description A secret that signs each request with an HMAC. */
        HmacCredentials: {
            /**
             * @description The type of the credentials.
             * @example hmac
             * @constant
             */
            type: "hmac";
            /**
             * @description Name of the header of the signature.
             * @example x-signature
             */
            header: string;
            /**
             * @description The key of the HMAC.
             * @example secret-of-acme
             */
            secret: string;
            /**
             * @description The hash function of the HMAC.
             * @default sha256
             * @example sha256
             * @enum {string}
             */
            algorithm?: "sha256" | "sha512" | "sha1";
            /**
             * @description How the signature is written.
             * @default hex
             * @example hex
             * @enum {string}
             */
            encoding?: "hex" | "base64" | "base64url";
            /**
             * @description Text in front of the signature. Default: none.
             * @example sha256=
             */
            prefix?: string;
            /**
             * @description The content that is signed, an expression over `method`, `path`, `body` and `timestamp`. Default: the body.
             * @example timestamp + "." + body
             */
            content?: string;
            /**
             * @description Name of a header with the time of the call, seconds since 1970. Default: none is sent.
             * @example x-timestamp
             */
            timestampHeader?: string;
        };
        /** @description Client credentials of OAuth 2.0 (RFC 6749, section 4.4). The server asks for an access token when a call first needs one, one request for all calls that wait, and again shortly before it ends or once after a 401. */
        OAuthCredentials: {
            /**
             * @description The type of the credentials.
             * @example oauth2_client_credentials
             * @constant
             */
            type: "oauth2_client_credentials";
            /**
             * @description The token endpoint: `https`, or `http` where the channel may call private addresses.
             * @example https://id.example/token
             */
            tokenUrl: string;
            /**
             * @description The client's id.
             * @example waybill
             */
            clientId: string;
            /**
             * @description The client's secret.
             * @example secret-of-acme
             */
            clientSecret: string;
            /**
             * @description The scope to ask for. Default: none.
             * @example write
             */
            scope?: string;
        };
        /**
         * @description Reads a quota from the headers of answers: expressions over `headers` (names in lower case) and `nowSeconds` (since 1970), each a number. An answer on which one fails reports none.
         * @example {
         *       "remaining": "double(headers[\"x-quota-left\"])",
         *       "resetSeconds": "double(headers[\"x-quota-until\"]) - nowSeconds"
         *     }
         */
        RateLimitRules: {
            /**
             * @description Calls that are left.
             * @example double(headers["x-quota-left"])
             */
            remaining: string;
            /**
             * @description Seconds until the quota is full again.
             * @example double(headers["x-quota-until"]) - nowSeconds
             */
            resetSeconds: string;
            /**
             * @description Calls of a full quota. Without it the channel waits only when none is left.
             * @example 1000.0
             */
            limit?: string;
        };
        /**
         * @description The request of each action, for target systems that take no Waybill body; an item whose action has none here fails `request_not_made`. Without this object every call is what `deliverItems` describes. Headers of the
         *     call (`idempotency-key`, `waybill-epoch`, `waybill-attempt`, `traceparent`, `tracestate`), the channel's `headers` and its credentials are sent in any case.
         *
         *     Values come from expressions in CEL, checked with types when the channel is set: `item` (its members as submitted, with `data` null where there is none, and `index`, `attempt`, `idempotencyKey`), `job` (`id`,
         *     `subscription`, `channel`, `objectType`, `action`) and `attempt`; with a `batchSize` above 1 `items`, a list, in place of `item`. JSON numbers are `double`: write `item.data.price + 1.0`; integers beyond 2^53 are `int`, and are
         *     sent exactly as they came. An expression has at most 4,096 bytes, 200 nodes and no comprehension within another; `like(text, glob)` takes the place of regular expressions, `json(value)` gives JSON as text, and `fixed(number, digits)` a number as text with 0 to 20 digits behind the point. An item for which an expression fails, or whose path, query and headers would have more than 12,288 characters, ends as
         *     `request_not_made`, without a call and without a unit of the rate limit, and others of its batch are sent.
         * @example {
         *       "update": {
         *         "method": "PUT",
         *         "path": "/products/{item.id}"
         *       },
         *       "delete": {
         *         "method": "DELETE",
         *         "path": "/products/{item.id}",
         *         "bodyType": "none"
         *       }
         *     }
         */
        HttpRequests: {
            create?: components["schemas"]["HttpRequestTemplate"];
            update?: components["schemas"]["HttpRequestTemplate"];
            delete?: components["schemas"]["HttpRequestTemplate"];
        };
        /**
         * @description How one request is made.
         * @example {
         *       "method": "PUT",
         *       "path": "/products/{item.id}"
         *     }
         */
        HttpRequestTemplate: {
            /**
             * @description The method.
             * @default POST
             * @example PUT
             * @enum {string}
             */
            method?: "POST" | "PUT" | "PATCH" | "DELETE" | "GET";
            /**
             * @description What follows the path of the connector's `url`, with expressions in braces. What an expression gives is one part of the path: it is percent-encoded, slashes included; an empty part and a dot segment fail the item.
             * @default
             * @example /products/{item.id}
             */
            path?: string;
            /**
             * @description Parameters of the query, each an expression; a list repeats its name, null leaves it out.
             * @default {}
             * @example {
             *       "locale": "item.data.locale"
             *     }
             */
            query?: {
                [key: string]: string;
            };
            /**
             * @description Headers, each an expression; null leaves one out. They take precedence over those of the channel. Not for secrets: they are shown as they are written.
             * @default {}
             * @example {
             *       "if-match": "item.data.etag"
             *     }
             */
            headers?: {
                [key: string]: string;
            };
            /**
             * @description How the body is written: `json`; `ndjson`, one line for each entry of a list, of a list within it one for each of its entries; `form` and `multipart`, fields of texts, numbers and lists of them; `text`; `none`, no body.
             * @default json
             * @example json
             * @enum {string}
             */
            bodyType?: "json" | "ndjson" | "form" | "multipart" | "text" | "none";
            /**
             * @description An expression, or an object of them; a nested object is one expression (`{"price": {"amount": item.data.price}}`). By default the item's `data`, with the bytes that were submitted; with a `batchSize` above 1 the list of them. JSON of more than 32 Mi characters is not sent: `request_not_made`.
             * @example item.data
             * @example {
             *       "sku": "item.id",
             *       "price": "item.data.price"
             *     }
             */
            body?: string | {
                [key: string]: string;
            };
        };
        /**
         * @description How answers are read, for target systems that do not answer as `deliverItems` describes. Each rule is an expression over `status`, `headers` (names in lower case) and `body` (JSON where it is JSON, else a text; null without one). A
         *     rule that fails on an answer counts as not given; `succeeded` and `results` that fail on a 2xx end the item as `invalid_answer`, which is retried.
         * @example {
         *       "succeeded": "status == 200 && size(body.errors) == 0",
         *       "error": {
         *         "code": "body.errors[0].code"
         *       }
         *     }
         */
        HttpAnswerRules: {
            /**
             * @description With a `batchSize` above 1: the list of what became of the items, in their order. The other rules then read `entry` as well, one of them each. Null says that the answer is of the call as a whole: every item is judged with `entry` null.
             * @example body.items
             */
            results?: string;
            /**
             * @description Whether the item was delivered. By default with any 2xx.
             * @example status == 200 && size(body.errors) == 0
             */
            succeeded?: string;
            /**
             * @description What is kept as the item's result. By default `entry`, else `body`.
             * @example body.product.id
             */
            result?: string;
            /**
             * @description What is reported of an item that was not delivered.
             * @example {
             *       "code": "body.errors[0].code"
             *     }
             */
            error?: {
                /**
                 * @description Its code, a text. By default `http_<status>`, or `rejected` with a 2xx.
                 * @example body.errors[0].code
                 */
                code?: string;
                /**
                 * @description Its detail, a text. By default the beginning of the answer.
                 * @example body.errors[0].message
                 */
                detail?: string;
                /**
                 * @description Whether it is retried, before the channel's rules. By default they decide.
                 * @example body.errors[0].code == "THROTTLED"
                 */
                retryable?: string;
                /**
                 * @description What in the item is wrong; a JSON Pointer.
                 * @example "/data/" + body.errors[0].field
                 */
                pointer?: string;
            };
        };
        /**
         * @description `limit` units in every `periodMs`, and at most `burst` of them at once after a quiet time.
         * @example {
         *       "limit": 50,
         *       "periodMs": 1000,
         *       "burst": 10,
         *       "unit": "calls"
         *     }
         */
        RateLimitConfig: {
            /**
             * @description Units a period.
             * @example 50
             */
            limit: number;
            /**
             * @description The period.
             * @example 1000
             */
            periodMs: number;
            /**
             * @description Units at once after a quiet time; with unit `items` not below the connector's `batchSize`.
             * @default 1
             * @example 10
             */
            burst?: number;
            /**
             * @description What is counted.
             * @default calls
             * @example calls
             * @enum {string}
             */
            unit?: "calls" | "items";
        };
        /**
         * @description Which failures are tried again, when, and how often.
         * @example {
         *       "maxAttempts": 8,
         *       "backoff": {
         *         "initialMs": 1000,
         *         "factor": 2,
         *         "maxMs": 300000
         *       },
         *       "rules": [
         *         {
         *           "status": [
         *             409
         *           ],
         *           "then": "retry"
         *         }
         *       ]
         *     }
         */
        RetryConfig: {
            /**
             * @description How often an item is tried at most.
             * @default 8
             * @example 8
             */
            maxAttempts?: number;
            backoff?: components["schemas"]["BackoffConfig"];
            /**
             * @description The first rule that matches decides. Without one: network errors, 408, 425, 429 and 5xx are tried again, other 4xx fail.
             * @default []
             * @example [
             *       {
             *         "status": [
             *           409
             *         ],
             *         "then": "retry"
             *       }
             *     ]
             */
            rules?: components["schemas"]["RetryRule"][];
        };
        /**
         * @description The delay before attempt n+1 is drawn from 0 to min(maxMs, initialMs x factor^(n-1)), and never ends before a `Retry-After`.
         * @example {
         *       "initialMs": 1000,
         *       "factor": 2,
         *       "maxMs": 300000
         *     }
         */
        BackoffConfig: {
            /**
             * @description Bound of the first delay.
             * @default 1000
             * @example 1000
             */
            initialMs?: number;
            /**
             * @description By how much each bound exceeds the one before.
             * @default 2
             * @example 2
             */
            factor?: number;
            /**
             * @description The bound grows no further than this.
             * @default 300000
             * @example 300000
             */
            maxMs?: number;
        };
        /**
         * @description Matches a failed attempt by HTTP status or by error code; with both, either is enough. At least one is required.
         * @example {
         *       "status": [
         *         409,
         *         "500-599"
         *       ],
         *       "then": "retry"
         *     }
         */
        RetryRule: {
            /**
             * @description HTTP statuses of the connector's answer, and ranges and classes of them.
             * @example [
             *       409,
             *       "500-599"
             *     ]
             */
            status?: components["schemas"]["StatusRange"][];
            /**
             * @description Error codes, the connector's or ours.
             * @example [
             *       "stock_locked"
             *     ]
             */
            code?: components["schemas"]["ItemErrorCode"][];
            /**
             * @description What to do: try it again, let it fail, or park it at once.
             * @example retry
             * @enum {string}
             */
            then: "retry" | "fail" | "park";
        };
        /**
         * @description One HTTP status, a range of them as text, both ends included, or a class: `5xx` is every status from 500 to 599.
         * @example 409
         * @example 520-527
         * @example 5xx
         */
        StatusRange: number | string;
        /**
         * @description Opens when, of at least `minCalls` calls in the last 10 seconds, the share of those that failed (network errors, time-outs, 5xx) reaches `failureRatio`. Then no call starts for `openMs`; after that a single
         *     call at a time probes, until one succeeds. While it is not closed such failures do not count as attempts, for at most 24 hours of an item's life.
         * @example {
         *       "failureRatio": 0.5,
         *       "minCalls": 20,
         *       "openMs": 30000
         *     }
         */
        CircuitConfig: {
            /**
             * @description The share of failed calls that opens it.
             * @default 0.5
             * @example 0.5
             */
            failureRatio?: number;
            /**
             * @description Below as many calls nothing is concluded.
             * @default 20
             * @example 20
             */
            minCalls?: number;
            /**
             * @description How long it stays open before a probe.
             * @default 30000
             * @example 30000
             */
            openMs?: number;
        };
        /** @description A job as it is now. It is a snapshot, remade at most twice a second and at once when the status changes; every answer of one `version` shows the same. */
        Job: {
            id: components["schemas"]["JobId"];
            /**
             * @description Whose job it is.
             * @example default
             */
            subscription: string;
            channel: components["schemas"]["ChannelName"];
            /**
             * @description As submitted.
             * @example product
             */
            objectType: string;
            action: components["schemas"]["Action"];
            /**
             * @description As submitted.
             * @example pim
             */
            source: string | null;
            /**
             * @description The workflow it belongs to, if it belongs to one.
             * @example null
             */
            executionId: components["schemas"]["ExecutionId"] | null;
            partitionBy: components["schemas"]["PartitionBy"];
            onInvalidItem: components["schemas"]["OnInvalidItem"];
            /**
             * Format: date-time
             * @description As submitted.
             * @example null
             */
            runAt: string | null;
            /**
             * Format: date-time
             * @description As submitted.
             * @example null
             */
            deadlineAt: string | null;
            /**
             * @description The jobs that it depends on, with those of the stage before.
             * @example []
             */
            dependsOn: components["schemas"]["JobDependency"][];
            onExhausted: components["schemas"]["OnExhausted"];
            /**
             * @description As submitted; null when it overrides nothing of its channel.
             * @example null
             */
            retry: components["schemas"]["JobRetry"] | null;
            /**
             * @description How long it is kept after its end.
             * @example 604800
             */
            retainForSeconds: number;
            metadata: components["schemas"]["Metadata"];
            /**
             * @description Where its own events go, if it was submitted with a `webhook`.
             * @example null
             */
            webhook: components["schemas"]["JobWebhookView"] | null;
            /**
             * @description The job whose items it tries again, if it was made by `retryJob` or `retryDeadLetters`.
             * @example null
             */
            retryOf: components["schemas"]["JobId"] | null;
            /**
             * @description The valid `traceparent` (W3C Trace Context) of the request that created the job, else null. A job made by `retryJob` or `retryDeadLetters` has that of the retry request.
             *     Calls to the target system are traces of their own.
             * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
             */
            traceparent: string | null;
            status: components["schemas"]["JobStatus"];
            /**
             * @description Whether the job has ended. The only thing to stop on.
             * @example false
             */
            done: boolean;
            /**
             * @description How it ended; null until done.
             * @example null
             */
            outcome: components["schemas"]["JobOutcome"] | null;
            /**
             * @description Grows with every change, over restarts too; gaps are normal.
             * @example 1000000042
             */
            version: number;
            counts: components["schemas"]["ItemCounts"];
            /**
             * @description The index of the next item to append to an open job; null once it is sealed.
             * @example null
             */
            nextIndex: number | null;
            /**
             * @description How far it is and how fast it goes. Before the first call null, unless the end can be estimated by the rate of its channel and the jobs before it.
             * @example {
             *       "ratio": 0.2,
             *       "itemsPerSecond": 48.5,
             *       "etaSeconds": 330,
             *       "estimatedEndAt": "2026-01-15T08:05:30.000Z",
             *       "decidedBy": {
             *         "constraint": "rate_limit",
             *         "items": 15936,
             *         "itemsPerSecond": 50,
             *         "until": null,
             *         "reason": null
             *       }
             *     }
             */
            progress: components["schemas"]["JobProgress"] | null;
            /**
             * @description Why items that are neither running nor ended do not move, most of them first.
             * @example [
             *       {
             *         "reason": "rate_limit",
             *         "items": 15936,
             *         "until": "2026-01-15T08:00:00.020Z"
             *       }
             *     ]
             */
            waiting: components["schemas"]["WaitingCount"][];
            /**
             * @description What is wrong with the job as a whole, else null: `dependency_unmet` while it is blocked by a dependency that can never be met any more. Errors of items stand with the items.
             * @example null
             */
            error: components["schemas"]["Problem"] | null;
            /**
             * Format: date-time
             * @description When it was submitted.
             * @example 2026-01-15T08:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description When it had all its items.
             * @example 2026-01-15T08:00:00.000Z
             */
            sealedAt: string | null;
            /**
             * Format: date-time
             * @description When its first call started.
             * @example 2026-01-15T08:00:00.020Z
             */
            startedAt: string | null;
            /**
             * Format: date-time
             * @description When an item ended last.
             * @example 2026-01-15T08:01:20.000Z
             */
            lastProgressAt: string | null;
            /**
             * Format: date-time
             * @description When it ended.
             * @example null
             */
            endedAt: string | null;
            /**
             * Format: date-time
             * @description When it will be removed with its results; null until it has ended.
             * @example null
             */
            retainedUntil: string | null;
            links: components["schemas"]["JobLinks"];
        };
        /** @description Items by status. After sealing `total` is the sum of the others. `succeeded`, `failed` and `cancelled` count durable outcomes and never fall. */
        ItemCounts: {
            /**
             * @description All items; of an open job those appended so far.
             * @example 20000
             */
            total: number;
            /**
             * @description Items that neither run nor wait for a reason of their own.
             * @example 15936
             */
            pending: number;
            /**
             * @description Items whose retry is not due or that are parked.
             * @example 14
             */
            waiting: number;
            /**
             * @description Items being delivered.
             * @example 50
             */
            running: number;
            /**
             * @description Items that succeeded.
             * @example 3988
             */
            succeeded: number;
            /**
             * @description Items that failed for good.
             * @example 12
             */
            failed: number;
            /**
             * @description Items that were cancelled.
             * @example 0
             */
            cancelled: number;
        };
        /** @description Measured over the last seconds. */
        JobProgress: {
            /**
             * @description Ended items of all items, 0 to 1.
             * @example 0.2
             */
            ratio: number;
            /**
             * @description Items that ended a second.
             * @example 48.5
             */
            itemsPerSecond: number;
            /**
             * @description Seconds until the end, to within a tenth; null when nobody can know.
             * @example 330
             */
            etaSeconds: number | null;
            /**
             * Format: date-time
             * @description When it will have ended, by `etaSeconds`.
             * @example 2026-01-15T08:05:30.000Z
             */
            estimatedEndAt: string | null;
            /**
             * @description What decides the remaining time, with its figures; null when that is not known, when nothing remains, and of executions, whose jobs have their own.
             * @example {
             *       "constraint": "rate_limit",
             *       "items": 15936,
             *       "itemsPerSecond": 50,
             *       "until": null,
             *       "reason": null
             *     }
             */
            decidedBy: components["schemas"]["EstimateDecision"] | null;
        };
        /**
         * @description What decides when a job will have ended. `measured`: its items at the speed at which they end; `rate_limit`: its items at the most that the rate limit of its channel allows; `standstill`: nothing moves before
         *     `until`, for `reason`, and that takes longer than all items afterwards; `retry`: the last retry is due at `until`; `deadline`: at `until` what is left will be cancelled.
         */
        EstimateDecision: {
            /**
             * @description What decides.
             * @example rate_limit
             * @enum {string}
             */
            constraint: "measured" | "rate_limit" | "standstill" | "retry" | "deadline";
            /**
             * @description Items that are counted: those of the job that have not ended, before its first call also those of other jobs that take turns with it; for `retry` those that wait for one.
             * @example 15936
             */
            items: number;
            /**
             * @description The speed that is counted with; null for `standstill`, `retry` and `deadline`.
             * @example 50
             */
            itemsPerSecond: number | null;
            /**
             * Format: date-time
             * @description When nothing can move before, the last retry is due, or the deadline passes. For `measured` and `rate_limit` the end of a standstill that is shorter than all items afterwards; null: there is none.
             * @example null
             */
            until: string | null;
            /**
             * @description Why nothing moves before `until`; null where nothing stands still.
             * @example null
             */
            reason: components["schemas"]["WaitingReason"] | null;
        };
        /** @description How many items do not move for one reason. */
        WaitingCount: {
            reason: components["schemas"]["WaitingReason"];
            /**
             * @description How many items.
             * @example 15936
             */
            items: number;
            /**
             * Format: date-time
             * @description When the reason ends: when a wait is over or the last retry is due; for `backlog`, `concurrency` and `partition` the expected end of the job, for `dependency` that of the jobs it waits for. Null when it cannot be known.
             * @example 2026-01-15T08:00:00.020Z
             */
            until: string | null;
            /**
             * @description For `dependency`, the jobs that are waited for, at most the first ten.
             * @example [
             *       "job_0198c2f04b7e7c3fa1d2b3c4d5e6f708"
             *     ]
             */
            jobs?: components["schemas"]["JobId"][];
        };
        /** @description Paths of what belongs to the job, without a host; URLs where the operator has set the server's `publicUrl`. */
        JobLinks: {
            /**
             * @description The job.
             * @example /v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708
             */
            self: string;
            /**
             * @description Its items; of an open job also where to append.
             * @example /v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/items
             */
            items: string;
            /**
             * @description Its results as NDJSON.
             * @example /v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/results
             */
            results: string;
            /**
             * @description Its results as CSV.
             * @example /v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/results.csv
             */
            resultsCsv: string;
            /**
             * @description Its events.
             * @example /v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/events
             */
            events: string;
            /**
             * @description Where to cancel it.
             * @example /v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/cancel
             */
            cancel: string;
            /**
             * @description Where to pause it.
             * @example /v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/pause
             */
            pause: string;
            /**
             * @description Where to resume it.
             * @example /v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/resume
             */
            resume: string;
            /**
             * @description Where to drop its dependencies; only while it is blocked.
             * @example /v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/release
             */
            release?: string;
            /**
             * @description Where to try its failed items again.
             * @example /v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/retry
             */
            retry: string;
            /**
             * @description The execution it belongs to; only if there is one.
             * @example /v1/executions/nightly-2026-01-15
             */
            execution?: string;
            /**
             * @description Where to seal it; only while it is open.
             * @example /v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/seal
             */
            seal?: string;
            /**
             * @description Its channel.
             * @example /v1/channels/shop-eu
             */
            channel: string;
        };
        /** @description One page of jobs, newest first. */
        JobPage: {
            /**
             * @description The jobs.
             * @example []
             */
            jobs: components["schemas"]["Job"][];
            /**
             * @description Asks for the next page; missing on the last one.
             * @example eyJhIjoxfQ
             */
            nextPageToken?: string;
        };
        /** @description One item of a job. An item that has ended never changes. */
        Item: {
            jobId: components["schemas"]["JobId"];
            /**
             * @description Its place in the job, from 0.
             * @example 0
             */
            index: number;
            /**
             * @description As submitted; empty for an invalid item without a usable id.
             * @example sku-1001
             */
            id: string;
            /**
             * @description The key that orders it; null with `partitionBy` of `none` or `job`, and for an invalid item.
             * @example sku-1001
             */
            partitionKey: string | null;
            action: components["schemas"]["Action"];
            status: components["schemas"]["ItemStatus"];
            /**
             * @description How often the connector was called with it, and how often its data could not be resolved (`payload`) in place of a call.
             * @example 1
             */
            attempts: number;
            /**
             * Format: date-time
             * @description When its first attempt started.
             * @example 2026-01-15T08:00:00.020Z
             */
            startedAt: string | null;
            /**
             * Format: date-time
             * @description When it ended.
             * @example 2026-01-15T08:00:00.061Z
             */
            endedAt: string | null;
            /**
             * @description What the connector gave back, any JSON below 64 KiB; else null.
             * @example {
             *       "revision": 7
             *     }
             */
            result: unknown;
            /**
             * @description What the connector reports though it succeeded.
             * @example []
             */
            warnings: components["schemas"]["ItemWarning"][];
            /**
             * @description Why it failed; while it waits for a retry or is parked, why the last attempt did.
             * @example null
             */
            error: components["schemas"]["ItemError"] | null;
            /**
             * @description Why it does not move; null when it runs or has ended.
             * @example null
             */
            waiting: components["schemas"]["ItemWaiting"] | null;
            /**
             * @description The job that tries it again, if one does (`retryJob`, `retryDeadLetters`). The outcome stays as it is.
             * @example null
             */
            retriedAs: components["schemas"]["JobId"] | null;
            /**
             * @description As submitted, byte for byte, or as replaced since (`resolveParked`); null for an item whose data is resolved at delivery (`payload`), as that is never stored. What the channel redacts (`redact`) reads `"[redacted]"` without the scope `admin`. Only with `include=data`, and where one item is asked for.
             * @example {
             *       "price": 1990
             *     }
             */
            data?: unknown;
            /**
             * @description Every attempt, oldest first. Only with `include=log`, and where one item is asked for.
             * @example []
             */
            log?: components["schemas"]["ItemAttempt"][];
            /**
             * @description Items of the caller's jobs that wait behind it in its key, of whatever job. Null when there are more than 100,000 to look at. Only of `getItem`.
             * @example 12
             */
            waitingBehind?: number | null;
            /**
             * @description The first of the items that wait behind it. Null when there is none, or another subscription's is next. Only of `getItem`.
             * @example {
             *       "jobId": "job_0198c2f04b7e7c3fa1d2b3c4d5e6f708",
             *       "index": 13
             *     }
             */
            nextBehind?: components["schemas"]["ItemPlace"] | null;
        };
        /** @description A remark of the connector's about an item that succeeded. `result_dropped` is ours, for a result that is no JSON below 64 KiB. */
        ItemWarning: {
            /**
             * @description Names the kind of remark.
             * @example image_too_small
             */
            code: string;
            /**
             * @description The remark.
             * @example The image has 200 x 200 pixels and is shown blurred
             */
            detail: string;
            /**
             * @description JSON Pointer into the item.
             * @example /data/image
             */
            pointer: string | null;
        };
        /** @description Why an item, or an attempt to deliver it, failed. */
        ItemError: {
            code: components["schemas"]["ItemErrorCode"];
            /**
             * @description Who says so.
             * @example connector
             * @enum {string}
             */
            origin: "connector" | "engine";
            /**
             * @description The code in a few words.
             * @example The connector answered 422
             */
            title: string;
            /**
             * @description The HTTP status of the connector's answer.
             * @example 422
             */
            status: number | null;
            /**
             * @description What the connector said, or what happened.
             * @example price: must not be negative
             */
            detail: string | null;
            /**
             * @description Whether the same item may succeed when tried again.
             * @example false
             */
            retryable: boolean;
            /**
             * @description JSON Pointer into the item.
             * @example /data/price
             */
            pointer: string | null;
            /**
             * @description Only for `item_schema_mismatch`: what is wrong with the data, the first 10 faults. Names in pointers are cut after 64 characters.
             * @example [
             *       {
             *         "pointer": "/data/price",
             *         "detail": "must be at least 0: current value is -1"
             *       }
             *     ]
             */
            errors?: components["schemas"]["ItemFault"][];
            /**
             * @description Only for a line that is no valid item: the line as received, up to 4 KiB.
             * @example {"id":"sku-1001",
             */
            text?: string;
        };
        /** @description One thing that is wrong with an item. */
        ItemFault: {
            /**
             * @description JSON Pointer into the item.
             * @example /data/price
             */
            pointer: string;
            /**
             * @description What is required of the value there. Texts of the item are not repeated.
             * @example must be at least 0: current value is -1
             */
            detail: string;
        };
        /** @description Why an item does not move. */
        ItemWaiting: {
            reason: components["schemas"]["WaitingReason"];
            /**
             * Format: date-time
             * @description Since when; null when nobody noted it.
             * @example 2026-01-15T08:00:00.061Z
             */
            since: string | null;
            /**
             * Format: date-time
             * @description When the reason ends; for an item that waits for its turn (`backlog`, `concurrency`, `rate_limit`, `partition`) when its own call is expected to start, by its `position` and the rate of its channel. Null when it cannot be known, as without a `position`.
             * @example 2026-01-15T08:00:02.000Z
             */
            until: string | null;
            /**
             * @description How many items come before it: for `partition` those of its key, of whatever job, else those of its job that can start earlier. Null while its job is not due or waits for other jobs, while the item waits for a retry or a decision, and when that is beyond 100,000 items (of a list in all).
             * @example 399
             */
            position: number | null;
            /**
             * @description The item it stands behind, for the reason `partition`; it may be in another job.
             * @example null
             */
            behind: components["schemas"]["ItemPlace"] | null;
        };
        /** @description Names one item. */
        ItemPlace: {
            jobId: components["schemas"]["JobId"];
            /**
             * @description Its place in that job.
             * @example 12
             */
            index: number;
        };
        /** @description One call of the connector with the item, or in place of it the failure to resolve its data (`payload`). */
        ItemAttempt: {
            /**
             * @description Counts the calls of this item, from 1.
             * @example 1
             */
            attempt: number;
            /**
             * @description The term of the job's channel in which the call was made (`Waybill-Epoch`).
             * @example 1
             */
            epoch: number;
            /**
             * Format: date-time
             * @description When it started.
             * @example 2026-01-15T08:00:00.020Z
             */
            startedAt: string;
            /**
             * @description How long it took.
             * @example 41
             */
            durationMs: number;
            /**
             * @description What it decided: `succeeded`, `failed`, `retry` (tried again later), `throttled` (asked to come later, which does not count as an attempt) or `parked` (waits for a decision).
             * @example succeeded
             * @enum {string}
             */
            verdict: "succeeded" | "failed" | "retry" | "throttled" | "parked";
            /**
             * @description The error's code, see `ItemErrorCode`.
             * @example null
             */
            code: string | null;
            /**
             * @description The HTTP status of the answer.
             * @example 200
             */
            status: number | null;
            /**
             * @description The beginning of what the connector said.
             * @example null
             */
            detail: string | null;
            /**
             * Format: date-time
             * @description When the next attempt was due.
             * @example null
             */
            retryAt: string | null;
            /** @description That somebody replaced the item's data after this attempt (`resolveParked` with `replace`). The attempts after it delivered the new data. Absent otherwise. */
            replaced?: components["schemas"]["ReplacedData"];
        };
        /** @description Data of an item that was replaced, with when and by whom. */
        ReplacedData: {
            /**
             * Format: date-time
             * @description When it was replaced.
             * @example 2026-01-15T08:05:00.000Z
             */
            at: string;
            /**
             * @description Who replaced it: `token:` and the id of the access token (of the admin token `admin`), or `address:` and the network address of a request without one (`--dev`); `hidden` for a caller whose token is bound to jobs.
             * @example token:admin
             */
            by: string;
            /**
             * @description The data that was replaced, byte for byte; null when the item had none. Only where one item is asked for (`getItem`).
             * @example {
             *       "price": -1
             *     }
             */
            data?: unknown;
        };
        /** @description One page of a job's items, in index order. */
        ItemPage: {
            /**
             * @description The items.
             * @example []
             */
            items: components["schemas"]["Item"][];
            /**
             * @description Asks for the next page; missing on the last one.
             * @example eyJhIjoxfQ
             */
            nextPageToken?: string;
        };
        /** @description What an action on jobs would change, or changed. */
        JobActionReceipt: {
            action: components["schemas"]["JobAction"];
            /**
             * @description Whether nothing was changed, as `dryRun` said.
             * @example true
             */
            dryRun: boolean;
            /**
             * @description How many jobs it would change; of the action itself, how many this request changed.
             * @example 12
             */
            count: number;
            /**
             * @description How many jobs of the selection are still to be changed: send the same request again. At the preview as `count`.
             * @example 12
             */
            remaining: number;
            /**
             * @description Channels that no server runs at present (`owner_unavailable`) and that have unended jobs of the caller that may match: these are in no count, and are not changed. By name, at most 100. Missing: there is none.
             * @example [
             *       "shop-eu"
             *     ]
             */
            unavailableChannels?: components["schemas"]["ChannelName"][];
            /**
             * @description Carries the action out, with the same `action` and `filter`.
             * @example MS4wLjE3Njg0NjQ2MDAwMDAuMTI.dGhpcyBpcyBhIG1hYyE
             */
            selection: string;
            /**
             * Format: date-time
             * @description When the selection expires.
             * @example 2026-01-15T08:10:00.000Z
             */
            expiresAt: string;
        };
        /** @description The jobs that try items again. */
        RetryReceipt: {
            /**
             * @description The new jobs, one for each job that the items come from.
             * @example []
             */
            jobs: components["schemas"]["Job"][];
        };
        /** @description A workflow as it is now, over all its jobs. */
        Execution: {
            id: components["schemas"]["ExecutionId"];
            /**
             * @description Whose execution it is.
             * @example default
             */
            subscription: string;
            status: components["schemas"]["ExecutionStatus"];
            /**
             * @description Whether all its jobs have ended. The only thing to stop on.
             * @example false
             */
            done: boolean;
            /**
             * @description How it ended; null until done. `succeeded`: all jobs did; `cancelled`, `expired`: a job was; `failed`: no item of it succeeded; else `partial`.
             * @example null
             */
            outcome: components["schemas"]["JobOutcome"] | null;
            counts: components["schemas"]["ItemCounts"];
            /**
             * @description How far it is and how fast it goes; null until the first call has started.
             * @example null
             */
            progress: components["schemas"]["JobProgress"] | null;
            /**
             * @description Its stages in their order; empty when its jobs were submitted one by one.
             * @example []
             */
            stages: components["schemas"]["Stage"][];
            /**
             * @description Jobs of this execution that stand in no stage, newest first, up to 1,000; missing when there are none.
             * @example []
             */
            jobs?: components["schemas"]["Job"][];
            /**
             * Format: date-time
             * @description When its first job was made.
             * @example 2026-01-15T08:00:00.000Z
             */
            createdAt: string;
            links: components["schemas"]["ExecutionLinks"];
        };
        /** @description One page of executions, newest first. */
        ExecutionPage: {
            /**
             * @description The executions.
             * @example []
             */
            executions: components["schemas"]["Execution"][];
            /**
             * @description Asks for the next page; missing on the last one.
             * @example eyJhIjoxfQ
             */
            nextPageToken?: string;
        };
        /**
         * @description Where an execution or a stage is, out of its jobs' statuses. `ended`: all have ended; `cancelling`: those that have not are being cancelled; `running`: one has started, or some have ended and others not;
         *     `paused`: nothing runs and one is paused; `blocked`: all that have not ended are blocked, and one of them for good (`error` of the job is `dependency_unmet`): nothing continues until it is
         *     released or cancelled; `pending`, `open`, `scheduled`, `blocked`: the first of these that a job is in, when none has started.
         * @example running
         * @enum {string}
         */
        ExecutionStatus: "open" | "scheduled" | "blocked" | "pending" | "running" | "paused" | "cancelling" | "ended";
        /** @description Jobs of an execution that may run side by side. */
        Stage: {
            /**
             * @description As submitted.
             * @example products
             */
            name: string;
            status: components["schemas"]["ExecutionStatus"];
            /**
             * @description Whether all its jobs have ended.
             * @example false
             */
            done: boolean;
            /**
             * @description How it ended; null until done.
             * @example null
             */
            outcome: components["schemas"]["JobOutcome"] | null;
            counts: components["schemas"]["ItemCounts"];
            /**
             * @description Its jobs, as submitted; without those that were removed since.
             * @example []
             */
            jobs: components["schemas"]["Job"][];
        };
        /** @description Paths of what belongs to the execution, without a host; URLs where the operator has set the server's `publicUrl`. */
        ExecutionLinks: {
            /**
             * @description The execution.
             * @example /v1/executions/nightly-2026-01-15
             */
            self: string;
            /**
             * @description Its jobs.
             * @example /v1/jobs?executionId=nightly-2026-01-15
             */
            jobs: string;
            /**
             * @description Where to cancel it.
             * @example /v1/executions/nightly-2026-01-15/cancel
             */
            cancel: string;
            /**
             * @description Where to pause it.
             * @example /v1/executions/nightly-2026-01-15/pause
             */
            pause: string;
            /**
             * @description Where to resume it.
             * @example /v1/executions/nightly-2026-01-15/resume
             */
            resume: string;
        };
        /** @description An item that failed for good. */
        DeadLetter: {
            channel: components["schemas"]["ChannelName"];
            code: components["schemas"]["ItemErrorCode"];
            /**
             * Format: date-time
             * @description When it failed.
             * @example 2026-01-15T08:00:00.030Z
             */
            failedAt: string;
            /**
             * @description What to do, for people.
             * @example Correct the item as the connector says and submit it again: the same would fail again.
             */
            advice: string;
            /** @description The item with the log of its attempts, without its data. */
            item: components["schemas"]["Item"];
        };
        /** @description One page of failed items, newest first. */
        DeadLetterPage: {
            /**
             * @description The failed items.
             * @example []
             */
            deadLetters: components["schemas"]["DeadLetter"][];
            /**
             * @description Asks for the next page; missing on the last one.
             * @example eyJhIjoxfQ
             */
            nextPageToken?: string;
        };
        /** @description Failed items of one channel with the same error. */
        DeadLetterGroup: {
            id: components["schemas"]["DeadLetterGroupId"];
            channel: components["schemas"]["ChannelName"];
            code: components["schemas"]["ItemErrorCode"];
            /**
             * @description The first line of the error's detail of `example`, at most 200 characters; null when it has none. All items that failed before the server grouped them are one group of their channel and code.
             * @example price: must not be negative
             */
            detail: string | null;
            /**
             * @description How many items.
             * @example 1312
             */
            count: number;
            /**
             * @description How many of them are tried again already.
             * @example 0
             */
            retried: number;
            /**
             * Format: date-time
             * @description When the first of them failed.
             * @example 2026-01-15T08:00:00.030Z
             */
            firstFailedAt: string;
            /**
             * Format: date-time
             * @description When the last of them failed.
             * @example 2026-01-15T08:04:11.902Z
             */
            lastFailedAt: string;
            example: components["schemas"]["ItemPlace"];
            /**
             * @description What to do about `example`, for people.
             * @example Correct the item as the connector says and submit it again: the same would fail again.
             */
            advice: string;
            links: components["schemas"]["DeadLetterGroupLinks"];
        };
        /**
         * @description Names an error: of a code, details whose first line is the same but for its digits. It is the same for every channel, and does not change.
         * @example dlg_0a1b2c3d4e5f6
         */
        DeadLetterGroupId: string;
        /** @description Paths of what belongs to the group, without a host; URLs where the operator has set the server's `publicUrl`. */
        DeadLetterGroupLinks: {
            /**
             * @description Its items.
             * @example /v1/dead-letters?channel=shop-eu&code=http_422&group=dlg_0a1b2c3d4e5f6
             */
            items: string;
            /**
             * @description The item of `example`.
             * @example /v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/items/1
             */
            example: string;
        };
        /** @description Failed items by error, most of them first. */
        DeadLetterGroupPage: {
            /**
             * @description The groups.
             * @example []
             */
            groups: components["schemas"]["DeadLetterGroup"][];
            /**
             * @description Whether this page reaches the oldest failed item. False: continue with `nextPageToken`.
             * @example true
             */
            complete: boolean;
            /**
             * @description Continues with older items; missing when `complete`.
             * @example eyJhIjoxfQ
             */
            nextPageToken?: string;
        };
        /**
         * @description What a hit is: `job`, `execution`, `item` (by its id), `partition_key`, `metadata` (a value of a job) or `error_code` (failed items of a channel).
         * @example item
         * @enum {string}
         */
        SearchKind: "job" | "execution" | "error_code" | "metadata" | "item" | "partition_key";
        /** @description Something of the id or value that was looked for. Fields that a kind does not have are null. */
        SearchHit: {
            kind: components["schemas"]["SearchKind"];
            /**
             * @description The id, key, code or value.
             * @example sku-1001
             */
            value: string;
            /**
             * @description The job; null for an execution or error code.
             * @example job_0198c2f04b7e7c3fa1d2b3c4d5e6f708
             */
            jobId: components["schemas"]["JobId"] | null;
            /**
             * @description The place of the item in its job; of a key, of its first item.
             * @example 1
             */
            index: number | null;
            /**
             * @description The channel; null for an execution.
             * @example shop-eu
             */
            channel: components["schemas"]["ChannelName"] | null;
            /**
             * @description The name of the entry of `metadata`.
             * @example null
             */
            field: string | null;
            /**
             * @description The status of the job (`JobStatus`) or, of a hit with an `index`, of the item (`ItemStatus`); null for an execution or error code.
             * @example failed
             */
            status: string | null;
            /**
             * Format: date-time
             * @description When the job or execution was made; of an error code, when an item failed with it last.
             * @example 2026-01-15T08:00:00.000Z
             */
            at: string;
            links: components["schemas"]["SearchLinks"];
        };
        /** @description Paths of what was found, without a host; URLs where the operator has set the server's `publicUrl`. */
        SearchLinks: {
            /**
             * @description The job, execution or item; of a key, its items in the job; of a code, the failed items.
             * @example /v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/items/1
             */
            self: string;
            /**
             * @description The job of an item or key; else missing.
             * @example /v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708
             */
            job?: string;
        };
        /** @description What was found. */
        SearchPage: {
            /**
             * @description The hits.
             * @example []
             */
            hits: components["schemas"]["SearchHit"][];
            /**
             * @description The kinds that were looked for.
             * @example [
             *       "job",
             *       "execution",
             *       "error_code",
             *       "metadata",
             *       "item",
             *       "partition_key"
             *     ]
             */
            searched: components["schemas"]["SearchKind"][];
            /**
             * @description Whether everything was looked at and shown. False: continue with `nextPageToken`.
             * @example true
             */
            complete: boolean;
            /**
             * @description Continues with older jobs; missing when `complete`.
             * @example eyJhIjoxfQ
             */
            nextPageToken?: string;
        };
        /** @description An item that waits for a decision. */
        ParkedItem: {
            channel: components["schemas"]["ChannelName"];
            /**
             * Format: date-time
             * @description Since when.
             * @example 2026-01-15T08:00:00.030Z
             */
            since: string;
            /**
             * Format: date-time
             * @description When it is skipped unless somebody decides before.
             * @example 2026-01-16T08:00:00.030Z
             */
            until: string;
            /**
             * @description Items of the caller's jobs that wait behind it in its key. Null when there are too many to count on this page (100,000 in all).
             * @example 12
             */
            waitingBehind: number | null;
            /** @description The item with the log of its attempts, without its data. */
            item: components["schemas"]["Item"];
        };
        /** @description One page of parked items. */
        ParkedItemPage: {
            /**
             * @description The parked items.
             * @example []
             */
            parked: components["schemas"]["ParkedItem"][];
            /**
             * @description Asks for the next page; missing on the last one.
             * @example eyJhIjoxfQ
             */
            nextPageToken?: string;
        };
        /** @description What became of a decision. */
        ParkedReceipt: {
            /**
             * @description Items that were decided on.
             * @example 1
             */
            resolved: number;
            /**
             * @description Items that are not parked, or no longer; nothing was done with them.
             * @example []
             */
            notParked: components["schemas"]["ItemPlace"][];
        };
        /** @description What became of a part. */
        AppendReceipt: {
            /**
             * @description The index of the next item to append.
             * @example 10000
             */
            nextIndex: number;
            /**
             * @description Items of this part that are new.
             * @example 10000
             */
            accepted: number;
            /**
             * @description Items of this part that were stored already.
             * @example 0
             */
            deduplicated: number;
        };
        /** @description One item delivered, or on its way. */
        Receipt: {
            /**
             * @description Whether the item has ended. It may have failed.
             * @example true
             */
            done: boolean;
            job: components["schemas"]["Job"];
            item: components["schemas"]["Item"];
        };
        /** @description One ended item in the stream of results. */
        ResultLine: {
            /**
             * @description Distinguishes items from the last line.
             * @example item
             * @constant
             */
            type: "item";
            /**
             * @description Its place in the job, from 0.
             * @example 0
             */
            index: number;
            /**
             * @description As submitted; empty for an invalid item without a usable id.
             * @example sku-1001
             */
            id: string;
            /**
             * @description The key that ordered it; null with `partitionBy` of `none` or `job`, and for an invalid item.
             * @example sku-1001
             */
            partitionKey: string | null;
            action: components["schemas"]["Action"];
            status: components["schemas"]["EndedItemStatus"];
            /**
             * @description How often the connector was called with it, and how often its data could not be resolved (`payload`) in place of a call.
             * @example 1
             */
            attempts: number;
            /**
             * Format: date-time
             * @description When its first attempt started.
             * @example 2026-01-15T08:00:00.020Z
             */
            startedAt: string | null;
            /**
             * Format: date-time
             * @description When it ended.
             * @example 2026-01-15T08:00:00.061Z
             */
            endedAt: string | null;
            /**
             * @description What the connector gave back, any JSON below 64 KiB; else null.
             * @example {
             *       "revision": 7
             *     }
             */
            result: unknown;
            /**
             * @description What the connector reports though it succeeded.
             * @example []
             */
            warnings: components["schemas"]["ItemWarning"][];
            /**
             * @description Why it failed, else null.
             * @example null
             */
            error: components["schemas"]["ItemError"] | null;
        };
        /** @description The last line of the stream of results. */
        ResultEnd: {
            /**
             * @description Distinguishes it from items.
             * @example end
             * @constant
             */
            type: "end";
            /**
             * @description Whether the job is done and this answer reached its last item.
             * @example true
             */
            complete: boolean;
            /**
             * @description Items in this answer.
             * @example 20000
             */
            count: number;
            /**
             * @description Where to read on: the first index that has not ended; the number of items when complete.
             * @example 20000
             */
            nextIndex: number;
            /**
             * @description Of the decoded bytes of this answer before this line, in hex.
             * @example e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
             */
            sha256: string;
        };
        /** @description One server-sent event, its fields as a JSON object. */
        JobEvent: {
            /**
             * @description `end` for the last one, with the job that is done.
             * @example job
             * @enum {string}
             */
            event: "job" | "end";
            /**
             * @description The job's `version`.
             * @example 1000000042
             */
            id: string;
            data: components["schemas"]["Job"];
        };
        /** @description The items of a job counted by status, in stretches of its indexes. */
        JobMap: {
            jobId: components["schemas"]["JobId"];
            /**
             * @description All items; of an open job those appended so far.
             * @example 20000
             */
            total: number;
            /**
             * @description Indexes of a bucket: bucket `n` begins at `n * itemsPerBucket`. The last one may have fewer.
             * @example 5000
             */
            itemsPerBucket: number;
            /**
             * Format: date-time
             * @description When it was made.
             * @example 2026-01-15T08:01:22.000Z
             */
            at: string;
            counts: components["schemas"]["MapCounts"];
        };
        /** @description Of each status a number for each bucket, in the order of indexes. The lists are of the same length. */
        MapCounts: {
            /**
             * @description Items that neither run nor wait for a reason of their own.
             * @example [
             *       936,
             *       5000,
             *       5000,
             *       5000
             *     ]
             */
            pending: number[];
            /**
             * @description Items whose retry is not due or that are parked.
             * @example [
             *       14,
             *       0,
             *       0,
             *       0
             *     ]
             */
            waiting: number[];
            /**
             * @description Items being delivered.
             * @example [
             *       50,
             *       0,
             *       0,
             *       0
             *     ]
             */
            running: number[];
            /**
             * @description Items that succeeded.
             * @example [
             *       3988,
             *       0,
             *       0,
             *       0
             *     ]
             */
            succeeded: number[];
            /**
             * @description Items that failed for good.
             * @example [
             *       12,
             *       0,
             *       0,
             *       0
             *     ]
             */
            failed: number[];
            /**
             * @description Items that were cancelled.
             * @example [
             *       0,
             *       0,
             *       0,
             *       0
             *     ]
             */
            cancelled: number[];
        };
        /** @description Figures of channels over time. */
        Stats: {
            /**
             * Format: date-time
             * @description Since when this server counts; what was before is not known.
             * @example 2026-01-15T07:00:00.000Z
             */
            since: string;
            /**
             * Format: date-time
             * @description When the first step begins; not before the step of `since`.
             * @example 2026-01-15T08:00:50.000Z
             */
            from: string;
            /**
             * Format: date-time
             * @description When the last step ends.
             * @example 2026-01-15T08:01:20.000Z
             */
            to: string;
            /**
             * @description The length of a step.
             * @example 10
             */
            stepSeconds: number;
            /**
             * @description How many steps there are; every list of figures has as many entries.
             * @example 3
             */
            steps: number;
            /**
             * @description Whose figures they are: of the caller's `own` subscription, or of `all`.
             * @example own
             * @enum {string}
             */
            subscriptions: "own" | "all";
            /**
             * @description False: more channels were busy than are counted, so some may be missing, or begin later than `from`.
             * @example true
             */
            complete: boolean;
            /**
             * @description Channels with something to show, by name. With `subscriptions=all` `other` is the sum of those that are not counted one by one, and `webhooks` are the deliveries of webhooks.
             * @example []
             */
            channels: components["schemas"]["ChannelStats"][];
        };
        /** @description The figures of a channel. Every list has an entry for each step, oldest first. */
        ChannelStats: {
            channel: components["schemas"]["ChannelName"];
            /**
             * @description Calls whose outcomes became durable in the step, by how they went.
             * @example {
             *       "ok": [
             *         500,
             *         480,
             *         500
             *       ],
             *       "failed": [
             *         0,
             *         20,
             *         0
             *       ],
             *       "throttled": [
             *         0,
             *         0,
             *         0
             *       ],
             *       "timeout": [
             *         0,
             *         0,
             *         0
             *       ],
             *       "unreachable": [
             *         0,
             *         0,
             *         0
             *       ]
             *     }
             */
            calls: {
                /**
                 * @description Calls that were answered as they should.
                 * @example [
                 *       500,
                 *       480,
                 *       500
                 *     ]
                 */
                ok: number[];
                /**
                 * @description Calls that failed otherwise.
                 * @example [
                 *       0,
                 *       20,
                 *       0
                 *     ]
                 */
                failed: number[];
                /**
                 * @description Calls that were asked to come later.
                 * @example [
                 *       0,
                 *       0,
                 *       0
                 *     ]
                 */
                throttled: number[];
                /**
                 * @description Calls without an answer in time.
                 * @example [
                 *       0,
                 *       0,
                 *       0
                 *     ]
                 */
                timeout: number[];
                /**
                 * @description Calls without a connection.
                 * @example [
                 *       0,
                 *       0,
                 *       0
                 *     ]
                 */
                unreachable: number[];
            };
            /**
             * @description Items that ended in the step, by how they ended.
             * @example {
             *       "succeeded": [
             *         500,
             *         480,
             *         500
             *       ],
             *       "failed": [
             *         0,
             *         20,
             *         0
             *       ],
             *       "cancelled": [
             *         0,
             *         0,
             *         0
             *       ]
             *     }
             */
            ended: {
                /**
                 * @description Items that succeeded.
                 * @example [
                 *       500,
                 *       480,
                 *       500
                 *     ]
                 */
                succeeded: number[];
                /**
                 * @description Items that failed for good.
                 * @example [
                 *       0,
                 *       20,
                 *       0
                 *     ]
                 */
                failed: number[];
                /**
                 * @description Items that were cancelled.
                 * @example [
                 *       0,
                 *       0,
                 *       0
                 *     ]
                 */
                cancelled: number[];
            };
            /**
             * @description Items that do not move, by reason, as they were at the end of each step. Reasons for which none waited are left out.
             * @example [
             *       {
             *         "reason": "rate_limit",
             *         "items": [
             *           16900,
             *           16400,
             *           15936
             *         ]
             *       }
             *     ]
             */
            waiting: components["schemas"]["WaitingSeries"][];
        };
        /** @description How many items waited for one reason. */
        WaitingSeries: {
            reason: components["schemas"]["WaitingReason"];
            /**
             * @description Items at the end of each step.
             * @example [
             *       16900,
             *       16400,
             *       15936
             *     ]
             */
            items: number[];
        };
        /**
         * @description Names a moment of the stream; it means something only to the server that sent it.
         * @example 4-2-17
         */
        UpdateEventId: string;
        /**
         * @description One server-sent event of all jobs, its fields as a JSON object.
         * @example {
         *       "event": "resync",
         *       "id": "4-2-17",
         *       "data": {
         *         "reason": "unknown_id"
         *       }
         *     }
         */
        UpdateEvent: components["schemas"]["JobsUpdate"] | components["schemas"]["ChannelsUpdate"] | components["schemas"]["ListsUpdate"] | components["schemas"]["Resync"];
        /** @description Jobs that changed. */
        JobsUpdate: {
            /**
             * @description What the event is.
             * @example jobs
             * @constant
             */
            event: "jobs";
            id: components["schemas"]["UpdateEventId"];
            /**
             * @description The jobs.
             * @example {
             *       "jobs": []
             *     }
             */
            data: {
                /**
                 * @description Each job as it is now, those that changed longest ago first. A job that was shown with a higher `version` before is as it was shown.
                 * @example []
                 */
                jobs: components["schemas"]["JobSummary"][];
                /**
                 * @description Jobs that were deleted, by a caller or when their time was over; absent when none was. None of them is among `jobs`, or comes later.
                 * @example [
                 *       "job_0198c2f04b7e7c3fa1d2b3c4d5e6f708"
                 *     ]
                 */
                deleted?: components["schemas"]["JobId"][];
            };
        };
        /** @description Channels whose state changed; the first events of a stream have all of them. */
        ChannelsUpdate: {
            /**
             * @description What the event is.
             * @example channels
             * @constant
             */
            event: "channels";
            id: components["schemas"]["UpdateEventId"];
            /**
             * @description The channels.
             * @example {
             *       "channels": []
             *     }
             */
            data: {
                /**
                 * @description Each channel with its state now.
                 * @example []
                 */
                channels: components["schemas"]["ChannelSummary"][];
            };
        };
        /** @description Lists in which something changed, or may have changed; read again what is shown of them. */
        ListsUpdate: {
            /**
             * @description What the event is.
             * @example lists
             * @constant
             */
            event: "lists";
            id: components["schemas"]["UpdateEventId"];
            /**
             * @description The lists.
             * @example {
             *       "lists": [
             *         "parked"
             *       ]
             *     }
             */
            data: {
                /**
                 * @description Each of them once.
                 * @example [
                 *       "parked",
                 *       "dead_letters"
                 *     ]
                 */
                lists: components["schemas"]["UpdatedList"][];
            };
        };
        /**
         * @description `parked`: items were parked, decided, or expired (`listParked`); `dead_letters`: items failed, were retried, or were deleted with their job (`listDeadLetters`); `executions`: something of the job of an
         *     execution changed (`listExecutions`); `webhooks`: endpoints or settings of webhooks were changed, or events were delivered or tried (`listWebhookEndpoints`, `listWebhookDeliveries`).
         * @example parked
         * @enum {string}
         */
        UpdatedList: "parked" | "dead_letters" | "executions" | "webhooks";
        /** @description Changes are missing; read again what is shown. */
        Resync: {
            /**
             * @description What the event is.
             * @example resync
             * @constant
             */
            event: "resync";
            id: components["schemas"]["UpdateEventId"];
            /**
             * @description Why.
             * @example {
             *       "reason": "unknown_id"
             *     }
             */
            data: {
                /**
                 * @description `unknown_id`: the stream cannot resume after `Last-Event-ID`; `too_many_changes`: more jobs changed than the stream can report; `slow_reader`: events were left out as the client did not read.
                 * @example unknown_id
                 * @enum {string}
                 */
                reason: "unknown_id" | "too_many_changes" | "slow_reader";
            };
        };
        /** @description What changes of a job, and what identifies it. Its fields are those of `Job`. */
        JobSummary: {
            id: components["schemas"]["JobId"];
            /**
             * @description Grows with every change, over restarts too; gaps are normal.
             * @example 1000000042
             */
            version: number;
            status: components["schemas"]["JobStatus"];
            /**
             * @description Whether the job has ended. The only thing to stop on.
             * @example false
             */
            done: boolean;
            /**
             * @description How it ended; null until done.
             * @example null
             */
            outcome: components["schemas"]["JobOutcome"] | null;
            channel: components["schemas"]["ChannelName"];
            /**
             * @description As submitted.
             * @example product
             */
            objectType: string;
            action: components["schemas"]["Action"];
            /**
             * @description As submitted.
             * @example pim
             */
            source: string | null;
            /**
             * @description The workflow it belongs to, if it belongs to one.
             * @example null
             */
            executionId: components["schemas"]["ExecutionId"] | null;
            counts: components["schemas"]["ItemCounts"];
            /**
             * @description How far it is and how fast it goes. Before the first call null, unless the end can be estimated by the rate of its channel and the jobs before it.
             * @example {
             *       "ratio": 0.2,
             *       "itemsPerSecond": 48.5,
             *       "etaSeconds": 330,
             *       "estimatedEndAt": "2026-01-15T08:05:30.000Z",
             *       "decidedBy": {
             *         "constraint": "rate_limit",
             *         "items": 15936,
             *         "itemsPerSecond": 50,
             *         "until": null,
             *         "reason": null
             *       }
             *     }
             */
            progress: components["schemas"]["JobProgress"] | null;
            /**
             * @description Why items that are neither running nor ended do not move, most of them first.
             * @example [
             *       {
             *         "reason": "rate_limit",
             *         "items": 15936,
             *         "until": "2026-01-15T08:00:00.020Z"
             *       }
             *     ]
             */
            waiting: components["schemas"]["WaitingCount"][];
            /**
             * Format: date-time
             * @description As submitted.
             * @example null
             */
            deadlineAt: string | null;
            /**
             * Format: date-time
             * @description When it was submitted.
             * @example 2026-01-15T08:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description When its first call started.
             * @example 2026-01-15T08:00:00.020Z
             */
            startedAt: string | null;
            /**
             * Format: date-time
             * @description When an item ended last.
             * @example 2026-01-15T08:01:20.000Z
             */
            lastProgressAt: string | null;
            /**
             * Format: date-time
             * @description When it ended.
             * @example null
             */
            endedAt: string | null;
        };
        /** @description A channel and its state. */
        ChannelSummary: {
            name: components["schemas"]["ChannelName"];
            state: components["schemas"]["ChannelLiveState"];
        };
        /** @description A channel's configuration and live state. */
        Channel: {
            name: components["schemas"]["ChannelName"];
            /**
             * @description Where it was set: over the `api`, in the configuration `file`, or `builtin`. Only those of the api can be replaced and deleted.
             * @example file
             * @enum {string}
             */
            origin: "api" | "file" | "builtin";
            connector: components["schemas"]["ChannelConnector"];
            /**
             * @description How fast calls may start; null is without limit.
             * @example {
             *       "limit": 50,
             *       "periodMs": 1000,
             *       "burst": 10,
             *       "unit": "calls"
             *     }
             */
            rateLimit: components["schemas"]["RateLimitConfig"] | null;
            /**
             * @description How many calls may run at once.
             * @example 64
             */
            concurrency: number;
            retry: components["schemas"]["RetryConfig"];
            /**
             * @description How answers report the quota of the target system; null when they are not read.
             * @example standard
             */
            rateLimitHeaders: string | components["schemas"]["RateLimitRules"] | null;
            /**
             * @description When the channel is taken for broken; null is never.
             * @example {
             *       "failureRatio": 0.5,
             *       "minCalls": 20,
             *       "openMs": 30000
             *     }
             */
            circuit: components["schemas"]["CircuitConfig"] | null;
            /**
             * @description The longest wait that a `Retry-After` can impose.
             * @example 3600000
             */
            maxRetryAfterMs: number;
            /**
             * @description How long a parked item waits for a decision.
             * @example 86400
             */
            parkForSeconds: number;
            /**
             * @description Whether calls are traces of their own (`link`) or continue that of the request that created the job (`continue`); null is `continue` for jobs of `POST /v1/items` alone.
             * @example null
             * @enum {string|null}
             */
            trace: "link" | "continue" | null;
            /**
             * @description Values of the data of items that only the scope `admin` sees, by JSON Pointers into the item.
             * @example [
             *       "/data/email"
             *     ]
             */
            redact: string[];
            /**
             * @description JSON Schema (2020-12) of the data of items; null when it is not checked.
             * @example null
             */
            itemSchema: {
                [key: string]: unknown;
            } | null;
            /**
             * @description How the data of items that have only an id is resolved, with its defaults filled in and without its secrets; null is not at all.
             * @example null
             */
            payload: components["schemas"]["PayloadConfig"] | null;
            state: components["schemas"]["ChannelLiveState"];
            links: components["schemas"]["ChannelLinks"];
        };
        /** @description The connector as configured, with its defaults filled in. What a type does not have is missing. */
        ChannelConnector: {
            /**
             * @description The kind of connector.
             * @example http
             * @enum {string}
             */
            type: "http" | "module" | "sandbox";
            /**
             * @description Where an `http` connector POSTs, with `***` for each value of its query and each segment of its path that does not read as a name.
             * @example https://shop.example/deliver
             */
            url?: string;
            /**
             * @description The names of the headers that an `http` connector sends; every value reads `***`.
             * @example {
             *       "x-tenant": "***"
             *     }
             */
            headers?: {
                [key: string]: string;
            };
            request?: components["schemas"]["HttpRequests"];
            response?: components["schemas"]["HttpAnswerRules"];
            /**
             * @description How many items one call may carry.
             * @example 1
             */
            batchSize?: number;
            /**
             * @description How long one call may take.
             * @example 10000
             */
            timeoutMs: number;
            /**
             * @description Whether calls may go to loopback and private addresses: those of an `http` connector, and the requests that a `module` makes with `context.fetch`.
             * @example false
             */
            allowPrivateAddresses?: boolean;
        };
        /** @description How long the calls of a channel took whose outcomes became durable in the last five to six minutes. Percentiles are exact to a step of the histogram of the metrics (5 ms to 60 s); longer calls count as 60 s. */
        CallDurations: {
            /**
             * @description Length of the time that is looked at.
             * @example 330
             */
            seconds: number;
            /**
             * @description How many calls there were.
             * @example 16500
             */
            calls: number;
            /**
             * @description Half of them took no longer.
             * @example 41
             */
            p50Ms: number;
            /**
             * @description Nine in ten took no longer.
             * @example 88
             */
            p90Ms: number;
            /**
             * @description All but one in a hundred took no longer.
             * @example 240
             */
            p99Ms: number;
        };
        /** @description The channel as it is now. Items, their rate and their errors are those of the caller's subscription; `runningCalls` is of all subscriptions, and null for a caller without `admin`. */
        ChannelLiveState: {
            /**
             * @description Whether it is paused.
             * @example false
             */
            paused: boolean;
            /**
             * Format: date-time
             * @description Until when it has to wait by a `Retry-After`; null when it was not.
             * @example null
             */
            blockedUntil: string | null;
            /**
             * @description What is known of the target system; null when the channel has no circuit.
             * @example {
             *       "state": "closed",
             *       "until": null
             *     }
             */
            circuit: components["schemas"]["CircuitState"] | null;
            /**
             * @description The last failed call for an item of the caller's subscription since the start of the server, or why the connector cannot be loaded (the `detail` of that is null without `admin`); null when there is none.
             * @example {
             *       "at": "2026-01-15T08:00:00.020Z",
             *       "code": "http_503",
             *       "status": 503,
             *       "detail": "upstream connect error",
             *       "advice": "The target system had an internal error: try the item again when it is repaired",
             *       "until": null
             *     }
             */
            lastError: components["schemas"]["ChannelError"] | null;
            /**
             * @description Calls of all subscriptions that run now; null for a caller without `admin`.
             * @example 50
             */
            runningCalls: number | null;
            /**
             * @description Items of the caller's subscription that ended a second over the last seconds.
             * @example 48.5
             */
            itemsPerSecond: number;
            counts: components["schemas"]["ChannelCounts"];
            /**
             * @description Why items that are neither running nor ended do not move, most of them first.
             * @example [
             *       {
             *         "reason": "rate_limit",
             *         "items": 15936,
             *         "until": "2026-01-15T08:00:00.020Z"
             *       }
             *     ]
             */
            waiting: components["schemas"]["WaitingCount"][];
            /**
             * @description How long calls took lately; of all subscriptions, so null for callers without `admin`. Null when none ended lately, and where metrics are not counted. Only of `getChannel`.
             * @example {
             *       "seconds": 330,
             *       "calls": 16500,
             *       "p50Ms": 41,
             *       "p90Ms": 88,
             *       "p99Ms": 240
             *     }
             */
            callDurations?: components["schemas"]["CallDurations"] | null;
            /**
             * @description Set when items could start, nothing known holds them, and none started or ended for 60 s; null otherwise, and for a caller without `admin`.
             * @example null
             */
            degraded: components["schemas"]["ChannelStandstill"] | null;
        };
        /** @description A channel that stands still for no known reason. */
        ChannelStandstill: {
            /**
             * Format: date-time
             * @description When the last call started or ended
             * @example 2026-01-15T08:00:00.000Z
             */
            since: string;
            /**
             * @description Items of all subscriptions that could start.
             * @example 12
             */
            readyItems: number;
            /**
             * @description Calls that run.
             * @example 0
             */
            runningCalls: number;
        };
        /** @description Why a call of a channel failed, or could not start. */
        ChannelError: {
            /**
             * Format: date-time
             * @description When.
             * @example 2026-01-15T08:00:00.020Z
             */
            at: string;
            /**
             * @description The code of the error, as in `ItemError`; `connector_unavailable` when the connector cannot be loaded.
             * @example http_503
             */
            code: string;
            /**
             * @description HTTP status of the answer; null without one.
             * @example 503
             */
            status: number | null;
            /**
             * @description What the target system or the server said.
             * @example upstream connect error
             */
            detail: string | null;
            /**
             * @description What to do about it.
             * @example The target system had an internal error: try the item again when it is repaired
             */
            advice: string;
            /**
             * Format: date-time
             * @description When the connector is loaded again; null for any other error.
             * @example null
             */
            until: string | null;
        };
        /** @description Where a channel's circuit is. */
        CircuitState: {
            /**
             * @description `closed`: calls continue; `open`: none starts; `half_open`: one at a time, as a probe.
             * @example open
             * @enum {string}
             */
            state: "closed" | "open" | "half_open";
            /**
             * Format: date-time
             * @description When the next probe may start; null unless it is open.
             * @example 2026-01-15T08:02:00.000Z
             */
            until: string | null;
        };
        /** @description Items of the caller's jobs on this channel that have not ended, by status. */
        ChannelCounts: {
            /**
             * @description Items that neither run nor wait for a reason of their own.
             * @example 15936
             */
            pending: number;
            /**
             * @description Items whose retry is not due or that are parked.
             * @example 14
             */
            waiting: number;
            /**
             * @description Items being delivered.
             * @example 50
             */
            running: number;
        };
        /** @description Paths of what belongs to the channel, without a host; URLs where the operator has set the server's `publicUrl`. */
        ChannelLinks: {
            /**
             * @description The channel.
             * @example /v1/channels/shop-eu
             */
            self: string;
            /**
             * @description Its jobs.
             * @example /v1/jobs?channel=shop-eu
             */
            jobs: string;
            /**
             * @description Where to pause it.
             * @example /v1/channels/shop-eu/pause
             */
            pause: string;
            /**
             * @description Where to resume it.
             * @example /v1/channels/shop-eu/resume
             */
            resume: string;
            /**
             * @description Where to lift a `Retry-After`.
             * @example /v1/channels/shop-eu/unblock
             */
            unblock: string;
        };
        /**
         * @description The test of a channel with one item.
         * @example {
         *       "sent": true,
         *       "request": {
         *         "method": "PUT",
         *         "url": "https://shop.example/products/sku-1001",
         *         "headers": [
         *           {
         *             "name": "authorization",
         *             "value": "***"
         *           },
         *           {
         *             "name": "content-type",
         *             "value": "application/json"
         *           }
         *         ],
         *         "body": "{\"price\":-1}",
         *         "bodyBytes": 12,
         *         "bodyTruncated": false
         *       },
         *       "answer": {
         *         "status": 422,
         *         "headers": [
         *           {
         *             "name": "content-type",
         *             "value": "application/json"
         *           }
         *         ],
         *         "body": "{\"error\":\"price must not be negative\"}",
         *         "bodyBytes": 38,
         *         "bodyTruncated": false,
         *         "durationMs": 41
         *       },
         *       "result": {
         *         "outcome": "failed",
         *         "verdict": "failed",
         *         "retryAt": null,
         *         "warnings": [],
         *         "error": {
         *           "code": "http_422",
         *           "origin": "connector",
         *           "title": "The connector answered with status 422",
         *           "status": 422,
         *           "detail": "{\"error\":\"price must not be negative\"}",
         *           "retryable": false,
         *           "pointer": null
         *         },
         *         "result": null
         *       }
         *     }
         */
        ChannelTest: {
            /**
             * @description Whether the connector was called.
             * @example true
             */
            sent: boolean;
            /**
             * @description The HTTP request; null when none could be made, and for a connector that has none of its own (`module`, `sandbox`).
             * @example null
             */
            request: components["schemas"]["TestedRequest"] | null;
            /**
             * @description The HTTP answer; null when there was none.
             * @example null
             */
            answer: components["schemas"]["TestedAnswer"] | null;
            /**
             * @description How the item would have ended; null when it was not sent although it could have been.
             * @example null
             */
            result: components["schemas"]["TestedResult"] | null;
        };
        /** @description A request as it is sent, without secrets and without the headers of its connection. */
        TestedRequest: {
            /**
             * @description Its method.
             * @example PUT
             */
            method: string;
            /**
             * @description Where it goes. The part that comes from the channel is masked as in `ChannelConnector`. At most 16 KiB of it are shown.
             * @example https://shop.example/products/sku-1001
             */
            url: string;
            /**
             * @description Its headers. The value of a header that carries credentials or a signature, or that the channel sets, reads `***`.
             * @example [
             *       {
             *         "name": "content-type",
             *         "value": "application/json"
             *       }
             *     ]
             */
            headers: components["schemas"]["TestedHeader"][];
            /**
             * @description Its body as text, the first 64 KiB; null when it has none.
             * @example {"price":1990}
             */
            body: string | null;
            /**
             * @description The length of the whole body.
             * @example 14
             */
            bodyBytes: number;
            /**
             * @description Whether `body` is only the beginning.
             * @example false
             */
            bodyTruncated: boolean;
        };
        /** @description An answer as it was received, without secrets. */
        TestedAnswer: {
            /**
             * @description Its HTTP status.
             * @example 200
             */
            status: number;
            /**
             * @description Its headers. The values of cookies read `***`.
             * @example [
             *       {
             *         "name": "content-type",
             *         "value": "application/json"
             *       }
             *     ]
             */
            headers: components["schemas"]["TestedHeader"][];
            /**
             * @description Its body, unpacked, as text: the first 64 KiB, with U+FFFD in place of bytes that are no UTF-8. Null when it has none, or none that can be unpacked.
             * @example {"revision":7}
             */
            body: string | null;
            /**
             * @description The length of the body that was read, unpacked. Of a body over 1 MiB no more is read.
             * @example 14
             */
            bodyBytes: number;
            /**
             * @description Whether `body` is only the beginning.
             * @example false
             */
            bodyTruncated: boolean;
            /**
             * @description How long the call took, until the body was there.
             * @example 41
             */
            durationMs: number;
        };
        /** @description One header. */
        TestedHeader: {
            /**
             * @description Its name.
             * @example content-type
             */
            name: string;
            /**
             * @description Its value, the first 4 KiB.
             * @example application/json
             */
            value: string;
        };
        /** @description How an item would have ended, or continued, after this call as its first. */
        TestedResult: {
            /**
             * @description How the call went.
             * @example succeeded
             * @enum {string}
             */
            outcome: "succeeded" | "failed";
            /**
             * @description What the channel's retry rules decide: `succeeded`, `failed`, `retry` (tried again later), `throttled` (asked to come later, which does not count as an attempt) or `parked` (waits for a decision).
             * @example succeeded
             * @enum {string}
             */
            verdict: "succeeded" | "failed" | "retry" | "throttled" | "parked";
            /**
             * Format: date-time
             * @description When the next attempt would start at the latest, if the channel has capacity; null when there would be none.
             * @example null
             */
            retryAt: string | null;
            /**
             * @description What the connector remarked.
             * @example []
             */
            warnings: components["schemas"]["ItemWarning"][];
            /**
             * @description Why it failed; null when it succeeded.
             * @example null
             */
            error: components["schemas"]["ItemError"] | null;
            /**
             * @description The connector's result, any JSON; null when there is none.
             * @example {
             *       "revision": 7
             *     }
             */
            result: unknown;
        };
        /** @description All channels, by name. */
        ChannelPage: {
            /**
             * @description The channels.
             * @example []
             */
            channels: components["schemas"]["Channel"][];
            /**
             * @description Never there as long as this list is one page.
             * @example eyJhIjoxfQ
             */
            nextPageToken?: string;
        };
        /** @description Credentials of a channel, without their secrets. */
        CredentialsEntry: {
            /**
             * @description Whose they are; `*`: of all that have none of their own.
             * @example acme
             */
            subscription: string;
            /**
             * @description The calls that they are for: those that deliver items, or those of `payload`.
             * @example connector
             * @enum {string}
             */
            target: "connector" | "payload";
            /**
             * @description The type of the credentials.
             * @example bearer
             * @enum {string}
             */
            type: "bearer" | "basic" | "header" | "hmac" | "oauth2_client_credentials";
            /**
             * @description Where they were set: in the configuration file, or by `putCredentials`.
             * @example api
             * @enum {string}
             */
            origin: "file" | "api";
            /**
             * @description The origin that they belong to; null for a connector that has no URL.
             * @example https://shop.example
             */
            sentTo: string | null;
            /**
             * @description Whether calls carry them. False: the channel leads to another origin than when they were set, or has no `payload` any more; calls of this subscription then carry none.
             * @example true
             */
            inUse: boolean;
            /**
             * Format: date-time
             * @description When they were set; null for those of the configuration file.
             * @example 2026-01-15T08:00:00.000Z
             */
            updatedAt: string | null;
        };
        /** @description All credentials of a channel. */
        CredentialsPage: {
            /**
             * @description By subscription, then target.
             * @example []
             */
            credentials: components["schemas"]["CredentialsEntry"][];
        };
        /** @description An access token, without its text. */
        AccessToken: {
            id: components["schemas"]["AccessTokenId"];
            /**
             * @description What it is for, for people.
             * @example nightly import
             */
            name: string;
            /**
             * @description The subscription that it acts for.
             * @example default
             */
            subscription: string;
            /**
             * @description What it may do, as it was created. `admin` includes all others.
             * @example [
             *       "jobs:read",
             *       "jobs:write"
             *     ]
             */
            scopes: components["schemas"]["Scope"][];
            /**
             * @description The jobs that it is bound to; null: all of its subscription.
             * @example null
             */
            jobs: components["schemas"]["JobId"][] | null;
            /**
             * Format: date-time
             * @description When it was made.
             * @example 2026-01-15T08:00:00.000Z
             */
            createdAt: string;
            /**
             * @description Who made it: `admin` (the admin token), `dev` (a request without a token to a server with `--dev`) or the id of an access token.
             * @example admin
             */
            createdBy: string;
            /**
             * Format: date-time
             * @description From when on it is refused; null if it does not expire.
             * @example 2026-04-15T08:00:00.000Z
             */
            expiresAt: string | null;
        };
        /** @description An access token that was just made. */
        CreatedAccessToken: {
            id: components["schemas"]["AccessTokenId"];
            /**
             * @description What it is for, for people.
             * @example nightly import
             */
            name: string;
            /**
             * @description The subscription that it acts for.
             * @example default
             */
            subscription: string;
            /**
             * @description What it may do, as it was created. `admin` includes all others.
             * @example [
             *       "jobs:read",
             *       "jobs:write"
             *     ]
             */
            scopes: components["schemas"]["Scope"][];
            /**
             * @description The jobs that it is bound to; null: all of its subscription.
             * @example null
             */
            jobs: components["schemas"]["JobId"][] | null;
            /**
             * Format: date-time
             * @description When it was made.
             * @example 2026-01-15T08:00:00.000Z
             */
            createdAt: string;
            /**
             * @description Who made it: `admin` (the admin token), `dev` (a request without a token to a server with `--dev`) or the id of an access token.
             * @example admin
             */
            createdBy: string;
            /**
             * Format: date-time
             * @description From when on it is refused; null if it does not expire.
             * @example 2026-04-15T08:00:00.000Z
             */
            expiresAt: string | null;
            /**
             * @description The text to send as `Authorization: Bearer <token>`: `wbt_`, the 32 hex digits of the id, `_` and 43 characters of base64url. Shown once; null in the answer to a repeated request.
             * @example null
             */
            token: string | null;
        };
        /** @description One page of access tokens. */
        AccessTokenPage: {
            /**
             * @description Newest first.
             * @example []
             */
            tokens: components["schemas"]["AccessToken"][];
            /**
             * @description Missing on the last page.
             * @example eyJhIjoxfQ
             */
            nextPageToken?: string;
        };
        /** @description A webhook endpoint, without its secrets. */
        WebhookEndpoint: {
            id: components["schemas"]["WebhookEndpointId"];
            /**
             * @description Where events go, with `***` for each value of its query and each segment of its path that does not read as a name.
             * @example https://hooks.example/waybill
             */
            url: string;
            /**
             * @description What it is for, for people.
             * @example nightly import
             */
            description: string;
            /**
             * @description The types of events that are sent; empty is all.
             * @example [
             *       "job.ended"
             *     ]
             */
            eventTypes: components["schemas"]["WebhookEventType"][];
            /**
             * @description Only events of these channels are sent, and those that belong to none; empty is all.
             * @example [
             *       "shop-eu"
             *     ]
             */
            channels: components["schemas"]["ChannelName"][];
            /**
             * @description The condition that an event must meet.
             * @example null
             */
            where: string | null;
            ordering: components["schemas"]["WebhookOrdering"];
            state: components["schemas"]["WebhookEndpointState"];
            /**
             * @description Why it is disabled; null while it is enabled.
             * @example null
             */
            stateReason: components["schemas"]["WebhookStateReason"] | null;
            /**
             * @description The secrets that hold, newest first: one, or two after a rotation.
             * @example [
             *       {
             *         "endsWith": "3nQ8",
             *         "createdAt": "2026-01-15T08:00:00.000Z",
             *         "expiresAt": null
             *       }
             *     ]
             */
            secretHints: components["schemas"]["WebhookSecretHint"][];
            /**
             * Format: date-time
             * @description When it was made.
             * @example 2026-01-15T08:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description When a delivery succeeded last.
             * @example 2026-01-15T08:01:20.000Z
             */
            lastSuccessAt: string | null;
            /**
             * Format: date-time
             * @description Since when every delivery has failed; null when the last one succeeded.
             * @example null
             */
            failingSince: string | null;
            /**
             * @description Events that it never received: they were not delivered within 7 days, or too many waited (100,000). The latter can be replayed while they are kept.
             * @example 0
             */
            droppedEvents: number;
        };
        /** @description A webhook endpoint with the secret that was just made. */
        CreatedWebhookEndpoint: {
            id: components["schemas"]["WebhookEndpointId"];
            /**
             * @description Where events go, with `***` for each value of its query and each segment of its path that does not read as a name.
             * @example https://hooks.example/waybill
             */
            url: string;
            /**
             * @description What it is for, for people.
             * @example nightly import
             */
            description: string;
            /**
             * @description The types of events that are sent; empty is all.
             * @example [
             *       "job.ended"
             *     ]
             */
            eventTypes: components["schemas"]["WebhookEventType"][];
            /**
             * @description Only events of these channels are sent, and those that belong to none; empty is all.
             * @example [
             *       "shop-eu"
             *     ]
             */
            channels: components["schemas"]["ChannelName"][];
            /**
             * @description The condition that an event must meet.
             * @example null
             */
            where: string | null;
            ordering: components["schemas"]["WebhookOrdering"];
            state: components["schemas"]["WebhookEndpointState"];
            /**
             * @description Why it is disabled; null while it is enabled.
             * @example null
             */
            stateReason: components["schemas"]["WebhookStateReason"] | null;
            /**
             * @description The secrets that hold, newest first: one, or two after a rotation.
             * @example [
             *       {
             *         "endsWith": "3nQ8",
             *         "createdAt": "2026-01-15T08:00:00.000Z",
             *         "expiresAt": null
             *       }
             *     ]
             */
            secretHints: components["schemas"]["WebhookSecretHint"][];
            /**
             * Format: date-time
             * @description When it was made.
             * @example 2026-01-15T08:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description When a delivery succeeded last.
             * @example 2026-01-15T08:01:20.000Z
             */
            lastSuccessAt: string | null;
            /**
             * Format: date-time
             * @description Since when every delivery has failed; null when the last one succeeded.
             * @example null
             */
            failingSince: string | null;
            /**
             * @description Events that it never received: they were not delivered within 7 days, or too many waited (100,000). The latter can be replayed while they are kept.
             * @example 0
             */
            droppedEvents: number;
            /**
             * @description The signing secret: `whsec_` and the base64 of 32 bytes. Shown once; give it to `verifyWebhook` of the SDK, or to any library of Standard Webhooks.
             * @example whsec_2bOIjjkZVHsUPEuOoa4z2Xn9n4zVwf4jwGGjqa1rP9U=
             */
            secret: string;
        };
        /** @description Where a job's own events go. */
        JobWebhookView: {
            /**
             * @description With `***` for each value of its query and each segment of its path that does not read as a name.
             * @example https://pim.example/callbacks/waybill
             */
            url: string;
            /**
             * @description The types of events that are sent.
             * @example [
             *       "job.ended"
             *     ]
             */
            events: components["schemas"]["JobWebhookEventType"][];
        };
        /** @description The webhooks of a subscription's jobs, without the secrets that sign their events. */
        JobWebhooks: {
            state: components["schemas"]["WebhookEndpointState"];
            /**
             * @description The secrets that hold, newest first: none before the first job with a `webhook` and the first rotation, two after a rotation.
             * @example [
             *       {
             *         "endsWith": "3nQ8",
             *         "createdAt": "2026-01-15T08:00:00.000Z",
             *         "expiresAt": null
             *       }
             *     ]
             */
            secretHints: components["schemas"]["WebhookSecretHint"][];
        };
        /** @description The webhooks of a subscription's jobs, with the secret that was just made. */
        RotatedJobWebhooks: {
            state: components["schemas"]["WebhookEndpointState"];
            /**
             * @description The secrets that hold, newest first: one, or two while the previous one holds.
             * @example [
             *       {
             *         "endsWith": "3nQ8",
             *         "createdAt": "2026-01-15T08:00:00.000Z",
             *         "expiresAt": null
             *       }
             *     ]
             */
            secretHints: components["schemas"]["WebhookSecretHint"][];
            /**
             * @description The signing secret: `whsec_` and the base64 of 32 bytes. Shown once; give it to `verifyWebhook` of the SDK, or to any library of Standard Webhooks.
             * @example whsec_2bOIjjkZVHsUPEuOoa4z2Xn9n4zVwf4jwGGjqa1rP9U=
             */
            secret: string;
        };
        /** @description A signing secret, without its text. */
        WebhookSecretHint: {
            /**
             * @description Its last 4 characters before the padding, to tell secrets apart.
             * @example 3nQ8
             */
            endsWith: string;
            /**
             * Format: date-time
             * @description When it was made.
             * @example 2026-01-15T08:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description Until when it holds; null of the newest one, which does not expire.
             * @example null
             */
            expiresAt: string | null;
        };
        /** @description The webhook endpoints of a subscription. */
        WebhookEndpointPage: {
            /**
             * @description Newest first.
             * @example []
             */
            endpoints: components["schemas"]["WebhookEndpoint"][];
        };
        /** @description The test event that was made. */
        WebhookTestReceipt: {
            event: components["schemas"]["WebhookEventRef"];
        };
        /** @description What is delivered again. */
        WebhookReplayReceipt: {
            replay: components["schemas"]["WebhookReplay"];
        };
        /** @description A replay of events. */
        WebhookReplay: {
            /**
             * @description Its id, for the log of the server: `whr_` and 32 hex digits. Null when it has no events.
             * @example whr_0198c2f04b7e7c3fa1d2b3c4d5e6f708
             */
            id: string | null;
            /**
             * @description How many events are delivered again.
             * @example 12
             */
            events: number;
            /**
             * Format: date-time
             * @description When more events match: the `timestamp` of the first one that was left out. Null otherwise.
             * @example null
             */
            continueAt: string | null;
        };
        /** @description An event in the log of deliveries. */
        WebhookEventRef: {
            id: components["schemas"]["WebhookEventId"];
            type: components["schemas"]["WebhookEventType"];
            /**
             * Format: date-time
             * @description When it happened.
             * @example 2026-01-15T08:01:20.000Z
             */
            timestamp: string;
            /**
             * @description The job that it is about, if it is about one.
             * @example job_0198c2f04b7e7c3fa1d2b3c4d5e6f708
             */
            jobId: components["schemas"]["JobId"] | null;
            /**
             * @description The body of its requests, byte for byte: JSON of at most 20 kB. Only with `include=body`.
             * @example {"id":"evt_0198c2f04b7e7c3fa1d2b3c4d5e6f708"}
             */
            body?: string;
        };
        /** @description An event on its way to one endpoint. A replay is a delivery of its own. */
        WebhookDelivery: {
            /**
             * @description Names the delivery: `whd_` and letters, digits and `_`. Stable.
             * @example whd_0198c2f04b7e7c3fa1d2b3c4d5e6f708_0
             */
            id: string;
            /**
             * @description The endpoint; null when it goes to the `webhook` of the event's job.
             * @example whe_0198c2f04b7e7c3fa1d2b3c4d5e6f708
             */
            endpointId: components["schemas"]["WebhookEndpointId"] | null;
            event: components["schemas"]["WebhookEventRef"];
            status: components["schemas"]["ItemStatus"];
            /**
             * @description How many attempts were made.
             * @example 1
             */
            attempts: number;
            /**
             * Format: date-time
             * @description When the next attempt is due; null when none is.
             * @example null
             */
            nextAttemptAt: string | null;
            /**
             * @description Why it has not ended, a `WaitingReason` or `endpoint_disabled`, or why it failed, an `ItemErrorCode` such as `http_500`. Null of one that runs, succeeded or was cancelled.
             * @example null
             */
            reason: string | null;
            /**
             * @description Its attempts, oldest first.
             * @example []
             */
            log: components["schemas"]["WebhookAttempt"][];
        };
        /** @description One call of an endpoint. */
        WebhookAttempt: {
            /**
             * @description Counts the calls of this delivery, from 1.
             * @example 1
             */
            attempt: number;
            /**
             * Format: date-time
             * @description When it started.
             * @example 2026-01-15T08:01:20.000Z
             */
            startedAt: string;
            /**
             * @description How long it took.
             * @example 41
             */
            durationMs: number;
            /**
             * @description The HTTP status of the answer; null without one.
             * @example 204
             */
            status: number | null;
            /**
             * @description What it decided: `succeeded`, `failed`, `retry` (tried again later) or `throttled` (asked to come later, which does not count as an attempt).
             * @example succeeded
             * @enum {string}
             */
            verdict: "succeeded" | "failed" | "retry" | "throttled";
            /**
             * @description Why it did not succeed, see `ItemErrorCode`.
             * @example null
             */
            code: string | null;
            /**
             * @description The beginning of the answer, at most 1 KiB; null without one.
             * @example null
             */
            answer: string | null;
        };
        /** @description One page of deliveries, newest first. */
        WebhookDeliveryPage: {
            /**
             * @description The deliveries.
             * @example []
             */
            deliveries: components["schemas"]["WebhookDelivery"][];
            /**
             * @description Asks for the next page; missing on the last one.
             * @example eyJhIjoxfQ
             */
            nextPageToken?: string;
        };
        /** @description A request, or several alike, by one caller. */
        AuditEntry: {
            /**
             * @description Its id.
             * @example aud_06c4f2a1b3d800
             */
            id: string;
            /**
             * Format: date-time
             * @description When it was made; of several requests the first.
             * @example 2026-01-15T08:00:00.000Z
             */
            at: string;
            /**
             * @description Who made it.
             * @example {
             *       "kind": "token",
             *       "tokenId": "tok_0198c2f04b7e7c3fa1d2b3c4d5e6f708",
             *       "tokenName": "nightly import"
             *     }
             */
            actor: {
                /**
                 * @description `admin`: the admin token; `token`: an access token; `dev`: a request without a token to a server with `--dev`; `anonymous`: a caller that is not known, or several; `command`: the command line of the server; `server`: the server by itself.
                 * @example token
                 * @enum {string}
                 */
                kind: "admin" | "token" | "dev" | "anonymous" | "command" | "server";
                /**
                 * @description The id of the access token; null of other callers.
                 * @example tok_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                tokenId: string | null;
                /**
                 * @description The name that the access token had; null of other callers.
                 * @example nightly import
                 */
                tokenName: string | null;
            };
            /**
             * @description The subscription that the caller acted for; null of a caller that is not known.
             * @example default
             */
            subscription: string | null;
            /**
             * @description The `operationId` of the operation, or the name of what the server did by itself (see `listAudit`); null: several were asked for.
             * @example cancelJob
             */
            action: string | null;
            /**
             * @description What the request concerned. Of its path every parameter, also those that are not listed here; and of a change each job that it made or changed.
             * @example {
             *       "job": "job_0198c2f04b7e7c3fa1d2b3c4d5e6f708",
             *       "channel": "shop-eu",
             *       "token": null,
             *       "execution": null
             *     }
             */
            resource: {
                /**
                 * @description The id of a job.
                 * @example job_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                job: string | null;
                /**
                 * @description The name of a channel; of a job that was made or changed that of its channel.
                 * @example shop-eu
                 */
                channel: string | null;
                /**
                 * @description The id of an access token that was made or revoked.
                 * @example null
                 */
                token: string | null;
                /**
                 * @description The id of an execution.
                 * @example null
                 */
                execution: string | null;
            } & {
                [key: string]: unknown;
            };
            /**
             * @description The network address that the request came from; null of several.
             * @example 192.0.2.10
             */
            address: string | null;
            /**
             * @description The `X-Request-Id` of the answer; null of several.
             * @example req_0198c2f04c1a7d2e9b1c2d3e4f506172
             */
            requestId: string | null;
            /**
             * @description The HTTP status of the answer; 200 of what the server did by itself.
             * @example 202
             */
            status: number;
            /**
             * @description The problem's code; null of a request that succeeded.
             * @example null
             */
            code: string | null;
            /**
             * @description Requests that it stands for.
             * @example 1
             */
            count: number;
        };
        /** @description One page of the audit. */
        AuditPage: {
            /**
             * @description Newest first.
             * @example []
             */
            entries: components["schemas"]["AuditEntry"][];
            /**
             * @description Missing on the last page.
             * @example eyJhIjoxfQ
             */
            nextPageToken?: string;
        };
        /** @description The caller of a request. */
        Self: {
            /**
             * @description `admin`: the admin token; `token`: an access token; `dev`: a request without a token to a server with `--dev`.
             * @example token
             * @enum {string}
             */
            kind: "admin" | "token" | "dev";
            /**
             * @description The subscription that it acts for.
             * @example default
             */
            subscription: string;
            /**
             * @description What it may do. With `admin` all others are listed, too.
             * @example [
             *       "jobs:read",
             *       "jobs:write"
             *     ]
             */
            scopes: components["schemas"]["Scope"][];
            /**
             * @description The jobs that its access token is bound to; null: all of its subscription.
             * @example null
             */
            jobs: components["schemas"]["JobId"][] | null;
            /**
             * @description The id of the access token; null of other callers.
             * @example tok_0198c2f04b7e7c3fa1d2b3c4d5e6f708
             */
            tokenId: string | null;
            /**
             * @description The name of the access token; null of other callers.
             * @example nightly import
             */
            tokenName: string | null;
            /**
             * Format: date-time
             * @description From when on the access token is refused; null if it does not expire.
             * @example 2026-04-15T08:00:00.000Z
             */
            expiresAt: string | null;
            limits: components["schemas"]["SubscriptionLimits"];
        };
        /** @description Every limit and default of this server. Byte limits count decoded bytes. */
        Limits: {
            /**
             * @description Items in a JSON `submitJob`.
             * @example 10000
             */
            maxItemsPerJsonRequest: number;
            /**
             * @description Items in an NDJSON `submitJob`.
             * @example 1000000
             */
            maxItemsPerNdjsonRequest: number;
            /**
             * @description Items in one part of `appendItems`.
             * @example 10000
             */
            maxItemsPerAppend: number;
            /**
             * @description Size of a JSON body.
             * @example 16777216
             */
            maxJsonBodyBytes: number;
            /**
             * @description Size of an NDJSON `submitJob`.
             * @example 1073741824
             */
            maxNdjsonBodyBytes: number;
            /**
             * @description Size of one part of `appendItems`.
             * @example 16777216
             */
            maxAppendBodyBytes: number;
            /**
             * @description Size of an envelope.
             * @example 65536
             */
            maxEnvelopeBytes: number;
            /**
             * @description Size of the body of an operation that takes neither items nor envelopes, such as `sealJob` or `putChannel`.
             * @example 65536
             */
            maxControlBodyBytes: number;
            /**
             * @description Size of an item's line of NDJSON.
             * @example 1048576
             */
            maxLineBytes: number;
            /**
             * @description Size of one item as JSON.
             * @example 1048576
             */
            maxItemBytes: number;
            /**
             * @description Levels of objects and arrays in an item or envelope, itself counted.
             * @example 64
             */
            maxJsonDepth: number;
            /**
             * @description Size of an item's id in UTF-8.
             * @example 256
             */
            maxIdBytes: number;
            /**
             * @description Size of a partition key in UTF-8.
             * @example 256
             */
            maxPartitionKeyBytes: number;
            /**
             * @description Pairs in `metadata`.
             * @example 16
             */
            maxMetadataPairs: number;
            /**
             * @description Characters of a key in `metadata`.
             * @example 64
             */
            maxMetadataKeyLength: number;
            /**
             * @description Characters of a value in `metadata`.
             * @example 512
             */
            maxMetadataValueLength: number;
            /**
             * @description Characters of an `Idempotency-Key`.
             * @example 255
             */
            maxIdempotencyKeyLength: number;
            /**
             * @description How long an `Idempotency-Key` is remembered.
             * @example 86400
             */
            idempotencyKeySeconds: number;
            /**
             * @description How long an open job may stay untouched before it expires.
             * @example 86400
             */
            openJobIdleSeconds: number;
            /**
             * @description How long `deliverItem` waits without `Prefer`.
             * @example 1
             */
            defaultWaitSeconds: number;
            /**
             * @description The most that `Prefer` of wait is granted.
             * @example 30
             */
            maxWaitSeconds: number;
            /**
             * @description Entries in a page without `pageSize`.
             * @example 100
             */
            defaultPageSize: number;
            /**
             * @description The most entries in a page.
             * @example 1000
             */
            maxPageSize: number;
            /**
             * @description At this size a page ends.
             * @example 4194304
             */
            maxPageBytes: number;
            /**
             * @description Size of an item's result as JSON; a larger one is dropped with a warning.
             * @example 65536
             */
            maxResultBytes: number;
            /**
             * @description The most entries in the `errors` of a problem.
             * @example 100
             */
            maxErrorsPerProblem: number;
            /**
             * @description How much of an invalid line is kept in its item's error.
             * @example 4096
             */
            maxInvalidLineTextBytes: number;
            /**
             * @description How many `job` events a stream gets a second while the status stays.
             * @example 2
             */
            maxEventsPerSecond: number;
            /**
             * @description How often a quiet stream of events gets a comment.
             * @example 15
             */
            eventHeartbeatSeconds: number;
            /**
             * @description Items that may be accepted and not ended at once; above it new work is `overloaded`.
             * @example 2000000
             */
            maxPendingItems: number;
            /**
             * @description How large the stored data may grow; above it new work is `disk_full`. Null is as large as the disk.
             * @example 50000000000
             */
            maxDataBytes: number | null;
            /**
             * @description The space that the stored data has. Null without the scope `metrics`, and where it is not in files of this server.
             * @example {
             *       "usedBytes": 1250000000,
             *       "freeBytes": 48750000000
             *     }
             */
            disk: components["schemas"]["DiskSpace"] | null;
            /**
             * @description Jobs in `dependsOn`.
             * @example 100
             */
            maxDependencies: number;
            /**
             * @description Stages in `createExecution`.
             * @example 100
             */
            maxStagesPerExecution: number;
            /**
             * @description Jobs in one stage.
             * @example 100
             */
            maxJobsPerStage: number;
            /**
             * @description Jobs of all stages in `createExecution`.
             * @example 500
             */
            maxJobsPerExecution: number;
            /**
             * @description Items of all jobs in `createExecution`.
             * @example 10000
             */
            maxItemsPerExecution: number;
            /**
             * @description Size of the body of `createExecution`.
             * @example 16777216
             */
            maxExecutionBodyBytes: number;
            /**
             * @description Items in one `resolveParked`.
             * @example 500
             */
            maxItemsPerDecision: number;
            /**
             * @description How often the data of one item may be replaced.
             * @example 100
             */
            maxReplacementsPerItem: number;
            /**
             * @description Size of all data of one item that was replaced.
             * @example 4194304
             */
            maxReplacedBytesPerItem: number;
            /**
             * @description Access tokens of all subscriptions.
             * @example 10000
             */
            maxTokens: number;
            /**
             * @description Access tokens of one subscription.
             * @example 1000
             */
            maxTokensPerSubscription: number;
            /**
             * @description Credentials of one channel that were set over the API.
             * @example 1000
             */
            maxCredentialsPerChannel: number;
            /**
             * @description Webhook endpoints of one subscription.
             * @example 50
             */
            maxWebhookEndpointsPerSubscription: number;
            /**
             * @description Origins (scheme, host and port) that the `webhook`s of jobs of one subscription may have which have not ended, or whose events are not all delivered.
             * @example 50
             */
            maxJobWebhookOriginsPerSubscription: number;
            /**
             * @description How long an access token is listed after its expiry.
             * @example 86400
             */
            expiredTokenSeconds: number;
            /**
             * @description How long a job is kept after its end where it does not say.
             * @example 604800
             */
            defaultRetainSeconds: number;
            /**
             * @description The least `retainForSeconds`.
             * @example 60
             */
            minRetainSeconds: number;
            /**
             * @description The most `retainForSeconds`.
             * @example 31536000
             */
            maxRetainSeconds: number;
            subscription: components["schemas"]["SubscriptionLimits"];
            channelDefaults: components["schemas"]["ChannelDefaults"];
        };
        /** @description What the caller's subscription may take of this server. */
        SubscriptionLimits: {
            /**
             * @description Its share of a channel that several want at once, against the weights of the others.
             * @example 1
             */
            weight: number;
            /**
             * @description Items of its own that may be accepted and not ended at once; above it new work is `quota_exceeded`. Null is without a quota of its own.
             * @example 100000
             */
            maxPendingItems: number | null;
            /**
             * @description Jobs of its own that may be open, and so take items, at once; above it `submitJob` with `open` and executions with open jobs are `quota_exceeded`.
             * @example 1000
             */
            maxOpenJobs: number;
            /**
             * @description Calls for its items that may run at once over all channels. Null is without limit.
             * @example null
             */
            maxRunningCalls: number | null;
            /**
             * @description Requests that it may make; above it they are `rate_limited`. Null is without limit.
             * @example {
             *       "perMinute": 600,
             *       "burst": 100
             *     }
             */
            requestRate: components["schemas"]["RequestRate"] | null;
        };
        /** @description How many requests a subscription may make. */
        RequestRate: {
            /**
             * @description Requests a minute, over time.
             * @example 600
             */
            perMinute: number;
            /**
             * @description Requests at once after an idle time.
             * @example 100
             */
            burst: number;
        };
        /** @description A subscription with limits of its own. */
        Subscription: {
            /**
             * @description Its name.
             * @example acme
             */
            name: string;
            /**
             * @description Where its limits were set: over the `api`, or in the configuration `file`. Only those of the api can be replaced and removed.
             * @example api
             * @enum {string}
             */
            origin: "api" | "file";
            /**
             * @description Its share of a channel that several want at once, against the weights of the others.
             * @example 1
             */
            weight: number;
            /**
             * @description Items of its own that may be accepted and not ended at once; above it new work is `quota_exceeded`. Null is without a quota of its own.
             * @example 100000
             */
            maxPendingItems: number | null;
            /**
             * @description Jobs of its own that may be open, and so take items, at once; above it `submitJob` with `open` and executions with open jobs are `quota_exceeded`.
             * @example 1000
             */
            maxOpenJobs: number;
            /**
             * @description Calls for its items that may run at once over all channels. Null is without limit.
             * @example null
             */
            maxRunningCalls: number | null;
            /**
             * @description Requests that it may make; above it they are `rate_limited`. Null is without limit.
             * @example {
             *       "perMinute": 600,
             *       "burst": 100
             *     }
             */
            requestRate: components["schemas"]["RequestRate"] | null;
            links: components["schemas"]["SubscriptionLinks"];
        };
        /** @description Paths of what belongs to the subscription, without a host. */
        SubscriptionLinks: {
            /**
             * @description The subscription.
             * @example /v1/subscriptions/acme
             */
            self: string;
        };
        /** @description One page of subscriptions. */
        SubscriptionPage: {
            /**
             * @description By name.
             * @example []
             */
            subscriptions: components["schemas"]["Subscription"][];
            /**
             * @description Missing on the last page.
             * @example eyJhIjoxfQ
             */
            nextPageToken?: string;
        };
        /** @description Space of the stored data. */
        DiskSpace: {
            /**
             * @description Bytes that the stored data takes.
             * @example 1250000000
             */
            usedBytes: number;
            /**
             * @description Bytes that it may still grow: of the file system, or up to `maxDataBytes` if that is less.
             * @example 48750000000
             */
            freeBytes: number;
        };
        /** @description What a channel's configuration has where it does not say. */
        ChannelDefaults: {
            /**
             * @description How many items one call may carry.
             * @example 1
             */
            batchSize: number;
            /**
             * @description How long one call may take.
             * @example 10000
             */
            timeoutMs: number;
            /**
             * @description How many calls may run at once.
             * @example 64
             */
            concurrency: number;
            /**
             * @description Units at once after a quiet time.
             * @example 1
             */
            burst: number;
            retry: components["schemas"]["RetryConfig"];
            circuit: components["schemas"]["CircuitConfig"];
            /**
             * @description The longest wait that a `Retry-After` can impose.
             * @example 3600000
             */
            maxRetryAfterMs: number;
            /**
             * @description How long a parked item waits for a decision.
             * @example 86400
             */
            parkForSeconds: number;
        };
        /** @description The servers of a store. */
        ServerPage: {
            /**
             * @description The active one first, then by start.
             * @example []
             */
            servers: components["schemas"]["Server"][];
            /**
             * @description Never there as long as this list is one page.
             * @example eyJhIjoxfQ
             */
            nextPageToken?: string;
        };
        /** @description A server process. A restart makes another one of it, with another id. */
        Server: {
            /**
             * @description The id of this start.
             * @example srv_42
             */
            id: string;
            /**
             * @description The name of its host.
             * @example waybill-1
             */
            name: string;
            /**
             * @description The URL at which other servers reach it. Null without `cluster` in its configuration and for callers without `admin`.
             * @example http://10.0.0.5:7071
             */
            address: string | null;
            /**
             * @description `active`: it does the work; `standby`: it forwards requests, and may take over; `fenced`: another one took its place, and it ends.
             * @example active
             * @enum {string}
             */
            role: "active" | "standby" | "fenced";
            /**
             * @description It stops: what runs ends, nothing new starts.
             * @example false
             */
            draining: boolean;
            /**
             * @description The version of its software.
             * @example 0.1.0
             */
            version: string;
            /**
             * Format: date-time
             * @description When it was started.
             * @example 2026-01-15T08:00:00.000Z
             */
            startedAt: string;
            /**
             * @description Time since its last sign of life. One that shows none for the length of the lease counts as lost.
             * @example 1.4
             */
            beatAgeSeconds: number;
            /**
             * @description Its configuration equals that of the active server. With another one it would run the channels differently after a takeover.
             * @example true
             */
            configMatches: boolean;
            /**
             * @description How often the store was taken over or opened, this time included. Null: the server is not active.
             * @example 7
             */
            epoch: number | null;
            /**
             * @description How it came to the store. Null: the server is not active.
             * @example {
             *       "kind": "handover",
             *       "at": "2026-01-15T09:30:00.000Z",
             *       "quietUntil": null
             *     }
             */
            takeover: components["schemas"]["Takeover"] | null;
            /**
             * @description The evidence of order, since it became active. Null: the server is not active.
             * @example {
             *       "checks": 184230,
             *       "violations": 0
             *     }
             */
            order: components["schemas"]["OrderEvidence"] | null;
        };
        /** @description How often the items of a key were checked to run one after another, each later than the one before. */
        OrderEvidence: {
            /**
             * @description How often the turn of a key passed to its next item.
             * @example 184230
             */
            checks: number;
            /**
             * @description How often that item was not later in the order than the one before it. More than 0 is a fault of the server.
             * @example 0
             */
            violations: number;
        };
        /** @description How an active server came to the store. */
        Takeover: {
            /**
             * @description `none`: no other server had it; `handover`: the one before gave it back; `lease_ended`: the one before showed no sign of life for the length of the lease, or its process was gone.
             * @example handover
             * @enum {string}
             */
            kind: "none" | "handover" | "lease_ended";
            /**
             * Format: date-time
             * @description When.
             * @example 2026-01-15T09:30:00.000Z
             */
            at: string;
            /**
             * Format: date-time
             * @description No call starts before, as calls of the server before may still run. Null: there was no need to wait, or it is over.
             * @example null
             */
            quietUntil: string | null;
        };
        /** @description The server's state. */
        Health: {
            /**
             * @description Always `ok`; what is not answers a problem.
             * @example ok
             * @constant
             */
            status: "ok";
        };
        /** @description Whether the server takes work, and how its components are. */
        Readiness: {
            /**
             * @description `standby`: the server forwards every request to the active one, whose components these are. One server alone is `active`.
             * @example active
             * @enum {string}
             */
            role: "active" | "standby";
            /**
             * @description `degraded`: work is accepted, and something is wrong with a component.
             * @example ok
             * @enum {string}
             */
            status: "ok" | "degraded";
            components: components["schemas"]["ReadinessComponents"];
        };
        /** @description The components of the server. */
        ReadinessComponents: {
            store: components["schemas"]["StoreReadiness"];
            dispatcher: components["schemas"]["DispatcherReadiness"];
            channels: components["schemas"]["ChannelsReadiness"];
        };
        /** @description What writes and reads. */
        StoreReadiness: {
            /**
             * @description `ok`, or why nothing new is accepted.
             * @example ok
             * @enum {string}
             */
            status: "ok" | "disk_full" | "store_damaged" | "store_unavailable";
        };
        /** @description What delivers. */
        DispatcherReadiness: {
            /**
             * @description `degraded`: a worker thread was lost in the last 5 minutes.
             * @example ok
             * @enum {string}
             */
            status: "ok" | "degraded";
            /**
             * @description Worker threads that deliveries may use.
             * @example 3
             */
            threads: number;
            /**
             * @description Worker threads that were lost in the last 5 minutes.
             * @example 0
             */
            lostThreads: number;
        };
        /** @description How many channels have items to deliver, and how many of these are held up. A channel may count several times. */
        ChannelsReadiness: {
            /**
             * @description `degraded`: a channel is degraded.
             * @example ok
             * @enum {string}
             */
            status: "ok" | "degraded";
            /**
             * @description Channels with items that have not ended.
             * @example 4
             */
            busy: number;
            /**
             * @description Those of them that are paused.
             * @example 0
             */
            paused: number;
            /**
             * @description Those whose circuit is open or half-open.
             * @example 1
             */
            circuitOpen: number;
            /**
             * @description Those that wait by a `Retry-After`.
             * @example 0
             */
            blocked: number;
            /**
             * @description Those that stand still for no known reason: see `state.degraded` of a channel.
             * @example 0
             */
            degraded: number;
        };
        /** @description An OpenAPI 3.1 document. */
        OpenapiDocument: {
            /**
             * @description The version of OpenAPI.
             * @example 3.1.0
             */
            openapi: string;
            /**
             * @description Title and version of this API.
             * @example {
             *       "title": "Waybill",
             *       "version": "0.1.0"
             *     }
             */
            info: {
                [key: string]: unknown;
            };
            /**
             * @description The operations.
             * @example {}
             */
            paths: {
                [key: string]: unknown;
            };
        } & {
            [key: string]: unknown;
        };
        /** @description The job of an event, as it was then. `links` lead to the rest. */
        WebhookEventJob: {
            id: components["schemas"]["JobId"];
            channel: components["schemas"]["ChannelName"];
            /**
             * @description As submitted.
             * @example product
             */
            objectType: string;
            action: components["schemas"]["Action"];
            /**
             * @description As submitted.
             * @example pim
             */
            source: string | null;
            /**
             * @description The workflow it belongs to, if it belongs to one.
             * @example null
             */
            executionId: components["schemas"]["ExecutionId"] | null;
            status: components["schemas"]["JobStatus"];
            /**
             * @description How it ended; null until it has.
             * @example partial
             */
            outcome: components["schemas"]["JobOutcome"] | null;
            counts: components["schemas"]["ItemCounts"];
            /**
             * @description As submitted; null when it has more than 8 KiB as JSON.
             * @example {
             *       "run": "nightly-42"
             *     }
             */
            metadata: components["schemas"]["Metadata"] | null;
            /**
             * Format: date-time
             * @description When it was submitted.
             * @example 2026-01-15T08:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description When its first call started.
             * @example 2026-01-15T08:00:00.020Z
             */
            startedAt: string | null;
            /**
             * Format: date-time
             * @description When it ended.
             * @example null
             */
            endedAt: string | null;
            links: components["schemas"]["JobLinks"];
        };
        /** @description The webhook endpoint of an event. */
        WebhookEventEndpoint: {
            id: components["schemas"]["WebhookEndpointId"];
            /**
             * @description Its url without the query, with `***` for each segment of its path that does not read as a name.
             * @example https://hooks.example/waybill
             */
            url: string;
            state: components["schemas"]["WebhookEndpointState"];
            /**
             * @description Why it is disabled; null while it is enabled.
             * @example failures
             */
            reason: components["schemas"]["WebhookStateReason"] | null;
        };
        /** @description Paths of what belongs to the parked items, without a host. */
        ParkedEventLinks: {
            /**
             * @description The parked items of the channel.
             * @example /v1/parked?channel=shop-eu
             */
            parked: string;
        };
        /** @description A job and all its items are durable. Of an open job it is sent when the job is sealed. */
        JobAcceptedEvent: {
            id: components["schemas"]["WebhookEventId"];
            /**
             * @description What happened.
             * @example job.accepted
             * @constant
             */
            type: "job.accepted";
            /**
             * Format: date-time
             * @description When it happened.
             * @example 2026-01-15T08:01:20.000Z
             */
            timestamp: string;
            /**
             * @description The facts.
             * @example {
             *       "subscription": "default",
             *       "job": {
             *         "id": "job_0198c2f04b7e7c3fa1d2b3c4d5e6f708",
             *         "channel": "shop-eu",
             *         "objectType": "product",
             *         "action": "update",
             *         "source": "pim",
             *         "executionId": null,
             *         "status": "pending",
             *         "outcome": null,
             *         "counts": {
             *           "total": 20000,
             *           "pending": 20000,
             *           "waiting": 0,
             *           "running": 0,
             *           "succeeded": 0,
             *           "failed": 0,
             *           "cancelled": 0
             *         },
             *         "metadata": {
             *           "run": "nightly-42"
             *         },
             *         "createdAt": "2026-01-15T08:00:00.000Z",
             *         "startedAt": null,
             *         "endedAt": null,
             *         "links": {
             *           "self": "/v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708",
             *           "items": "/v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/items",
             *           "results": "/v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/results",
             *           "resultsCsv": "/v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/results.csv",
             *           "events": "/v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/events",
             *           "cancel": "/v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/cancel",
             *           "pause": "/v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/pause",
             *           "resume": "/v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/resume",
             *           "retry": "/v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/retry",
             *           "channel": "/v1/channels/shop-eu"
             *         }
             *       }
             *     }
             */
            data: {
                /**
                 * @description Whose event it is.
                 * @example default
                 */
                subscription: string;
                job: components["schemas"]["WebhookEventJob"];
            };
        };
        /** @description The first call with an item of the job has started. */
        JobStartedEvent: {
            id: components["schemas"]["WebhookEventId"];
            /**
             * @description What happened.
             * @example job.started
             * @constant
             */
            type: "job.started";
            /**
             * Format: date-time
             * @description When it happened.
             * @example 2026-01-15T08:01:20.000Z
             */
            timestamp: string;
            /**
             * @description The facts.
             * @example {
             *       "subscription": "default",
             *       "job": {
             *         "id": "job_0198c2f04b7e7c3fa1d2b3c4d5e6f708",
             *         "channel": "shop-eu",
             *         "objectType": "product",
             *         "action": "update",
             *         "source": "pim",
             *         "executionId": null,
             *         "status": "running",
             *         "outcome": null,
             *         "counts": {
             *           "total": 20000,
             *           "pending": 19999,
             *           "waiting": 0,
             *           "running": 1,
             *           "succeeded": 0,
             *           "failed": 0,
             *           "cancelled": 0
             *         },
             *         "metadata": {
             *           "run": "nightly-42"
             *         },
             *         "createdAt": "2026-01-15T08:00:00.000Z",
             *         "startedAt": "2026-01-15T08:00:00.020Z",
             *         "endedAt": null,
             *         "links": {
             *           "self": "/v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708",
             *           "items": "/v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/items",
             *           "results": "/v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/results",
             *           "resultsCsv": "/v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/results.csv",
             *           "events": "/v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/events",
             *           "cancel": "/v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/cancel",
             *           "pause": "/v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/pause",
             *           "resume": "/v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/resume",
             *           "retry": "/v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/retry",
             *           "channel": "/v1/channels/shop-eu"
             *         }
             *       }
             *     }
             */
            data: {
                /**
                 * @description Whose event it is.
                 * @example default
                 */
                subscription: string;
                job: components["schemas"]["WebhookEventJob"];
            };
        };
        /** @description All items of the job have ended, or it was cancelled or expired. Sent once for each job; a job that ends at once has no `job.started`. */
        JobEndedEvent: {
            id: components["schemas"]["WebhookEventId"];
            /**
             * @description What happened.
             * @example job.ended
             * @constant
             */
            type: "job.ended";
            /**
             * Format: date-time
             * @description When it happened.
             * @example 2026-01-15T08:01:20.000Z
             */
            timestamp: string;
            /**
             * @description The facts.
             * @example {
             *       "subscription": "default",
             *       "job": {
             *         "id": "job_0198c2f04b7e7c3fa1d2b3c4d5e6f708",
             *         "channel": "shop-eu",
             *         "objectType": "product",
             *         "action": "update",
             *         "source": "pim",
             *         "executionId": null,
             *         "status": "ended",
             *         "outcome": "partial",
             *         "counts": {
             *           "total": 20000,
             *           "pending": 0,
             *           "waiting": 0,
             *           "running": 0,
             *           "succeeded": 19988,
             *           "failed": 12,
             *           "cancelled": 0
             *         },
             *         "metadata": {
             *           "run": "nightly-42"
             *         },
             *         "createdAt": "2026-01-15T08:00:00.000Z",
             *         "startedAt": "2026-01-15T08:00:00.020Z",
             *         "endedAt": "2026-01-15T08:06:50.000Z",
             *         "links": {
             *           "self": "/v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708",
             *           "items": "/v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/items",
             *           "results": "/v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/results",
             *           "resultsCsv": "/v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/results.csv",
             *           "events": "/v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/events",
             *           "cancel": "/v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/cancel",
             *           "pause": "/v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/pause",
             *           "resume": "/v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/resume",
             *           "retry": "/v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/retry",
             *           "channel": "/v1/channels/shop-eu"
             *         }
             *       }
             *     }
             */
            data: {
                /**
                 * @description Whose event it is.
                 * @example default
                 */
                subscription: string;
                job: components["schemas"]["WebhookEventJob"];
            };
        };
        /** @description A job was accepted that waits for other jobs, or its dependency can no longer be met; `waiting` says why. */
        JobBlockedEvent: {
            id: components["schemas"]["WebhookEventId"];
            /**
             * @description What happened.
             * @example job.blocked
             * @constant
             */
            type: "job.blocked";
            /**
             * Format: date-time
             * @description When it happened.
             * @example 2026-01-15T08:01:20.000Z
             */
            timestamp: string;
            /**
             * @description The facts.
             * @example {
             *       "subscription": "default",
             *       "job": {
             *         "id": "job_0198c2f04b7e7c3fa1d2b3c4d5e6f708",
             *         "channel": "shop-eu",
             *         "objectType": "product",
             *         "action": "update",
             *         "source": "pim",
             *         "executionId": null,
             *         "status": "blocked",
             *         "outcome": null,
             *         "counts": {
             *           "total": 20000,
             *           "pending": 20000,
             *           "waiting": 0,
             *           "running": 0,
             *           "succeeded": 0,
             *           "failed": 0,
             *           "cancelled": 0
             *         },
             *         "metadata": {
             *           "run": "nightly-42"
             *         },
             *         "createdAt": "2026-01-15T08:00:00.000Z",
             *         "startedAt": null,
             *         "endedAt": null,
             *         "links": {
             *           "self": "/v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708",
             *           "items": "/v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/items",
             *           "results": "/v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/results",
             *           "resultsCsv": "/v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/results.csv",
             *           "events": "/v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/events",
             *           "cancel": "/v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/cancel",
             *           "pause": "/v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/pause",
             *           "resume": "/v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/resume",
             *           "retry": "/v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/retry",
             *           "channel": "/v1/channels/shop-eu"
             *         }
             *       },
             *       "waiting": [
             *         {
             *           "reason": "dependency",
             *           "items": 20000,
             *           "until": null,
             *           "jobs": [
             *             "job_0198c2f12ad37b1c9e4f5061728394a5"
             *           ]
             *         }
             *       ]
             *     }
             */
            data: {
                /**
                 * @description Whose event it is.
                 * @example default
                 */
                subscription: string;
                job: components["schemas"]["WebhookEventJob"];
                /**
                 * @description What it waits for.
                 * @example [
                 *       {
                 *         "reason": "dependency",
                 *         "items": 20000,
                 *         "until": null,
                 *         "jobs": [
                 *           "job_0198c2f12ad37b1c9e4f5061728394a5"
                 *         ]
                 *       }
                 *     ]
                 */
                waiting: components["schemas"]["WaitingCount"][];
            };
        };
        /** @description How far a running job is: at most one in 30 seconds for a job, and none when nothing changed. */
        JobProgressedEvent: {
            id: components["schemas"]["WebhookEventId"];
            /**
             * @description What happened.
             * @example job.progress
             * @constant
             */
            type: "job.progress";
            /**
             * Format: date-time
             * @description When it happened.
             * @example 2026-01-15T08:01:20.000Z
             */
            timestamp: string;
            /**
             * @description The facts.
             * @example {
             *       "subscription": "default",
             *       "job": {
             *         "id": "job_0198c2f04b7e7c3fa1d2b3c4d5e6f708",
             *         "channel": "shop-eu",
             *         "objectType": "product",
             *         "action": "update",
             *         "source": "pim",
             *         "executionId": null,
             *         "status": "running",
             *         "outcome": null,
             *         "counts": {
             *           "total": 20000,
             *           "pending": 15936,
             *           "waiting": 0,
             *           "running": 50,
             *           "succeeded": 4002,
             *           "failed": 12,
             *           "cancelled": 0
             *         },
             *         "metadata": {
             *           "run": "nightly-42"
             *         },
             *         "createdAt": "2026-01-15T08:00:00.000Z",
             *         "startedAt": "2026-01-15T08:00:00.020Z",
             *         "endedAt": null,
             *         "links": {
             *           "self": "/v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708",
             *           "items": "/v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/items",
             *           "results": "/v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/results",
             *           "resultsCsv": "/v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/results.csv",
             *           "events": "/v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/events",
             *           "cancel": "/v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/cancel",
             *           "pause": "/v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/pause",
             *           "resume": "/v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/resume",
             *           "retry": "/v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/retry",
             *           "channel": "/v1/channels/shop-eu"
             *         }
             *       },
             *       "progress": {
             *         "ratio": 0.2,
             *         "itemsPerSecond": 48.5,
             *         "etaSeconds": 330,
             *         "estimatedEndAt": "2026-01-15T08:05:30.000Z",
             *         "decidedBy": {
             *           "constraint": "rate_limit",
             *           "items": 15936,
             *           "itemsPerSecond": 50,
             *           "until": null,
             *           "reason": null
             *         }
             *       }
             *     }
             */
            data: {
                /**
                 * @description Whose event it is.
                 * @example default
                 */
                subscription: string;
                job: components["schemas"]["WebhookEventJob"];
                progress: components["schemas"]["JobProgress"];
            };
        };
        /** @description The estimated end of a job has come after its `deadlineAt`. Sent once for each job. */
        JobDeadlineAtRiskEvent: {
            id: components["schemas"]["WebhookEventId"];
            /**
             * @description What happened.
             * @example job.deadline_at_risk
             * @constant
             */
            type: "job.deadline_at_risk";
            /**
             * Format: date-time
             * @description When it happened.
             * @example 2026-01-15T08:01:20.000Z
             */
            timestamp: string;
            /**
             * @description The facts.
             * @example {
             *       "subscription": "default",
             *       "job": {
             *         "id": "job_0198c2f04b7e7c3fa1d2b3c4d5e6f708",
             *         "channel": "shop-eu",
             *         "objectType": "product",
             *         "action": "update",
             *         "source": "pim",
             *         "executionId": null,
             *         "status": "running",
             *         "outcome": null,
             *         "counts": {
             *           "total": 20000,
             *           "pending": 15936,
             *           "waiting": 0,
             *           "running": 50,
             *           "succeeded": 4002,
             *           "failed": 12,
             *           "cancelled": 0
             *         },
             *         "metadata": {
             *           "run": "nightly-42"
             *         },
             *         "createdAt": "2026-01-15T08:00:00.000Z",
             *         "startedAt": "2026-01-15T08:00:00.020Z",
             *         "endedAt": null,
             *         "links": {
             *           "self": "/v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708",
             *           "items": "/v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/items",
             *           "results": "/v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/results",
             *           "resultsCsv": "/v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/results.csv",
             *           "events": "/v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/events",
             *           "cancel": "/v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/cancel",
             *           "pause": "/v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/pause",
             *           "resume": "/v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/resume",
             *           "retry": "/v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/retry",
             *           "channel": "/v1/channels/shop-eu"
             *         }
             *       },
             *       "deadlineAt": "2026-01-15T08:05:00.000Z",
             *       "estimatedEndAt": "2026-01-15T08:05:30.000Z"
             *     }
             */
            data: {
                /**
                 * @description Whose event it is.
                 * @example default
                 */
                subscription: string;
                job: components["schemas"]["WebhookEventJob"];
                /**
                 * Format: date-time
                 * @description The job's `deadlineAt`.
                 * @example 2026-01-15T08:05:00.000Z
                 */
                deadlineAt: string;
                /**
                 * Format: date-time
                 * @description When it would end at its rate of now.
                 * @example 2026-01-15T08:05:30.000Z
                 */
                estimatedEndAt: string;
            };
        };
        /** @description Items of a channel were parked: a digest, at most one a minute for a channel. */
        ItemsParkedEvent: {
            id: components["schemas"]["WebhookEventId"];
            /**
             * @description What happened.
             * @example item.parked
             * @constant
             */
            type: "item.parked";
            /**
             * Format: date-time
             * @description When it happened.
             * @example 2026-01-15T08:01:20.000Z
             */
            timestamp: string;
            /**
             * @description The facts.
             * @example {
             *       "subscription": "default",
             *       "channel": "shop-eu",
             *       "items": 1,
             *       "parked": [
             *         {
             *           "jobId": "job_0198c2f04b7e7c3fa1d2b3c4d5e6f708",
             *           "index": 12
             *         }
             *       ],
             *       "firstExpiryAt": "2026-01-16T08:00:00.030Z",
             *       "links": {
             *         "parked": "/v1/parked?channel=shop-eu"
             *       }
             *     }
             */
            data: {
                /**
                 * @description Whose event it is.
                 * @example default
                 */
                subscription: string;
                channel: components["schemas"]["ChannelName"];
                /**
                 * @description How many items were parked since the last such event of the channel.
                 * @example 1
                 */
                items: number;
                /**
                 * @description Their places: the first 20.
                 * @example [
                 *       {
                 *         "jobId": "job_0198c2f04b7e7c3fa1d2b3c4d5e6f708",
                 *         "index": 12
                 *       }
                 *     ]
                 */
                parked: components["schemas"]["ItemPlace"][];
                /**
                 * Format: date-time
                 * @description When the first of them is skipped unless somebody decides before.
                 * @example 2026-01-16T08:00:00.030Z
                 */
                firstExpiryAt: string;
                links: components["schemas"]["ParkedEventLinks"];
            };
        };
        /** @description Too many calls of a channel failed: only single probes are made. Sent to subscriptions with work that has not ended on the channel. */
        CircuitOpenedEvent: {
            id: components["schemas"]["WebhookEventId"];
            /**
             * @description What happened.
             * @example channel.circuit_opened
             * @constant
             */
            type: "channel.circuit_opened";
            /**
             * Format: date-time
             * @description When it happened.
             * @example 2026-01-15T08:01:20.000Z
             */
            timestamp: string;
            /**
             * @description The facts.
             * @example {
             *       "subscription": "default",
             *       "channel": "shop-eu",
             *       "since": "2026-01-15T08:01:20.000Z"
             *     }
             */
            data: {
                /**
                 * @description Whose event it is.
                 * @example default
                 */
                subscription: string;
                channel: components["schemas"]["ChannelName"];
                /**
                 * Format: date-time
                 * @description When the circuit opened.
                 * @example 2026-01-15T08:01:20.000Z
                 */
                since: string;
            };
        };
        /** @description Calls of a channel succeed again. Sent to subscriptions with work that has not ended on the channel. */
        CircuitClosedEvent: {
            id: components["schemas"]["WebhookEventId"];
            /**
             * @description What happened.
             * @example channel.circuit_closed
             * @constant
             */
            type: "channel.circuit_closed";
            /**
             * Format: date-time
             * @description When it happened.
             * @example 2026-01-15T08:01:20.000Z
             */
            timestamp: string;
            /**
             * @description The facts.
             * @example {
             *       "subscription": "default",
             *       "channel": "shop-eu",
             *       "openForMs": 30000
             *     }
             */
            data: {
                /**
                 * @description Whose event it is.
                 * @example default
                 */
                subscription: string;
                channel: components["schemas"]["ChannelName"];
                /**
                 * @description How long it was not closed.
                 * @example 30000
                 */
                openForMs: number;
            };
        };
        /** @description All deliveries to an endpoint have failed for half of the time after which it is disabled. Sent to the other endpoints of the subscription. */
        WebhookEndpointFailingEvent: {
            id: components["schemas"]["WebhookEventId"];
            /**
             * @description What happened.
             * @example webhook_endpoint.failing
             * @constant
             */
            type: "webhook_endpoint.failing";
            /**
             * Format: date-time
             * @description When it happened.
             * @example 2026-01-15T08:01:20.000Z
             */
            timestamp: string;
            /**
             * @description The facts.
             * @example {
             *       "subscription": "default",
             *       "endpoint": {
             *         "id": "whe_0198c2f04b7e7c3fa1d2b3c4d5e6f708",
             *         "url": "https://hooks.example/waybill",
             *         "state": "enabled",
             *         "reason": null
             *       }
             *     }
             */
            data: {
                /**
                 * @description Whose event it is.
                 * @example default
                 */
                subscription: string;
                endpoint: components["schemas"]["WebhookEventEndpoint"];
            };
        };
        /** @description An endpoint was disabled by the server. Sent to the other endpoints of the subscription. */
        WebhookEndpointDisabledEvent: {
            id: components["schemas"]["WebhookEventId"];
            /**
             * @description What happened.
             * @example webhook_endpoint.disabled
             * @constant
             */
            type: "webhook_endpoint.disabled";
            /**
             * Format: date-time
             * @description When it happened.
             * @example 2026-01-15T08:01:20.000Z
             */
            timestamp: string;
            /**
             * @description The facts.
             * @example {
             *       "subscription": "default",
             *       "endpoint": {
             *         "id": "whe_0198c2f04b7e7c3fa1d2b3c4d5e6f708",
             *         "url": "https://hooks.example/waybill",
             *         "state": "disabled",
             *         "reason": "failures"
             *       }
             *     }
             */
            data: {
                /**
                 * @description Whose event it is.
                 * @example default
                 */
                subscription: string;
                endpoint: components["schemas"]["WebhookEventEndpoint"];
            };
        };
        /** @description Sent by `testWebhookEndpoint`, to that endpoint alone. */
        WebhookEndpointTestedEvent: {
            id: components["schemas"]["WebhookEventId"];
            /**
             * @description What happened.
             * @example webhook_endpoint.test
             * @constant
             */
            type: "webhook_endpoint.test";
            /**
             * Format: date-time
             * @description When it happened.
             * @example 2026-01-15T08:01:20.000Z
             */
            timestamp: string;
            /**
             * @description The facts.
             * @example {
             *       "subscription": "default",
             *       "endpoint": {
             *         "id": "whe_0198c2f04b7e7c3fa1d2b3c4d5e6f708",
             *         "url": "https://hooks.example/waybill",
             *         "state": "enabled",
             *         "reason": null
             *       }
             *     }
             */
            data: {
                /**
                 * @description Whose event it is.
                 * @example default
                 */
                subscription: string;
                endpoint: components["schemas"]["WebhookEventEndpoint"];
            };
        };
        /** @description Why a request was refused (RFC 9457). Decide by `code`; `detail` is for people and may change. */
        Problem: {
            /**
             * @description The section of the docs about this code.
             * @example /docs/errors#unknown_field
             */
            type: string;
            /**
             * @description The code in a few words.
             * @example Unknown field
             */
            title: string;
            /**
             * @description The HTTP status.
             * @example 400
             */
            status: number;
            /**
             * @description What was required, and what came.
             * @example Cannot submit job as chanel is not a field of the envelope: did you mean channel?
             */
            detail: string;
            code: components["schemas"]["ProblemCode"];
            /**
             * @description The request in the server's log.
             * @example req_0198c2f04c1a7d2e9b1c2d3e4f506172
             */
            requestId?: string;
            /**
             * @description The path of the request.
             * @example /v1/jobs
             */
            instance?: string;
            /**
             * @description The places that are wrong: the first 100 by position.
             * @example [
             *       {
             *         "pointer": "/chanel",
             *         "detail": "is not a field of the envelope: did you mean channel?"
             *       }
             *     ]
             */
            errors?: components["schemas"]["ProblemPlace"][];
            /**
             * @description How many places were found to be wrong; with `errors`. Fields and parameters are checked until 100 are, items until 10,000 are; `detail` says so.
             * @example 1
             */
            errorCount?: number;
            /** @description Of `getReadiness`: how the components of the server are. */
            components?: components["schemas"]["ReadinessComponents"];
            limit?: components["schemas"]["PassedLimit"];
            /**
             * @description With `upload_gap`: where to continue.
             * @example 2000
             */
            nextIndex?: number;
            /**
             * @description With `item_conflict`: the first item that differs from what is stored.
             * @example 1200
             */
            index?: number;
            /**
             * @description With `unknown_channel`: the channels that the caller may use, the first 100 by name.
             * @example [
             *       "sandbox",
             *       "shop-eu"
             *     ]
             */
            channels?: string[];
            /**
             * @description With `dependency_not_found` and `dependency_unmet`: the jobs that it is about.
             * @example [
             *       "job_0198c2f04b7e7c3fa1d2b3c4d5e6f708"
             *     ]
             */
            dependencies?: components["schemas"]["JobId"][];
            /**
             * @description With `stale`: the first 100 items of which there are newer ones.
             * @example []
             */
            stale?: components["schemas"]["StaleItem"][];
        };
        /** @description An item to be tried again, and a newer one of the same object. */
        StaleItem: {
            jobId: components["schemas"]["JobId"];
            /**
             * @description Its place in that job.
             * @example 12
             */
            index: number;
            newer: components["schemas"]["ItemPlace"];
        };
        /** @description One place that is wrong. */
        ProblemPlace: {
            /**
             * @description JSON Pointer into the body, or into the line; empty for the whole. A name in it that is longer than 64 characters is cut short and ends in `…`.
             * @example /items/3/id
             */
            pointer?: string;
            /**
             * @description The line of an NDJSON body, from 1 (of `submitJob` line 1 is the envelope).
             * @example 17203
             */
            line?: number;
            /**
             * @description The query parameter or header.
             * @example pageSize
             */
            parameter?: string;
            /**
             * @description What was required, and what came.
             * @example must have 1 to 256 bytes: current value has 0
             */
            detail: string;
        };
        /** @description The limit that was passed. */
        PassedLimit: {
            /**
             * @description Its name in `Limits`.
             * @example maxJsonBodyBytes
             */
            name: string;
            /**
             * @description Its value.
             * @example 16777216
             */
            value: number;
        };
        /**
         * @description Every code a request can be refused with. The list grows only with new features; a client that meets an unknown one goes by the HTTP status.
         * @example unknown_field
         * @enum {string}
         */
        ProblemCode: "bad_request" | "unknown_field" | "invalid_item" | "items_missing" | "item_count_mismatch" | "unknown_channel" | "dependency_not_found" | "unauthenticated" | "forbidden" | "module_not_settable" | "channel_not_settable" | "not_found" | "job_not_found" | "item_not_found" | "channel_not_found" | "execution_not_found" | "token_not_found" | "webhook_endpoint_not_found" | "credentials_not_found" | "subscription_not_found" | "method_not_allowed" | "request_timeout" | "upload_gap" | "item_conflict" | "append_in_progress" | "job_sealed" | "job_ended" | "job_not_ended" | "selection_invalid" | "selection_expired" | "channel_in_use" | "channel_held" | "connector_unavailable" | "stale" | "nothing_to_retry" | "replaced_too_often" | "execution_exists" | "execution_ended" | "dependency_unmet" | "token_limit_reached" | "webhook_endpoint_limit_reached" | "credentials_limit_reached" | "subscription_not_settable" | "idempotency_in_progress" | "job_purged" | "token_revoked" | "body_too_large" | "line_too_large" | "too_many_items" | "unsupported_media_type" | "idempotency_mismatch" | "quota_exceeded" | "rate_limited" | "internal_error" | "overloaded" | "disk_full" | "store_damaged" | "store_unavailable" | "owner_unavailable" | "stopping";
        /**
         * @description What the server sends to a connector. Ignore the fields you do not know.
         * @example {
         *       "jobId": "job_0198c2f04b7e7c3fa1d2b3c4d5e6f708",
         *       "subscription": "default",
         *       "channel": "shop-eu",
         *       "objectType": "product",
         *       "action": "update",
         *       "items": [
         *         {
         *           "index": 0,
         *           "id": "sku-1001",
         *           "partitionKey": "sku-1001",
         *           "idempotencyKey": "job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/0",
         *           "attempt": 1,
         *           "data": {
         *             "price": 1990
         *           }
         *         }
         *       ]
         *     }
         */
        DeliveryRequest: {
            jobId: components["schemas"]["JobId"];
            /**
             * @description Whose job it is.
             * @example default
             */
            subscription: string;
            channel: components["schemas"]["ChannelName"];
            /**
             * @description What kind of object the items are.
             * @example product
             */
            objectType: string;
            action: components["schemas"]["Action"];
            /**
             * @description The items, never two of one partition key.
             * @example [
             *       {
             *         "index": 0,
             *         "id": "sku-1001",
             *         "partitionKey": "sku-1001",
             *         "idempotencyKey": "job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/0",
             *         "attempt": 1,
             *         "data": {
             *           "price": 1990
             *         }
             *       }
             *     ]
             */
            items: components["schemas"]["DeliveryItem"][];
        };
        /** @description One item to deliver. */
        DeliveryItem: {
            /**
             * @description Its place in the job, from 0; names it in the answer.
             * @example 0
             */
            index: number;
            /**
             * @description As submitted.
             * @example sku-1001
             */
            id: string;
            /**
             * @description The key that orders it under its job's `partitionBy`; null with `none` and `job`.
             * @example sku-1001
             */
            partitionKey: string | null;
            /**
             * @description The same for every attempt of this item: `<jobId>/<index>`.
             * @example job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/0
             */
            idempotencyKey: string;
            /**
             * @description Counts the calls of this item, from 1.
             * @example 1
             */
            attempt: number;
            /**
             * @description As submitted, or as replaced since (`resolveParked`), or as resolved (`payload` of the channel), any JSON; null when the item has none.
             * @example {
             *       "price": 1990
             *     }
             */
            data: unknown;
        };
        /**
         * @description A connector's judgement of the items of one call.
         * @example {
         *       "results": [
         *         {
         *           "index": 0,
         *           "status": "succeeded",
         *           "result": {
         *             "revision": 7
         *           }
         *         },
         *         {
         *           "index": 1,
         *           "status": "failed",
         *           "error": {
         *             "code": "price_negative",
         *             "detail": "price: must not be negative",
         *             "retryable": false
         *           }
         *         }
         *       ]
         *     }
         */
        DeliveryAnswer: {
            /**
             * @description One entry for each item of the call.
             * @example [
             *       {
             *         "index": 0,
             *         "status": "succeeded",
             *         "result": {
             *           "revision": 7
             *         }
             *       }
             *     ]
             */
            results: components["schemas"]["DeliveryResult"][];
        };
        /** @description The judgement of one item. */
        DeliveryResult: {
            /**
             * @description The item's `index` in the call.
             * @example 0
             */
            index: number;
            /**
             * @description How it went.
             * @example succeeded
             * @enum {string}
             */
            status: "succeeded" | "failed";
            /**
             * @description Kept with the item, any JSON below 64 KiB.
             * @example {
             *       "revision": 7
             *     }
             */
            result?: unknown;
            /**
             * @description What the caller should know though it succeeded.
             * @example []
             */
            warnings?: components["schemas"]["DeliveryWarning"][];
            error?: components["schemas"]["DeliveryError"];
        };
        /** @description A remark about an item that succeeded. */
        DeliveryWarning: {
            /**
             * @description Names the kind of remark.
             * @example image_too_small
             */
            code: string;
            /**
             * @description The remark.
             * @example The image has 200 x 200 pixels and is shown blurred
             */
            detail: string;
            /**
             * @description JSON Pointer into the item.
             * @example /data/image
             */
            pointer?: string | null;
        };
        /** @description Why an item failed. */
        DeliveryError: {
            /**
             * @description Names the kind of failure.
             * @example price_negative
             */
            code: string;
            /**
             * @description For people.
             * @example price: must not be negative
             */
            detail?: string | null;
            /**
             * @description Whether to try the item again; default: false.
             * @example false
             */
            retryable?: boolean;
            /**
             * @description JSON Pointer into the item.
             * @example /data/price
             */
            pointer?: string | null;
        };
        /**
         * @description The ids whose data is resolved at once.
         * @example {
         *       "ids": [
         *         "sku-1001",
         *         "sku-1002"
         *       ]
         *     }
         */
        PayloadRequest: {
            /**
             * @description Ids of items as they were submitted, each once.
             * @example [
             *       "sku-1001",
             *       "sku-1002"
             *     ]
             */
            ids: string[];
        };
        /**
         * @description The data of ids, in any order.
         * @example {
         *       "items": [
         *         {
         *           "id": "sku-1001",
         *           "data": {
         *             "price": 1990
         *           }
         *         }
         *       ]
         *     }
         */
        PayloadAnswer: {
            /**
             * @description One entry for each id that exists.
             * @example [
             *       {
             *         "id": "sku-1001",
             *         "data": {
             *           "price": 1990
             *         }
             *       }
             *     ]
             */
            items: components["schemas"]["PayloadEntry"][];
        };
        /** @description The data of one id. */
        PayloadEntry: {
            /**
             * @description The id as it was sent.
             * @example sku-1001
             */
            id: string;
            /**
             * @description Its data, any JSON; delivered with the bytes in which it stands here.
             * @example {
             *       "price": 1990
             *     }
             */
            data: unknown;
        };
    };
    responses: {
        /** @description The request cannot be understood or is not valid; `errors` names the places. Nothing was changed. */
        BadRequest: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The token is missing or not valid. */
        Unauthenticated: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The caller may not do this; its token lacks a scope that the operation names, or what it asks for is beyond the token. */
        Forbidden: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description There is no such resource, or it is another subscription's. */
        NotFound: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The body did not arrive in time. Nothing was changed. */
        RequestTimeout: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The request does not fit the state that the resource is in. */
        Conflict: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "Retry-After": components["headers"]["Retry-After"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The resource existed and was removed. */
        Gone: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The body, a line or the number of items is over a limit; `limit` names it. Nothing was changed. */
        TooLarge: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The body's media type or encoding is not taken here. */
        UnsupportedMediaType: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The request contradicts an earlier one. */
        Unprocessable: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description A quota of the caller is used up. Try again after `Retry-After`. */
        TooManyRequests: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "Retry-After": components["headers"]["Retry-After"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description A fault of the server. */
        InternalError: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The server cannot take this now. Try again after `Retry-After`. */
        Unavailable: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "Retry-After": components["headers"]["Retry-After"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: {
        /**
         * @description The job's id.
         * @example job_0198c2f04b7e7c3fa1d2b3c4d5e6f708
         */
        JobIdPath: components["schemas"]["JobId"];
        /**
         * @description The item's place in the job, from 0.
         * @example 0
         */
        ItemIndex: number;
        /**
         * @description The channel's name.
         * @example shop-eu
         */
        ChannelNamePath: components["schemas"]["ChannelName"];
        /**
         * @description The subscription whose credentials they are, or `*`: those of every subscription that has none of its own.
         * @example acme
         */
        CredentialsSubscriptionPath: components["schemas"]["CredentialsSubscription"];
        /**
         * @description The calls that they are for: those that deliver items, or those of `payload` that resolve their data.
         * @example connector
         */
        CredentialsTarget: "connector" | "payload";
        /**
         * @description The subscription's name.
         * @example acme
         */
        SubscriptionPath: components["schemas"]["SubscriptionName"];
        /**
         * @description The execution's id.
         * @example nightly-2026-01-15
         */
        ExecutionIdPath: components["schemas"]["ExecutionId"];
        /**
         * @description The access token's id.
         * @example tok_0198c2f04b7e7c3fa1d2b3c4d5e6f708
         */
        TokenIdPath: components["schemas"]["AccessTokenId"];
        /**
         * @description The webhook endpoint's id.
         * @example whe_0198c2f04b7e7c3fa1d2b3c4d5e6f708
         */
        WebhookEndpointIdPath: components["schemas"]["WebhookEndpointId"];
        /**
         * @description The event's id, the same in every attempt and replay. Ignore an event whose id was processed before.
         * @example evt_0198c2f04b7e7c3fa1d2b3c4d5e6f708
         */
        WebhookIdHeader: components["schemas"]["WebhookEventId"];
        /**
         * @description When this attempt was signed, in seconds since 1970. Refuse one that is more than 5 minutes off.
         * @example 1768464080
         */
        WebhookTimestampHeader: number;
        /**
         * @description `v1,` and the base64 of HMAC-SHA256 over `<webhook-id>.<webhook-timestamp>.<body>`, with the bytes behind `whsec_` as key; several are separated by spaces while two secrets hold. `verifyWebhook` of `@waybill/sdk/webhooks` checks it.
         * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
         */
        WebhookSignatureHeader: string;
        /**
         * @description Makes the request safe to repeat for 24 hours: the same key and body answer what was answered first, with `Idempotent-Replayed: true`; the same key with another body is
         *     `idempotency_mismatch`. 1 to 255 characters, bare or quoted. Refused requests are not remembered.
         * @example 9f1d1c64-5d6e-4e0a-9a55-0f5f0c1d2b3a
         */
        IdempotencyKey: string;
        /**
         * @description W3C Trace Context of the request. It is stored with every job that the request creates. One that is not valid (another form, only zeros as an id, `ff` as the version)
         *     is ignored, as the standard requires; a later version is read as version `00`. `tracestate` is stored with it.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        Traceparent: string;
        /**
         * @description W3C Trace Context of the request: what tracing systems pass on beside `traceparent`. It is stored with every job that the request creates, and sent with its calls where these continue the trace (`trace` of the channel). One that is
         *     not valid, or comes without a valid `traceparent`, is ignored. Of one that is longer than 512 characters, members of more than 128 are left out first, then those at the end.
         * @example vendor=opaque-value,other=1
         */
        Tracestate: string;
        /**
         * @description How the body is packed. Anything else is `unsupported_media_type`. Bodies of at most 64 KiB (all operations but those that take items) may unpack to at most 64 times their
         *     packed size, or 4 KiB.
         * @example gzip
         */
        ContentEncoding: "gzip" | "identity";
        /**
         * @description `wait=N` lets the answer wait for up to N seconds (above 30 is 30) for the status to change. What cannot be read is ignored.
         * @example wait=25
         */
        PreferWaitJob: string;
        /**
         * @description `wait=N` lets the answer wait for up to N seconds (default 1, above 30 is 30) for the item to end; `wait=0` does not wait. What cannot be read is ignored.
         * @example wait=5
         */
        PreferWaitItem: string;
        /**
         * @description The most entries in a page; above 1,000 is 1,000.
         * @example 100
         */
        PageSize: number;
        /**
         * @description The `nextPageToken` of the page before, with the same filters.
         * @example eyJhIjoxfQ
         */
        PageToken: string;
    };
    requestBodies: never;
    headers: {
        /**
         * @description Names this request in the server's log. Quote it when you ask for help.
         * @example req_0198c2f04c1a7d2e9b1c2d3e4f506172
         */
        "X-Request-Id": string;
        /**
         * @description The path of the resource that was made, without a host; a URL where the operator has set the server's `publicUrl`.
         * @example /v1/jobs/job_0198c2f04b7e7c3fa1d2b3c4d5e6f708
         */
        Location: string;
        /**
         * @description A weak tag of the job's version.
         * @example W/"1000000042"
         */
        ETag: string;
        /**
         * @description Answers are private to the caller and to be asked for again.
         * @example private, no-cache
         */
        "Cache-Control": string;
        /**
         * @description After how many seconds to ask again.
         * @example 5
         */
        "Retry-After": number;
        /**
         * @description What is left of the caller's quotas (draft-ietf-httpapi-ratelimit-headers): `requests` for any operation, `pending-items` where new items are taken. `r` is what is left; `t` is there when nothing is, and says
         *     after how many seconds there may be more. Missing where no quota applies.
         * @example "requests";r=99, "pending-items";r=0;t=5
         */
        RateLimit: string;
        /**
         * @description The caller's quotas: of `requests`, `q` may be made at once after an idle time, and as many again in every `w` seconds; of `pending-items`, `q` may be accepted and not ended at once. Missing where no quota applies.
         * @example "requests";q=100;w=10, "pending-items";q=100000;qu="items"
         */
        "RateLimit-Policy": string;
        /**
         * @description The preference that was applied, if one was sent and could be read.
         * @example wait=25
         */
        "Preference-Applied": string;
        /**
         * @description What of the request the answer depends on, beside its URL; for caches.
         * @example Prefer
         */
        Vary: string;
        /**
         * @description Only on the answer to a repeated `Idempotency-Key`.
         * @example true
         */
        "Idempotent-Replayed": "true";
        /**
         * @description A file name for the download.
         * @example attachment; filename="job_0198c2f04b7e7c3fa1d2b3c4d5e6f708.csv"
         */
        "Content-Disposition": string;
        /**
         * @description How to authenticate.
         * @example Bearer
         */
        "WWW-Authenticate": string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    listJobs: {
        parameters: {
            query?: {
                /**
                 * @description Only jobs of these statuses.
                 * @example [
                 *       "running",
                 *       "pending"
                 *     ]
                 */
                status?: components["schemas"]["JobStatus"][];
                /**
                 * @description Only jobs for these channels.
                 * @example [
                 *       "shop-eu"
                 *     ]
                 */
                channel?: components["schemas"]["ChannelName"][];
                /**
                 * @description Only jobs of this execution.
                 * @example nightly-2026-01-15
                 */
                executionId?: components["schemas"]["ExecutionId"];
                /**
                 * @description Only jobs from these sources.
                 * @example [
                 *       "pim"
                 *     ]
                 */
                source?: string[];
                /**
                 * @description Only jobs made at or after this time.
                 * @example 2026-01-15T00:00:00Z
                 */
                createdAfter?: string;
                /**
                 * @description Only jobs made before this time.
                 * @example 2026-01-16T00:00:00Z
                 */
                createdBefore?: string;
                /**
                 * @description With `true`, only jobs that are expected to end after their deadline, by the present estimate of their remaining time. Not among them are jobs of which nobody can know it, and those that wait for a person.
                 * @example true
                 */
                deadlineAtRisk?: boolean;
                /**
                 * @description The most entries in a page; above 1,000 is 1,000.
                 * @example 100
                 */
                pageSize?: components["parameters"]["PageSize"];
                /**
                 * @description The `nextPageToken` of the page before, with the same filters.
                 * @example eyJhIjoxfQ
                 */
                pageToken?: components["parameters"]["PageToken"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of jobs. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobPage"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    submitJob: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Makes the request safe to repeat for 24 hours: the same key and body answer what was answered first, with `Idempotent-Replayed: true`; the same key with another body is
                 *     `idempotency_mismatch`. 1 to 255 characters, bare or quoted. Refused requests are not remembered.
                 * @example 9f1d1c64-5d6e-4e0a-9a55-0f5f0c1d2b3a
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description W3C Trace Context of the request. It is stored with every job that the request creates. One that is not valid (another form, only zeros as an id, `ff` as the version)
                 *     is ignored, as the standard requires; a later version is read as version `00`. `tracestate` is stored with it.
                 * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
                /**
                 * @description W3C Trace Context of the request: what tracing systems pass on beside `traceparent`. It is stored with every job that the request creates, and sent with its calls where these continue the trace (`trace` of the channel). One that is
                 *     not valid, or comes without a valid `traceparent`, is ignored. Of one that is longer than 512 characters, members of more than 128 are left out first, then those at the end.
                 * @example vendor=opaque-value,other=1
                 */
                tracestate?: components["parameters"]["Tracestate"];
                /**
                 * @description How the body is packed. Anything else is `unsupported_media_type`. Bodies of at most 64 KiB (all operations but those that take items) may unpack to at most 64 times their
                 *     packed size, or 4 KiB.
                 * @example gzip
                 */
                "Content-Encoding"?: components["parameters"]["ContentEncoding"];
            };
            path?: never;
            cookie?: never;
        };
        /** @description The envelope and its items. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["JobSubmission"];
                "application/x-ndjson": string;
            };
        };
        responses: {
            /** @description An open job was made. It waits for its items. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    Location: components["headers"]["Location"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description The job and all its items are accepted and durable. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    Location: components["headers"]["Location"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            408: components["responses"]["RequestTimeout"];
            409: components["responses"]["Conflict"];
            410: components["responses"]["Gone"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    actOnJobs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The action and the jobs. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["JobActionRequest"];
            };
        };
        responses: {
            /** @description What the action would change. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobActionReceipt"];
                };
            };
            /** @description The changes are durable; running calls may finish. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobActionReceipt"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getJob: {
        parameters: {
            query?: {
                /**
                 * @description The status that the caller knows. With `Prefer` of wait, the answer waits for another one.
                 * @example running
                 */
                knownStatus?: components["schemas"]["JobStatus"];
            };
            header?: {
                /**
                 * @description `wait=N` lets the answer wait for up to N seconds (above 30 is 30) for the status to change. What cannot be read is ignored.
                 * @example wait=25
                 */
                Prefer?: components["parameters"]["PreferWaitJob"];
                /**
                 * @description The `ETag` of an earlier answer. Ignored together with `Prefer` of wait.
                 * @example W/"1000000042"
                 */
                "If-None-Match"?: string;
            };
            path: {
                /**
                 * @description The job's id.
                 * @example job_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                jobId: components["parameters"]["JobIdPath"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The job. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "Preference-Applied": components["headers"]["Preference-Applied"];
                    Vary: components["headers"]["Vary"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description The job is still the version of `If-None-Match`. No body. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The job's id.
                 * @example job_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                jobId: components["parameters"]["JobIdPath"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The job is gone. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listItems: {
        parameters: {
            query?: {
                /**
                 * @description Only items of these statuses.
                 * @example [
                 *       "failed"
                 *     ]
                 */
                status?: components["schemas"]["ItemStatus"][];
                /**
                 * @description Only items that run under this partition key.
                 * @example sku-1001
                 */
                partitionKey?: string;
                /**
                 * @description Only items of this id. Ids need not be unique in a job.
                 * @example sku-1001
                 */
                id?: string;
                /**
                 * @description Parts of an item that are left out otherwise. Several are separated by a comma, or the parameter is repeated.
                 * @example [
                 *       "data",
                 *       "log"
                 *     ]
                 */
                include?: ("data" | "log")[];
                /**
                 * @description The most entries in a page; above 1,000 is 1,000.
                 * @example 100
                 */
                pageSize?: components["parameters"]["PageSize"];
                /**
                 * @description The `nextPageToken` of the page before, with the same filters.
                 * @example eyJhIjoxfQ
                 */
                pageToken?: components["parameters"]["PageToken"];
            };
            header?: never;
            path: {
                /**
                 * @description The job's id.
                 * @example job_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                jobId: components["parameters"]["JobIdPath"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of items. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ItemPage"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    appendItems: {
        parameters: {
            query: {
                /**
                 * @description The index, in the job, of the first item of this part.
                 * @example 0
                 */
                fromIndex: number;
            };
            header?: {
                /**
                 * @description How the body is packed. Anything else is `unsupported_media_type`. Bodies of at most 64 KiB (all operations but those that take items) may unpack to at most 64 times their
                 *     packed size, or 4 KiB.
                 * @example gzip
                 */
                "Content-Encoding"?: components["parameters"]["ContentEncoding"];
            };
            path: {
                /**
                 * @description The job's id.
                 * @example job_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                jobId: components["parameters"]["JobIdPath"];
            };
            cookie?: never;
        };
        /** @description The items of this part. */
        requestBody: {
            content: {
                "application/x-ndjson": string;
                "application/json": components["schemas"]["ItemInputs"];
            };
        };
        responses: {
            /** @description The part is durable. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AppendReceipt"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            408: components["responses"]["RequestTimeout"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getItem: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The job's id.
                 * @example job_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                jobId: components["parameters"]["JobIdPath"];
                /**
                 * @description The item's place in the job, from 0.
                 * @example 0
                 */
                index: components["parameters"]["ItemIndex"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The item. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Item"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    sealJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The job's id.
                 * @example job_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                jobId: components["parameters"]["JobIdPath"];
            };
            cookie?: never;
        };
        /** @description The number of items. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["SealRequest"];
            };
        };
        responses: {
            /** @description The job is sealed and accepted. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    Location: components["headers"]["Location"];
                    "Retry-After": components["headers"]["Retry-After"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    cancelJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The job's id.
                 * @example job_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                jobId: components["parameters"]["JobIdPath"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The job is marked, or had ended before. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    Location: components["headers"]["Location"];
                    "Retry-After": components["headers"]["Retry-After"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    pauseJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The job's id.
                 * @example job_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                jobId: components["parameters"]["JobIdPath"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The job is paused. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    Location: components["headers"]["Location"];
                    "Retry-After": components["headers"]["Retry-After"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    resumeJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The job's id.
                 * @example job_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                jobId: components["parameters"]["JobIdPath"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The job is not paused. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    Location: components["headers"]["Location"];
                    "Retry-After": components["headers"]["Retry-After"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    releaseJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The job's id.
                 * @example job_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                jobId: components["parameters"]["JobIdPath"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The job waits for no other one. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    Location: components["headers"]["Location"];
                    "Retry-After": components["headers"]["Retry-After"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    retryJob: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Makes the request safe to repeat for 24 hours: the same key and body answer what was answered first, with `Idempotent-Replayed: true`; the same key with another body is
                 *     `idempotency_mismatch`. 1 to 255 characters, bare or quoted. Refused requests are not remembered.
                 * @example 9f1d1c64-5d6e-4e0a-9a55-0f5f0c1d2b3a
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description W3C Trace Context of the request. It is stored with every job that the request creates. One that is not valid (another form, only zeros as an id, `ff` as the version)
                 *     is ignored, as the standard requires; a later version is read as version `00`. `tracestate` is stored with it.
                 * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
                /**
                 * @description W3C Trace Context of the request: what tracing systems pass on beside `traceparent`. It is stored with every job that the request creates, and sent with its calls where these continue the trace (`trace` of the channel). One that is
                 *     not valid, or comes without a valid `traceparent`, is ignored. Of one that is longer than 512 characters, members of more than 128 are left out first, then those at the end.
                 * @example vendor=opaque-value,other=1
                 */
                tracestate?: components["parameters"]["Tracestate"];
            };
            path: {
                /**
                 * @description The job's id.
                 * @example job_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                jobId: components["parameters"]["JobIdPath"];
            };
            cookie?: never;
        };
        /** @description Which items. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["RetryRequest"];
            };
        };
        responses: {
            /** @description The new job is accepted and durable. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RetryReceipt"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            410: components["responses"]["Gone"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getResults: {
        parameters: {
            query?: {
                /**
                 * @description Only items of these statuses.
                 * @example [
                 *       "failed"
                 *     ]
                 */
                status?: components["schemas"]["EndedItemStatus"][];
                /**
                 * @description The first index, itself included.
                 * @example 1000
                 */
                from?: number;
            };
            header?: never;
            path: {
                /**
                 * @description The job's id.
                 * @example job_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                jobId: components["parameters"]["JobIdPath"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The results so far, or all of them if the job is done. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "Content-Disposition": components["headers"]["Content-Disposition"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getResultsCsv: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The job's id.
                 * @example job_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                jobId: components["parameters"]["JobIdPath"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The CSV file. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "Content-Disposition": components["headers"]["Content-Disposition"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    streamEvents: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The id of the last event seen. What is no number is ignored.
                 * @example 1000000042
                 */
                "Last-Event-ID"?: string;
            };
            path: {
                /**
                 * @description The job's id.
                 * @example job_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                jobId: components["parameters"]["JobIdPath"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The stream. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description The job is done and its last version was seen. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getJobMap: {
        parameters: {
            query?: {
                /**
                 * @description How many stretches to cut at most; fewer where they would not be of equal length or have no items.
                 * @example 500
                 */
                buckets?: number;
            };
            header?: never;
            path: {
                /**
                 * @description The job's id.
                 * @example job_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                jobId: components["parameters"]["JobIdPath"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The map. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobMap"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    deliverItem: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Makes the request safe to repeat for 24 hours: the same key and body answer what was answered first, with `Idempotent-Replayed: true`; the same key with another body is
                 *     `idempotency_mismatch`. 1 to 255 characters, bare or quoted. Refused requests are not remembered.
                 * @example 9f1d1c64-5d6e-4e0a-9a55-0f5f0c1d2b3a
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description W3C Trace Context of the request. It is stored with every job that the request creates. One that is not valid (another form, only zeros as an id, `ff` as the version)
                 *     is ignored, as the standard requires; a later version is read as version `00`. `tracestate` is stored with it.
                 * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
                /**
                 * @description W3C Trace Context of the request: what tracing systems pass on beside `traceparent`. It is stored with every job that the request creates, and sent with its calls where these continue the trace (`trace` of the channel). One that is
                 *     not valid, or comes without a valid `traceparent`, is ignored. Of one that is longer than 512 characters, members of more than 128 are left out first, then those at the end.
                 * @example vendor=opaque-value,other=1
                 */
                tracestate?: components["parameters"]["Tracestate"];
                /**
                 * @description `wait=N` lets the answer wait for up to N seconds (default 1, above 30 is 30) for the item to end; `wait=0` does not wait. What cannot be read is ignored.
                 * @example wait=5
                 */
                Prefer?: components["parameters"]["PreferWaitItem"];
                /**
                 * @description How the body is packed. Anything else is `unsupported_media_type`. Bodies of at most 64 KiB (all operations but those that take items) may unpack to at most 64 times their
                 *     packed size, or 4 KiB.
                 * @example gzip
                 */
                "Content-Encoding"?: components["parameters"]["ContentEncoding"];
            };
            path?: never;
            cookie?: never;
        };
        /** @description The envelope's fields and the item. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["ItemDelivery"];
            };
        };
        responses: {
            /** @description The item has ended. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    Location: components["headers"]["Location"];
                    "Preference-Applied": components["headers"]["Preference-Applied"];
                    Vary: components["headers"]["Vary"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Receipt"];
                };
            };
            /** @description The item is accepted and durable, and has not ended yet. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    Location: components["headers"]["Location"];
                    "Preference-Applied": components["headers"]["Preference-Applied"];
                    Vary: components["headers"]["Vary"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Receipt"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            408: components["responses"]["RequestTimeout"];
            409: components["responses"]["Conflict"];
            410: components["responses"]["Gone"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listExecutions: {
        parameters: {
            query?: {
                /**
                 * @description Only executions of these statuses.
                 * @example [
                 *       "running",
                 *       "blocked"
                 *     ]
                 */
                status?: components["schemas"]["ExecutionStatus"][];
                /**
                 * @description Only executions with a job for one of these channels.
                 * @example [
                 *       "shop-eu"
                 *     ]
                 */
                channel?: components["schemas"]["ChannelName"][];
                /**
                 * @description Only executions with a job from one of these sources.
                 * @example [
                 *       "pim"
                 *     ]
                 */
                source?: string[];
                /**
                 * @description Only executions made at or after this time.
                 * @example 2026-01-15T00:00:00Z
                 */
                createdAfter?: string;
                /**
                 * @description Only executions made before this time.
                 * @example 2026-01-16T00:00:00Z
                 */
                createdBefore?: string;
                /**
                 * @description The most entries in a page; above 1,000 is 1,000.
                 * @example 100
                 */
                pageSize?: components["parameters"]["PageSize"];
                /**
                 * @description The `nextPageToken` of the page before, with the same filters.
                 * @example eyJhIjoxfQ
                 */
                pageToken?: components["parameters"]["PageToken"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of executions. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExecutionPage"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    createExecution: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Makes the request safe to repeat for 24 hours: the same key and body answer what was answered first, with `Idempotent-Replayed: true`; the same key with another body is
                 *     `idempotency_mismatch`. 1 to 255 characters, bare or quoted. Refused requests are not remembered.
                 * @example 9f1d1c64-5d6e-4e0a-9a55-0f5f0c1d2b3a
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description W3C Trace Context of the request. It is stored with every job that the request creates. One that is not valid (another form, only zeros as an id, `ff` as the version)
                 *     is ignored, as the standard requires; a later version is read as version `00`. `tracestate` is stored with it.
                 * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
                /**
                 * @description W3C Trace Context of the request: what tracing systems pass on beside `traceparent`. It is stored with every job that the request creates, and sent with its calls where these continue the trace (`trace` of the channel). One that is
                 *     not valid, or comes without a valid `traceparent`, is ignored. Of one that is longer than 512 characters, members of more than 128 are left out first, then those at the end.
                 * @example vendor=opaque-value,other=1
                 */
                tracestate?: components["parameters"]["Tracestate"];
                /**
                 * @description How the body is packed. Anything else is `unsupported_media_type`. Bodies of at most 64 KiB (all operations but those that take items) may unpack to at most 64 times their
                 *     packed size, or 4 KiB.
                 * @example gzip
                 */
                "Content-Encoding"?: components["parameters"]["ContentEncoding"];
            };
            path?: never;
            cookie?: never;
        };
        /** @description The stages with their jobs. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["ExecutionSubmission"];
            };
        };
        responses: {
            /** @description The execution and all its jobs are durable. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    Location: components["headers"]["Location"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Execution"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            408: components["responses"]["RequestTimeout"];
            409: components["responses"]["Conflict"];
            410: components["responses"]["Gone"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getExecution: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The execution's id.
                 * @example nightly-2026-01-15
                 */
                executionId: components["parameters"]["ExecutionIdPath"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The execution. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "Retry-After": components["headers"]["Retry-After"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Execution"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    cancelExecution: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The execution's id.
                 * @example nightly-2026-01-15
                 */
                executionId: components["parameters"]["ExecutionIdPath"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is durable for all jobs of the execution, or for none. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Execution"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    pauseExecution: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The execution's id.
                 * @example nightly-2026-01-15
                 */
                executionId: components["parameters"]["ExecutionIdPath"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is durable for all jobs of the execution, or for none. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Execution"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    resumeExecution: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The execution's id.
                 * @example nightly-2026-01-15
                 */
                executionId: components["parameters"]["ExecutionIdPath"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is durable for all jobs of the execution, or for none. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Execution"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listDeadLetters: {
        parameters: {
            query?: {
                /**
                 * @description Only items for these channels.
                 * @example [
                 *       "shop-eu"
                 *     ]
                 */
                channel?: components["schemas"]["ChannelName"][];
                /**
                 * @description Only items of these jobs.
                 * @example [
                 *       "job_0198c2f04b7e7c3fa1d2b3c4d5e6f708"
                 *     ]
                 */
                jobId?: components["schemas"]["JobId"][];
                /**
                 * @description Only items that failed with these error codes.
                 * @example [
                 *       "http_422"
                 *     ]
                 */
                code?: components["schemas"]["ItemErrorCode"][];
                /**
                 * @description Only items of these groups (`listDeadLetterGroups`).
                 * @example [
                 *       "dlg_0a1b2c3d4e5f6"
                 *     ]
                 */
                group?: components["schemas"]["DeadLetterGroupId"][];
                /**
                 * @description Only items that ran under this partition key. Requires exactly one `channel` beside it, and the scope `admin` if the channel has `redact`.
                 * @example sku-1001
                 */
                partitionKey?: string;
                /**
                 * @description `false` leaves out items that are tried again already.
                 * @example false
                 */
                retried?: boolean;
                /**
                 * @description The most entries in a page; above 1,000 is 1,000.
                 * @example 100
                 */
                pageSize?: components["parameters"]["PageSize"];
                /**
                 * @description The `nextPageToken` of the page before, with the same filters.
                 * @example eyJhIjoxfQ
                 */
                pageToken?: components["parameters"]["PageToken"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of failed items. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetterPage"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listDeadLetterGroups: {
        parameters: {
            query?: {
                /**
                 * @description Only items for these channels.
                 * @example [
                 *       "shop-eu"
                 *     ]
                 */
                channel?: components["schemas"]["ChannelName"][];
                /**
                 * @description Only items of these jobs.
                 * @example [
                 *       "job_0198c2f04b7e7c3fa1d2b3c4d5e6f708"
                 *     ]
                 */
                jobId?: components["schemas"]["JobId"][];
                /**
                 * @description Only items that failed with these error codes.
                 * @example [
                 *       "http_422"
                 *     ]
                 */
                code?: components["schemas"]["ItemErrorCode"][];
                /**
                 * @description Only items of these groups (`listDeadLetterGroups`).
                 * @example [
                 *       "dlg_0a1b2c3d4e5f6"
                 *     ]
                 */
                group?: components["schemas"]["DeadLetterGroupId"][];
                /**
                 * @description Only items that ran under this partition key. Requires exactly one `channel` beside it, and the scope `admin` if the channel has `redact`.
                 * @example sku-1001
                 */
                partitionKey?: string;
                /**
                 * @description `false` leaves out items that are tried again already.
                 * @example false
                 */
                retried?: boolean;
                /**
                 * @description The `nextPageToken` of the page before, with the same filters.
                 * @example eyJhIjoxfQ
                 */
                pageToken?: components["parameters"]["PageToken"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The groups. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetterGroupPage"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    retryDeadLetters: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Makes the request safe to repeat for 24 hours: the same key and body answer what was answered first, with `Idempotent-Replayed: true`; the same key with another body is
                 *     `idempotency_mismatch`. 1 to 255 characters, bare or quoted. Refused requests are not remembered.
                 * @example 9f1d1c64-5d6e-4e0a-9a55-0f5f0c1d2b3a
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description W3C Trace Context of the request. It is stored with every job that the request creates. One that is not valid (another form, only zeros as an id, `ff` as the version)
                 *     is ignored, as the standard requires; a later version is read as version `00`. `tracestate` is stored with it.
                 * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
                /**
                 * @description W3C Trace Context of the request: what tracing systems pass on beside `traceparent`. It is stored with every job that the request creates, and sent with its calls where these continue the trace (`trace` of the channel). One that is
                 *     not valid, or comes without a valid `traceparent`, is ignored. Of one that is longer than 512 characters, members of more than 128 are left out first, then those at the end.
                 * @example vendor=opaque-value,other=1
                 */
                tracestate?: components["parameters"]["Tracestate"];
            };
            path?: never;
            cookie?: never;
        };
        /** @description Which items. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeadLetterRetryRequest"];
            };
        };
        responses: {
            /** @description The new jobs are accepted and durable. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RetryReceipt"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            410: components["responses"]["Gone"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listParked: {
        parameters: {
            query?: {
                /**
                 * @description Only items for this channel.
                 * @example shop-eu
                 */
                channel?: components["schemas"]["ChannelName"];
                /**
                 * @description Only items of this job.
                 * @example job_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                jobId?: components["schemas"]["JobId"];
                /**
                 * @description The most entries in a page; above 1,000 is 1,000.
                 * @example 100
                 */
                pageSize?: components["parameters"]["PageSize"];
                /**
                 * @description The `nextPageToken` of the page before, with the same filters.
                 * @example eyJhIjoxfQ
                 */
                pageToken?: components["parameters"]["PageToken"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of parked items. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ParkedItemPage"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    resolveParked: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The items and the decision. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["ParkedDecision"];
            };
        };
        responses: {
            /** @description What was decided. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ParkedReceipt"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            408: components["responses"]["RequestTimeout"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listChannels: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The channels. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChannelPage"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getChannel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The channel's name.
                 * @example shop-eu
                 */
                channel: components["parameters"]["ChannelNamePath"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The channel. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Channel"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    putChannel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The channel's name.
                 * @example shop-eu
                 */
                channel: components["parameters"]["ChannelNamePath"];
            };
            cookie?: never;
        };
        /** @description The configuration. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChannelConfig"];
            };
        };
        responses: {
            /** @description The channel was replaced. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Channel"];
                };
            };
            /** @description The channel was made. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    Location: components["headers"]["Location"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Channel"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteChannel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The channel's name.
                 * @example shop-eu
                 */
                channel: components["parameters"]["ChannelNamePath"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The channel is gone. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    pauseChannel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The channel's name.
                 * @example shop-eu
                 */
                channel: components["parameters"]["ChannelNamePath"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The channel is paused. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Channel"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    resumeChannel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The channel's name.
                 * @example shop-eu
                 */
                channel: components["parameters"]["ChannelNamePath"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The channel is not paused. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Channel"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    unblockChannel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The channel's name.
                 * @example shop-eu
                 */
                channel: components["parameters"]["ChannelNamePath"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The channel is not blocked. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Channel"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    testChannel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The channel's name.
                 * @example shop-eu
                 */
                channel: components["parameters"]["ChannelNamePath"];
            };
            cookie?: never;
        };
        /** @description The item. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChannelTestRequest"];
            };
        };
        responses: {
            /** @description The test was carried out; `result` says how. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChannelTest"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            408: components["responses"]["RequestTimeout"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listCredentials: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The channel's name.
                 * @example shop-eu
                 */
                channel: components["parameters"]["ChannelNamePath"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The credentials, without their secrets. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CredentialsPage"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    putCredentials: {
        parameters: {
            query?: {
                /**
                 * @description The calls that they are for: those that deliver items, or those of `payload` that resolve their data.
                 * @example connector
                 */
                target?: components["parameters"]["CredentialsTarget"];
            };
            header?: never;
            path: {
                /**
                 * @description The channel's name.
                 * @example shop-eu
                 */
                channel: components["parameters"]["ChannelNamePath"];
                /**
                 * @description The subscription whose credentials they are, or `*`: those of every subscription that has none of its own.
                 * @example acme
                 */
                subscription: components["parameters"]["CredentialsSubscriptionPath"];
            };
            cookie?: never;
        };
        /** @description The credentials. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["Credentials"];
            };
        };
        responses: {
            /** @description The credentials are durable, and hold from the next call on. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CredentialsEntry"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            408: components["responses"]["RequestTimeout"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteCredentials: {
        parameters: {
            query?: {
                /**
                 * @description The calls that they are for: those that deliver items, or those of `payload` that resolve their data.
                 * @example connector
                 */
                target?: components["parameters"]["CredentialsTarget"];
            };
            header?: never;
            path: {
                /**
                 * @description The channel's name.
                 * @example shop-eu
                 */
                channel: components["parameters"]["ChannelNamePath"];
                /**
                 * @description The subscription whose credentials they are, or `*`: those of every subscription that has none of its own.
                 * @example acme
                 */
                subscription: components["parameters"]["CredentialsSubscriptionPath"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The credentials are gone. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listTokens: {
        parameters: {
            query?: {
                /**
                 * @description The most entries in a page; above 1,000 is 1,000.
                 * @example 100
                 */
                pageSize?: components["parameters"]["PageSize"];
                /**
                 * @description The `nextPageToken` of the page before, with the same filters.
                 * @example eyJhIjoxfQ
                 */
                pageToken?: components["parameters"]["PageToken"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of access tokens. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccessTokenPage"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    createToken: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Makes the request safe to repeat for 24 hours: the same key and body answer what was answered first, with `Idempotent-Replayed: true`; the same key with another body is
                 *     `idempotency_mismatch`. 1 to 255 characters, bare or quoted. Refused requests are not remembered.
                 * @example 9f1d1c64-5d6e-4e0a-9a55-0f5f0c1d2b3a
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description How the body is packed. Anything else is `unsupported_media_type`. Bodies of at most 64 KiB (all operations but those that take items) may unpack to at most 64 times their
                 *     packed size, or 4 KiB.
                 * @example gzip
                 */
                "Content-Encoding"?: components["parameters"]["ContentEncoding"];
            };
            path?: never;
            cookie?: never;
        };
        /** @description What the token is for, and what it may do. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["AccessTokenRequest"];
            };
        };
        responses: {
            /** @description The token was made and is durable. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedAccessToken"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            408: components["responses"]["RequestTimeout"];
            409: components["responses"]["Conflict"];
            410: components["responses"]["Gone"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    revokeToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The access token's id.
                 * @example tok_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                tokenId: components["parameters"]["TokenIdPath"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The token is revoked. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listWebhookEndpoints: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The endpoints. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookEndpointPage"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    createWebhookEndpoint: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The endpoint. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookEndpointRequest"];
            };
        };
        responses: {
            /** @description The endpoint was made and is durable. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    Location: components["headers"]["Location"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedWebhookEndpoint"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getWebhookEndpoint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The webhook endpoint's id.
                 * @example whe_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                endpointId: components["parameters"]["WebhookEndpointIdPath"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The endpoint. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookEndpoint"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteWebhookEndpoint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The webhook endpoint's id.
                 * @example whe_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                endpointId: components["parameters"]["WebhookEndpointIdPath"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The endpoint is gone. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    updateWebhookEndpoint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The webhook endpoint's id.
                 * @example whe_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                endpointId: components["parameters"]["WebhookEndpointIdPath"];
            };
            cookie?: never;
        };
        /** @description What changes. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookEndpointUpdate"];
            };
        };
        responses: {
            /** @description The endpoint as it is now. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookEndpoint"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    rotateWebhookSecret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The webhook endpoint's id.
                 * @example whe_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                endpointId: components["parameters"]["WebhookEndpointIdPath"];
            };
            cookie?: never;
        };
        /** @description How long the previous secret holds. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookSecretRotation"];
            };
        };
        responses: {
            /** @description The endpoint with its new secret. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedWebhookEndpoint"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    revokePreviousWebhookSecret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The webhook endpoint's id.
                 * @example whe_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                endpointId: components["parameters"]["WebhookEndpointIdPath"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The endpoint has one secret. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookEndpoint"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    enableWebhookEndpoint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The webhook endpoint's id.
                 * @example whe_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                endpointId: components["parameters"]["WebhookEndpointIdPath"];
            };
            cookie?: never;
        };
        /** @description What happens to the events that wait. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookEnabling"];
            };
        };
        responses: {
            /** @description The endpoint is enabled. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookEndpoint"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    disableWebhookEndpoint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The webhook endpoint's id.
                 * @example whe_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                endpointId: components["parameters"]["WebhookEndpointIdPath"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The endpoint is disabled. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookEndpoint"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    testWebhookEndpoint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The webhook endpoint's id.
                 * @example whe_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                endpointId: components["parameters"]["WebhookEndpointIdPath"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The event is durable. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookTestReceipt"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    replayWebhookEvents: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The webhook endpoint's id.
                 * @example whe_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                endpointId: components["parameters"]["WebhookEndpointIdPath"];
            };
            cookie?: never;
        };
        /** @description Which events. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookReplayRequest"];
            };
        };
        responses: {
            /** @description The events are durable as new deliveries. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookReplayReceipt"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getJobWebhooks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The settings. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobWebhooks"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    updateJobWebhooks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The settings. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["JobWebhooksUpdate"];
            };
        };
        responses: {
            /** @description The settings as they are now, durable. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobWebhooks"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    rotateJobWebhookSecret: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description How long the previous secret holds. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookSecretRotation"];
            };
        };
        responses: {
            /** @description The new secret, durable. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RotatedJobWebhooks"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listWebhookDeliveries: {
        parameters: {
            query?: {
                /**
                 * @description Only deliveries to these endpoints.
                 * @example [
                 *       "whe_0198c2f04b7e7c3fa1d2b3c4d5e6f708"
                 *     ]
                 */
                endpointId?: components["schemas"]["WebhookEndpointId"][];
                /**
                 * @description Only events of these types.
                 * @example [
                 *       "job.ended"
                 *     ]
                 */
                eventType?: components["schemas"]["WebhookEventType"][];
                /**
                 * @description Only deliveries of these statuses.
                 * @example [
                 *       "failed"
                 *     ]
                 */
                status?: components["schemas"]["ItemStatus"][];
                /**
                 * @description Only events of these jobs.
                 * @example [
                 *       "job_0198c2f04b7e7c3fa1d2b3c4d5e6f708"
                 *     ]
                 */
                jobId?: components["schemas"]["JobId"][];
                /**
                 * @description `body` adds the body of each event. Several values are separated by a comma, or the parameter is repeated.
                 * @example [
                 *       "body"
                 *     ]
                 */
                include?: "body"[];
                /**
                 * @description The most entries in a page; above 1,000 is 1,000.
                 * @example 100
                 */
                pageSize?: components["parameters"]["PageSize"];
                /**
                 * @description The `nextPageToken` of the page before, with the same filters.
                 * @example eyJhIjoxfQ
                 */
                pageToken?: components["parameters"]["PageToken"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of deliveries. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookDeliveryPage"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listJobWebhookDeliveries: {
        parameters: {
            query?: {
                /**
                 * @description Only deliveries to these endpoints.
                 * @example [
                 *       "whe_0198c2f04b7e7c3fa1d2b3c4d5e6f708"
                 *     ]
                 */
                endpointId?: components["schemas"]["WebhookEndpointId"][];
                /**
                 * @description Only events of these types.
                 * @example [
                 *       "job.ended"
                 *     ]
                 */
                eventType?: components["schemas"]["WebhookEventType"][];
                /**
                 * @description Only deliveries of these statuses.
                 * @example [
                 *       "failed"
                 *     ]
                 */
                status?: components["schemas"]["ItemStatus"][];
                /**
                 * @description `body` adds the body of each event. Several values are separated by a comma, or the parameter is repeated.
                 * @example [
                 *       "body"
                 *     ]
                 */
                include?: "body"[];
                /**
                 * @description The most entries in a page; above 1,000 is 1,000.
                 * @example 100
                 */
                pageSize?: components["parameters"]["PageSize"];
                /**
                 * @description The `nextPageToken` of the page before, with the same filters.
                 * @example eyJhIjoxfQ
                 */
                pageToken?: components["parameters"]["PageToken"];
            };
            header?: never;
            path: {
                /**
                 * @description The job's id.
                 * @example job_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                jobId: components["parameters"]["JobIdPath"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of deliveries. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookDeliveryPage"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listAudit: {
        parameters: {
            query?: {
                /**
                 * @description Only what this caller did, the id of an access token; or `admin` (the admin token), `dev` (without a token, `--dev`), `anonymous` (unknown), `command` (the server's command line) or `server` (what it does by itself).
                 * @example tok_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                actor?: string;
                /**
                 * @description Only requests of this operation, by its `operationId`; or what the server did by itself, by its name (`expireJob`).
                 * @example cancelJob
                 */
                action?: string;
                /**
                 * @description Only what concerned this job.
                 * @example job_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                jobId?: components["schemas"]["JobId"];
                /**
                 * @description Only what concerned this channel, or a job for it.
                 * @example shop-eu
                 */
                channel?: components["schemas"]["ChannelName"];
                /**
                 * @description Only entries made at or after this time.
                 * @example 2026-01-15T00:00:00Z
                 */
                createdAfter?: string;
                /**
                 * @description Only entries made before this time.
                 * @example 2026-01-16T00:00:00Z
                 */
                createdBefore?: string;
                /**
                 * @description The most entries in a page; above 1,000 is 1,000.
                 * @example 100
                 */
                pageSize?: components["parameters"]["PageSize"];
                /**
                 * @description The `nextPageToken` of the page before, with the same filters.
                 * @example eyJhIjoxfQ
                 */
                pageToken?: components["parameters"]["PageToken"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of the audit. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditPage"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listSubscriptions: {
        parameters: {
            query?: {
                /**
                 * @description The most entries in a page; above 1,000 is 1,000.
                 * @example 100
                 */
                pageSize?: components["parameters"]["PageSize"];
                /**
                 * @description The `nextPageToken` of the page before, with the same filters.
                 * @example eyJhIjoxfQ
                 */
                pageToken?: components["parameters"]["PageToken"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of subscriptions. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SubscriptionPage"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getSubscription: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The subscription's name.
                 * @example acme
                 */
                subscription: components["parameters"]["SubscriptionPath"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The subscription. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Subscription"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    putSubscription: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The subscription's name.
                 * @example acme
                 */
                subscription: components["parameters"]["SubscriptionPath"];
            };
            cookie?: never;
        };
        /** @description The limits. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["SubscriptionConfig"];
            };
        };
        responses: {
            /** @description The limits were replaced. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Subscription"];
                };
            };
            /** @description The subscription has limits of its own now. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    Location: components["headers"]["Location"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Subscription"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            408: components["responses"]["RequestTimeout"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteSubscription: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The subscription's name.
                 * @example acme
                 */
                subscription: components["parameters"]["SubscriptionPath"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The subscription has the defaults. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    search: {
        parameters: {
            query: {
                /**
                 * @description What to look for, 1 to 256 bytes.
                 * @example sku-1001
                 */
                q: string;
                /**
                 * @description Only hits of these kinds.
                 * @example [
                 *       "item",
                 *       "partition_key"
                 *     ]
                 */
                kind?: components["schemas"]["SearchKind"][];
                /**
                 * @description The `nextPageToken` of the page before, with the same filters.
                 * @example eyJhIjoxfQ
                 */
                pageToken?: components["parameters"]["PageToken"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was found. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SearchPage"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getStats: {
        parameters: {
            query?: {
                /**
                 * @description How far to look back. Rounded up to a multiple of `stepSeconds`.
                 * @example 600
                 */
                windowSeconds?: number;
                /**
                 * @description The length of a step.
                 * @example 10
                 */
                stepSeconds?: number;
                /**
                 * @description Only these channels.
                 * @example [
                 *       "shop-eu"
                 *     ]
                 */
                channel?: components["schemas"]["ChannelName"][];
                /**
                 * @description Whose figures: of the caller's `own` subscription, or of `all` together, which requires `admin`.
                 * @example own
                 */
                subscriptions?: "own" | "all";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The figures. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Stats"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    streamUpdates: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The id of the last event seen. An id that is not known begins with `resync`.
                 * @example 4-2-17
                 */
                "Last-Event-ID"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The stream. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getSelf: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The caller. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Self"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getLimits: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The limits. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Limits"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listServers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The servers. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerPage"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getLiveness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The process is alive. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            403: components["responses"]["Forbidden"];
            500: components["responses"]["InternalError"];
        };
    };
    getReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The server takes work. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
            403: components["responses"]["Forbidden"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getOpenapi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The document. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpenapiDocument"];
                };
            };
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The metrics. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                    "application/openmetrics-text": string;
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getErrorDocs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    deliverItems: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The channel's term, which grows whenever a process takes over the channel, at least with every start of the server. A lower one than seen before on the same channel comes from a process that no longer owns it; terms of different channels are not comparable.
                 * @example 3
                 */
                "Waybill-Epoch": number;
                /**
                 * @description Only on calls of one item, the item's `idempotencyKey`.
                 * @example job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/0
                 */
                "Idempotency-Key"?: string;
                /**
                 * @description Only on calls of one item, the item's `attempt`.
                 * @example 1
                 */
                "Waybill-Attempt"?: number;
                /**
                 * @description The time that this call has when it is sent, in milliseconds: what is left of the channel's `timeoutMs`, or until the job's `deadlineAt` if that comes first. After `timeoutMs` nobody waits
                 *     for the answer. A header of this name that the channel sets itself replaces it.
                 * @example 9998
                 */
                "Waybill-Timeout-Ms": number;
                /**
                 * @description W3C Trace Context of this call: a new trace for each call, with the flag `00` (not sampled), so that the receiver decides what it records; `01` if the server records the call. Where calls continue the trace of the request that
                 *     created the job (`trace` of the channel), trace id and flag are those of that request.
                 * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00
                 */
                traceparent?: string;
                /**
                 * @description Only on calls that continue the trace of the request that created the job, the `tracestate` of that request.
                 * @example vendor=opaque-value,other=1
                 */
                tracestate?: string;
            };
            path?: never;
            cookie?: never;
        };
        /** @description The items to deliver. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeliveryRequest"];
            };
        };
        responses: {
            /** @description The connector's judgement of each item. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryAnswer"];
                };
            };
            /** @description Success, for a call of one item. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The items are refused for good, as by every other 4xx but 408, 425 and 429. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Slow down. With `Retry-After` no call starts on this channel before it has passed. */
            429: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not now. As 429. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    resolvePayload: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description W3C Trace Context of this request, as of `deliverItems`.
                 * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00
                 */
                traceparent?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The item's data. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description There is no object of this id. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Slow down. With `Retry-After` nothing of the channel starts before it has passed. */
            429: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not now. As 429. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    resolvePayloads: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description W3C Trace Context of this request, as of `deliverItems`.
                 * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00
                 */
                traceparent?: string;
            };
            path?: never;
            cookie?: never;
        };
        /** @description The ids. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["PayloadRequest"];
            };
        };
        responses: {
            /** @description The data of the ids that exist. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PayloadAnswer"];
                };
            };
            /** @description Slow down. With `Retry-After` nothing of the channel starts before it has passed. */
            429: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not now. As 429. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onJobAccepted: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The event's id, the same in every attempt and replay. Ignore an event whose id was processed before.
                 * @example evt_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                "webhook-id": components["parameters"]["WebhookIdHeader"];
                /**
                 * @description When this attempt was signed, in seconds since 1970. Refuse one that is more than 5 minutes off.
                 * @example 1768464080
                 */
                "webhook-timestamp": components["parameters"]["WebhookTimestampHeader"];
                /**
                 * @description `v1,` and the base64 of HMAC-SHA256 over `<webhook-id>.<webhook-timestamp>.<body>`, with the bytes behind `whsec_` as key; several are separated by spaces while two secrets hold. `verifyWebhook` of `@waybill/sdk/webhooks` checks it.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["WebhookSignatureHeader"];
            };
            path?: never;
            cookie?: never;
        };
        /** @description The event. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["JobAcceptedEvent"];
            };
        };
        responses: {
            /** @description The event was received, as by every other 2xx. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The endpoint is gone. It is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not now. The event is tried again, as after every answer that is neither 2xx, 3xx nor 410. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onJobStarted: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The event's id, the same in every attempt and replay. Ignore an event whose id was processed before.
                 * @example evt_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                "webhook-id": components["parameters"]["WebhookIdHeader"];
                /**
                 * @description When this attempt was signed, in seconds since 1970. Refuse one that is more than 5 minutes off.
                 * @example 1768464080
                 */
                "webhook-timestamp": components["parameters"]["WebhookTimestampHeader"];
                /**
                 * @description `v1,` and the base64 of HMAC-SHA256 over `<webhook-id>.<webhook-timestamp>.<body>`, with the bytes behind `whsec_` as key; several are separated by spaces while two secrets hold. `verifyWebhook` of `@waybill/sdk/webhooks` checks it.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["WebhookSignatureHeader"];
            };
            path?: never;
            cookie?: never;
        };
        /** @description The event. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["JobStartedEvent"];
            };
        };
        responses: {
            /** @description The event was received, as by every other 2xx. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The endpoint is gone. It is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not now. The event is tried again, as after every answer that is neither 2xx, 3xx nor 410. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onJobEnded: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The event's id, the same in every attempt and replay. Ignore an event whose id was processed before.
                 * @example evt_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                "webhook-id": components["parameters"]["WebhookIdHeader"];
                /**
                 * @description When this attempt was signed, in seconds since 1970. Refuse one that is more than 5 minutes off.
                 * @example 1768464080
                 */
                "webhook-timestamp": components["parameters"]["WebhookTimestampHeader"];
                /**
                 * @description `v1,` and the base64 of HMAC-SHA256 over `<webhook-id>.<webhook-timestamp>.<body>`, with the bytes behind `whsec_` as key; several are separated by spaces while two secrets hold. `verifyWebhook` of `@waybill/sdk/webhooks` checks it.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["WebhookSignatureHeader"];
            };
            path?: never;
            cookie?: never;
        };
        /** @description The event. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["JobEndedEvent"];
            };
        };
        responses: {
            /** @description The event was received, as by every other 2xx. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The endpoint is gone. It is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not now. The event is tried again, as after every answer that is neither 2xx, 3xx nor 410. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onJobBlocked: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The event's id, the same in every attempt and replay. Ignore an event whose id was processed before.
                 * @example evt_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                "webhook-id": components["parameters"]["WebhookIdHeader"];
                /**
                 * @description When this attempt was signed, in seconds since 1970. Refuse one that is more than 5 minutes off.
                 * @example 1768464080
                 */
                "webhook-timestamp": components["parameters"]["WebhookTimestampHeader"];
                /**
                 * @description `v1,` and the base64 of HMAC-SHA256 over `<webhook-id>.<webhook-timestamp>.<body>`, with the bytes behind `whsec_` as key; several are separated by spaces while two secrets hold. `verifyWebhook` of `@waybill/sdk/webhooks` checks it.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["WebhookSignatureHeader"];
            };
            path?: never;
            cookie?: never;
        };
        /** @description The event. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["JobBlockedEvent"];
            };
        };
        responses: {
            /** @description The event was received, as by every other 2xx. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The endpoint is gone. It is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not now. The event is tried again, as after every answer that is neither 2xx, 3xx nor 410. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onJobProgressed: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The event's id, the same in every attempt and replay. Ignore an event whose id was processed before.
                 * @example evt_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                "webhook-id": components["parameters"]["WebhookIdHeader"];
                /**
                 * @description When this attempt was signed, in seconds since 1970. Refuse one that is more than 5 minutes off.
                 * @example 1768464080
                 */
                "webhook-timestamp": components["parameters"]["WebhookTimestampHeader"];
                /**
                 * @description `v1,` and the base64 of HMAC-SHA256 over `<webhook-id>.<webhook-timestamp>.<body>`, with the bytes behind `whsec_` as key; several are separated by spaces while two secrets hold. `verifyWebhook` of `@waybill/sdk/webhooks` checks it.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["WebhookSignatureHeader"];
            };
            path?: never;
            cookie?: never;
        };
        /** @description The event. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["JobProgressedEvent"];
            };
        };
        responses: {
            /** @description The event was received, as by every other 2xx. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The endpoint is gone. It is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not now. The event is tried again, as after every answer that is neither 2xx, 3xx nor 410. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onJobDeadlineAtRisk: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The event's id, the same in every attempt and replay. Ignore an event whose id was processed before.
                 * @example evt_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                "webhook-id": components["parameters"]["WebhookIdHeader"];
                /**
                 * @description When this attempt was signed, in seconds since 1970. Refuse one that is more than 5 minutes off.
                 * @example 1768464080
                 */
                "webhook-timestamp": components["parameters"]["WebhookTimestampHeader"];
                /**
                 * @description `v1,` and the base64 of HMAC-SHA256 over `<webhook-id>.<webhook-timestamp>.<body>`, with the bytes behind `whsec_` as key; several are separated by spaces while two secrets hold. `verifyWebhook` of `@waybill/sdk/webhooks` checks it.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["WebhookSignatureHeader"];
            };
            path?: never;
            cookie?: never;
        };
        /** @description The event. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["JobDeadlineAtRiskEvent"];
            };
        };
        responses: {
            /** @description The event was received, as by every other 2xx. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The endpoint is gone. It is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not now. The event is tried again, as after every answer that is neither 2xx, 3xx nor 410. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onItemsParked: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The event's id, the same in every attempt and replay. Ignore an event whose id was processed before.
                 * @example evt_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                "webhook-id": components["parameters"]["WebhookIdHeader"];
                /**
                 * @description When this attempt was signed, in seconds since 1970. Refuse one that is more than 5 minutes off.
                 * @example 1768464080
                 */
                "webhook-timestamp": components["parameters"]["WebhookTimestampHeader"];
                /**
                 * @description `v1,` and the base64 of HMAC-SHA256 over `<webhook-id>.<webhook-timestamp>.<body>`, with the bytes behind `whsec_` as key; several are separated by spaces while two secrets hold. `verifyWebhook` of `@waybill/sdk/webhooks` checks it.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["WebhookSignatureHeader"];
            };
            path?: never;
            cookie?: never;
        };
        /** @description The event. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["ItemsParkedEvent"];
            };
        };
        responses: {
            /** @description The event was received, as by every other 2xx. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The endpoint is gone. It is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not now. The event is tried again, as after every answer that is neither 2xx, 3xx nor 410. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onCircuitOpened: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The event's id, the same in every attempt and replay. Ignore an event whose id was processed before.
                 * @example evt_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                "webhook-id": components["parameters"]["WebhookIdHeader"];
                /**
                 * @description When this attempt was signed, in seconds since 1970. Refuse one that is more than 5 minutes off.
                 * @example 1768464080
                 */
                "webhook-timestamp": components["parameters"]["WebhookTimestampHeader"];
                /**
                 * @description `v1,` and the base64 of HMAC-SHA256 over `<webhook-id>.<webhook-timestamp>.<body>`, with the bytes behind `whsec_` as key; several are separated by spaces while two secrets hold. `verifyWebhook` of `@waybill/sdk/webhooks` checks it.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["WebhookSignatureHeader"];
            };
            path?: never;
            cookie?: never;
        };
        /** @description The event. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["CircuitOpenedEvent"];
            };
        };
        responses: {
            /** @description The event was received, as by every other 2xx. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The endpoint is gone. It is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not now. The event is tried again, as after every answer that is neither 2xx, 3xx nor 410. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onCircuitClosed: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The event's id, the same in every attempt and replay. Ignore an event whose id was processed before.
                 * @example evt_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                "webhook-id": components["parameters"]["WebhookIdHeader"];
                /**
                 * @description When this attempt was signed, in seconds since 1970. Refuse one that is more than 5 minutes off.
                 * @example 1768464080
                 */
                "webhook-timestamp": components["parameters"]["WebhookTimestampHeader"];
                /**
                 * @description `v1,` and the base64 of HMAC-SHA256 over `<webhook-id>.<webhook-timestamp>.<body>`, with the bytes behind `whsec_` as key; several are separated by spaces while two secrets hold. `verifyWebhook` of `@waybill/sdk/webhooks` checks it.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["WebhookSignatureHeader"];
            };
            path?: never;
            cookie?: never;
        };
        /** @description The event. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["CircuitClosedEvent"];
            };
        };
        responses: {
            /** @description The event was received, as by every other 2xx. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The endpoint is gone. It is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not now. The event is tried again, as after every answer that is neither 2xx, 3xx nor 410. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onWebhookEndpointFailing: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The event's id, the same in every attempt and replay. Ignore an event whose id was processed before.
                 * @example evt_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                "webhook-id": components["parameters"]["WebhookIdHeader"];
                /**
                 * @description When this attempt was signed, in seconds since 1970. Refuse one that is more than 5 minutes off.
                 * @example 1768464080
                 */
                "webhook-timestamp": components["parameters"]["WebhookTimestampHeader"];
                /**
                 * @description `v1,` and the base64 of HMAC-SHA256 over `<webhook-id>.<webhook-timestamp>.<body>`, with the bytes behind `whsec_` as key; several are separated by spaces while two secrets hold. `verifyWebhook` of `@waybill/sdk/webhooks` checks it.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["WebhookSignatureHeader"];
            };
            path?: never;
            cookie?: never;
        };
        /** @description The event. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookEndpointFailingEvent"];
            };
        };
        responses: {
            /** @description The event was received, as by every other 2xx. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The endpoint is gone. It is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not now. The event is tried again, as after every answer that is neither 2xx, 3xx nor 410. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onWebhookEndpointDisabled: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The event's id, the same in every attempt and replay. Ignore an event whose id was processed before.
                 * @example evt_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                "webhook-id": components["parameters"]["WebhookIdHeader"];
                /**
                 * @description When this attempt was signed, in seconds since 1970. Refuse one that is more than 5 minutes off.
                 * @example 1768464080
                 */
                "webhook-timestamp": components["parameters"]["WebhookTimestampHeader"];
                /**
                 * @description `v1,` and the base64 of HMAC-SHA256 over `<webhook-id>.<webhook-timestamp>.<body>`, with the bytes behind `whsec_` as key; several are separated by spaces while two secrets hold. `verifyWebhook` of `@waybill/sdk/webhooks` checks it.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["WebhookSignatureHeader"];
            };
            path?: never;
            cookie?: never;
        };
        /** @description The event. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookEndpointDisabledEvent"];
            };
        };
        responses: {
            /** @description The event was received, as by every other 2xx. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The endpoint is gone. It is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not now. The event is tried again, as after every answer that is neither 2xx, 3xx nor 410. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onWebhookEndpointTested: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The event's id, the same in every attempt and replay. Ignore an event whose id was processed before.
                 * @example evt_0198c2f04b7e7c3fa1d2b3c4d5e6f708
                 */
                "webhook-id": components["parameters"]["WebhookIdHeader"];
                /**
                 * @description When this attempt was signed, in seconds since 1970. Refuse one that is more than 5 minutes off.
                 * @example 1768464080
                 */
                "webhook-timestamp": components["parameters"]["WebhookTimestampHeader"];
                /**
                 * @description `v1,` and the base64 of HMAC-SHA256 over `<webhook-id>.<webhook-timestamp>.<body>`, with the bytes behind `whsec_` as key; several are separated by spaces while two secrets hold. `verifyWebhook` of `@waybill/sdk/webhooks` checks it.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["WebhookSignatureHeader"];
            };
            path?: never;
            cookie?: never;
        };
        /** @description The event. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookEndpointTestedEvent"];
            };
        };
        responses: {
            /** @description The event was received, as by every other 2xx. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The endpoint is gone. It is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not now. The event is tried again, as after every answer that is neither 2xx, 3xx nor 410. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
}
