const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
}

/** What XML 1.0 can hold in any form: not half characters, and of control characters those that are white space. */
function isAllowed(code: number): boolean {
  if (code < 0x20) return code === 0x09 || code === 0x0a || code === 0x0d
  return code < 0xd800 || (code > 0xdfff && code !== 0xfffe && code !== 0xffff)
}

/** Text for an element or an attribute. What XML cannot hold becomes a replacement character. */
export const xml = (text: string): string =>
  Array.from(text, (char) => (isAllowed(char.codePointAt(0) ?? 0) ? (ENTITIES[char] ?? char) : '\ufffd')).join('')
