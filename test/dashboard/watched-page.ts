import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { expect } from 'vitest'

export interface View {
  readonly width: number
  readonly height: number
  readonly colorScheme: 'light' | 'dark'
}

export const views = {
  light: { width: 1280, height: 860, colorScheme: 'light' },
  dark: { width: 1280, height: 860, colorScheme: 'dark' },
  phone: { width: 360, height: 720, colorScheme: 'light' },
} as const satisfies Record<string, View>

/** The rules whose answer another view than the first can change, which is checked by all. */
export const sizeAndColourRules: Record<Exclude<keyof typeof views, 'light'>, readonly string[]> = {
  dark: ['color-contrast', 'link-in-text-block'],
  phone: [
    ...['button-name', 'link-name', 'label', 'target-size', 'scrollable-region-focusable', 'region'],
    'empty-table-header',
  ],
}

/** A page of the dashboard in a context of its own, of which everything that must not happen is written down. */
export class WatchedPage {
  readonly page: Page
  readonly #context: BrowserContext
  readonly #origin: string
  /** Violations of the policy, errors of the page, and what its console says. */
  readonly faults: string[] = []
  /** All addresses that were asked for. */
  readonly urls: string[] = []
  /** All that its console says. */
  readonly said: string[] = []

  private constructor(context: BrowserContext, page: Page, origin: string) {
    this.#context = context
    this.page = page
    this.#origin = origin
    page.on('pageerror', (error) => this.faults.push(`error: ${error.message}`))
    page.on('console', (message) => {
      this.said.push(message.text())
      // The browser writes down every status that is no success, also those that the page expects.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
        this.faults.push(`console: ${message.text()}`)
      }
    })
    page.on('request', (request) => this.urls.push(request.url()))
  }

  static async open(
    browser: Browser,
    origin: string,
    { width, height, colorScheme }: View = views.light,
  ): Promise<WatchedPage> {
    const context = await browser.newContext({
      ...{ viewport: { width, height }, colorScheme, ignoreHTTPSErrors: true, reducedMotion: 'reduce' },
    })
    await context.addInitScript(() => {
      const seen: string[] = []
      Object.assign(globalThis, { seenViolations: seen })
      addEventListener('securitypolicyviolation', (event) => {
        const { violatedDirective, blockedURI } = event as unknown as Record<string, string>
        seen.push(`${violatedDirective} ${blockedURI}`)
      })
    })
    const page = await context.newPage()
    page.setDefaultTimeout(30_000)
    return new WatchedPage(context, page, origin)
  }

  /** Goes to a page, and waits until what it shows has come. */
  async show(hash: string): Promise<void> {
    await this.go(hash)
    await this.loaded()
  }

  /** Goes to a page, and waits until it has been drawn, if only as what is to come. */
  async go(hash: string): Promise<void> {
    const url = `${this.#origin}/dashboard/${hash}`
    if (this.page.url().startsWith(`${this.#origin}/dashboard/`)) {
      await this.page.evaluate(changeHash, hash)
    } else await this.page.goto(url)
  }

  /** Waits until nothing of the page is a drawing of what is to come. */
  async loaded(): Promise<void> {
    await this.page.locator('h1:not(.unseen), dialog.sign-in[open]').first().waitFor()
    await this.page.waitForFunction(() => document.querySelector('.skeleton') === null)
  }

  /**
   * Whether all of a page can be used by everybody, and nothing happened that must not.
   * @param rules only these, of axe's; all of WCAG 2.2 AA without
   */
  async expectSound(rules: readonly string[] | null = null): Promise<void> {
    // One document, without frames: a page of its own to put results together is not needed.
    const axe = new AxeBuilder({ page: this.page }).setLegacyMode(true)
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
    // Rows are alike: some of them stand for all.
    axe.exclude('tbody tr:nth-child(n + 5)')
    const { violations } = await (rules === null ? axe.withTags(tags) : axe.withRules([...rules])).analyze()
    const found = violations.map(
      ({ id, nodes }) =>
        `${id}: ${nodes
          .map((node) => node.html)
          .slice(0, 3)
          .join(' ')}`,
    )
    expect(found, `accessibility of ${this.page.url()}`).toEqual([])
    await this.expectQuiet()
    const overflow = await this.page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    )
    expect(overflow, `width of ${this.page.url()}`).toBe(0)
  }

  /** Nothing was refused by the policy, went wrong in the page, or was asked of another host. */
  async expectQuiet(): Promise<void> {
    const violations = await this.page.evaluate(
      () => (globalThis as unknown as { seenViolations: string[] }).seenViolations,
    )
    expect(violations, 'violations of the policy').toEqual([])
    expect(this.faults, 'faults').toEqual([])
    expect(this.urls.filter((url) => !url.startsWith(this.#origin) && !url.startsWith('data:'))).toEqual([])
  }

  /** Everything that the page leaves in the browser, as one text. */
  async left(): Promise<string> {
    const inPage = await this.page.evaluate(async () =>
      JSON.stringify([
        { ...localStorage },
        { ...sessionStorage },
        await indexedDB.databases(),
        await caches.keys(),
        history.state as unknown,
        document.documentElement.outerHTML,
        document.cookie,
      ]),
    )
    return `${inPage} ${this.page.url()}`
  }

  async close(): Promise<void> {
    await this.#context.close()
  }
}

/** Resolves when the page that the new address names has been drawn, if only as what is to come. */
function changeHash(hash: string): Promise<void> {
  if (location.hash === hash) return Promise.resolve()
  return new Promise((resolve) => {
    addEventListener('hashchange', () => requestAnimationFrame(() => setTimeout(resolve)), { once: true })
    location.hash = hash
  })
}
