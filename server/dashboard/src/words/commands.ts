/** One and the same call, in the three ways in which it is made. */
export interface Commands {
  readonly curl: string
  readonly cli: string
  readonly sdk: string
}

/** How a job is read. @param origin where the server is, without a slash at its end */
export function jobCommands(origin: string, jobId: string): Commands {
  return {
    curl: `curl -H "Authorization: Bearer $WAYBILL_TOKEN" ${origin}/v1/jobs/${jobId}`,
    cli: `waybill status ${jobId} --url ${origin}`,
    sdk: `const job = await waybill.jobs.attach('${jobId}').get()`,
  }
}

/** How the first job is submitted. */
export function submitCommand(origin: string, channel: string): string {
  return [
    `curl ${origin}/v1/jobs \\`,
    `  -H "Authorization: Bearer $WAYBILL_TOKEN" \\`,
    `  -H "Content-Type: application/json" \\`,
    `  -d '{"channel":"${channel}","objectType":"product","action":"update",`,
    `       "items":[{"id":"sku-1","data":{"price":1990}}]}'`,
  ].join('\n')
}

/** How a channel is read. */
export function channelCommands(origin: string, name: string): Commands {
  return {
    curl: `curl -H "Authorization: Bearer $WAYBILL_TOKEN" ${origin}/v1/channels/${name}`,
    cli: `waybill channels get ${name} --url ${origin}`,
    sdk: `const channel = await waybill.channels.get('${name}')`,
  }
}
