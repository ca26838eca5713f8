/*
 * Pictures of the dashboard for the README and docs, from a real server: `npm run screenshots`. No test: pixels differ between machines.
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { launchBrowser } from '../support/browser.ts'
import { createDashboardWorld } from '../support/dashboard-world.ts'

const folder = join(import.meta.dirname, '../../docs/images')
await mkdir(folder, { recursive: true })
const [world, browser] = await Promise.all([createDashboardWorld(), launchBrowser()])
try {
  const { slow, partial } = world.jobs
  const pictures: readonly { name: string; hash: string; colorScheme?: 'dark' }[] = [
    { name: 'job', hash: `#/jobs/${slow.id}` },
    { name: 'job-dark', hash: `#/jobs/${partial.id}`, colorScheme: 'dark' },
  ]
  for (const { name, hash, colorScheme = 'light' } of pictures) {
    const viewport = { width: 1280, height: 860 }
    const context = await browser.newContext({ viewport, colorScheme, reducedMotion: 'reduce' })
    const page = await context.newPage()
    await page.goto(`${world.server.url}/dashboard/${hash}`)
    await page.locator('h1:not(.unseen)').first().waitFor()
    await page.waitForFunction(() => document.querySelector('.skeleton') === null)
    await page.screenshot({ path: join(folder, `${name}.png`) })
    await context.close()
    console.log(`docs/images/${name}.png`)
  }
} finally {
  await browser.close()
  await world.stop()
}
