import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const DEMO = fileURLToPath(new URL('../../examples/catalogue/main.ts', import.meta.url))

test('ORD-3 the demo on three servers, of which one is killed and one is frozen, delivers everything in order', async () => {
  const demo = spawn(process.execPath, [DEMO, '--products', '900', '--servers', '3'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let printed = ''
  demo.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()))
  try {
    const [code] = (await once(demo, 'close')) as [number | null]
    expect(code, printed).toBe(0)
  } finally {
    demo.kill('SIGKILL')
  }
  // 40 categories, 60 brands, each product, a ninth of them again, and an offer of each; seven products have no price.
  expect(printed.match(/2,000 items, 1,986 succeeded, 14 failed/g)).toHaveLength(3)
  expect(printed.match(/ 0 order violations, \d+ repeats, 0 requests that are not of its API/g)).toHaveLength(3)
  expect(printed).toMatch(/Server \d was killed meanwhile, and another one took its place/)
  expect(printed).toMatch(/Server \d was frozen meanwhile, and another one took its place/)
  expect(printed).toMatch(/globex: (\d+) of \1 products updated in shop-eu; a job of acme is not there for it/)
})
