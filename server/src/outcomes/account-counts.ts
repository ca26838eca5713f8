import type { LiveJob } from '../model/live-job.ts'

/** A subscription's work in a channel. */
export interface Account {
  readonly channel: string
  readonly subscription: string
}

/** The accounts of the jobs of a commit, each one object. */
export class Accounts {
  readonly #jobs: ReadonlyMap<LiveJob, unknown>
  readonly #byChannel = new Map<string, Account[]>()
  /** Made at the first look, and only of several accounts. */
  #ofRefs: Map<number, Account> | null = null
  #first: Account | null = null
  #count = 0

  constructor(jobs: ReadonlyMap<LiveJob, unknown>) {
    this.#jobs = jobs
    for (const job of jobs.keys()) this.ofJob(job)
  }

  /** The account of all jobs of the commit; null: there are several, or none. */
  get only(): Account | null {
    return this.#count === 1 ? this.#first : null
  }

  /** The account of a job of the commit. */
  of(ref: number): Account | undefined {
    if (this.#count === 1) return this.#first!
    this.#ofRefs ??= new Map(Array.from(this.#jobs.keys(), (job) => [job.record.ref, this.ofJob(job)]))
    return this.#ofRefs.get(ref)
  }

  ofJob({ record: { subscription, envelope } }: LiveJob): Account {
    const { channel } = envelope
    const first = this.#first
    if (first !== null && first.channel === channel && first.subscription === subscription) return first
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

/** Most commits have fewer entries: they are found by looking at each. */
const FEW_ENTRIES = 8

/** Counts by account and one more label, as entries of an event. */
export class AccountCounts<Label extends string, Entry extends { count: number }> {
  /** In the order in which they were first counted. */
  readonly entries: Entry[] = []
  readonly #make: (account: Account, label: Label, count: number) => Entry
  /** Account and label of each entry. */
  readonly #names: { readonly account: Account; readonly label: Label }[] = []
  /** The entries by name, once they are many. */
  #known: Map<Account, Map<Label, Entry>> | null = null

  constructor(make: (account: Account, label: Label, count: number) => Entry) {
    this.#make = make
  }

  add(account: Account, label: Label, count: number): void {
    if (count === 0) return
    const known = this.#find(account, label)
    if (known !== undefined) {
      known.count += count
      return
    }
    this.entries.push(this.#make(account, label, count))
    this.#names.push({ account, label })
    if (this.#known !== null) this.#keep(this.entries.length - 1)
    else if (this.entries.length > FEW_ENTRIES) {
      this.#known = new Map()
      for (let n = 0; n < this.entries.length; n++) this.#keep(n)
    }
  }

  #find(account: Account, label: Label): Entry | undefined {
    if (this.#known !== null) return this.#known.get(account)?.get(label)
    return this.entries[this.#names.findIndex((name) => name.account === account && name.label === label)]
  }

  #keep(n: number): void {
    const { account, label } = this.#names[n]!
    const ofAccount = this.#known!.get(account) ?? new Map<Label, Entry>()
    this.#known!.set(account, ofAccount.set(label, this.entries[n]!))
  }
}
