// The test suites: what vitest.config.ts makes its projects of, and verify.ts runs in this order.

export interface Suite {
  readonly name: string
  /** Where it lives: a suite whose folders do not exist is not part of the project yet. */
  readonly folders: readonly string[]
  readonly include: readonly string[]
  readonly timeoutMs: number
  /** One file at a time, for those that start processes or watch the clock of this machine. */
  readonly oneFileAtATime?: boolean
  /** Looks at no clock of this machine: runs beside another such suite. */
  readonly besideAnother?: boolean
  /** Its files leave nothing behind: they run one after another in the same processes, which spares a third of the time. */
  readonly shareWorkers?: boolean
  /** Takes minutes, or downloads much: a part of `npm run test:long`, not of `npm test`. */
  readonly long?: boolean
  /** A file that is run before its tests: starts what all of them share. */
  readonly setup?: string
  /** A package that takes the place of another one wherever it is imported. */
  readonly replaced?: { readonly name: string; readonly by: string }
}

const units = [
  'sdk/src',
  'server/src',
  'server/dashboard/src',
  'server/docs/src',
  'spec',
  'spec/rules',
  'scripts',
  'test/bench',
]
const flat = ['spec', 'scripts']
/** Those on PostgreSQL, which wait for events and not for times. */
const database = {
  oneFileAtATime: true,
  long: true,
  besideAnother: true,
  setup: 'test/support/postgres-setup.ts',
} as const

export const suites: readonly Suite[] = [
  {
    name: 'unit',
    folders: units,
    include: units.map((folder) => (flat.includes(folder) ? `${folder}/*.test.ts` : `${folder}/**/*.test.ts`)),
    timeoutMs: 30_000,
    shareWorkers: true,
  },
  inTest('rules', { timeoutMs: 60_000 }),
  // The stores alone take a minute of both cores.
  inTest('contract', { timeoutMs: 30_000, long: true }),
  inTest('conformance', { timeoutMs: 30_000 }),
  { name: 'examples', folders: ['examples'], include: ['examples/**/*.test.ts'], timeoutMs: 30_000 },
  {
    // The mocks are for two majors of MSW: once more on the older one.
    name: 'msw-2',
    folders: ['examples'],
    include: ['examples/mock-in-tests/*.test.ts', 'test/conformance/mocks.test.ts', 'sdk/src/mocks/create-*.test.ts'],
    timeoutMs: 30_000,
    replaced: { name: 'msw', by: 'msw-2' },
    long: true,
    besideAnother: true,
  },
  inTest('package', { timeoutMs: 180_000, long: true }),
  inTest('postgres', { ...database, timeoutMs: 120_000 }),
  inTest('cluster', { ...database, timeoutMs: 240_000 }),
  inTest('flow', { timeoutMs: 120_000, oneFileAtATime: true, long: true }),
  inTest('faults', { timeoutMs: 240_000, oneFileAtATime: true, long: true }),
  inTest('dashboard', { ...database, timeoutMs: 240_000 }),
  inTest('soak', { timeoutMs: 180_000, oneFileAtATime: true, long: true, besideAnother: true }),
  inTest('runtimes', { timeoutMs: 180_000, oneFileAtATime: true, long: true, besideAnother: true }),
]

function inTest(name: string, options: Omit<Suite, 'name' | 'folders' | 'include'>): Suite {
  return { name, folders: [`test/${name}`], include: [`test/${name}/**/*.test.ts`], ...options }
}
