import { ExpressionLanguage, MAX_STEPS } from '../../expressions/expression.ts'

/*
 * The variables that the expressions of a channel may use.
 */

const ITEM = ['id', 'data', 'action', 'partitionKey', 'idempotencyKey', 'index', 'attempt']
const JOB = ['id', 'subscription', 'channel', 'objectType', 'action']

/** Of a request for one item. */
export const itemLanguage = new ExpressionLanguage({ item: { map: ITEM }, job: { map: JOB }, attempt: 'int' })
/** Of a request for many. */
export const batchLanguage = new ExpressionLanguage({ items: { list: ITEM }, job: { map: JOB }, attempt: 'int' })
/** Of the answer to either: the whole of it. */
export const answerLanguage = new ExpressionLanguage({ status: 'int', headers: 'map', body: 'dyn' })
/** Of one entry of an answer to many items. */
export const entryLanguage = new ExpressionLanguage({ status: 'int', headers: 'map', body: 'dyn', entry: 'dyn' })

/*
 * A call's expressions run on a thread that serves other channels, too: what they may cost together is bounded. A step is 1 to 100 ns: of a long
 * text there are many cheap ones, of a long list expensive ones.
 */

/** Most steps of all expressions of a request for one item, and of all rules for an answer: of the costliest, 1.5 s. */
export const MAX_ITEM_STEPS = 4 * MAX_STEPS
/**
 * Most steps of all expressions of a request for many items, which have no loop for each of them: some 8 for each of the 8 MiB that a call may
 * carry. Where they cost more, each item may use its share.
 */
export const MAX_BATCH_STEPS = 16 * MAX_STEPS
