type TimeUnit = 'us' | 'ms' | 's' | 'm' | 'h'
type SizeUnit = 'B' | 'kB' | 'KB' | 'MB' | 'GB' | 'KiB' | 'MiB' | 'GiB'

/** A whole number in the unit that its attribute names (mostly milliseconds), or a text with a unit: '250ms', '1.5s'. */
export type Duration = number | `${number}${TimeUnit}` | `${number}m${number}s` | `${number}h${number}m`

/** A whole number of bytes, or a text with a unit: '64KiB', '1MB'. */
export type Size = number | `${number}${SizeUnit}`

/** A fault that is not attached yet: what `proxy.add()` takes. */
export interface Fault<K extends string = string> {
  readonly kind: K
  readonly name?: string
  readonly attributes: object
}

/** What the makers in faults.gen.ts are made of. */
export const fault = <const K extends string>(kind: K, attributes: object, options: object): Fault<K> => ({
  kind,
  ...options,
  attributes,
})
