import { METHODS } from 'node:http'

const FIRST = '-'.charCodeAt(0)
const WIDTH = 'Z'.charCodeAt(0) - FIRST + 1

/** The method that ends at a node; the first node is the root. */
const endings: string[] = ['']
const next: number[] = Array.from({ length: WIDTH }, () => 0)

// What Node's own parser knows, so that the exchange lane can take over whatever is framed; and PRI, which RFC 9113
// section 3.4 keeps for the preface of HTTP/2.
for (const method of [...METHODS, 'PRI']) {
  let node = 0
  for (const char of method) {
    const edge = node * WIDTH + char.charCodeAt(0) - FIRST
    if (next[edge] === 0) {
      next[edge] = endings.length
      endings.push('')
      for (let index = 0; index < WIDTH; index += 1) next.push(0)
    }
    node = next[edge] as number
  }
  endings[node] = method
}

const EDGES = Uint16Array.from(next)

/** Knows a method by its first wrong byte: the sooner another protocol is told from HTTP, the less is kept back. */
export const methodTrie = {
  /** The node behind this byte; 0: no method goes on like this. */
  step(node: number, byte: number): number {
    const edge = byte - FIRST
    return edge >= 0 && edge < WIDTH ? (EDGES[node * WIDTH + edge] as number) : 0
  },

  /** The method that ends here, or the empty string. */
  ending(node: number): string {
    return endings[node] as string
  },
}
