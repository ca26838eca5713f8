// Who may import whom. Data flows http -> ingest -> jobs -> schedule -> dispatch -> outcomes -> progress; imports run the same way or
// down, never back. Type-only imports count. Every rule says why it is there, and test/rules/imports.test.ts sees it fail.

import { doors, forbid, unitTests } from './imports.doors.mjs'

const clientSource = '^sdk/src/'
const serverSource = '^server/src/'

/** What the client's entry is made of. */
const publicClient = [
  'create-client',
  'job-handle',
  'errors',
  'api-errors',
  'upload/(submit|encode-items)',
  'resources/(jobs|items|channels|executions|dead-letters|job-actions|parked|search|subscriptions|tokens|audit|webhooks)',
  'webhooks/(sign-webhook|webhook-error)',
]
/** The terms of the client: what every folder of it may name. */
const clientTerms = '(ids|job-handle|errors|api-errors)\\.ts$'

/** What the mocks take from the client. */
const sharedWithMocks = ['ids\\.ts$', 'transport/sleep\\.ts$', 'follow/sha256\\.ts$', 'webhooks/sign-webhook\\.ts$']

/** The stages in the order in which data passes them: each may import those after it, none before it. */
const stages = ['http', 'webhooks', 'ingest', 'jobs', 'schedule', 'dispatch', 'outcomes', 'progress']
/** What every stage may use: the words, what nobody owns, the gates, and the interfaces (never a kind) of the store. */
const underEveryStage = ['model/', 'runtime/', 'limits/', 'secrets/key-ring\\.ts$', 'store/[^/]+\\.ts$']

/** The files of the client in `folder` may import their own folder and what `allowed` names, and no other file of the client. */
function clientFolderSeesOnly(folder, allowed, comment) {
  return forbid(
    `client-${folder.replace('/', '-')}-sees-only-what-is-below`,
    comment,
    { path: `${clientSource}${folder}/`, pathNot: unitTests },
    { path: clientSource, pathNot: [`${folder}/`, ...allowed].map((path) => clientSource + path) },
  )
}

/** The files of the server in `folder` may import their own folder and what `allowed` names, and no other file of the server. */
function serverFolderSeesOnly(folder, allowed, comment) {
  return forbid(
    `server-${folder}-sees-only-what-is-below`,
    comment,
    { path: `${serverSource}${folder}/`, pathNot: unitTests },
    { path: serverSource, pathNot: [`${folder}/`, ...allowed].map((path) => serverSource + path) },
  )
}

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    // Packages
    forbid(
      'spec-imports-nothing',
      'The contract is the bottom: what it imported, every reader of it would have to install',
      { path: '^spec/' },
      { path: '^(sdk|server|test|examples|scripts)/' },
    ),
    forbid(
      'contract-rules-are-pure',
      'Server and mocks decide by the same rules: what a rule loaded, or kept, both would carry, browsers too',
      { path: '^spec/rules/', pathNot: unitTests },
      { pathNot: '^spec/(rules|generated)/' },
    ),
    forbid(
      'sdk-imports-only-spec',
      'Client and server meet in the contract alone: otherwise they agree with each other instead of with it',
      { path: '^sdk/' },
      { path: '^(server|test|examples|scripts)/' },
    ),
    forbid(
      'dashboard-imports-only-the-client',
      'The pages use the API as any program does: what they needed beside it, nobody else could show',
      { path: '^server/dashboard/' },
      { path: '^(spec|sdk|server/src|test|examples|scripts)/|@waybill/(spec|server)' },
    ),
    forbid(
      'server-imports-only-spec',
      'Client and server meet in the contract alone: otherwise they agree with each other instead of with it',
      { path: '^server/', pathNot: '^server/dashboard/' },
      { path: '^(sdk|test|examples|scripts|server/dashboard)/' },
    ),
    forbid(
      'examples-use-public-entries',
      'A reader copies an example into a project that has only the published packages',
      { path: '^examples/' },
      { path: '^((sdk|server)/src/|test/|scripts/)' },
    ),
    forbid(
      'examples-stand-alone',
      'Each runs with one command; a shared piece would be one more thing to understand',
      { path: '^examples/([^/]+)/' },
      { path: '^examples/', pathNot: '^examples/$1/' },
    ),
    forbid(
      'nobody-imports-test',
      'What a program needs belongs to a package, what a test needs to test/',
      { path: '^(spec|sdk|server|examples|scripts)/' },
      { path: '^test/' },
    ),
    forbid(
      'only-the-edge-sees-spec',
      'The engine has its own terms: requests and answers are known where they are read or made. Every stage may use the rules of the contract',
      { path: serverSource, pathNot: [`${serverSource}(http/|progress/|model/(errors|caller)\\.ts$)`, unitTests] },
      { path: ['^spec/', '(^|node_modules/)@waybill/spec(/|$)'], pathNot: '^spec/rules/' },
    ),

    // The client from the bottom to the top, and the command that stands on it
    forbid(
      'client-knows-no-command',
      'A program that imports the client must not load a command line with it',
      { path: '^sdk/src/', pathNot: '^sdk/src/cli/' },
      { path: '^sdk/src/cli/' },
    ),
    clientFolderSeesOnly(
      'transport',
      [clientTerms],
      'One request and its repeats: what is sent, and what for, is decided above',
    ),
    clientFolderSeesOnly(
      'upload',
      ['transport/', 'client\\.ts$', clientTerms],
      'A program that only submits must not load what waits and reads',
    ),
    clientFolderSeesOnly(
      'follow',
      ['transport/', 'client\\.ts$', clientTerms],
      'A program that only waits and reads must not load what uploads',
    ),
    clientFolderSeesOnly(
      'resources',
      ['(upload|follow|transport)/', 'client\\.ts$', clientTerms],
      'Resources are put together in create-client.ts alone, which nothing below it knows',
    ),
    clientFolderSeesOnly('webhooks', [clientTerms], 'A receiver of webhooks loads what verifies them, and no client'),
    clientFolderSeesOnly(
      'mocks',
      sharedWithMocks,
      'Mocks that decide as the client does agree with it instead of with the contract; ids, timers, digests and signatures decide nothing',
    ),
    clientFolderSeesOnly(
      'mocks/show',
      ['mocks/engine/(mock-job|mock-webhook|channel-secrets|waiting-reason|limits)\\.ts$', ...sharedWithMocks],
      'An answer is made of records alone: what it shows never moves because somebody looks',
    ),
    clientFolderSeesOnly(
      'mocks/engine',
      ['mocks/show/', ...sharedWithMocks],
      'Jobs, items and channels live on between requests, and know none',
    ),
    clientFolderSeesOnly(
      'mocks/read',
      ['mocks/(engine|show)/', ...sharedWithMocks],
      'What is wrong with a request is found before anything is done with it',
    ),
    clientFolderSeesOnly(
      'mocks/handlers',
      ['mocks/(read|engine|show)/', ...sharedWithMocks],
      'An operation does not know that MSW calls it',
    ),
    forbid(
      'client-knows-no-mocks',
      'A program that imports the client must not load the mocks, nor need MSW',
      { path: '^sdk/src/', pathNot: ['^sdk/src/mocks/', unitTests] },
      { path: '^sdk/src/mocks/' },
    ),
    forbid(
      'client-runs-everywhere',
      "Browsers, Deno and workers have no modules of Node's: only the command is a program for Node",
      { path: '^sdk/src/', pathNot: ['^sdk/src/cli/', unitTests] },
      { dependencyTypes: ['core'] },
    ),
    forbid(
      'command-stands-on-the-public-client',
      'What the command needs and the public surface lacks, everybody lacks; cutting lines is shared',
      { path: '^sdk/src/cli/', pathNot: unitTests },
      {
        path: '^sdk/src/',
        pathNot: ['^sdk/src/cli/', `^sdk/src/(${publicClient.join('|')}|follow/split-lines)\\.ts$`],
      },
    ),

    // The server, from the bottom to the top
    serverFolderSeesOnly('model', [], 'The words are a leaf: everybody may use them because they use nobody'),
    forbid(
      'model-does-no-io',
      'The words are plain data and pure functions, usable on every thread and in every test',
      { path: `${serverSource}model/`, pathNot: unitTests },
      { dependencyTypes: ['core'], pathNot: '^(node:)?(buffer|crypto|util)$' },
    ),
    serverFolderSeesOnly('runtime', [], 'What every stage needs is a leaf: it knows no stage and no word'),
    serverFolderSeesOnly('secrets', [], 'How secrets are sealed depends on no place where they are kept'),
    serverFolderSeesOnly(
      'store',
      ['model/', 'runtime/', 'secrets/key-ring\\.ts$'],
      'The store keeps what it is given; it never calls a stage',
    ),
    serverFolderSeesOnly(
      'limits',
      ['model/', 'runtime/'],
      'Gates are read on worker threads too: they drag nothing along',
    ),
    serverFolderSeesOnly(
      'expressions',
      [],
      'An expression knows the values it is given and nothing of the server: what its author may reach is seen in one folder',
    ),
    serverFolderSeesOnly(
      'connectors',
      ['model/', 'runtime/', 'limits/', 'expressions/'],
      'A connector delivers and answers; it runs on a worker thread, where there is no engine',
    ),
    serverFolderSeesOnly(
      'access',
      ['ingest/idempotency\\.ts$', 'jobs/wall-times\\.ts$', ...underEveryStage],
      'Who may call is decided before anything of a request is looked at, and knows nothing of what is called',
    ),
    ...stages.map((stage, at) =>
      serverFolderSeesOnly(
        stage,
        [
          ...stages.slice(at + 1).map((later) => `${later}/`),
          ...underEveryStage,
          ...(stage === 'dispatch' ? ['connectors/'] : []),
          // A condition is checked when an endpoint is set, a secret made where it is stored.
          ...(stage === 'webhooks'
            ? ['expressions/', 'connectors/webhook/(gone-jobs|job-url|standard-signature)\\.ts$']
            : []),
          // What must not be called must not be configured either: one rule, asked twice.
          ...(stage === 'http' ? ['access/', 'connectors/(private-address|connector-faults)\\.ts$'] : []),
        ],
        'Data flows one way: a stage hands on to the next and never asks the one before (a port wired in app.ts does)',
      ),
    ),
    forbid(
      'worker-sees-no-engine',
      'The worker runs on another thread, where a second scheduler or store would come to life unseen',
      { path: `${serverSource}dispatch/worker[^/]*\\.ts$`, pathNot: unitTests },
      {
        path: serverSource,
        pathNot: [
          `${serverSource}dispatch/(worker|messages)[^/]*\\.ts$`,
          `${serverSource}(connectors|expressions|limits|model|runtime)/`,
        ],
      },
    ),
    serverFolderSeesOnly(
      'channels',
      [...stages.slice(3).map((stage) => `${stage}/`), ...underEveryStage],
      'A runtime joins the stages of its channels; requests and their ingest are of the process',
    ),
    serverFolderSeesOnly(
      'metrics',
      ['progress/(job-status|progress)\\.ts$', ...underEveryStage],
      'Metrics listen to events and look at what is live: a stage that knew of them would count for them',
    ),
    serverFolderSeesOnly('traces', ['model/', 'runtime/'], 'Spans are made of reports, beside the way of items'),
    serverFolderSeesOnly(
      'connector-test',
      [
        'config/config-schema\\.ts$',
        'ingest/check/parse-item\\.ts$',
        'dispatch/(worker-lane|messages|messages-lot|engine-outcomes)\\.ts$',
        '(connectors|limits|model|runtime)/',
      ],
      'A test of a connector delivers by the code of the server, and starts neither an engine nor a store',
    ),
    serverFolderSeesOnly(
      'cluster',
      [
        'config\\.ts$',
        'config/(cluster-settings|config-error)\\.ts$',
        'secrets/key-ring(-file)?\\.ts$',
        'http/(http-ports|listener-limits|server)\\.ts$',
        'http/(answer/(client-error|problem|security-headers)|request/[^/]+)\\.ts$',
        'model/',
        'runtime/',
      ],
      'A standby has no engine: it guards its port as HTTP does, and passes on what it does not read',
    ),
    forbid(
      'owners-are-decided-without-io',
      'The policy of owners is what the simulation runs: what it read by itself, a simulated time would not have',
      { path: `${serverSource}cluster/ownership/`, pathNot: unitTests },
      { dependencyTypes: ['core'] },
    ),
    forbid(
      'only-app-sees-a-channel-runtime',
      'A stage that knew its runtime would know all others; one runtime for all channels is a decision of app.ts alone',
      { path: serverSource, pathNot: [`${serverSource}(app\\.ts$|channels/)`, unitTests] },
      { path: `${serverSource}channels/` },
    ),
    ...['metrics', 'traces'].map((folder) =>
      forbid(
        `only-app-sees-${folder}`,
        'What is counted or traced is a decision of app.ts alone; HTTP is handed a text to answer with',
        { path: serverSource, pathNot: [`${serverSource}(app\\.ts$|${folder}/)`, unitTests] },
        { path: `${serverSource}${folder}/` },
      ),
    ),
    forbid(
      'only-app-sees-a-concrete-store',
      'All others speak to the interface, so that a store is one line in open-store.ts (app.ts asks how large its folder is, and commands on a folder know whose folder it is)',
      {
        path: serverSource,
        pathNot: [
          `${serverSource}((app|open-store|create-token|migrate-folder)\\.ts$|folder-commands|store/)`,
          unitTests,
        ],
      },
      { path: `${serverSource}store/`, pathNot: `${serverSource}store/[^/]+\\.ts$` },
    ),
    forbid(
      'only-app-sees-the-whole-store',
      'A stage names the narrow interface that it uses, so that a test can fake it and a reader sees what it touches',
      {
        path: serverSource,
        pathNot: [`${serverSource}((app|open-store)\\.ts$|channels/|store/)`, '/testing/', unitTests],
      },
      { path: `${serverSource}store/store\\.ts$` },
    ),
    forbid(
      'only-app-composes',
      'app.ts is the only file that knows all stages: whoever imports it knows them all too',
      { path: serverSource, pathNot: [`${serverSource}(program|running-member|index)\\.ts$`, unitTests] },
      { path: `${serverSource}app\\.ts$` },
    ),

    // Everywhere
    forbid(
      'no-cycles',
      'Two files that need each other are one file, or miss a third; types included: they tie readers the same way',
      {},
      { circular: true },
    ),
    forbid(
      'nobody-imports-its-own-entry',
      'The entry lists what the outside sees; from inside it makes cycles and loads everything',
      { path: '^(sdk|server)/src/', pathNot: unitTests },
      { path: '^$1/src/index\\.ts$' },
    ),
    forbid(
      'tests-are-not-imported',
      'Importing a test runs it twice; what two tests share is a file of its own',
      {},
      { path: '\\.test\\.ts$' },
    ),
    forbid(
      'fakes-stay-in-tests',
      'A fake clock in the product is a product that does not run',
      { path: '^(sdk|server)/src/', pathNot: unitTests },
      { path: '/testing/' },
    ),

    ...doors,
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    exclude: { path: ['(^|/)(dist|\\.turbo)/'] },
    doNotFollow: { path: ['node_modules'] },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'],
    },
    reporterOptions: { text: { highlightFocused: true } },
  },
}
