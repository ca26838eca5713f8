import { failed } from './answer.ts'
import type { ItemAnswer } from './connector.ts'

/** The answer for each item of a call that a lease has ended (`LeaseEnded`): it goes back to its place, and the attempt does not count. */
export const withheld: ItemAnswer = {
  ...failed({
    code: 'connection_failed',
    origin: 'engine',
    title: 'The request was not sent',
    detail: 'The lease of this server ended before the request was sent',
    retryable: true,
  }),
  withheld: true,
}
