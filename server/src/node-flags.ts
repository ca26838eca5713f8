/*
 * How the command has Node use memory. V8's heap and malloc are configured as a process starts, so the command replaces itself: same
 * process id, same streams, same arguments.
 */

/**
 * Half of the space for new objects, in MiB. By default V8 lets it grow to 32 MiB (all of it 128 MiB on Node 24) in a process that
 * allocates steadily, and gives none of it back while requests come: beside large answers that is most of what a server would grow by;
 * decisions/0025.
 */
export const MAX_SEMI_SPACE_MIB = 16

/** V8's flags, by name. */
export const v8Flags: Readonly<Record<string, number>> = {
  '--max-semi-space-size': MAX_SEMI_SPACE_MIB,
  // Old objects are collected when they have doubled since the last time; by default a small heap may grow fourfold.
  '--heap-growing-percent': 100,
}

/**
 * Variables of glibc's malloc (mallopt(3)): buffers of 512 KiB and more are mappings of their own, which return to the system at once, and
 * two arenas serve all threads. Other C libraries ignore them.
 */
export const mallocVariables: Readonly<Record<string, string>> = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: String(512 * 1024),
  MALLOC_TRIM_THRESHOLD_: String(1024 * 1024),
}

type Environment = Readonly<Record<string, string | undefined>>

/** The members of a process that describe how it was started, and replace it. */
export interface NodeProcess {
  readonly execPath: string
  readonly execArgv: readonly string[]
  readonly argv: readonly string[]
  readonly env: Environment
  /** Whether a parent talks to it: that line would be lost. */
  readonly connected?: boolean | undefined
  /** Missing on Windows. */
  readonly execve?: ((file: string, args: readonly string[], env: Environment) => unknown) | undefined
}

/**
 * Replaces the process by one with the flags and variables that it was not given (an operator's own values count). Does nothing where it
 * has all of them, where a parent process is connected, and on Windows.
 */
export function ensureNodeFlags(node: NodeProcess): void {
  const { execPath, execArgv, argv, env, connected = false, execve } = node
  if (execve === undefined || connected) return
  const given = [...execArgv, ...(env['NODE_OPTIONS'] ?? '').split(/\s+/)].map((flag) => flag.replaceAll('_', '-'))
  const flags = Object.entries(v8Flags)
    .filter(([name]) => !given.some((flag) => flag.startsWith(name)))
    .map(([name, value]) => `${name}=${value}`)
  if (flags.length === 0 && Object.keys(mallocVariables).every((name) => env[name] !== undefined)) return
  execve(execPath, [execPath, ...flags, ...execArgv, ...argv.slice(1)], { ...mallocVariables, ...env })
}
