const HOP = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'transfer-encoding', 'upgrade'])

export interface PlainMessage {
  readonly start: string
  /** Without hop-by-hop fields; repeats stand behind the first of their name. */
  readonly fields: readonly (readonly [string, string])[]
  readonly body: string
  readonly trailers: string
}

/** Takes messages apart as their far end understands them: framing and hop-by-hop fields are gone. */
export function plainMessages(text: string, answersTo?: string): PlainMessage[] {
  const messages: PlainMessage[] = []
  let rest = text.replace(/^\r\n/, '')
  const methods = (answersTo ?? '').match(/^[A-Z]+(?= \S+ HTTP)/gm) ?? []
  while (rest.length > 0) {
    const end = rest.indexOf('\r\n\r\n')
    if (end < 0) return [...messages, { start: rest, fields: [], body: '', trailers: '' }]
    const [start = '', ...lines] = rest.slice(0, end).split('\r\n')
    rest = rest.slice(end + 4)
    const all = lines.map((line): [string, string] => [
      line.slice(0, line.indexOf(':')),
      line.slice(line.indexOf(':') + 1).replace(/^[ \t]+|[ \t]+$/g, ''),
    ])
    const named = all
      .filter(([name]) => name.toLowerCase() === 'connection')
      .flatMap(([, value]) => value.toLowerCase().split(/, */))
    const kept = all.filter(([name]) => !HOP.has(name.toLowerCase()) && !named.includes(name.toLowerCase()))
    const value = (name: string): string | undefined => all.find(([one]) => one.toLowerCase() === name)?.[1]
    const isResponse = start.startsWith('HTTP/')
    const status = Number(start.slice(9, 12))
    const interim = isResponse && status < 200 && status !== 101
    const bodiless = isResponse && (status < 200 || status === 204 || status === 304 || methods[0] === 'HEAD')
    if (isResponse && !interim) methods.shift()
    let body = ''
    let trailers = ''
    if (bodiless) body = ''
    else if (value('transfer-encoding') !== undefined) {
      for (;;) {
        const line = rest.indexOf('\r\n')
        const size = Number.parseInt(rest.slice(0, line), 16)
        rest = rest.slice(line + 2)
        if (!(size > 0)) break
        body += rest.slice(0, size)
        rest = rest.slice(size + 2)
      }
      const stop = rest.startsWith('\r\n') ? 0 : rest.indexOf('\r\n\r\n') + 2
      trailers = rest.slice(0, stop)
      rest = rest.slice(stop + 2)
    } else if (value('content-length') !== undefined) {
      body = rest.slice(0, Number(value('content-length')))
      rest = rest.slice(body.length)
    } else if (isResponse) {
      body = rest
      rest = ''
    }
    if (status === 101) {
      body = rest
      rest = ''
    }
    messages.push({
      // The version is a hop's own, too.
      start: start.replace('HTTP/1.0', 'HTTP/1.1'),
      fields: grouped(kept),
      body,
      trailers,
    })
  }
  return messages
}

function grouped(fields: readonly [string, string][]): [string, string][] {
  const byName = new Map<string, [string, string][]>()
  for (const field of fields) {
    const name = field[0].toLowerCase()
    const same = byName.get(name)
    if (same === undefined) byName.set(name, [field])
    else same.push(field)
  }
  return [...byName.values()].flat()
}
