// docs/images/scale.svg: how far one primary of PostgreSQL reaches, measured with a prototype of the storage path, and by the bytes of an item.
//
//   node test/bench/scale-plot.ts        writes it (a part of `npm run generate`)

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Line, linePlot } from './plot/line-plot.ts'

const RESULTS = join(import.meta.dirname, 'results/scale.json')
const FILE = join(import.meta.dirname, '../../docs/images/scale.svg')

/** Figures that were measured: by a prototype of the storage path, and by `npm run bench -- --only postgres-bytes`. */
export interface ScaleResults {
  readonly writers: readonly Line[]
  readonly bytes: readonly {
    readonly itemBytes: number
    readonly accepted: number
    readonly delivered: number
    readonly kept: number
  }[]
}

/** The line through the measured bytes of `scale.json`, within 6 % of each. */
const LOG = { perByte: 1.09, perItem: 110 }
const FILES = { perByte: 1.05, perItem: 110 }
/** The whole storage path in one process, measured on 2 cores that clients and database share: below it the processor decides, not the disk. */
const PATH_ITEMS_PER_SECOND = 451_000
/** Estimates: a fast local disk, and a network volume of a cloud as it comes. */
const DISKS = { 'disk of 1,000 MB/s': 1e9, 'disk of 125 MB/s': 125e6 }
const ITEM_BYTES = [200, 500, 1000, 3000, 10_000, 100_000]

/** Returns the bytes that an item of this size costs the primary: in its log, until it is delivered, and in its files. */
export function bytesOfItem(itemBytes: number): { readonly log: number; readonly files: number } {
  return { log: LOG.perByte * itemBytes + LOG.perItem, files: FILES.perByte * itemBytes + FILES.perItem }
}

/** Returns the items that one primary takes in and ends in a second. Each of their bytes is written twice: to the log, and to the files at the next checkpoint. */
export function itemsPerSecond(itemBytes: number, diskBytesPerSecond: number): number {
  const { log, files } = bytesOfItem(itemBytes)
  return Math.min(PATH_ITEMS_PER_SECOND, diskBytesPerSecond / (log + files))
}

/** The plot as an SVG file. */
export function scalePlot({ writers }: Pick<ScaleResults, 'writers'>): string {
  const model = Object.entries(DISKS).map(([name, disk]): Line => {
    return { name, points: ITEM_BYTES.map((x) => ({ x, y: Number(itemsPerSecond(x, disk).toPrecision(2)) })) }
  })
  return linePlot({
    title: 'How far one primary of PostgreSQL reaches',
    subtitle:
      'Measured: a prototype of the storage path, 2 cores with clients and database, PostgreSQL 18.4, items of 170 B',
    panels: [
      { title: 'Measured', by: 'processes that write', unit: 'items/s', lines: writers },
      { title: 'Estimated', by: 'bytes of an item', unit: 'items/s', lines: model },
    ],
  })
}

export function readResults(): ScaleResults {
  return JSON.parse(readFileSync(RESULTS, 'utf8')) as ScaleResults
}

if (import.meta.main) writeFileSync(FILE, scalePlot(readResults()))
