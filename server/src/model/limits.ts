import { DEFAULT_CONCURRENCY } from './channel.ts'

/*
 * Every limit and default that `GET /limits` reports to callers, under the same names. Byte limits count decoded bytes.
 */

const KIB = 1024
const MIB = 1024 * KIB

/** Items in a JSON `submitJob`: what a client builds in memory without thinking of it; above it, lines are the better form. */
export const MAX_ITEMS_PER_JSON_REQUEST = 10_000
/** Items in an NDJSON `submitJob`: half of what may be pending, so that one job cannot lock everybody else out. */
export const MAX_ITEMS_PER_NDJSON_REQUEST = 1_000_000
/** Items in one part of `appendItems`: with the bytes below, what is lost and sent again after a broken connection. */
export const MAX_ITEMS_PER_APPEND = 10_000
/** A JSON body is held until its envelope is complete, as fields may follow the items: 10,000 items of 1.6 KiB. */
export const MAX_JSON_BODY_BYTES = 16 * MIB
/** NDJSON is streamed and never held: 1,000,000 items of 1 KiB. */
export const MAX_NDJSON_BODY_BYTES = 1024 * MIB
/** A part is taken whole or not at all, so it is held: as a JSON body. */
export const MAX_APPEND_BODY_BYTES = 16 * MIB
/** Sixteen pairs of metadata of the largest size fit four times. */
export const MAX_ENVELOPE_BYTES = 64 * KIB
/** Bodies that are parsed as a whole, such as a channel's configuration: `JSON.parse` takes about 1 ms for it. */
export const MAX_CONTROL_BODY_BYTES = 64 * KIB
/** The largest item of the shops known to us, ten times; read in steps, it holds the event loop for a millisecond at a time. */
export const MAX_LINE_BYTES = MIB
export const MAX_ITEM_BYTES = MIB
/** Ids of all shops and ERPs known to us stay below 128 bytes. */
export const MAX_ID_BYTES = 256
export const MAX_PARTITION_KEY_BYTES = 256
export const MAX_METADATA_PAIRS = 16
export const MAX_METADATA_KEY_LENGTH = 64
export const MAX_METADATA_VALUE_LENGTH = 512
/** As Stripe's, the most copied header of this name. */
export const MAX_IDEMPOTENCY_KEY_LENGTH = 255
/** A day: longer than any client keeps retrying, and a nightly run repeated by hand the next morning is still caught. */
export const IDEMPOTENCY_KEY_SECONDS = 86_400
/** A day: an upload that nobody continued overnight will not be continued. */
export const OPEN_JOB_IDLE_SECONDS = 86_400
/** A single item on an idle channel takes well below a second. */
export const DEFAULT_WAIT_SECONDS = 1
/** Below the idle time-out of common proxies (60 s) with a margin. */
export const MAX_WAIT_SECONDS = 30
export const DEFAULT_PAGE_SIZE = 100
export const MAX_PAGE_SIZE = 1000
/** At about 100 MB/s of JSON a page is made within two or three slices of time. */
export const MAX_PAGE_BYTES = 4 * MIB
/** Outcomes are held in memory until they are committed: a result is a receipt, not a document. */
export const MAX_RESULT_BYTES = 64 * KIB
/** Maximum length of an item's error detail: the beginning of an answer is enough to recognize it. */
export const MAX_DETAIL_BYTES = KIB
/** Characters of the title of an item's error, and of the JSON Pointer of an error or a warning; longer ones are cut. */
export const MAX_TITLE_LENGTH = 200
export const MAX_POINTER_LENGTH = 256
/** More than a person reads. The search for faults in fields and parameters ends with as many. */
export const MAX_ERRORS_PER_PROBLEM = 100
/** Characters of a name from outside that a problem repeats: an answer must not grow with what it refuses. */
export const MAX_NAME_IN_PROBLEM_LENGTH = 64
/** Enough to recognize the line in its source. */
export const MAX_INVALID_LINE_TEXT_BYTES = 4 * KIB
/** Snapshots of a job are remade every 500 ms. */
export const MAX_EVENTS_PER_SECOND = 2
/** undici ends an idle body after 300 s, most proxies after 60 s: several beats fit. */
export const EVENT_HEARTBEAT_SECONDS = 15
/** At 64 bytes of memory an item: 128 MB. */
export const MAX_PENDING_ITEMS = 2_000_000
/** Open jobs of a subscription: two of the largest executions. Each stays in memory until it is sealed, cancelled or a day old. */
export const MAX_OPEN_JOBS = 1000

/** Deepest nesting of an item or envelope, itself counted: what reads it later recurses, and no product of a shop is nested deeper than ten. */
export const MAX_JSON_DEPTH = 64

/** Jobs in `dependsOn`: the widest stage of an execution. */
export const MAX_DEPENDENCIES = 100
export const MAX_STAGES_PER_EXECUTION = 100
export const MAX_JOBS_PER_STAGE = 100
/** Of all stages together: each shows up to 100 dependencies, so the answer has up to 4 MiB. */
export const MAX_JOBS_PER_EXECUTION = 500
/** As in a JSON `submitJob`: whoever has more makes the jobs open and fills them. */
export const MAX_ITEMS_PER_EXECUTION = 10_000
export const MAX_EXECUTION_BODY_BYTES = 16 * MIB
/** Items in one `resolveParked`: their names fit into a small body. */
export const MAX_ITEMS_PER_DECISION = 500
/** How often the data of one item may be replaced: each replacement is kept, and shown in its log. */
export const MAX_REPLACEMENTS_PER_ITEM = 100
/** Of all data of one item that was replaced: the answer that shows it all stays within five of the largest items. */
export const MAX_REPLACED_BYTES_PER_ITEM = 4 * MIB
/** Access tokens of all subscriptions: all are in memory, at about 1 KiB each. */
export const MAX_TOKENS = 10_000
/** A tenth, so that one subscription cannot use up those of all others. */
export const MAX_TOKENS_PER_SUBSCRIPTION = 1000
/** Each costs about 1 KiB in memory of the server and of each worker thread; and each change of one goes to all of them. */
export const MAX_CREDENTIALS_PER_CHANNEL = 1000
/** A day: long enough to see why a caller is refused, short enough that hourly tokens do not pile up. */
export const EXPIRED_TOKEN_SECONDS = 86_400
/** A week: a failure of Friday night is still there on the Monday after the next one. */
export const DEFAULT_RETAIN_SECONDS = 604_800
export const MIN_RETAIN_SECONDS = 60
/** A year. */
export const MAX_RETAIN_SECONDS = 31_536_000

/** A channel's defaults beside those of {@link DEFAULT_CONCURRENCY} and `defaultRetry`. */
export const DEFAULT_BATCH_SIZE = 1
export const DEFAULT_TIMEOUT_MS = 10_000
export const DEFAULT_BURST = 1
