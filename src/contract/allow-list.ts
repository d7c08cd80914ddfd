/** `*` stands for any text without a colon; undefined allows everything. */
export function allowList(patterns: readonly string[] | undefined): (upstream: string) => boolean {
  if (patterns === undefined) return () => true
  const allowed = patterns.map((pattern) => {
    const text = pattern.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^:]*')
    return new RegExp(`^${text}$`, 'i')
  })
  return (upstream) => allowed.some((pattern) => pattern.test(upstream))
}
