/** Where jobs are kept. */
export const storeKinds = ['disk', 'memory', 'postgres'] as const
export type StoreKind = (typeof storeKinds)[number]

export interface StoreSettings {
  readonly store: StoreKind
  /** Of the store `postgres`, secret; null: not given. */
  readonly databaseUrl: string | null
  readonly maxDataBytes: number | null
}

/** A setting that does not fit the store. Its detail is the end of a sentence, and repeats no URL. */
export interface StoreFault {
  readonly setting: 'databaseUrl' | 'maxDataBytes'
  readonly detail: string
}

/** Checks what the store demands of other settings. */
export function storeFaults({ store, databaseUrl, maxDataBytes }: StoreSettings): StoreFault[] {
  if (store !== 'postgres') {
    const detail = `must not be set unless store is postgres: it is ${store}`
    return databaseUrl === null ? [] : [{ setting: 'databaseUrl', detail }]
  }
  const faults: StoreFault[] = []
  const fault = databaseUrl === null ? 'it is missing' : databaseUrlFault(databaseUrl)
  if (fault !== null) {
    const detail = `must be a URL such as postgres://user:password@host/database while store is postgres: ${fault}`
    faults.push({ setting: 'databaseUrl', detail })
  }
  if (maxDataBytes !== null) {
    const detail = `must not be set while store is postgres, whose size is limited by its operator: it is ${maxDataBytes}`
    faults.push({ setting: 'maxDataBytes', detail })
  }
  return faults
}

/** The fault of a URL, as the end of a sentence that does not repeat it; null: it has none. @param text of a file anything */
export function databaseUrlFault(text: unknown): string | null {
  if (typeof text !== 'string') return 'it is no text'
  if (!URL.canParse(text)) return 'it is no URL'
  const { protocol, pathname } = new URL(text)
  if (protocol !== 'postgres:' && protocol !== 'postgresql:') return 'it begins with another scheme'
  return pathname.length > 1 ? null : 'it names no database'
}
