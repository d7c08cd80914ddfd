/** What a link needs of each side. A `net.Socket` is one as it is; tests and lanes bring their own. */
export interface Transport {
  /** False: wait for drain before sending much more. */
  write(bytes: Uint8Array): boolean
  /** Bytes written and not yet taken by the kernel. */
  readonly writableLength: number
  pause(): unknown
  resume(): unknown
}
