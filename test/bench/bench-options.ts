export interface BenchOptions {
  /** Items of one run of a delivery or throughput row. */
  readonly items: number
  readonly rounds: number
  /** Items that are pending while restart and memory are measured. */
  readonly pending: number
  /** Items of the largest point of growth. */
  readonly most: number
}
