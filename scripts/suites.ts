// The test suites: what vitest.config.ts makes its projects of, and verify.ts runs in this order.

export interface Suite {
  readonly name: string
  /** Where it lives: a suite whose folders do not exist is not part of the project yet. */
  readonly folders: readonly string[]
  readonly include: readonly string[]
  readonly timeoutMs: number
  /** One file at a time, for those that start processes or watch the clock of this machine. */
  readonly oneFileAtATime?: boolean
  /** Runs only when it is named: it has a command of its own, for what it downloads. */
  readonly onlyWhenNamed?: boolean
}

const units = ['sdk/src', 'server/src', 'spec', 'scripts']

export const suites: readonly Suite[] = [
  {
    name: 'unit',
    folders: units,
    include: units.map((folder) => (folder.endsWith('src') ? `${folder}/**/*.test.ts` : `${folder}/*.test.ts`)),
    timeoutMs: 30_000,
  },
  inTest('rules', { timeoutMs: 60_000 }),
  inTest('contract', { timeoutMs: 30_000 }),
  inTest('conformance', { timeoutMs: 30_000 }),
  inTest('package', { timeoutMs: 180_000, oneFileAtATime: true }),
  inTest('flow', { timeoutMs: 120_000, oneFileAtATime: true }),
  inTest('faults', { timeoutMs: 240_000, oneFileAtATime: true }),
  inTest('soak', { timeoutMs: 180_000, oneFileAtATime: true }),
  inTest('runtimes', { timeoutMs: 180_000, oneFileAtATime: true, onlyWhenNamed: true }),
]

function inTest(name: string, options: Omit<Suite, 'name' | 'folders' | 'include'>): Suite {
  return { name, folders: [`test/${name}`], include: [`test/${name}/**/*.test.ts`], ...options }
}
