import { type Metric, Registry, type RegistryContentType } from 'prom-client'
import { TimeSlice } from '../runtime/time-slice.ts'
import { type MetricFacts, metricFamilies } from './metric-families.ts'
import { type MetricName, type MetricSpec, metricTable } from './metric-table.ts'
import type { Sample } from './sample.ts'

export type MetricsFormat = 'prometheus' | 'openmetrics'

/** Lines that are written in one step: some 0.5 ms. */
const PAGE_SAMPLES = 256

const contentTypes: Readonly<Record<MetricsFormat, RegistryContentType>> = {
  prometheus: Registry.PROMETHEUS_CONTENT_TYPE,
  openmetrics: Registry.OPENMETRICS_CONTENT_TYPE,
}

/** Writes metrics as text, a page at a time, so that the event loop is held for 2 ms at most. The only user of prom-client. */
export class MetricsText {
  readonly contentType: string
  readonly #registry = new Registry<RegistryContentType>()
  readonly #format: MetricsFormat
  #page: readonly Sample[] = []

  constructor(format: MetricsFormat) {
    this.#format = format
    this.contentType = contentTypes[format]
    this.#registry.setContentType(contentTypes[format])
    for (const [name, spec] of Object.entries<MetricSpec>(metricTable)) this.#register(name as MetricName, spec)
  }

  async write(facts: MetricFacts): Promise<string> {
    const slice = new TimeSlice('metrics')
    const pages: string[] = []
    for (const name of Object.keys(metricTable) as MetricName[]) {
      let isFirst = true
      for (const page of pagesOf(metricFamilies[name](facts))) {
        this.#page = page
        const text = await this.#registry.getSingleMetricAsString(name)
        pages.push(isFirst ? text : text.slice(endOfHead(text)))
        isFirst = false
        if (slice.over) await slice.next()
      }
    }
    return this.#format === 'openmetrics' ? `${pages.join('\n')}\n# EOF\n` : `${pages.join('\n')}\n`
  }

  /** A metric whose samples are the page that is being written. */
  #register(name: MetricName, { type, help }: MetricSpec): void {
    // OpenMetrics names a counter without the suffix, which the writer adds to its lines.
    const written = this.#format === 'openmetrics' && type === 'counter' ? name.replace(/_total$/, '') : name
    const get = () =>
      Promise.resolve({
        ...{ name: written, help, type },
        values: this.#page.map(({ labels, value, suffix = '' }) => ({ labels, value, metricName: written + suffix })),
      })
    this.#registry.registerMetric({ name, get } as unknown as Metric)
  }
}

/** The samples in pages; one that is empty where there are none. */
function* pagesOf(samples: Iterable<Sample>): Generator<readonly Sample[]> {
  let page: Sample[] = []
  for (const sample of samples) {
    page.push(sample)
    if (page.length < PAGE_SAMPLES) continue
    yield page
    page = []
  }
  if (page.length > 0) yield page
}

/** Where the two lines of help and type end. */
function endOfHead(text: string): number {
  return text.indexOf('\n', text.indexOf('\n') + 1) + 1
}
