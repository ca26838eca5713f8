// `npm run demo`: a merchant's catalogue to three storefronts, in stages, through a real server on the disk store.
//
//   --products 2000   a smaller catalogue; 18,000 without it
//   --servers 3       three servers on a PostgreSQL of npm, behind a load balancer; one is killed and one frozen on the way
//   --observe         starts Prometheus beside it if that is on the PATH, else prints the main metrics of the run at its end; and the spans of one job
//   --keep            leaves the server and the storefronts running until Ctrl-C, and prints the server's URL

import { parseArgs } from 'node:util'
import { type Observer, startObserver } from './observe.ts'
import { runDemo } from './run-demo.ts'
import { startCollector } from './span-collector.ts'

const { values: flags } = parseArgs({
  options: {
    products: { type: 'string', default: '18000' },
    servers: { type: 'string', default: '1' },
    observe: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
})
let observer: Observer | undefined
const collector = flags.observe ? await startCollector() : null
try {
  await runDemo({
    products: Number(flags.products),
    servers: Number(flags.servers),
    ...(collector !== null && { serverEnv: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url } }),
    async onStart(url) {
      if (flags.observe) observer = await startObserver(url)
    },
    async beforeEnd(url, lastJob) {
      await observer?.printMetrics(url)
      await collector?.printSpans(lastJob)
      if (flags.keep) await untilInterrupted(url)
    },
  })
} finally {
  await observer?.stop()
  await collector?.stop()
}

async function untilInterrupted(url: string): Promise<void> {
  console.log(`\nThe server stays at ${url} until Ctrl-C, see ${url}/dashboard/`)
  const alive = setInterval(() => {}, 60_000)
  await new Promise<void>((resolve) => process.once('SIGINT', () => resolve()))
  clearInterval(alive)
}
