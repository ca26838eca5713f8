import type { LiveJob } from '../model/live-job.ts'

/** A subscription's work in a channel. */
export interface Account {
  readonly channel: string
  readonly subscription: string
}

/** The accounts of the jobs of a commit, each one object. */
export class Accounts {
  readonly #byChannel = new Map<string, Account[]>()
  readonly #ofRefs = new Map<number, Account>()
  #first: Account | null = null
  #count = 0

  constructor(jobs: Iterable<LiveJob>) {
    for (const job of jobs) this.#ofRefs.set(job.record.ref, this.ofJob(job))
  }

  /** The account of all jobs of the commit; null: there are several, or none. */
  get only(): Account | null {
    return this.#count === 1 ? this.#first : null
  }

  of(ref: number): Account | undefined {
    return this.#ofRefs.get(ref)
  }

  ofJob({ record: { subscription, envelope } }: LiveJob): Account {
    const { channel } = envelope
    let known = this.#byChannel.get(channel)
    if (known === undefined) this.#byChannel.set(channel, (known = []))
    for (const account of known) if (account.subscription === subscription) return account
    const account = { channel, subscription }
    known.push(account)
    this.#first ??= account
    this.#count++
    return account
  }
}

/** Counts by account and one more label, as entries of an event. */
export class AccountCounts<Label extends string, Entry extends { count: number }> {
  /** In the order in which they were first counted. */
  readonly entries: Entry[] = []
  readonly #make: (account: Account, label: Label, count: number) => Entry
  readonly #known = new Map<Account, Map<Label, Entry>>()

  constructor(make: (account: Account, label: Label, count: number) => Entry) {
    this.#make = make
  }

  add(account: Account, label: Label, count: number): void {
    if (count === 0) return
    let counts = this.#known.get(account)
    if (counts === undefined) this.#known.set(account, (counts = new Map()))
    const known = counts.get(label)
    if (known !== undefined) {
      known.count += count
      return
    }
    const entry = this.#make(account, label, count)
    counts.set(label, entry)
    this.entries.push(entry)
  }
}
