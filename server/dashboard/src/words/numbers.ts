const counts = new Intl.NumberFormat('en-US')
const rates = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 })

/** `1,234,567` */
export function formatCount(count: number): string {
  return counts.format(count)
}

/** `1,234 items`, `1 item` */
export function formatItems(count: number, noun = 'item'): string {
  return `${counts.format(count)} ${noun}${count === 1 ? '' : 's'}`
}

/** `48/s`, `0.5/s`; from 100 on without decimals. */
export function formatRate(perSecond: number): string {
  return `${perSecond >= 100 ? counts.format(Math.round(perSecond)) : rates.format(perSecond)}/s`
}

/** `0 %` and `100 %` are exact: what is between never reads as either. @param ratio 0 to 1 */
export function formatPercent(ratio: number): string {
  if (ratio <= 0) return '0 %'
  if (ratio >= 1) return '100 %'
  const percent = ratio * 100
  if (percent < 1) return '< 1 %'
  return `${Math.min(99, Math.floor(percent))} %`
}

/** `1.4 GB`, `12 kB` */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = bytes
  let at = 0
  while (value >= 1000 && at < units.length - 1) {
    value /= 1000
    at++
  }
  return `${at === 0 || value >= 100 ? Math.round(value) : rates.format(value)} ${units[at]}`
}
