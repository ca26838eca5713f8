import { isIPv4, isIPv6 } from 'node:net'
import { fullFormats } from 'ajv-formats/dist/formats.js'

/*
 * The formats that a schema may name. Each has a greatest length, beyond which no text is one, and a check that takes time linear in the text
 * up to there; those of ajv-formats without such a bound (`url`, `uri-template`, `regex`) are not among them.
 */

interface Format {
  readonly maxLength: number
  readonly test: (text: string) => boolean
}

const MAX_TIME_LENGTH = 64
const MAX_DOMAIN_LENGTH = 255
/** 64 for the name, 1 for the @, 255 for the domain. */
const MAX_ADDRESS_LENGTH = 320
/** As of the `url` of a channel. */
const MAX_URI_LENGTH = 2048

const formats: ReadonlyMap<string, Format> = new Map([
  known('date-time', MAX_TIME_LENGTH),
  known('date', MAX_TIME_LENGTH),
  known('time', MAX_TIME_LENGTH),
  known('duration', MAX_TIME_LENGTH),
  known('email', MAX_ADDRESS_LENGTH),
  known('hostname', MAX_DOMAIN_LENGTH),
  ['ipv4', { maxLength: 15, test: isIPv4 }],
  ['ipv6', { maxLength: 45, test: (text) => isIPv6(text) && !text.includes('%') }],
  known('uri', MAX_URI_LENGTH),
  known('uri-reference', MAX_URI_LENGTH),
  known('uuid', 45),
  known('json-pointer', MAX_URI_LENGTH),
])

export const formatNames: readonly string[] = [...formats.keys()]

/** The check of a format; undefined: a schema may not name it. */
export function formatCheck(name: string): ((text: string) => boolean) | undefined {
  const format = formats.get(name)
  return format === undefined ? undefined : (text) => text.length <= format.maxLength && format.test(text)
}

function known(name: keyof typeof fullFormats, maxLength: number): [string, Format] {
  const format = fullFormats[name] as RegExp | ((text: string) => boolean) | { validate: (text: string) => boolean }
  if (format instanceof RegExp) return [name, { maxLength, test: (text) => format.test(text) }]
  return [name, { maxLength, test: typeof format === 'function' ? format : format.validate }]
}
