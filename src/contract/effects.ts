/** What a stream fault may ask the link to do. Times are moments on the monotonic clock; a past one means now. */
export type Effect =
  /**
   * Pass bytes on at `at`. `apart` keeps them from sharing a write with what follows. With `ends`, which says in order
   * where in `bytes` each slice ends, they leave in slices, `gap` ms from one to the next; `apart` goes for each.
   */
  | {
      readonly do: 'send'
      readonly bytes: Uint8Array
      readonly at: number
      readonly apart?: boolean
      readonly ends?: Uint32Array
      readonly gap?: number
    }
  /** Say that so many bytes were lost here. The link counts them; a kind that closes on detach does so for them. */
  | { readonly do: 'drop'; readonly bytes: number }
  /** Pass the end (FIN) of this direction on, behind the bytes before it. */
  | { readonly do: 'end'; readonly at: number }
  /** Reset both sockets; overtakes what is held. */
  | { readonly do: 'reset'; readonly at: number }
  /**
   * Close both sockets, behind the bytes before it: with FIN; or, in bodies of answers, with RST once they have left for
   * the kernel, a second later at most. No other kind asks for such a RST, and no other link waits with it.
   */
  | { readonly do: 'close'; readonly at: number; readonly how?: 'fin' | 'rst' }
  /** Call `wake` at this moment; replaces an earlier wake of the slot. Infinity cancels it. */
  | { readonly do: 'wake'; readonly at: number }
  /** Nothing more leaves the slot until somebody lets it go; the kind holds the bytes back itself, at Infinity. Said again, it tells that the end came. */
  | { readonly do: 'detain' }
  /** Read no more from the source, until `resume`. */
  | { readonly do: 'pause' }
  | { readonly do: 'resume' }

export type Effects = readonly Effect[]

export const NOTHING: Effects = Object.freeze([])

/** What a slot held when its attributes changed: bytes, or the end, with the moment it came in. */
export type Held =
  | { readonly is: 'bytes'; readonly bytes: Uint8Array; readonly at: number }
  | { readonly is: 'end' | 'close'; readonly at: number }

/** What a connection fault may answer when it is asked. */
export type Answer =
  | { readonly do: 'go' }
  /** Ask again then. Infinity: ask again when a connection of the proxy closes or the fault changes. */
  | { readonly do: 'wait'; readonly until: number }
  /** FIN. */
  | { readonly do: 'close' }
  /** RST. */
  | { readonly do: 'reset' }
  /** Go on, and reset the oldest open connection of the proxy to make room. */
  | { readonly do: 'evict' }
  /** Wait until somebody lets it go, then go on. */
  | { readonly do: 'detain' }
  /** Go on, and ask `wake` at this moment. */
  | { readonly do: 'wake'; readonly at: number }

export const GO: Answer = Object.freeze({ do: 'go' })
