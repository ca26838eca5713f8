/*
 * Variables of the request examples stand for what a test makes on a running server. A reader of the document sees such a value instead.
 */

const shown: Readonly<Record<string, string>> = {
  endedJobId: 'job_0198c2f04b7e7c3fa1d2b3c4d5e6f708',
  openJobId: 'job_0198c2f12ad37b1c9e4f5061728394a5',
  failedJobId: 'job_0198c2f2b7c57d28b03a1c2d3e4f5061',
  parkedJobId: 'job_0198c2f36e0f7a459c7d8e9fa0b1c2d3',
  pausedChannel: 'shop-eu',
  endpointId: 'whe_0198c2f04b7e7c3fa1d2b3c4d5e6f708',
  selection: 'MS4wLjE3Njg0NjQ2MDAwMDAuMTI.dGhpcyBpcyBhIG1hYyE',
  fresh: 'nightly-2026-01-15',
}

/** Replaces every `{{variable}}` in the value of an example. @throws Error for a variable that has no value to show */
export function fillVariables(value: unknown): unknown {
  const text = JSON.stringify(value).replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const filler = shown[name]
    if (filler === undefined)
      throw new Error(`Cannot show an example as its variable must have a value in fill-variables.ts: ${name} has none`)
    return filler
  })
  return JSON.parse(text) as unknown
}
