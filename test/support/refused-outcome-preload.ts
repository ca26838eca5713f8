import { OutcomeView, Verdict } from '../../server/src/model/outcome-batch.ts'

// A bug of the engine: the outcome of each item whose index ends in 7 names a chunk that its job does not have, but where it has failed.
const { chunk } = OutcomeView.prototype
OutcomeView.prototype.chunk = function (n) {
  return this.verdict(n) !== Verdict.failed && this.index(n) % 10 === 7 ? 4000 : chunk.call(this, n)
}
