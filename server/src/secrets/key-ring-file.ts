import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { newKeyText, readKeys, type RingKey } from './key-ring.ts'

/** Of the data folder: made at the first start of a server that is given no key ring. */
export const KEY_RING_FILE = 'key-ring'
const OTHERS = 0o077

/**
 * Reads a key ring from a file that only its owner can read. @param file absolute path
 * @returns null: there is no such file
 * @throws Error saying why it cannot be used
 */
export function readKeyRingFile(file: string): readonly RingKey[] | null {
  const text = textOf(file)
  if (text === null) return null
  const keys = readKeys(text)
  if (typeof keys === 'string') throw unusable(file, keys)
  return keys
}

/**
 * Makes a file with one new key, durable, and readable by this user alone. @param file absolute path, in a folder that may be missing
 * @returns its keys; those of somebody else, who made it meanwhile
 * @throws Error
 */
export function makeKeyRingFile(file: string): { readonly keys: readonly RingKey[]; readonly made: boolean } {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  try {
    // `wx`: never over a file that somebody else made meanwhile, nor through a link that leads elsewhere.
    writeDurably(file, `${newKeyText()}\n`)
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error
    const keys = readKeyRingFile(file)
    if (keys === null) throw unusable(file, 'it is a link that leads to no file')
    return { keys, made: false }
  }
  syncFolderOf(file)
  return { keys: readKeyRingFile(file)!, made: true }
}

/** Puts a new key before those of a file, whole or not at all. @throws Error */
export function addKey(file: string): readonly RingKey[] {
  const text = requiredText(file)
  const longer = `${newKeyText()}\n${text}`
  const keys = readKeys(longer)
  if (typeof keys === 'string') throw unusable(file, keys)
  replace(file, longer)
  return keys
}

/** Removes the keys of these ids from a file, whole or not at all; one that was added meanwhile stays. @throws Error */
export function removeKeys(file: string, ids: ReadonlySet<string>): void {
  const words = requiredText(file).split(/[\s,]+/)
  const kept = words.filter((word) => {
    const keys = readKeys(word)
    return typeof keys !== 'string' && !ids.has(keys[0]!.id)
  })
  replace(file, `${kept.join('\n')}\n`)
}

function requiredText(file: string): string {
  const text = textOf(file)
  if (text === null) throw unusable(file, 'there is no such file')
  return text
}

function textOf(file: string): string | null {
  let opened: number
  try {
    // Of a pipe a start would wait for ever.
    opened = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null
    throw unusable(file, error instanceof Error ? error.message : String(error))
  }
  try {
    const stats = fstatSync(opened)
    if (!stats.isFile()) throw unusable(file, 'it is not a file')
    if ((stats.mode & OTHERS) !== 0) {
      const mode = (stats.mode & 0o777).toString(8)
      throw unusable(
        file,
        `other users of this machine may read it (mode ${mode}): chmod 600, and replace the key with waybill-server keys rotate`,
      )
    }
    return readFileSync(opened, 'utf8')
  } finally {
    closeSync(opened)
  }
}

function replace(file: string, text: string): void {
  const partial = `${file}.${process.pid}.partial`
  try {
    writeDurably(partial, text)
    renameSync(partial, file)
  } finally {
    rmSync(partial, { force: true })
  }
  syncFolderOf(file)
}

function writeDurably(file: string, text: string): void {
  const opened = openSync(file, 'wx', 0o600)
  try {
    writeFileSync(opened, text)
    fsyncSync(opened)
  } finally {
    closeSync(opened)
  }
}

function syncFolderOf(file: string): void {
  const folder = openSync(dirname(file), 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

function unusable(file: string, why: string): Error {
  return new Error(`Cannot use key ring as ${file} must hold keys: ${why}`)
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
