import type { ChannelConfig } from '@waybill/spec'
import { parse, YAMLParseError } from 'yaml'
import { UsageError } from '../cli-errors.ts'
import type { Input } from './open-input.ts'

/** Fields of a response that are not part of the configuration. */
const readOnlyFields = ['name', 'origin', 'state', 'links']
const maxBytes = 1024 * 1024

/**
 * Reads the configuration of a channel: by itself, as `channels get --json` prints it, or as an entry of the server's configuration
 * file. Its fields are the server's to judge.
 * @throws {UsageError} the file is no YAML, or of another channel
 */
export async function readChannelConfig(input: Input, name: string): Promise<ChannelConfig> {
  const document = parseDocument(await readText(input), input.name)
  const { channels } = document
  if (channels !== undefined) {
    const entry = isObject(channels) ? channels[name] : undefined
    if (isObject(entry)) return entry as unknown as ChannelConfig
    throw new UsageError(`Cannot read ${input.name} as its channels must contain ${name}: it does not`)
  }
  if (document.name !== undefined && document.name !== name) {
    throw new UsageError(
      `Cannot read ${input.name} as it must be the configuration of ${name}: it is that of ${JSON.stringify(document.name)}`,
    )
  }
  const config = Object.entries(document).filter(([field]) => !readOnlyFields.includes(field))
  return Object.fromEntries(config) as unknown as ChannelConfig
}

async function readText(input: Input): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of input.bytes) {
    bytes += chunk.length
    if (bytes > maxBytes) {
      throw new UsageError(
        `Cannot read ${input.name} as a configuration must have at most ${maxBytes} bytes: it has more`,
      )
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function parseDocument(text: string, name: string): Record<string, unknown> {
  let document: unknown
  try {
    // JSON is YAML, too.
    document = parse(text)
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error
    const [{ line, col } = { line: 1, col: 1 }] = error.linePos ?? []
    throw new UsageError(
      `Cannot read ${name} as line ${line}, column ${col} must be YAML or JSON: ${error.message.split('\n')[0]}`,
    )
  }
  if (isObject(document)) return document
  throw new UsageError(`Cannot read ${name} as it must be an object with the field connector: it is not`)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
