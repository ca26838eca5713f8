import { describe, expect, it } from 'vitest'
import { ensureNodeFlags, MAX_SEMI_SPACE_MIB, type NodeProcess } from './node-flags.ts'

/** Of a process that is started so: what it is replaced by; null: nothing. */
function replacedBy(changes: Partial<NodeProcess> = {}): readonly string[] | null {
  let started: readonly string[] | null = null
  ensureNodeFlags({
    execPath: '/bin/node',
    execArgv: ['--inspect'],
    argv: ['/bin/node', '/srv/main.js', '--port', '80'],
    env: {},
    execve: (file, args) => (started = [file, ...args]),
    ...changes,
  })
  return started
}

describe('ensureNodeFlags', () => {
  it('replaces the process by one with the flags and all that it was given', () => {
    const flag = `--max-semi-space-size=${MAX_SEMI_SPACE_MIB}`
    const all = ['/bin/node', '/bin/node', flag, '--inspect', '/srv/main.js', '--port', '80']
    expect(replacedBy()).toEqual(all)
  })

  it("keeps an operator's own value", () => {
    expect(replacedBy({ execArgv: ['--max-semi-space-size=64'] })).toBe(null)
    expect(replacedBy({ execArgv: ['--max_semi_space_size=64'] })).toBe(null)
    expect(replacedBy({ env: { NODE_OPTIONS: '--no-warnings --max-semi-space-size=64' } })).toBe(null)
  })

  it('leaves a process alone that a parent talks to, or that cannot be replaced', () => {
    expect(replacedBy({ connected: true })).toBe(null)
    expect(replacedBy({ execve: undefined })).toBe(null)
  })
})
