import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { cruise, type ICruiseResult, type IForbiddenRuleType } from 'dependency-cruiser'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import imports from '../../imports.config.mjs'

/** One bad import for each rule: the file that has it, and what it says. The files imported are made too. */
const badImports: Record<string, { file: string; imports: string }> = {
  'spec-imports-nothing': { file: 'spec/generated/bad.ts', imports: '../../sdk/src/upload/submit.ts' },
  'contract-rules-are-pure': { file: 'spec/rules/bad.ts', imports: 'node:fs' },
  'sdk-imports-only-spec': { file: 'sdk/src/bad-server.ts', imports: '../../server/src/model/job.ts' },
  'server-imports-only-spec': { file: 'server/src/http/bad-sdk.ts', imports: '../../../sdk/src/upload/submit.ts' },
  'dashboard-imports-only-the-client': {
    file: 'server/dashboard/src/bad-server.ts',
    imports: '../../src/model/job.ts',
  },
  'examples-use-public-entries': { file: 'examples/one/bad-inside.ts', imports: '../../sdk/src/upload/submit.ts' },
  'examples-stand-alone': { file: 'examples/one/bad-neighbour.ts', imports: '../two/shop.ts' },
  'nobody-imports-test': { file: 'scripts/bad.ts', imports: '../test/support/recorder.ts' },
  'only-the-edge-sees-spec': { file: 'server/src/ingest/bad-spec.ts', imports: '@waybill/spec' },
  'client-knows-no-command': { file: 'sdk/src/bad-command.ts', imports: './cli/run-cli.ts' },
  'client-runs-everywhere': { file: 'sdk/src/bad-node.ts', imports: 'node:fs' },
  'command-stands-on-the-public-client': { file: 'sdk/src/cli/bad-inside.ts', imports: '../transport/transport.ts' },
  'client-transport-sees-only-what-is-below': { file: 'sdk/src/transport/bad.ts', imports: '../upload/submit.ts' },
  'client-upload-sees-only-what-is-below': { file: 'sdk/src/upload/bad.ts', imports: '../follow/wait.ts' },
  'client-follow-sees-only-what-is-below': { file: 'sdk/src/follow/bad.ts', imports: '../upload/submit.ts' },
  'client-resources-sees-only-what-is-below': { file: 'sdk/src/resources/bad.ts', imports: '../create-client.ts' },
  'client-webhooks-sees-only-what-is-below': { file: 'sdk/src/webhooks/bad.ts', imports: '../client.ts' },
  'client-mocks-sees-only-what-is-below': { file: 'sdk/src/mocks/bad.ts', imports: '../transport/transport.ts' },
  'client-mocks-show-sees-only-what-is-below': { file: 'sdk/src/mocks/show/bad.ts', imports: '../engine/clock.ts' },
  'client-mocks-engine-sees-only-what-is-below': { file: 'sdk/src/mocks/engine/bad.ts', imports: '../read/body.ts' },
  'client-mocks-read-sees-only-what-is-below': { file: 'sdk/src/mocks/read/bad.ts', imports: '../handlers/jobs.ts' },
  'client-mocks-handlers-sees-only-what-is-below': { file: 'sdk/src/mocks/handlers/bad.ts', imports: '../msw.ts' },
  'client-knows-no-mocks': { file: 'sdk/src/bad-mocks.ts', imports: './mocks/msw.ts' },
  'server-model-sees-only-what-is-below': { file: 'server/src/model/bad.ts', imports: '../runtime/clock.ts' },
  'model-does-no-io': { file: 'server/src/model/bad-io.ts', imports: 'node:fs' },
  'server-runtime-sees-only-what-is-below': { file: 'server/src/runtime/bad.ts', imports: '../model/job.ts' },
  'server-webhooks-sees-only-what-is-below': { file: 'server/src/webhooks/bad.ts', imports: '../http/server.ts' },
  'server-secrets-sees-only-what-is-below': { file: 'server/src/secrets/bad.ts', imports: '../model/job.ts' },
  'server-store-sees-only-what-is-below': { file: 'server/src/store/sqlite/bad.ts', imports: '../../progress/eta.ts' },
  'server-limits-sees-only-what-is-below': { file: 'server/src/limits/bad.ts', imports: '../store/store.ts' },
  'server-expressions-sees-only-what-is-below': { file: 'server/src/expressions/bad.ts', imports: '../model/job.ts' },
  'server-connectors-sees-only-what-is-below': {
    file: 'server/src/connectors/bad.ts',
    imports: '../outcomes/verdict.ts',
  },
  'server-cluster-sees-only-what-is-below': { file: 'server/src/cluster/bad.ts', imports: '../ingest/ingest.ts' },
  'owners-are-decided-without-io': {
    file: 'server/src/cluster/ownership/bad.ts',
    imports: 'node:fs',
  },
  'server-access-sees-only-what-is-below': { file: 'server/src/access/bad.ts', imports: '../ingest/ingest.ts' },
  'server-http-sees-only-what-is-below': { file: 'server/src/http/bad.ts', imports: '../connectors/http.ts' },
  'server-ingest-sees-only-what-is-below': { file: 'server/src/ingest/bad.ts', imports: '../http/server.ts' },
  'server-jobs-sees-only-what-is-below': { file: 'server/src/jobs/bad.ts', imports: '../ingest/ingest.ts' },
  'server-schedule-sees-only-what-is-below': { file: 'server/src/schedule/bad.ts', imports: '../ingest/ingest.ts' },
  'server-dispatch-sees-only-what-is-below': {
    file: 'server/src/dispatch/bad.ts',
    imports: '../schedule/scheduler.ts',
  },
  'server-outcomes-sees-only-what-is-below': { file: 'server/src/outcomes/bad.ts', imports: '../dispatch/lot.ts' },
  'server-progress-sees-only-what-is-below': { file: 'server/src/progress/bad.ts', imports: '../outcomes/verdict.ts' },
  'worker-sees-no-engine': { file: 'server/src/dispatch/worker-bad.ts', imports: '../progress/eta.ts' },
  'server-channels-sees-only-what-is-below': { file: 'server/src/channels/bad.ts', imports: '../ingest/ingest.ts' },
  'server-metrics-sees-only-what-is-below': { file: 'server/src/metrics/bad.ts', imports: '../outcomes/verdict.ts' },
  'only-app-sees-metrics': { file: 'server/src/http/bad-metrics.ts', imports: '../metrics/metrics.ts' },
  'one-door-for-prom-client': { file: 'server/src/metrics/bad-door.ts', imports: 'prom-client' },
  'server-traces-sees-only-what-is-below': { file: 'server/src/traces/bad.ts', imports: '../outcomes/verdict.ts' },
  'only-app-sees-traces': { file: 'server/src/http/bad-traces.ts', imports: '../traces/traces.ts' },
  'one-door-for-opentelemetrysdk-trace': { file: 'server/src/traces/bad-sdk.ts', imports: '@opentelemetry/sdk-trace' },
  'one-door-for-opentelemetryexporter-trace-otlp-http': {
    file: 'server/src/traces/bad-exporter.ts',
    imports: '@opentelemetry/exporter-trace-otlp-http',
  },
  'one-door-for-opentelemetrycore': { file: 'server/src/traces/bad-core.ts', imports: '@opentelemetry/core' },
  'one-door-for-opentelemetryresources': {
    file: 'server/src/traces/bad-resources.ts',
    imports: '@opentelemetry/resources',
  },
  'server-connector-test-sees-only-what-is-below': {
    file: 'server/src/connector-test/bad.ts',
    imports: '../schedule/scheduler.ts',
  },
  'only-app-sees-a-channel-runtime': { file: 'server/src/ingest/bad-runtime.ts', imports: '../channels/runtime.ts' },
  'only-app-sees-a-concrete-store': { file: 'server/src/main.ts', imports: './store/sqlite/sqlite-store.ts' },
  'only-app-sees-the-whole-store': { file: 'server/src/jobs/bad-store.ts', imports: '../store/store.ts' },
  'only-app-composes': { file: 'server/src/config.ts', imports: './app.ts' },
  'no-cycles': { file: 'sdk/src/follow/poll.ts', imports: './wait.ts' },
  'nobody-imports-its-own-entry': { file: 'sdk/src/results.ts', imports: './index.ts' },
  'tests-are-not-imported': { file: 'test/flow/bad.ts', imports: './order.test.ts' },
  'fakes-stay-in-tests': { file: 'server/src/schedule/bad-clock.ts', imports: '../runtime/testing/fake-clock.ts' },
  'one-door-for-fastify': { file: 'server/src/progress/bad-door.ts', imports: 'fastify' },
  'one-door-for-fastifystatic': { file: 'server/src/progress/bad-static.ts', imports: '@fastify/static' },
  'one-door-for-fastifycors': { file: 'server/src/progress/bad-cors.ts', imports: '@fastify/cors' },
  'one-door-for-piscina': { file: 'server/src/dispatch/bad-pool.ts', imports: 'piscina' },
  'one-door-for-jose': { file: 'server/src/access/bad-token.ts', imports: 'jose' },
  'one-door-for-pg': { file: 'server/src/progress/bad-pg.ts', imports: 'pg' },
  'one-door-for-pg-copy-streams': { file: 'server/src/store/postgres/open/bad-copy.ts', imports: 'pg-copy-streams' },
  'one-door-for-sqlite': { file: 'server/src/progress/bad-sql.ts', imports: 'node:sqlite' },
  'one-door-for-undici': { file: 'server/src/dispatch/bad-call.ts', imports: 'undici' },
  'one-door-for-marcbachmanncel-js': { file: 'server/src/connectors/bad-cel.ts', imports: '@marcbachmann/cel-js' },
  'one-door-for-re2js': { file: 'server/src/expressions/bad-pattern.ts', imports: 're2js' },
  'one-door-for-ky': { file: 'sdk/src/bad-ky.ts', imports: 'ky' },
  'one-door-for-openapi-fetch': { file: 'sdk/src/bad-fetch.ts', imports: 'openapi-fetch' },
  'one-door-for-noblehashes': { file: 'sdk/src/bad-hash.ts', imports: '@noble/hashes/sha2.js' },
  'one-door-for-commander': { file: 'sdk/src/bad-commander.ts', imports: 'commander' },
  'one-door-for-csv-parse': { file: 'sdk/src/cli/output/bad-csv.ts', imports: 'csv-parse' },
  'one-door-for-csv-stringify': { file: 'sdk/src/cli/input/bad-csv.ts', imports: 'csv-stringify/sync' },
  'one-door-for-cli-progress': { file: 'sdk/src/cli/input/bad-bar.ts', imports: 'cli-progress' },
  'one-door-for-msw': { file: 'sdk/src/bad-msw.ts', imports: 'msw' },
  'one-door-for-eventsource-parser': { file: 'sdk/src/bad-events.ts', imports: 'eventsource-parser' },
}

/** Files that the bad ones import, and imports that look alike and are allowed. */
const goodFiles: Record<string, string> = {
  'sdk/src/follow/wait.ts': "import './poll.ts'\nimport '../client.ts'",
  'sdk/src/index.ts': "export { submit } from './upload/submit.ts'\nimport './create-client.ts'",
  'sdk/src/upload/submit.ts': "import type { Job } from '@waybill/spec'\nexport function submit(_: Job) {}",
  'sdk/src/transport/transport.ts': "import 'ky'\nimport '../errors.ts'\nimport './sleep.ts'",
  'sdk/src/transport/sleep.ts': 'export {}',
  'sdk/src/errors.ts': 'export {}',
  'sdk/src/client.ts': "import 'openapi-fetch'\nimport './transport/transport.ts'",
  'sdk/src/create-client.ts': "import './client.ts'\nimport './resources/jobs.ts'",
  'sdk/src/resources/jobs.ts': "import '../upload/submit.ts'\nimport '../follow/wait.ts'\nimport '../client.ts'",
  'sdk/src/resources/jobs.test.ts': "import '../create-client.ts'\nimport '../testing/fake-server.ts'",
  'sdk/src/testing/fake-server.ts': "import '../create-client.ts'",
  'sdk/src/mocks/msw.ts': "import 'msw'\nimport './handlers/jobs.ts'",
  'sdk/src/mocks/handlers/jobs.ts':
    "import '../read/body.ts'\nimport '../engine/clock.ts'\nimport '../show/job-view.ts'",
  'sdk/src/mocks/read/body.ts': "import '../engine/mock-job.ts'\nimport '../show/job-view.ts'",
  'sdk/src/mocks/engine/clock.ts': "import '../../transport/sleep.ts'\nimport '../show/job-view.ts'",
  'sdk/src/mocks/engine/mock-job.ts': 'export {}',
  'sdk/src/mocks/show/job-view.ts': "import '../engine/mock-job.ts'",
  'sdk/src/cli/run-cli.ts':
    "import 'commander'\nimport 'node:fs'\nimport '../upload/submit.ts'\nimport './output/progress.ts'",
  'sdk/src/cli/output/progress.ts': "import 'cli-progress'\nimport 'csv-stringify/sync'",
  'sdk/src/cli/input/read-csv.ts': "import 'csv-parse'",
  'spec/generated/index.ts': 'export type Job = {}',
  'spec/rules/index.ts': "export { jobOutcome } from './job-outcome.ts'",
  'spec/rules/job-outcome.ts':
    "import type { Job } from '../generated/index.ts'\nexport function jobOutcome(_: Job) {}",
  'server/src/app.ts':
    "import 'fastify'\nimport './http/server.ts'\nimport './store/sqlite/sqlite-store.ts'\nimport '../src/progress/eta.ts'",
  'server/src/index.ts': "import './app.ts'",
  'server/src/http/server.ts':
    "import 'fastify'\nimport '@waybill/spec'\nimport '../ingest/ingest.ts'\nimport '../progress/eta.ts'\nimport '../connectors/private-address.ts'",
  'server/src/connectors/private-address.ts': 'export {}',
  'server/src/traces/traces.ts': "import '../runtime/clock.ts'\nimport '../model/job.ts'",
  'server/src/metrics/metrics.ts': "import '../runtime/clock.ts'\nimport type {} from '../progress/progress.ts'",
  'server/src/channels/runtime.ts': "import '../schedule/scheduler.ts'\nimport '../store/store.ts'",
  'server/src/ingest/ingest.ts':
    "import '../schedule/scheduler.ts'\nimport type {} from '../store/job-store.ts'\nimport '../limits/gate.ts'\nimport '@waybill/spec/rules'",
  'server/src/schedule/scheduler.ts':
    "import '../dispatch/lot.ts'\nimport '../model/job.ts'\nimport '../runtime/clock.ts'",
  'server/src/schedule/scheduler.test.ts':
    "import '../runtime/testing/fake-clock.ts'\nimport '../store/sqlite/sqlite-store.ts'",
  'server/src/dispatch/dispatcher.ts': "import 'piscina'\nimport '../outcomes/verdict.ts'",
  'server/src/dispatch/lot.ts': 'export {}',
  'server/src/dispatch/worker.ts':
    "import '../connectors/http.ts'\nimport '../limits/gate.ts'\nimport './messages.ts'\nimport './worker-calls.ts'",
  'server/src/dispatch/worker-calls.ts': 'export {}',
  'server/src/dispatch/messages.ts': 'export {}',
  'server/src/connectors/http.ts': "import 'undici'\nimport '../model/job.ts'",
  'server/src/outcomes/verdict.ts': "import '../progress/eta.ts'",
  'server/src/progress/eta.ts': "import '../runtime/clock.ts'",
  'server/src/store/job-store.ts': "import '../model/job.ts'",
  'server/src/store/store.ts': "import './job-store.ts'",
  'server/src/store/sqlite/sqlite-store.ts': "import 'node:sqlite'\nimport '../store.ts'\nimport '../../model/job.ts'",
  'server/src/limits/gate.ts': "import '../runtime/clock.ts'",
  'server/src/model/job.ts': "import { createHash } from 'node:crypto'\nexport { createHash }",
  'server/src/runtime/clock.ts': 'export {}',
  'server/src/runtime/testing/fake-clock.ts': 'export {}',
  'examples/two/shop.ts': "import '@waybill/sdk'",
  'test/support/recorder.ts': "import '../../server/src/model/job.ts'\nimport 'fastify'",
  'test/flow/order.test.ts': "import '../support/recorder.ts'\nimport '@waybill/sdk'",
}

const libraries = [
  'fastify',
  '@fastify/cors',
  'piscina',
  'prom-client',
  '@opentelemetry/sdk-trace',
  '@opentelemetry/exporter-trace-otlp-http',
  '@opentelemetry/resources',
  '@opentelemetry/core',
  'undici',
  'ky',
  'openapi-fetch',
  'commander',
  'jose',
  'csv-parse',
  'csv-stringify',
  'cli-progress',
  'msw',
]

describe('imports.config', () => {
  let folder: string
  let violations: { rule: string; from: string }[]

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'waybill-imports-'))
    const write = (file: string, text: string) => {
      mkdirSync(dirname(join(folder, file)), { recursive: true })
      writeFileSync(join(folder, file), text + '\n')
    }
    for (const [file, text] of Object.entries(goodFiles)) write(file, text)
    for (const bad of Object.values(badImports)) write(bad.file, `import type {} from '${bad.imports}'`)
    for (const library of libraries) {
      write(`node_modules/${library}/package.json`, `{ "name": "${library}", "main": "index.js" }`)
      write(`node_modules/${library}/index.js`, '')
    }
    for (const name of ['spec', 'sdk', 'server']) {
      const exports =
        name === 'spec' ? { '.': './generated/index.ts', './rules': './rules/index.ts' } : './dist/index.js'
      write(`${name}/package.json`, JSON.stringify({ name: `@waybill/${name}`, exports }))
      if (name !== 'spec') write(`${name}/dist/index.js`, '')
      mkdirSync(join(folder, 'node_modules/@waybill'), { recursive: true })
      symlinkSync(join(folder, name), join(folder, 'node_modules/@waybill', name))
    }
    const { tsConfig: _, ...options } = imports.options ?? {}
    const result = await cruise(['spec', 'sdk', 'server', 'examples', 'test', 'scripts'], {
      ...options,
      baseDir: folder,
      validate: true,
      ruleSet: { forbidden: imports.forbidden ?? [] },
    })
    violations = (result.output as ICruiseResult).summary.violations.map(({ rule, from }) => ({
      rule: rule.name,
      from,
    }))
  })

  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('has a bad import for every rule', () => {
    const rules = (imports.forbidden ?? []).map((rule: IForbiddenRuleType) => rule.name)
    expect(Object.keys(badImports).sort()).toEqual(rules.sort())
  })

  it('gives every rule a reason', () => {
    for (const rule of imports.forbidden ?? []) expect(rule.comment, rule.name).toMatch(/\w+ \w+ \w+/)
  })

  it.each(Object.entries(badImports))('%s fails', (rule, { file }) => {
    expect(violations).toContainEqual({ rule, from: file })
  })

  it('finds nothing in files that keep the rules', () => {
    const bad = new Set(Object.values(badImports).map(({ file }) => file))
    expect(violations.filter(({ from }) => !bad.has(from))).toEqual([])
  })
})
