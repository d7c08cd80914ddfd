/** Longer texts make no table. */
const LONGEST = 500

/** Text as it is, on one line of Markdown: nothing in it becomes markup, HTML, a link, or a mention of somebody. */
export function markdown(text: string): string {
  const shown = text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text
  return (
    shown
      // Half a character, too: it may have been cut.
      .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]+/gu, ' ')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll(/[\\`*_{}[\]()|~!$^]/g, String.raw`\$&`)
      // Issues and people are told of what stands behind these; an empty comment keeps them from it.
      .replaceAll(/[@#](?=\w)/g, '$&<!-- -->')
      .replaceAll('://', ':&#47;&#47;')
  )
}
