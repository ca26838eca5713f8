import { ExpressionLanguage } from '../../expressions/expression.ts'

/*
 * The variables that the expressions of a channel may use.
 */

/** Of a request for one item. */
export const itemLanguage = new ExpressionLanguage({ item: 'map', job: 'map', attempt: 'int' })
/** Of a request for many. */
export const batchLanguage = new ExpressionLanguage({ items: 'list', job: 'map', attempt: 'int' })
/** Of the answer to either: the whole of it. */
export const answerLanguage = new ExpressionLanguage({ status: 'int', headers: 'map', body: 'dyn' })
/** Of one entry of an answer to many items. */
export const entryLanguage = new ExpressionLanguage({ status: 'int', headers: 'map', body: 'dyn', entry: 'dyn' })
