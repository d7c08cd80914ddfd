/** Where in a stream of server-sent events (HTML standard, 9.2.5) the bytes seen so far have led. Plain data. */
export interface EventScan {
  /** Events that are complete. */
  events: number
  /** The first characters of the line at hand; enough to know a comment and a data line. */
  line: string
  /** The event at hand has a data line: the empty line behind it will make it count. */
  data: boolean
  /** The event at hand has a line that is no comment. */
  fields: boolean
  /** The last byte was CR: an LF now belongs to it. */
  cr: boolean
}

/**
 * What a byte is part of. `data`: what stands behind `data:`. `comment`: a comment, or an empty line that ends nothing
 * else; listeners see neither. `tail`: an LF that belongs to the CR before it.
 */
export type EventByte = 'field' | 'data' | 'comment' | 'blank' | 'tail'

export const newScan = (): EventScan => ({ events: 0, line: '', data: false, fields: false, cr: false })

export const LF = 10
const CR = 13

/** Takes one byte. */
export function scanByte(scan: EventScan, byte: number): EventByte {
  const tail = byte === LF && scan.cr
  scan.cr = byte === CR
  if (tail) return 'tail'
  if (byte === LF || byte === CR) return endLine(scan)
  const inData = scan.line === 'data:'
  if (scan.line.length < 'data:'.length) scan.line += String.fromCharCode(byte)
  if (inData) return 'data'
  return scan.line.startsWith(':') ? 'comment' : 'field'
}

function endLine(scan: EventScan): EventByte {
  const { line, fields } = scan
  scan.line = ''
  if (line.startsWith(':')) return 'comment'
  if (line !== '') {
    scan.fields = true
    scan.data ||= line === 'data' || line === 'data:'
    return 'field'
  }
  if (scan.data) scan.events++
  scan.data = scan.fields = false
  return fields ? 'blank' : 'comment'
}
