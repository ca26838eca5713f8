import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ADMIN_TOKEN_RULE, type Config, isAdminToken } from './config.ts'

export interface AdminToken {
  /** Null: no token is valid. */
  readonly token: string | null
  /** The file it was made in by this start; null: it was there before. */
  readonly madeFile: string | null
}

/**
 * The admin's token: the configured one, else that of the data folder, else (but for `dev`, which requires none) a new one, which is
 * then kept there in a file that only this user can read.
 */
export function adminToken(config: Pick<Config, 'adminToken' | 'dataDir' | 'dev'>): AdminToken {
  if (config.adminToken !== null) return { token: config.adminToken, madeFile: null }
  const file = join(config.dataDir, 'admin-token')
  const kept = readToken(file)
  if (kept !== null || config.dev) return { token: kept, madeFile: null }

  const token = `wba_${randomBytes(32).toString('base64url')}`
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 })
  try {
    // `wx`: never over a file that somebody else made meanwhile, nor through a link that leads elsewhere.
    writeFileSync(file, `${token}\n`, { mode: 0o600, flag: 'wx' })
    return { token, madeFile: file }
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error
    const made = readToken(file)
    if (made === null) throw unusable(file, 'it is a link that leads to no file')
    return { token: made, madeFile: null }
  }
}

/** Null: there is no such file. @throws Error when it is there and cannot be used */
function readToken(file: string): string | null {
  let text: string
  try {
    // Of a pipe a start would wait for ever. A folder is refused when it is read.
    const stats = statSync(file)
    if (!stats.isFile() && !stats.isDirectory()) throw new Error('it is not a file')
    text = readFileSync(file, 'utf8').trim()
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null
    throw unusable(file, error instanceof Error ? error.message : String(error))
  }
  if (text === '') throw unusable(file, 'it is empty')
  if (isAdminToken(text)) return text
  throw unusable(file, `it is not a token of ${ADMIN_TOKEN_RULE}`)
}

function unusable(file: string, why: string): Error {
  return new Error(`Cannot start as ${file} must hold the admin token: ${why} (delete it to have a new one made)`)
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
