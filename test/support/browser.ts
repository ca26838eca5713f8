import chromium from '@sparticuz/chromium'
import { type Browser, chromium as playwright } from 'playwright-core'

/**
 * Starts a browser that the lockfile has: nothing of the system is needed. Its rules are those of a user's, above all those between origins, so
 * that the package's own flags (`--disable-web-security` and the like) are not used.
 */
export async function launchBrowser(): Promise<Browser> {
  chromium.setGraphicsMode = false
  const executablePath = await chromium.executablePath()
  return playwright.launch({
    executablePath,
    headless: true,
    // Containers have no sandbox for root, and a small /dev/shm. What is opened is ours.
    args: ['--no-sandbox', '--no-zygote', '--disable-gpu', '--disable-dev-shm-usage', '--font-render-hinting=none'],
  })
}
