/*
 * The flags that the command gives to Node. A flag for V8's heap counts only from the start of a process, so the command replaces
 * itself: same process id, same streams, same arguments.
 */

/**
 * Half of the space for new objects, in MiB. By default V8 lets it grow to 32 MiB (all of it 128 MiB on Node 24) in a process that
 * allocates steadily, and gives none of it back while requests come: beside large answers that is most of what a server would grow by.
 * With 16 MiB, two rounds of delivery and ingest on a busy machine showed no cost; decisions/0025.
 */
export const MAX_SEMI_SPACE_MIB = 16
const FLAG = '--max-semi-space-size'

/** What of a process says how it was started, and replaces it. */
export interface NodeProcess {
  readonly execPath: string
  readonly execArgv: readonly string[]
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  /** Whether a parent talks to it: that line would be lost. */
  readonly connected?: boolean | undefined
  /** Missing on Windows. */
  readonly execve?: ((file: string, args: readonly string[]) => unknown) | undefined
}

/**
 * Replaces the process by one with the flags. Does nothing where they are given already (the operator's own value counts), where a
 * parent process is connected, and on Windows.
 */
export function ensureNodeFlags(node: NodeProcess): void {
  const { execPath, execArgv, argv, env, connected = false, execve } = node
  if (execve === undefined || connected) return
  const given = [...execArgv, ...(env['NODE_OPTIONS'] ?? '').split(/\s+/)].map((flag) => flag.replaceAll('_', '-'))
  if (given.some((flag) => flag.startsWith(FLAG))) return
  execve(execPath, [execPath, `${FLAG}=${MAX_SEMI_SPACE_MIB}`, ...execArgv, ...argv.slice(1)])
}
