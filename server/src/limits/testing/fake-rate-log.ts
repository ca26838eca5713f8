/**
 * The first start of a log (ascending, µs) with which some window holds more than `window / unitUs + burst` starts (RAT-1), or null.
 * @returns its index
 */
export function firstExcess(log: readonly number[], rate: { unitUs: number; burst: number }): number | null {
  // Starts i ... j are too many when (j - t_j / T) - (i - t_i / T) > burst - 1: the smallest value so far is the worst beginning.
  let least = Infinity
  for (let n = 0; n < log.length; n++) {
    const value = n - log[n]! / rate.unitUs
    least = Math.min(least, value)
    if (value - least > rate.burst - 1 + 1e-6) return n
  }
  return null
}
