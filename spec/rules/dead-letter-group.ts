/** Characters of a detail that are looked at, and of its line that are kept. */
const MAX_DETAIL = 1000
const MAX_LINE = 200

/** Returns the first line of an error's detail, trimmed and at most 200 characters; null when there is none. */
export function errorLine(detail: string | null | undefined): string | null {
  const line = detail
    ?.slice(0, MAX_DETAIL)
    .trimStart()
    .split(/[\r\n]/, 1)[0]!
    .trimEnd()
  return line === undefined || line === '' ? null : [...line].slice(0, MAX_LINE).join('')
}

/**
 * Returns the number of an error, 0 to 2^52 - 1: the same for errors of one code whose first lines differ in their digits alone. Frozen: stores keep it.
 * @param line undefined: nobody looked at it when the item failed
 */
export function errorNumber(code: string, line: string | null | undefined): number {
  const text = line === undefined ? `${code}\u0001` : `${code}\u0000${line?.replace(/[0-9]+/g, '0') ?? ''}`
  let high = 0x811c_9dc5
  let low = 0x4123_5a7b
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    high = Math.imul(high ^ unit, 0x0100_0193)
    low = Math.imul(low ^ unit ^ (high >>> 15), 0x85eb_ca6b)
  }
  high = Math.imul(high ^ (high >>> 16) ^ (low >>> 13), 0xc2b2_ae35)
  low = Math.imul(low ^ (low >>> 16) ^ (high >>> 13), 0x27d4_eb2f)
  return ((high ^ (high >>> 15)) >>> 12) * 0x1_0000_0000 + ((low ^ (low >>> 15)) >>> 0)
}

/** Returns the id of the group of failed items with this error. */
export function deadLetterGroupId(number: number): string {
  return `dlg_${number.toString(16).padStart(13, '0')}`
}

/** Returns the error's number of a group's id. */
export function deadLetterGroupNumber(id: string): number {
  return Number.parseInt(id.slice('dlg_'.length), 16)
}
