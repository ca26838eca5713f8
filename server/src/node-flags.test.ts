import { describe, expect, it } from 'vitest'
import { ensureNodeFlags, mallocVariables, type NodeProcess, v8Flags } from './node-flags.ts'

interface Started {
  readonly command: readonly string[]
  readonly env: NodeProcess['env']
}

/** Of a process that is started so: what it is replaced by; null: nothing. */
function replacedBy(changes: Partial<NodeProcess> = {}): Started | null {
  let started: Started | null = null
  ensureNodeFlags({
    execPath: '/bin/node',
    execArgv: ['--inspect'],
    argv: ['/bin/node', '/srv/main.js', '--port', '80'],
    env: { HOME: '/srv' },
    execve: (file, args, env) => (started = { command: [file, ...args], env }),
    ...changes,
  })
  return started
}

const allFlags = Object.entries(v8Flags).map(([name, value]) => `${name}=${value}`)

describe('ensureNodeFlags', () => {
  it('replaces the process by one with the flags and variables, and all that it was given', () => {
    expect(replacedBy()).toEqual({
      command: ['/bin/node', '/bin/node', ...allFlags, '--inspect', '/srv/main.js', '--port', '80'],
      env: { HOME: '/srv', ...mallocVariables },
    })
  })

  it('does so once', () => {
    const { command, env } = replacedBy()!
    const execArgv = command.slice(2, command.indexOf('/srv/main.js'))
    expect(replacedBy({ execArgv, env })).toBe(null)
  })

  it("keeps an operator's own values beside the others", () => {
    const [semiSpace, ...others] = allFlags
    expect(semiSpace).toBe('--max-semi-space-size=16')
    const rest = ['/srv/main.js', '--port', '80']
    for (const own of ['--max-semi-space-size=64', '--max_semi_space_size=64'])
      expect(replacedBy({ execArgv: [own] })?.command.slice(2)).toEqual([...others, own, ...rest])
    const env = { NODE_OPTIONS: '--no-warnings --max-semi-space-size=64', MALLOC_ARENA_MAX: '8' }
    const started = replacedBy({ execArgv: [], env })
    expect(started?.command.slice(2)).toEqual([...others, ...rest])
    expect(started?.env).toEqual({ ...mallocVariables, ...env })
  })

  it('leaves a process alone that a parent talks to, or that cannot be replaced', () => {
    expect(replacedBy({ connected: true })).toBe(null)
    expect(replacedBy({ execve: undefined })).toBe(null)
  })
})
