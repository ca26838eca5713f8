const FORM = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/
/** Bits that the standard gives a meaning: sampled, and (level 2) that the trace id is random. */
const KNOWN_FLAGS = 0x03

/**
 * Reads a `traceparent` header (W3C Trace Context, levels 1 and 2). @param header null: there is none
 * @returns it in the form of version `00`, with the flags that are known; null when it is not valid, which means: as if there were none
 */
export function parseTraceparent(header: string | null): string | null {
  const [, version, traceId, parentId, flags, more] = FORM.exec(header ?? '') ?? []
  if (version === undefined || version === 'ff' || (version === '00' && more !== undefined)) return null
  if (/^0+$/.test(traceId!) || /^0+$/.test(parentId!)) return null
  const known = (Number.parseInt(flags!, 16) & KNOWN_FLAGS).toString(16).padStart(2, '0')
  return `00-${traceId}-${parentId}-${known}`
}
