import type { JSX } from 'preact'

/** Paths of 16 x 16, drawn with one stroke. */
const paths = {
  check: 'M3.5 8.500l3 3 6-7',
  cross: 'M4.5 4.500l7 7m0-7l-7 7',
  clock: 'M8 4.500V8l2.5 1.500M14 8A6 6 0 112 8a6 6 0 0112 0z',
  play: 'M5.5 3.500v9l7-4.500z',
  pause: 'M5.5 4v8m5-8v8',
  ban: 'M12.2 3.800l-8.4 8.400M14 8A6 6 0 112 8a6 6 0 0112 0z',
  part: 'M8 2a6 6 0 100 12A6 6 0 008 2zm0 3.500v3m0 2v.1',
  circle: 'M14 8A6 6 0 112 8a6 6 0 0112 0z',
  link: 'M6.5 9.500l3-3M7 4.500l1.2-1.200a3 3 0 014.3 4.200L11.3 8.800M9 11.500l-1.2 1.200a3 3 0 01-4.3-4.200L4.7 7.2',
  search: 'M10.5 10.500L14 14M11.5 7a4.5 4.5 0 11-9 0 4.5 4.5 0 019 0z',
  copy: 'M5.5 5.500v-3h8v8h-3M2.5 5.500h8v8h-8z',
  chevron: 'M6 4l4 4-4 4',
  down: 'M4 6l4 4 4-4',
  reload: 'M13 3v3.500H9.500M3 13V9.500h3.500M12.6 6.500a5 5 0 00-9 -.5M3.4 9.500a5 5 0 009 .5',
  now: 'M2 9h2.500L6.5 3.500l3 9L11.5 7.500H14',
  jobs: 'M3 4h10M3 8h10M3 12h6',
  executions: 'M2.5 3.500h4v3h-4zm7 6h4v3h-4zM6.5 5h2v6h1',
  channels: 'M2.5 5h11m-3-2.500L13.5 5l-3 2.500M13.5 11h-11m3 2.500L2.5 11l3-2.5',
  failures: 'M8 2.500l6 10.500H2zM8 6.500v3m0 1.800v.1',
  decisions: 'M8 13.500v-4M8 9.500L3.5 5V2.500M8 9.500L12.5 5V2.5',
  webhooks: 'M3 8a5 5 0 015-5m0 10a5 5 0 005-5M8 6v4m-2-2h4',
  server: 'M2.5 3h11v4h-11zm0 6h11v4h-11zM5 5h.1M5 11h.1',
  lock: 'M4 7.500h8V13H4zM5.5 7.500V5.300a2.5 2.5 0 015 0v2.2',
  keyboard: 'M1.5 4.500h13v7h-13zM4 7h.1M6.7 7h.1M9.3 7h.1M12 7h.1M5 9.500h6',
  leave: 'M9.5 3H3v10h6.500M7 8h7m-2.5-2.500L14 8l-2.5 2.5',
} as const

export type IconName = keyof typeof paths

/** A drawing beside a word that says the same: no reader announces it. */
export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 16 16" width={size} height={size} aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  )
}
