import { SocketAddress, isIP } from 'node:net'
import type { SampleRequest } from '../../../contract/explain.ts'
import { FaultlineError } from '../../../contract/errors.ts'
import { MARK_OUTCOMES } from '../../../contract/model.ts'
import type { MarkOutcome, ProxySpec } from '../../../contract/model.ts'
import type { RawHead } from '../../../contract/raw-head.ts'
import { Guest } from './guest.ts'
import type { GuestTerms, Host, Visit } from './guest.ts'
import { DISAGREE, scopeMark } from './scope-mark.ts'

/**
 * The scopes that share a listener. An exchange belongs to one of them or to none, which is settled once, at its head;
 * faults of others are never even asked.
 */
export class GuestBook {
  readonly counts = Object.fromEntries(MARK_OUTCOMES.map((one) => [one, 0])) as Record<MarkOutcome, number>
  /** Whether any scope has ever shared it: before, no head is looked at. */
  opened = false
  /** Some fault of a guest looks at exchanges. */
  decides = false
  /** Some fault of a guest looks at bodies. */
  looksAtBodies = false
  readonly #host: Host
  readonly #isOpen: (scope: string) => boolean
  readonly #turned: () => void
  readonly #byScope = new Map<string, Guest>()
  readonly #byClient = new Map<string, Guest>()

  /** @param turned told when what guests have on the listener changed */
  constructor(host: Host, isOpen: (scope: string) => boolean, turned: () => void) {
    this.#host = host
    this.#isOpen = isOpen
    this.#turned = turned
  }

  /** @throws invalid_request where a client's address is none, or is another scope's on this listener */
  join(spec: ProxySpec, terms: GuestTerms): Guest {
    const clients = (spec.shared?.clients ?? []).map((address, i) => this.#freeClient(address, i))
    const guest = new Guest(spec, terms, this.#host, {
      turned: () => this.#refresh(),
      left: () => this.#leave(guest),
    })
    this.opened = true
    this.#byScope.set(guest.scope, guest)
    for (const client of clients) this.#byClient.set(client, guest)
    this.#refresh()
    return guest
  }

  /** The scope of an exchange whose head just came; counts its mark. */
  receive(client: string, head: RawHead): Visit | undefined {
    const mark = scopeMark(head)
    if (mark === undefined) return this.#byClient.get(client)?.visit()
    if (mark === DISAGREE) this.counts.disagreeing++
    else if (this.#isOpen(mark)) this.counts.known++
    else this.counts.unknown++
    return mark === DISAGREE ? undefined : this.#byScope.get(mark)?.visit()
  }

  /** The same of a request that nobody sent. */
  find({ client, request }: SampleRequest): Guest | undefined {
    const mark = scopeMark(request.headers.flat())
    if (mark === undefined) return this.#byClient.get(client)
    return mark === DISAGREE ? undefined : this.#byScope.get(mark)
  }

  /** Guests, or their faults, came or went: exchanges under way are asked again. */
  #refresh(): void {
    const guests = [...this.#byScope.values()]
    this.decides = guests.some(({ onExchanges }) => onExchanges.length > 0)
    this.looksAtBodies = guests.some(({ onBodies }) => onBodies.length > 0)
    this.#turned()
  }

  close(): void {
    for (const guest of this.#byScope.values()) guest.hostGone()
    this.#byScope.clear()
    this.#byClient.clear()
    this.decides = this.looksAtBodies = false
  }

  #leave(guest: Guest): void {
    if (this.#byScope.get(guest.scope) === guest) this.#byScope.delete(guest.scope)
    for (const [client, one] of this.#byClient) if (one === guest) this.#byClient.delete(client)
    this.#refresh()
  }

  #freeClient(given: string, index: number): string {
    const family = isIP(given)
    const refused = (found: string): FaultlineError =>
      new FaultlineError(
        'invalid_request',
        `cannot share the listener: clients/${index} is ${JSON.stringify(given)}, ${found}`,
        {
          pointer: `/clients/${index}`,
        },
      )
    if (family === 0) throw refused('but must be an IP address, without a port')
    const { address } = new SocketAddress({ address: given, family: family === 6 ? 'ipv6' : 'ipv4' })
    if (this.#byClient.has(address)) throw refused('which another scope has on this listener')
    return address
  }
}
