// `npm run demo`: a merchant's catalogue to three storefronts, in stages, through a real server on the disk store.
//
//   --products 2000   a smaller catalogue; 18,000 without it
//   --keep            leaves the server and the storefronts running until Ctrl-C, and prints the server's URL

import { parseArgs } from 'node:util'
import { runDemo } from './run-demo.ts'

const { values: flags } = parseArgs({
  options: { products: { type: 'string', default: '18000' }, keep: { type: 'boolean', default: false } },
})
await runDemo({ products: Number(flags.products), ...(flags.keep && { beforeEnd: untilInterrupted }) })

async function untilInterrupted(url: string): Promise<void> {
  console.log(`\nThe server stays at ${url} until Ctrl-C, e.g. ${url}/v1/jobs`)
  const alive = setInterval(() => {}, 60_000)
  await new Promise<void>((resolve) => process.once('SIGINT', () => resolve()))
  clearInterval(alive)
}
