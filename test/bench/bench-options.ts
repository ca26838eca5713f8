export interface BenchOptions {
  /** Items of a run of the throughput. */
  readonly items: number
  readonly rounds: number
  /** Items that are pending while restart and memory are measured. */
  readonly pending: number
}
