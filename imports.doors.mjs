// One door per library: the only files that may import it. Part of imports.config.mjs.

// Fakes stand in the `testing/` folder of their stage and serve unit tests alone: `fakes-stay-in-tests`.
export const unitTests = '(\\.test\\.ts$|/testing/)'

export function forbid(name, comment, from, to) {
  return { name, comment, severity: 'error', from, to }
}

/** Only `doors` of the packages may import `library`: what it is replaced with one day is replaced there. */
function oneDoor(library, doors, comment) {
  const name = library.replace(/^node:/, '')
  return forbid(
    `one-door-for-${name.replace(/[@/]/g, '')}`,
    comment,
    { path: '^(spec|sdk|server)/', pathNot: [...doors.map((door) => `^${door}`), unitTests] },
    { path: library.startsWith('node:') ? `^(node:)?${name}$` : `(^|node_modules/)${name}(/|$)` },
  )
}

export const doors = [
  oneDoor('fastify', ['server/src/http/', 'server/src/app\\.ts$'], 'HTTP ends at the HTTP layer'),
  oneDoor('@fastify/static', ['server/src/http/'], 'HTTP ends at the HTTP layer'),
  oneDoor('@fastify/cors', ['server/src/http/', 'server/src/app\\.ts$'], 'HTTP ends at the HTTP layer'),
  oneDoor(
    'piscina',
    ['server/src/dispatch/(dispatcher|channel-tests)\\.ts$'],
    'Threads are started and counted in one stage: those of deliveries, and those of tests',
  ),
  oneDoor('node:sqlite', ['server/src/store/sqlite/'], 'SQL is one store among others'),
  oneDoor(
    'jose',
    ['server/src/cluster/peer-tokens\\.ts$'],
    'Signatures between servers are made and checked in one place',
  ),
  oneDoor('pg', ['server/src/store/postgres/'], 'PostgreSQL is one store among others'),
  oneDoor('prom-client', ['server/src/metrics/metrics-text\\.ts$'], 'The text of metrics is written in one place'),
  ...['sdk-trace', 'exporter-trace-otlp-http', 'resources', 'core'].map((name) =>
    oneDoor(`@opentelemetry/${name}`, ['server/src/traces/otlp-spans\\.ts$'], 'Loaded only where spans go somewhere'),
  ),
  oneDoor('undici', ['server/src/connectors/'], 'Calls leave through connectors, where addresses are checked'),
  oneDoor('@marcbachmann/cel-js', ['server/src/expressions/'], 'Expressions are bounded where they are evaluated'),
  oneDoor(
    're2js',
    ['server/src/connectors/item-schema/schema-pattern\\.ts$'],
    'Regular expressions of strangers run where their cost is known',
  ),
  oneDoor('ky', ['sdk/src/transport/transport\\.ts$'], 'Retries and time-outs are decided once'),
  oneDoor('openapi-fetch', ['sdk/src/client\\.ts$'], 'The typed client is made once; the helpers stand on it'),
  oneDoor(
    'eventsource-parser',
    ['sdk/src/follow/events\\.ts$'],
    'Streams of events are read once, and loaded only by those who want them',
  ),
  oneDoor('@noble/hashes', ['sdk/src/follow/sha256\\.ts$'], 'Loaded only by those who read results'),
  oneDoor('commander', ['sdk/src/cli/'], 'Only the command has a command line'),
  oneDoor('csv-parse', ['sdk/src/cli/input/'], 'Only a file that is submitted is CSV'),
  oneDoor(
    'csv-stringify',
    ['sdk/src/cli/output/', 'server/src/http/answer/csv\\.ts$'],
    'How a cell is guarded against spreadsheets is decided where it is written',
  ),
  oneDoor('cli-progress', ['sdk/src/cli/output/'], 'Only what is shown to people has bars'),
  oneDoor('msw', ['sdk/src/mocks/'], 'A peer only of those who use the mocks'),
]
