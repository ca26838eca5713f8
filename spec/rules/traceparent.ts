/** Characters of a `tracestate` that are passed on: as many as the standard asks for. */
export const MAX_TRACESTATE_LENGTH = 512
/** Members of this length or less are left out last. */
const SHORT_MEMBER_LENGTH = 128
const MAX_MEMBERS = 32
const MEMBER = /^[a-z0-9][a-z0-9_*/@-]{0,255}=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/
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

/**
 * Reads a `tracestate` header (W3C Trace Context, level 2). @param header null: there is none
 * @returns it with at most 512 characters; null when it is empty or not valid, which means: as if there were none. Of a longer one, members of
 * more than 128 characters are left out first, then those at the end
 */
export function parseTracestate(header: string | null): string | null {
  let members = (header ?? '')
    .split(',')
    .map((member) => member.replace(/^[ \t]+|[ \t]+$/g, ''))
    .filter((member) => member !== '')
  if (members.length === 0 || members.length > MAX_MEMBERS || !members.every((member) => MEMBER.test(member)))
    return null
  const keys = new Set(members.map((member) => member.slice(0, member.indexOf('='))))
  if (keys.size < members.length) return null
  if (lengthOf(members) > MAX_TRACESTATE_LENGTH)
    members = members.filter((member) => member.length <= SHORT_MEMBER_LENGTH)
  while (lengthOf(members) > MAX_TRACESTATE_LENGTH) members.pop()
  return members.length === 0 ? null : members.join(',')
}

/** Characters of the members and the commas between them. */
function lengthOf(members: readonly string[]): number {
  return members.reduce((length, member) => length + member.length, members.length - 1)
}
