import { Presets, SingleBar } from 'cli-progress'
import type { UploadProgress } from '../../job-handle.ts'
import { countOf } from './printable.ts'
import type { Terminal } from './terminal.ts'

/** The size of the file that is being sent, as far as it is known. */
export interface UploadSource {
  /** Null when it is piped in: then nobody knows how much there is. */
  readonly sizeBytes: number | null
  readonly readBytes: number
}

export interface UploadProgressDisplay {
  show(progress: UploadProgress): void
  /** Leaves what is shown, so that other lines may follow. */
  stop(): void
}

/** In a log: often enough to see that it continues, seldom enough to read. */
const linePeriodMs = 10_000

export const noUploadProgress: UploadProgressDisplay = { show: () => undefined, stop: () => undefined }

/** A bar where somebody watches, a line now and then in a log. @param now the time in milliseconds */
export function createUploadProgress(
  terminal: Terminal,
  source: UploadSource,
  now: () => number = Date.now,
): UploadProgressDisplay {
  return terminal.isWatched ? createBar(terminal, source) : createLines(terminal, source, now)
}

function createBar(terminal: Terminal, source: UploadSource): UploadProgressDisplay {
  const known = source.sizeBytes === null ? '' : '{bar} {percentage}%  '
  const bar = new SingleBar(
    { format: `${known}{items} sent`, stream: terminal.stderr, barsize: 24, hideCursor: true, gracefulExit: false },
    Presets.shades_classic,
  )
  let started = false
  return {
    show({ nextIndex }) {
      const shown = { items: countOf(nextIndex, 'item') }
      if (!started) bar.start(source.sizeBytes ?? 1, 0, shown)
      started = true
      bar.update(source.sizeBytes === null ? 0 : source.readBytes, shown)
    },
    stop() {
      if (started) bar.stop()
      started = false
    },
  }
}

function createLines(terminal: Terminal, source: UploadSource, now: () => number): UploadProgressDisplay {
  let shownAtMs = now()
  return {
    show({ job, nextIndex }) {
      if (now() - shownAtMs < linePeriodMs) return
      shownAtMs = now()
      const { sizeBytes, readBytes } = source
      // The file may have grown since.
      const share =
        sizeBytes === null ? '' : `, ${Math.min(100, Math.floor((100 * readBytes) / sizeBytes))} % of the file`
      terminal.say(`${job.id} ${countOf(nextIndex, 'item')} sent${share}`)
    },
    stop: () => undefined,
  }
}
