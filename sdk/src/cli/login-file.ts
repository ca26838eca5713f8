import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { UsageError } from './cli-errors.ts'

/** The contents of the login file that `waybill login` writes: the server's URL and the token for it. */
export interface Login {
  readonly url: string
  /** Null for a server that requires none. */
  readonly token: string | null
}

type Environment = Readonly<Record<string, string | undefined>>

/** Where the login is kept: `waybill/login.json` in the folder that XDG_CONFIG_HOME names, else in `~/.config`. */
export function findLoginFile(env: Environment): string {
  const configured = env.XDG_CONFIG_HOME
  // The XDG specification: a path that is not absolute is to be ignored.
  const folder = configured?.startsWith('/') === true ? configured : join(env.HOME ?? homedir(), '.config')
  return join(folder, 'waybill', 'login.json')
}

/** @throws {UsageError} the file is not what `writeLogin` writes */
export async function readLogin(path: string): Promise<Login | null> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return null
    throw new UsageError(`Cannot read the login as ${path} must be readable: ${message}`)
  }
  const login = parseLogin(text)
  if (login === null) {
    // What is in it is not shown: it may be half a token.
    throw new UsageError(
      `Cannot read the login as ${path} must have url and token: it is damaged; run waybill login again`,
    )
  }
  return login
}

/** Writes it so that only its owner can read it, whatever stood there before. */
export async function writeLogin(path: string, login: Login): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  // Beside it and then in its place: nobody sees half of it, and the mode is never another.
  const draft = `${path}.${process.pid}`
  try {
    await writeFile(draft, `${JSON.stringify(login, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
    // The process's umask may only take away more.
    await chmod(draft, 0o600)
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true })
    throw new UsageError(`Cannot save the login as ${path} must be writable: ${(error as Error).message}`)
  }
}

/** Whether there was one. */
export async function removeLogin(path: string): Promise<boolean> {
  try {
    await rm(path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw new UsageError(`Cannot remove the login as ${path} must be writable: ${(error as Error).message}`)
  }
}

function parseLogin(text: string): Login | null {
  try {
    const { url, token } = JSON.parse(text) as Partial<Login>
    return typeof url === 'string' && (typeof token === 'string' || token === null) ? { url, token } : null
  } catch {
    return null
  }
}
