#!/usr/bin/env node
/*
 * The command. Older versions of Node cannot even load the program: this file can be read by all of them, and says so.
 */

const OLDEST_NODE = 24

if (Number.parseInt(process.versions.node, 10) >= OLDEST_NODE) {
  const { ensureNodeFlags } = await import('./node-flags.ts')
  ensureNodeFlags(process)
  await import('./program.ts')
} else {
  process.stderr.write(`waybill-server needs Node >= ${OLDEST_NODE}: this is ${process.versions.node}\n`)
  process.exitCode = 2
}
