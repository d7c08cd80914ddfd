/**
 * The path without empty, `.` and `..` segments, or undefined when it has none: Toxiproxy answers 301 for such paths.
 * @param path the raw path of the request, without its query
 */
export function cleanedPath(path: string): string | undefined {
  const segments = path.split('/').slice(1).map(decoded)
  const odd = (segment: string, index: number): boolean =>
    segment === '.' || segment === '..' || (segment === '' && index < segments.length - 1)
  if (!segments.some(odd)) return undefined
  const kept: string[] = []
  for (const segment of segments) {
    if (segment === '..') kept.pop()
    else if (segment !== '.' && segment !== '') kept.push(segment)
  }
  const trailing = segments.at(-1) === '' && kept.length > 0 ? '/' : ''
  // Encoded again: what was decoded must not become a header's line break or another host.
  return `/${kept.map(encodeURIComponent).join('/')}${trailing}`
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
