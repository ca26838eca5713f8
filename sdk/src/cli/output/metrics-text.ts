/** A metric with its labels, as the text format of Prometheus has it in a line. */
export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  /** `NaN`, `+Inf` and `-Inf` are no JSON: they stay text. */
  readonly value: number | string
}

/** Endings of the lines of one histogram or counter. */
const ENDINGS = /_(bucket|sum|count|total|created)$/

/**
 * Returns the lines of the metrics whose name has `filter` in it, each metric with its description and kind; all without a filter.
 * @param text in the text format of Prometheus
 */
export function filterMetrics(text: string, filter: string): string[] {
  const lines = text.split('\n').filter((line) => line !== '')
  return filter === '' ? lines : lines.filter((line) => nameOf(line).includes(filter))
}

/** Reads the lines that have a value; a line that is none of the format is left out. */
export function readSamples(lines: readonly string[]): Sample[] {
  return lines.flatMap((line) => {
    const [, name, labels = '', text] = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)(?: \d+)?$/.exec(line) ?? []
    if (name === undefined || text === undefined) return []
    const value = Number(text)
    return [{ name, labels: readLabels(labels), value: Number.isFinite(value) ? value : text }]
  })
}

function nameOf(line: string): string {
  const name = /^# (?:HELP|TYPE) (\S+)/.exec(line)?.[1] ?? /^[\w:]+/.exec(line)?.[0] ?? ''
  return name.replace(ENDINGS, '') === name ? name : `${name.replace(ENDINGS, '')} ${name}`
}

function readLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {}
  for (const [, name = '', value = ''] of text.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)) {
    labels[name] = value.replace(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped))
  }
  return labels
}
