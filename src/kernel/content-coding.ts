import {
  brotliCompressSync,
  brotliDecompressSync,
  constants,
  deflateSync,
  gunzipSync,
  gzipSync,
  inflateSync,
} from 'node:zlib'

interface Coding {
  readonly decode: (bytes: Uint8Array, limit: { readonly maxOutputLength: number }) => Buffer
  readonly encode: (bytes: Uint8Array) => Buffer
}

/** A body of some kilobytes may unfold to gigabytes; it is not unfolded further than this. */
const LARGEST = 16 * 1024 ** 2
/** More layers than anybody sends. */
const MOST_LAYERS = 3

const GZIP: Coding = { decode: (bytes, limit) => gunzipSync(bytes, limit), encode: (bytes) => gzipSync(bytes) }
const CODINGS: ReadonlyMap<string, Coding> = new Map<string, Coding>([
  ['gzip', GZIP],
  ['x-gzip', GZIP],
  ['deflate', { decode: (bytes, limit) => inflateSync(bytes, limit), encode: (bytes) => deflateSync(bytes) }],
  [
    'br',
    {
      decode: (bytes, limit) => brotliDecompressSync(bytes, limit),
      // The best quality takes a second for a megabyte, during which nothing else would happen.
      encode: (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }),
    },
  ],
])

/** The layers that a `Content-Encoding` names, in the order in which they were put on; undefined when one is not known. */
function layersOf(contentEncoding: string | undefined): readonly Coding[] | undefined {
  const names = (contentEncoding ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
  const layers: Coding[] = []
  for (const name of names) {
    if (name === '' || name === 'identity') continue
    const coding = CODINGS.get(name)
    if (coding === undefined || layers.length === MOST_LAYERS) return undefined
    layers.push(coding)
  }
  return layers
}

/** @returns undefined when the coding is not known, the bytes are not in it, or what comes out is above `largest` */
export function decodeContent(
  bytes: Uint8Array,
  contentEncoding: string | undefined,
  largest = LARGEST,
): Uint8Array | undefined {
  const limit = { maxOutputLength: largest }
  try {
    return layersOf(contentEncoding)?.reduceRight<Uint8Array>((inner, { decode }) => decode(inner, limit), bytes)
  } catch {
    return undefined
  }
}

/** @returns undefined when the coding is not known */
export function encodeContent(bytes: Uint8Array, contentEncoding: string | undefined): Uint8Array | undefined {
  return layersOf(contentEncoding)?.reduce<Uint8Array>((inner, { encode }) => encode(inner), bytes)
}
