/** An SVG element as text. Attributes that are undefined are left out. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number | undefined>>,
  ...children: readonly string[]
): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? round(value) : escapeText(value!)}"`)
    .join('')
  if (children.length === 0) return `<${name}${written}/>`
  return `<${name}${written}>${children.join('')}</${name}>`
}

export interface TextOptions {
  readonly x: number
  readonly y: number
  /** @default 'start' */
  readonly anchor?: 'start' | 'middle' | 'end'
  /** @default 'normal' */
  readonly weight?: 'normal' | 'bold'
  /** @default '#1f2328' */
  readonly fill?: string
  /** Pixels. @default 12 */
  readonly size?: number
}

export function text(content: string, { x, y, anchor, weight, fill = '#1f2328', size = 12 }: TextOptions): string {
  const attributes = { x, y, 'text-anchor': anchor, 'font-weight': weight, fill, 'font-size': size }
  return element('text', attributes, escapeText(content))
}

/** A whole SVG file on a white ground: it reads the same on dark pages. */
export function svgFile(width: number, height: number, title: string, ...children: readonly string[]): string {
  const attributes = {
    xmlns: 'http://www.w3.org/2000/svg',
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    role: 'img',
    'font-family': 'system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif',
  }
  const ground = element('rect', { width, height, fill: '#ffffff' })
  return `${element('svg', attributes, `\n${[element('title', {}, escapeText(title)), ground, ...children].join('\n')}\n`)}\n`
}

function escapeText(value: string): string {
  return value.replace(/[&<>"]/g, (character) => `&#${character.codePointAt(0)};`)
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
