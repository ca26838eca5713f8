/** Passed to a thread at its start. */
export interface ThreadData {
  readonly role: 'writer' | 'reader'
  /** Null: in memory; then the writer answers the reader's calls too. */
  readonly dataDir: string | null
  readonly maxDataBytes: number | null
}
