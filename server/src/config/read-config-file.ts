import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { isMap, isNode, isPair, isScalar, LineCounter, parseDocument, visit, type Document } from 'yaml'
import { escapedToken, unescapedToken } from '@waybill/spec/rules'
import { type FindFaults, schemaCompiler } from '../runtime/schema-faults.ts'
import { completeFile, type ConfigFault, type FileConfig, MAX_CONFIG_FAULTS } from './complete-file.ts'
import { ConfigError } from './config-error.ts'
import { type ConfigFile, configSchema } from './config-schema.ts'

/** Of `configSchema`; made when it is first asked, in some 100 ms. */
let findFaults: FindFaults | null = null

interface Source {
  /** As it is named in messages. */
  readonly name: string
  readonly document: Document
  readonly lines: LineCounter
}

/**
 * Reads a YAML configuration file. A value `$NAME` is read from the environment, `$$` begins a value that begins with `$`.
 * @throws ConfigError naming file, line and key of everything that is wrong
 */
export function readConfigFile(path: string, env: Readonly<Record<string, string | undefined>>): FileConfig {
  const source = parseFile(path)
  refuse(source, fillFromEnvironment(source, env))
  const value = (valueOf(source) ?? {}) as ConfigFile
  findFaults ??= schemaCompiler()(configSchema)
  refuse(source, findFaults(value))

  const base = { folder: dirname(path), name: "the configuration file's folder" }
  return completeFile(value, { base, refuse: (faults) => refuse(source, faults) })
}

function parseFile(path: string): Source {
  const lines = new LineCounter()
  const document = parseDocument(readText(path), { lineCounter: lines, prettyErrors: false })
  const error = document.errors[0]
  if (error !== undefined) {
    throw new ConfigError(
      `Cannot read ${path}:${lines.linePos(error.pos[0]).line} as it must be YAML: ${error.message}`,
    )
  }
  return { name: path, document, lines }
}

/** @throws ConfigError for aliases that lead nowhere, or that multiply beyond reason */
function valueOf({ name, document }: Source): unknown {
  try {
    return document.toJS()
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error
    throw new ConfigError(`Cannot read ${name} as it must be YAML: ${error.message}`)
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    throw new ConfigError(`Cannot read ${path} as it must be a file that this user may read: ${code}`)
  }
}

/** Puts the environment's values in place of `$NAME`, and returns what is missing. */
function fillFromEnvironment(source: Source, env: Readonly<Record<string, string | undefined>>): ConfigFault[] {
  const faults: ConfigFault[] = []
  visit(source.document, {
    Scalar(key, node, path) {
      if (key === 'key' || typeof node.value !== 'string') return
      if (node.value.startsWith('$$')) {
        node.value = node.value.slice(1)
        return
      }
      const name = /^\$([A-Za-z_][A-Za-z0-9_]*)$/.exec(node.value)?.[1]
      if (name === undefined) return
      const value = env[name]
      if (value === undefined || value === '') {
        faults.push({ pointer: pointerOf(path, key), detail: `must be set in the environment as ${name}: it is not` })
      } else {
        node.value = value
      }
    },
  })
  return faults
}

/** The JSON Pointer of a scalar, from the nodes above it. */
function pointerOf(path: readonly unknown[], key: unknown): string {
  const tokens = path.filter((node) => isPair(node)).map((pair) => (isScalar(pair.key) ? String(pair.key.value) : '?'))
  if (typeof key === 'number') tokens.push(String(key))
  return tokens.map((part) => `/${escapedToken(part)}`).join('')
}

function refuse(source: Source, faults: readonly ConfigFault[]): void {
  if (faults.length === 0) return
  const byLine = faults
    .map((fault) => ({ ...fault, line: lineOf(source, fault.pointer) }))
    .sort((one, other) => one.line - other.line)
  const lines = byLine.slice(0, MAX_CONFIG_FAULTS).map(({ pointer, detail, line }) => {
    const key = pointer === '' ? 'the file' : unescapedToken(pointer.slice(1).replaceAll('/', '.'))
    return `Cannot read ${source.name}:${line} as ${key} ${detail}`
  })
  if (faults.length > MAX_CONFIG_FAULTS) lines.push(`... and ${faults.length - MAX_CONFIG_FAULTS} more`)
  throw new ConfigError(lines.join('\n'))
}

/** The line of what a pointer leads to: of the key for a value in a map, of the innermost there is for what is missing. */
function lineOf({ document, lines }: Source, pointer: string): number {
  let node: unknown = document.contents
  let offset = 0
  for (const part of pointer.split('/').slice(1).map(unescapedToken)) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === part)
      if (pair === undefined) break
      offset = offsetOf(pair.key) ?? offset
      node = pair.value
    } else {
      node = (node as { items?: unknown[] } | null)?.items?.[Number(part)]
      offset = offsetOf(node) ?? offset
    }
  }
  return lines.linePos(offset).line
}

function offsetOf(node: unknown): number | null {
  return isNode(node) ? (node.range?.[0] ?? null) : null
}
