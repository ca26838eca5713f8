/** A logarithmic axis over whole powers of ten. */
export interface LogAxis {
  /** The powers of ten from one end to the other. */
  readonly ticks: readonly number[]
  /** Where a value stands, between the two ends in pixels. */
  position(value: number): number
}

/** An axis that holds all the values, which must be above 0. @param from pixels @param to pixels */
export function logAxis(values: readonly number[], from: number, to: number): LogAxis {
  const bad = values.find((value) => !(value > 0 && Number.isFinite(value)))
  if (bad !== undefined || values.length === 0)
    throw new Error(`Cannot make logarithmic axis as every value must be above 0: current value is ${bad ?? 'none'}`)
  const first = Math.floor(Math.log10(Math.min(...values)))
  const last = Math.max(first + 1, Math.ceil(Math.log10(Math.max(...values))))
  return {
    ticks: Array.from({ length: last - first + 1 }, (_, n) => 10 ** (first + n)),
    position: (value) => from + ((Math.log10(value) - first) / (last - first)) * (to - from),
  }
}
