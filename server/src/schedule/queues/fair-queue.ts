/**
 * Deficit round robin (Shreedhar and Varghese, 1996) in the form that needs no cost beforehand: a member that comes to the head gets its
 * share of credit and is served until that is used up. What it overdrew it pays back in later rounds.
 */
export interface RingMember<M> {
  /** Share of the turns, relative to the other members. */
  readonly weight: number
  credit: number
  /** Null: stands in no ring. */
  before: M | null
  after: M | null
}

export class Ring<M extends RingMember<M>> {
  /** Credit per round and weight: how much a member is served in a row. */
  quantum: number
  #head: M | null = null
  #size = 0

  constructor(quantum = 1) {
    this.quantum = quantum
  }

  get size(): number {
    return this.#size
  }

  /** Lets a member stand at the end; one that already stands in the ring stays where it is. */
  add(member: M): void {
    if (member.after !== null) return
    // Credit is not saved up while away, debts are not forgotten.
    member.credit = Math.min(member.credit, 0)
    const head = this.#head
    if (head === null) {
      member.before = member
      member.after = member
      this.#head = member
    } else {
      const last = head.before!
      member.before = last
      member.after = head
      last.after = member
      head.before = member
    }
    this.#size++
  }

  remove(member: M): void {
    const { before, after } = member
    if (before === null || after === null) return
    before.after = after
    after.before = before
    if (this.#head === member) this.#head = after === member ? null : after
    member.before = null
    member.after = null
    this.#size--
  }

  /** The member whose turn it is; null: nobody stands in the ring. */
  current(): M | null {
    let member = this.#head
    if (member === null) return null
    for (let looked = 0; member.credit <= 0; looked++) {
      // Small weights and large debts would take many rounds: those in which nobody is served are taken at once.
      if (looked === this.#size) this.#passRounds(member)
      member.credit += this.quantum * member.weight
      if (member.credit <= 0) member = member.after!
    }
    this.#head = member
    return member
  }

  #passRounds(first: M): void {
    let rounds = Infinity
    let member = first
    do {
      rounds = Math.min(rounds, Math.floor(-member.credit / (this.quantum * member.weight)))
      member = member.after!
    } while (member !== first)
    do {
      member.credit += rounds * this.quantum * member.weight
      member = member.after!
    } while (member !== first)
  }

  /** Charges a member the cost of being served. Without credit its turn is over. */
  charge(member: M, cost: number): void {
    member.credit -= cost
    if (member.credit <= 0 && member === this.#head) this.#head = member.after
  }

  /** Refunds a member that was not served after all, at most one round's credit: others need not wait for a hoard to be used up. */
  refund(member: M, cost: number): void {
    member.credit = Math.max(member.credit, Math.min(member.credit + cost, this.quantum * member.weight))
  }
}
