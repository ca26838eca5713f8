/** The value below which `share` of the values lie, 0 to 1; not a number without values. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5)
}

const format = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })

/** As it stands in a table: 1,234,567. */
export function wholeNumber(value: number): string {
  return format.format(value)
}

/** Three significant digits, whole from 100 on: 0.183, 12.4, 1,234. */
export function shortNumber(value: number): string {
  if (!Number.isFinite(value)) return 'none'
  if (value === 0 || Math.abs(value) >= 100) return wholeNumber(value)
  return value.toFixed(Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value)))))
}

/** Wall time in ms, finer than `Date.now()` and the same in every process. */
export function wallMs(): number {
  return performance.timeOrigin + performance.now()
}
